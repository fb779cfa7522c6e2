"""Which rows a request may see: one clause for proposals, and one for what is about them; everything asks these."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import TableClause

from smartcity_api.kit.layers import Column
from smartcity_api.kit.sight import OWN_ORGANISATION, sight
from smartcity_api.kit.statements import constant

ABOUT_OTHERS = ("resolutions", "milestones", "targets", "activities", "claims")
"""What can be hidden besides proposals; whether it is, the database says row by row, since few rows are about these."""

# The table is named, not imported: every feature stands above this one.
_PROPOSAL: TableClause = table(
    "proposal", column("id", Uuid), column("is_public", Boolean), column("proponent_id", Uuid)
)
_TRUE: ColumnElement[bool] = literal_column("true", Boolean)


class _Sighted(ColumnElement[Any]):
    """Words that are chosen when a statement is written out."""

    inherit_cache = False

    def __init__(self, build: Callable[[], ColumnElement[Any]]) -> None:
        self.build = build
        self.type = build().type


@compiles(_Sighted)
def _written(element: _Sighted, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.build(), **options)})"


def sighted(build: Callable[[], ColumnElement[Any]]) -> ColumnElement[Any]:
    """A value that depends on who is looking, as a part of what is made once: properties of layers."""
    return _Sighted(build)


def proposal_seen(is_public: Column, proponent_id: Column) -> ColumnElement[bool]:
    """Whether a proposal with these columns may be seen by who is looking."""
    kind = sight().kind
    if kind == "all":
        return _TRUE
    if kind == "own":
        return or_(is_public, proponent_id == _viewer())
    return or_(is_public)


def proposed_by_viewer(proponent_id: Column) -> ColumnElement[bool]:
    """Whether a proposal with this column is of the organisation of who is looking."""
    return or_(proponent_id == _viewer())


def proposal_id_seen(key: Column) -> ColumnElement[Any]:
    """This id, if it is that of a proposal that may be seen."""

    def build() -> ColumnElement[Any]:
        if sight().kind == "all":
            return cast(key, Uuid)
        other = _PROPOSAL.alias("told_of")
        seen = proposal_seen(other.c.is_public, other.c.proponent_id)
        return select(other.c.id).where(other.c.id == key, seen).correlate_except(other).scalar_subquery()

    return sighted(build)


def resolution_seen(published_at: Column) -> ColumnElement[bool]:
    """Whether a resolution may be seen: a draft is nobody's business but of those who see all."""
    return sighted(lambda: _TRUE if sight().kind == "all" else published_at.is_not(None))


def subject_seen(subject_type: Column, subject_id: Column) -> ColumnElement[bool]:
    """Whether the record that a row is about may be seen.

    A proposal is looked up by its key, as a value: of an EXISTS the planner would rather gather all that are public.
    """
    if sight().kind == "all":
        return _TRUE
    other = _PROPOSAL.alias("told_of")
    seen = proposal_seen(other.c.is_public, other.c.proponent_id)
    found = select(seen).where(other.c.id == cast(subject_id, Uuid)).correlate_except(other).scalar_subquery()
    hideable = [constant(name) for name in ("proposals", *ABOUT_OTHERS)]
    is_seen = case(
        (subject_type == constant("proposals"), func.coalesce(found, literal_column("false", Boolean))),
        else_=record_seen(subject_type, subject_id),
    )
    return or_(subject_type.is_(None), subject_type.not_in(hideable), is_seen)


def record_seen(resource: Column, key: Column) -> ColumnElement[bool]:
    """The same of any reference, whatever its key looks like; dearer."""
    if sight().kind == "all":
        return _TRUE
    return func.smartcity_record_is_seen(resource, key, _viewer(), type_=Boolean)


def listed_seen(value: Column) -> ColumnElement[bool]:
    """Whether all records that a JSON list of references names may be seen; true of what is no list."""
    if sight().kind == "all":
        return _TRUE
    listed = func.jsonb_array_elements(value).table_valued(column("named", JSONB), name="listed").render_derived()
    kind, key = (listed.c.named.op("->>")(constant(name)) for name in ("type", "id"))
    hidden = select(constant(1)).select_from(listed).where(not_(record_seen(kind, key))).correlate_except(listed)
    return case((func.jsonb_typeof(value) == constant("array"), ~hidden.exists()), else_=_TRUE)


def _viewer() -> ColumnElement[Any]:
    if sight().kind == "own":
        return bindparam(OWN_ORGANISATION, type_=Uuid)
    return literal_column("NULL::uuid", Uuid)
