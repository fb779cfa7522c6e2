"""Writing rows into the register, many in a statement, through the same triggers, rules and trail as single writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from smartcity_api.identity.roles import Actor
from smartcity_api.imports.actions import circles
from smartcity_api.imports.actions.judging import OF_SPAN, Session, Span, geometry, given, judge_again, kind
from smartcity_api.imports.actions.noting import note
from smartcity_api.imports.actions.targets import GEOMETRIES, Target
from smartcity_api.kit.days import today
from smartcity_api.kit.http.database_problems import of_database_error
from smartcity_api.kit.language import Text


@dataclass(slots=True)
class Written:
    """How many records were made, changed and submitted."""

    created: int = 0
    updated: int = 0
    submitted: int = 0

    def add(self, other: "Written") -> None:
        """Both together."""
        self.created += other.created
        self.updated += other.updated
        self.submitted += other.submitted


def write_carefully(
    session: Session, target: Target, key: UUID, span: Span, actor: Actor
) -> tuple[Written, Sequence[int]]:
    """The same; a row that only the register's own rules refuse is found, noted and left out."""
    refusal: psycopg.Error | None = None
    for _ in range(RETRIES):
        try:
            with session.transaction():
                return write(session, target, key, span, actor)
        except psycopg.errors.UniqueViolation as error:  # somebody else filed it this moment: it is looked at again
            refusal = error
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] not in REFUSING:
                raise
            refusal = error
            break
    assert refusal is not None, "there is at least one try"
    return _halved(session, target, key, span, actor, refusal)


def _halved(
    session: Session, target: Target, key: UUID, span: Span, actor: Actor, error: psycopg.Error
) -> tuple[Written, Sequence[int]]:
    after, through = span
    if through - after == 1:
        note(session, key, {through: [_refusal(error)]})
        return Written(), [through]
    middle = (after + through) // 2
    first, bad = write_carefully(session, target, key, (after, middle), actor)
    second, worse = write_carefully(session, target, key, (middle, through), actor)
    first.add(second)
    return first, [*bad, *worse]


def _refusal(error: psycopg.Error) -> dict[str, Any]:
    """What the register has against a row, as single writes are told it, without the words of its tables."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        return {"severity": "error", "code": "key_taken"}
    problem = of_database_error(error, "POST")
    found = problem.faults[0] if problem.faults else None
    told = found.message if found else problem.detail or problem.title
    said = error.diag.message_primary or ""
    if said.startswith("insert or update on table"):
        told = Text("what it refers to is not there any more", "ไม่มีรายการที่อ้างถึงแล้ว")
    elif said.startswith("new row for relation"):
        rule = (error.diag.constraint_name or "").removeprefix(f"ck_{error.diag.table_name}_").replace("_", " ")
        told = Text(f"the register refuses it by its rule: {rule}", f"ทะเบียนไม่รับค่านี้ตามกฎ: {rule}")
    code = found.code if found and not found.code.startswith(("ck_", "fk_")) else "refused"
    at = found.pointer.removeprefix("/") if found and found.pointer else None
    return {"severity": "error", "code": code, "en": told.en, "th": told.th, **({"at": at} if at else {})}


def write(session: Session, target: Target, key: UUID, span: Span, actor: Actor) -> tuple[Written, Sequence[int]]:
    """Write the good rows of the span, after looking at them once more; and the numbers of those that became bad."""
    about = {"import": key, "after": span[0], "through": span[1], "organisation": actor.organisation_id}
    session.execute(_lock(target), about)
    moved = judge_again(session, target, key, span, actor)
    if any(state == "changed" for _, _, state in moved):  # these are not locked yet
        session.execute(_lock(target), about)
        moved += judge_again(session, target, key, span, actor)
    worse = {number for number, was, state in moved if state == "error" and was != "error"}
    worse.update(circles.refuse(session, target, key, span, writing=True))
    session.execute(_FILED, about)
    created = session.execute(_insert(target), about).rowcount
    if target.owner is not None and created:
        _begin(session)
    updated = session.execute(_update(target), about).rowcount
    session.execute("DROP TABLE pg_temp.filed")
    session.execute(_SETTLE)
    return Written(created, updated), sorted(worse)


def lock_all(session: Session, target: Target, key: UUID, last: int) -> None:
    """Before all of an import is written at once: two of them never wait for each other's records in a circle."""
    session.execute(_lock(target), {"import": key, "after": 0, "through": last})


RETRIES: Final = 3
REFUSING: Final = frozenset({"22", "23", "55", "P0"})
"""Classes of SQLSTATE by which the database refuses what is written."""

_SETTLE: Final = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
"""What is usually found when a transaction ends is found here, where the rows are known that it is about."""
_FILED: Final = SQL(
    "CREATE TEMPORARY TABLE filed ON COMMIT DROP AS"
    " SELECT r.number, r.record_id, smartcity_uuid7() AS act_id FROM import_row AS r"
    " WHERE {0} AND r.state = 'new' ORDER BY r.number"
).format(OF_SPAN)


def _lock(target: Target) -> Composed:
    """Nobody else changes these records meanwhile; in the order of their keys, so that nobody waits in a circle."""
    return SQL(
        "SELECT FROM {table} AS t JOIN import_row AS r ON r.record_id = t.id WHERE {span} AND r.state = 'changed'"
        " ORDER BY t.id FOR NO KEY UPDATE OF t"
    ).format(table=Identifier(target.table.name), span=OF_SPAN)


def _insert(target: Target) -> Composed:
    columns, values = list(target.plain), [_told(target, name) for name in target.plain]
    if target.is_spatial:
        told = kind("r", "v", "t")
        columns += ["boundary_kind", *GEOMETRIES]
        values += [told, *(geometry(name, "r", "t", told) for name in GEOMETRIES)]
    return SQL(
        "INSERT INTO {table} (id, {columns}) SELECT r.record_id, {values} FROM pg_temp.filed"
        " JOIN import_row AS r ON r.import_id = %(import)s AND r.number = filed.number"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, r.told) AS v"
        " LEFT JOIN {table} AS t ON false ORDER BY filed.number"
    ).format(
        table=Identifier(target.table.name),
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(values),
    )


def _told(target: Target, name: str) -> Composable:
    """What is written: what the row tells, and whoever files for nobody else files for himself."""
    told = given(target, name)
    return SQL("coalesce({0}, %(organisation)s)").format(told) if name == target.owner else told


def _update(target: Target) -> Composed:
    changes: list[Composable] = [
        SQL("{column} = CASE WHEN r.told ? {name} THEN {value} ELSE t.{column} END").format(
            column=Identifier(name), name=Literal(name), value=_told(target, name)
        )
        for name in target.plain
    ]
    if target.is_spatial:
        told = kind("r", "v", "t")
        changes.append(SQL("boundary_kind = {0}").format(told))
        changes += [SQL("{0} = {1}").format(Identifier(name), geometry(name, "r", "t", told)) for name in GEOMETRIES]
    return SQL(
        "UPDATE {table} AS t SET {changes} FROM import_row AS r"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, r.told) AS v"
        " WHERE {span} AND r.state = 'changed' AND t.id = r.record_id"
    ).format(table=Identifier(target.table.name), changes=SQL(", ").join(changes), span=OF_SPAN)


def _begin(session: Session) -> None:
    """The histories of new proposals begin with the act of filing."""
    session.execute(
        "INSERT INTO act (id, subject_type, subject_id, by, action)"
        " SELECT act_id, 'proposals', record_id, 'applicant', 'create' FROM pg_temp.filed ORDER BY number"
    )
    session.execute(
        "INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)"
        " SELECT 'proposals', record_id, 1, 1, 'draft', %s, 'act', act_id FROM pg_temp.filed ORDER BY number",
        [today().isoformat()],
    )
