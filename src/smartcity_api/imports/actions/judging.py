"""What applying rows would do: found by the database, for many rows at once, when they are read and again when applied.

Each row is looked up by the record's id, else by its natural key; compared column by column; and refused where the
record is not the caller's, was changed since, or may not be changed in its stage. What is found replaces what was found
before; what the reader of the file found stays.
"""

from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from smartcity_api.identity.roles import Actor
from smartcity_api.imports.actions.targets import GEOMETRIES, Target
from smartcity_api.kit.geometry import DECIMALS
from smartcity_api.proposals.queries import MUCH

Session = Connection[Any]
Span = tuple[int, int]
"""The numbers of rows, the first excluded."""
OF_SPAN: Final = SQL("r.import_id = %(import)s AND r.number > %(after)s AND r.number <= %(through)s")
Moved = tuple[int, str, str]
"""A row's number, the state that it was in, and the one that it is in now."""

SHORT: Final = 6
"""Vertices of a geometry that is repeated."""


def judge(session: Session, target: Target, key: UUID, span: Span, actor: Actor) -> None:
    """Find out what each of these rows would do; only rows of which that is another than before are written."""
    session.execute(_statement(target), _asked(target, key, span, actor))


def judge_again(session: Session, target: Target, key: UUID, span: Span, actor: Actor) -> list[Moved]:
    """The same of rows that were judged before; those that are in another state now."""
    moved = SQL("{0} RETURNING r.number, d.was, d.state").format(_statement(target))
    found = session.execute(moved, _asked(target, key, span, actor)).fetchall()
    return [(number, was, state) for number, was, state in found if was != state]


def _asked(target: Target, key: UUID, span: Span, actor: Actor) -> dict[str, Any]:
    return {
        "import": key,
        "after": span[0],
        "through": span[1],
        "organisation": actor.organisation_id,
        "keeps_all": actor.keeps_all,
        "changeable": list(target.changeable or ()),
    }


def _statement(target: Target) -> Composed:
    # OFFSET 0 keeps what is found once from being written out, and found again, wherever it is used.
    return SQL(
        """
WITH asked AS MATERIALIZED (
  SELECT r.number, r.state, r.record_id, r.faults, r.told, r.gives, r.boundary, r.location, r.expected, r.id,
         r.source_system, r.external_id,
         jsonb_path_query_array(r.faults, '$[*] ? (!exists(@.judged))') AS read_faults,
         coalesce(r.id, (SELECT k.id FROM {table} AS k WHERE k.source_system = r.source_system
                            AND k.external_id = r.external_id)) AS wanted
    FROM import_row AS r
   WHERE {span}
), seen AS (
  SELECT asked.*, t.id AS found, ({differs}) AS differs, ({fixed}) AS refixed,
         {owner} AS is_own, {public} AS is_public, {stage} AS stage, t.version AS version, {shape}
    FROM asked CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, asked.told) AS v
    LEFT JOIN {table} AS t ON t.id = asked.wanted
  OFFSET 0
), judged AS (
  SELECT seen.*, array_remove(ARRAY[{faults}]::jsonb[], NULL) AS found_faults
    FROM seen
  OFFSET 0
), decided AS (
  SELECT number, state AS was, record_id AS was_record, faults AS was_faults, found,
         read_faults || to_jsonb(found_faults) AS faults,
         CASE WHEN found_faults <> '{{}}' THEN 'error'
              WHEN jsonb_path_exists(read_faults, '$[*] ? (@.severity == "error")') THEN 'error'
              WHEN found IS NULL THEN 'new' WHEN differs THEN 'changed' ELSE 'unchanged' END AS state,
         coalesce(found, record_id) AS record
    FROM judged
  OFFSET 0
)
UPDATE import_row AS r SET state = d.state, record_id = d.record, faults = d.faults
  FROM decided AS d
 WHERE r.import_id = %(import)s AND r.number = d.number
   AND (d.state, d.record, d.faults) IS DISTINCT FROM (d.was, d.was_record, d.was_faults)
"""
    ).format(
        span=OF_SPAN,
        table=Identifier(target.table.name),
        differs=_differs(target),
        fixed=_fixed(target),
        owner=_owner(target),
        public=SQL("coalesce(t.is_public, true)") if target.owner else SQL("true"),
        stage=SQL("t.stage") if target.changeable else SQL("NULL::text"),
        shape=_shape(target),
        faults=SQL(", ").join(_faults(target)),
    )


def _owner(target: Target) -> Composable:
    """Whether the existing record is the caller's to change."""
    if target.owner is None:
        return SQL("true")
    return SQL("(%(keeps_all)s OR coalesce(t.{0} = %(organisation)s, false))").format(Identifier(target.owner))


def _differs(target: Target) -> Composable:
    """Whether any column that the row tells is another in the record."""
    plain = [_compared(target, name) for name in target.plain]
    shapes = [SQL("({0})").format(_reshaped())] if target.is_spatial else []
    return SQL(" OR ").join([*plain, *shapes])


def _compared(target: Target, name: str) -> Composable:
    return SQL("(asked.told ? {0} AND {1} IS DISTINCT FROM t.{2})").format(
        Literal(name), given(target, name), Identifier(name)
    )


def given(target: Target, name: str) -> Composable:
    """What a row tells of a column; one that is never null has its empty value where nothing is told."""
    told, empty = SQL("v.{0}").format(Identifier(name)), target.empty(name)
    return told if empty is None else SQL("coalesce({0}, {1})").format(told, Literal(empty))


def _fixed(target: Target) -> Composable:
    found = [_compared(target, name) for name in sorted(target.fixed)]
    return SQL(" OR ").join(found) if found else SQL("false")


def kind(row: str, told: str, current: str) -> Composed:
    """What kind of boundary a row's record has in the end: as told, else by the geometries that there are."""
    return SQL(
        "CASE WHEN {row}.told ? 'boundary_kind' THEN {told}.boundary_kind"
        " WHEN {row}.boundary IS NOT NULL THEN 'surveyed'"
        " WHEN 'boundary' <> ALL ({row}.gives) AND {current}.boundary_kind IN ('surveyed', 'administrative')"
        " THEN {current}.boundary_kind"
        " WHEN {row}.location IS NOT NULL OR ('location' <> ALL ({row}.gives) AND {current}.location IS NOT NULL)"
        " THEN 'representative_point' END"
    ).format(row=Identifier(row), told=Identifier(told), current=Identifier(current))


def geometry(name: str, row: str, current: str, kind: Composable) -> Composed:
    """One of a record's geometries in the end; that of an administrative area is the database's to make."""
    own = SQL("CASE WHEN {name} = ANY ({row}.gives) THEN {row}.{column} ELSE {current}.{column} END").format(
        name=Literal(name), row=Identifier(row), column=Identifier(name), current=Identifier(current)
    )
    if name == "location":
        return SQL("CASE WHEN {kind} IS NOT NULL THEN {given} END").format(kind=kind, given=own)
    return SQL("CASE {kind} WHEN 'surveyed' THEN {given} WHEN 'administrative' THEN {current}.boundary END").format(
        kind=kind, given=own, current=Identifier(current)
    )


def _reshaped() -> Composable:
    """Whether the place is another: its kind, or a geometry that the row gives.

    Geometries that are answered as the same text are the same: what was exported must come back unchanged. So are
    rings that turn the other way round, as some formats want them to.
    """
    told = kind("asked", "v", "t")
    other = SQL(
        "({name} = ANY (asked.gives) AND NOT (asked.{column} IS NOT DISTINCT FROM t.{column}"
        " OR coalesce(ST_AsText(ST_ForcePolygonCCW(asked.{column}), {decimals})"
        " = ST_AsText(ST_ForcePolygonCCW(t.{column}), {decimals}), false)){unless})"
    )
    boundary = other.format(
        name=Literal("boundary"),
        column=Identifier("boundary"),
        decimals=Literal(DECIMALS),
        unless=SQL(" AND ({0}) IS DISTINCT FROM 'administrative'").format(told),
    )
    location = other.format(
        name=Literal("location"),
        column=Identifier("location"),
        decimals=Literal(DECIMALS),
        unless=SQL(" AND asked.location IS NOT NULL"),  # an empty one is found in the boundary
    )
    return SQL("({0}) IS DISTINCT FROM t.boundary_kind OR {1} OR {2}").format(told, boundary, location)


def _shape(target: Target) -> Composable:
    """What the record's place would be, for its refusals."""
    if not target.is_spatial:
        return SQL("NULL::text AS kind, NULL::geometry AS shape, NULL::geometry AS place")
    told = kind("asked", "v", "t")
    return SQL("({0}) AS kind, ({1}) AS shape, ({2}) AS place").format(
        told, geometry("boundary", "asked", "t", told), geometry("location", "asked", "t", told)
    )


def _faults(target: Target) -> list[Composable]:
    """What may be wrong, each a jsonb or null; the sentences are in `imports.queries`."""
    unseen = SQL("(found IS NULL AND id IS NOT NULL) OR (found IS NOT NULL AND NOT is_own AND NOT is_public)")
    taken = SQL(
        "found IS NOT NULL AND id IS NOT NULL AND told ? 'external_id' AND EXISTS (SELECT FROM {0} AS k"
        " WHERE k.source_system = seen.source_system AND k.external_id = seen.external_id AND k.id <> found)"
    )
    found = [
        _fault("unknown_record", unseen),
        _fault("not_yours", SQL("found IS NOT NULL AND NOT is_own AND is_public")),
        _fault("version_changed", SQL("found IS NOT NULL AND is_own AND expected <> version"), SQL("version::text")),
        _lost(),
        _fault("key_taken", taken.format(Identifier(target.table.name)), SQL("external_id")),
    ]
    if target.owner is not None:
        foreign = SQL("NOT %(keeps_all)s AND told ? {0} AND (told ->> {0})::uuid IS DISTINCT FROM %(organisation)s")
        found.append(_fault("foreign_proponent", foreign.format(Literal(target.owner))))
    if not target.creates:
        found.append(_fault("unknown_record", SQL("found IS NULL AND id IS NULL")))
    if target.changeable is not None:
        closed = SQL("found IS NOT NULL AND is_own AND differs AND stage <> ALL (%(changeable)s)")
        found.append(_fault("stage", closed, SQL("stage")))
    if target.fixed:
        found.append(_fault("replan", SQL("found IS NOT NULL AND refixed")))
    for name, named in target.absent.items():
        lacking = SQL("({0})").format(SQL(named).format())
        found.append(_fault("unknown_reference", SQL("{0} IS NOT NULL").format(lacking), lacking, at=name))
    if target.is_spatial:
        found += [_unusable(name) for name in GEOMETRIES]
        found += [
            _fault("boundary_missing", SQL("kind = 'surveyed' AND shape IS NULL")),
            _fault("location_missing", SQL("kind = 'representative_point' AND place IS NULL")),
        ]
    return found


def _lost() -> Composable:
    """Found before and gone since; what the row tells was judged together with what the record had besides."""
    return SQL(
        "CASE WHEN found IS NULL AND id IS NULL AND state IN ('changed', 'unchanged')"
        """ THEN '{{"severity": "error", "code": "record_gone"}}'::jsonb END"""
    ).format()


def _unusable(name: str) -> Composable:
    """Why a geometry is refused; a short one whose coordinates are swapped, with what was probably meant."""
    return SQL(
        "(SELECT jsonb_build_object('judged', true, 'severity', 'error', 'code', 'geometry', 'value', refusal,"
        " 'at', {name}::text, 'suggestion', CASE WHEN refusal LIKE '%% swapped%%' AND ST_NPoints({column}) <= {most}"
        " THEN ST_AsText(ST_FlipCoordinates({column}), {decimals}) END)"
        " FROM smartcity_geometry_refusal({column}) AS refusal WHERE refusal IS NOT NULL)"
    ).format(name=Literal(name), column=Identifier(name), most=Literal(SHORT), decimals=Literal(DECIMALS))


def _fault(code: str, when: Composable, value: Composable | None = None, *, at: str | None = None) -> Composable:
    return SQL(
        "CASE WHEN {when} THEN jsonb_strip_nulls(jsonb_build_object('judged', true, 'severity', 'error',"
        " 'code', {code}::text, 'value', {value}, 'at', {at}::text)) END"
    ).format(when=when, code=Literal(code), value=value or SQL("NULL::text"), at=Literal(at))


def warn(session: Session, target: Target, key: UUID, span: Span) -> None:
    """Note which boundaries lie for a good part outside the provinces that they are said to be in."""
    if target.is_spatial:
        session.execute(_WARNING, {"import": key, "after": span[0], "through": span[1], "much": MUCH})


_WARNING: Final = """
WITH surveyed AS MATERIALIZED (
  SELECT r.number, r.boundary,
         CASE WHEN r.told ? 'provinces' THEN ARRAY(SELECT jsonb_array_elements_text(r.told -> 'provinces'))
              ELSE t.provinces END AS provinces
    FROM import_row AS r LEFT JOIN proposal AS t ON t.id = r.record_id
   WHERE r.import_id = %(import)s AND r.number > %(after)s AND r.number <= %(through)s
     AND r.boundary IS NOT NULL AND r.state IN ('new', 'changed')
), beyond AS (
  SELECT number, boundary, provinces FROM surveyed
   WHERE NOT EXISTS (SELECT FROM province AS p
                      WHERE p.code = ANY (surveyed.provinces) AND ST_Covers(p.boundary, surveyed.boundary))
)
UPDATE import_row AS r SET faults = r.faults || jsonb_build_object(
    'severity', 'warning', 'code', 'boundary_outside_provinces', 'value', round(far.share::numeric, 2)::text)
  FROM (SELECT number, smartcity_share_outside(boundary, provinces) AS share FROM beyond) AS far
 WHERE far.share > %(much)s AND r.import_id = %(import)s AND r.number = far.number
"""
