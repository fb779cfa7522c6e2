"""What the register said at an instant: a record's statement, its tables shadowed by what the trail knows of them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Select,
    Text,
    Uuid,
    bindparam,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from smartcity_api.kit.layers import Layer
from smartcity_api.kit.sight import OWN_ORGANISATION, sight
from smartcity_api.kit.statements import constant

VIEW: Final = "certified_city_event"
"""Made of events and cities: its own words go into the statement, where they mean the shadows of both."""

_INSTANT = bindparam("recorded_as_of", type_=DateTime(timezone=True))
_ROW: ColumnElement[Any] = literal_column("line.*")

# The table is named, not imported: every feature stands above this one.
_ENTRY = table(
    "audit_entry",
    column("id", BigInteger),
    column("resource", Text),
    column("subject_id", Text),
    column("at", DateTime(timezone=True)),
    column("after", JSONB),
    column("public_after", Boolean),
    column("organisation_after", Uuid),
)


def definition() -> Select[str]:
    """The words of the view."""
    return select(func.pg_get_viewdef(constant(VIEW), true(), type_=Text))


def shadows(layer: Layer, view: str) -> Sequence[CTE]:
    """What takes the place of a record's table, and of those of its parts; of other records it is what they are now.

    The record is the one whose `key` the statement asks for, `subject` is that key as the trail has it.
    """
    found = [_record(layer)]
    if layer.name in ("proposals", "certified-cities"):
        found.append(_events(layer))
    if layer.name == "certified-cities":
        found.append(text(view.strip().rstrip(";")).columns(column("city_id", Uuid)).cte(VIEW))
    if layer.name == "milestones":
        kept = table("milestone_version", column("milestone_id", Uuid), column("recorded_at")).alias("line")
        mine = kept.c.milestone_id == bindparam("key", type_=Uuid)
        found.append(
            select(_ROW).select_from(kept).where(mine, kept.c.recorded_at <= _INSTANT).cte("milestone_version")
        )
    if layer.name == "resolutions":
        found.append(_decisions())
    return found


def _record(layer: Layer) -> CTE:
    """The record as its last entry until then has it, for who could see it then; and the other records of its table."""
    name, key = str(layer.table.__tablename__), layer.key
    entry = _ENTRY.c
    told = (
        select(entry.after, entry.public_after, entry.organisation_after)
        .where(
            entry.resource == constant(layer.name),
            entry.subject_id == bindparam("subject", type_=Text),
            entry.at <= _INSTANT,
        )
        .order_by(entry.id.desc())
        .limit(constant(1))
        .subquery("told")
    )
    then = select(_ROW).select_from(told, _line(name, told.c.after)).where(told.c.after.is_not(None))
    then = then.where(_seen(told.c.public_after, told.c.organisation_after))
    other = table(name, column(str(key.key), key.type)).alias("line")
    others = select(_ROW).select_from(other).where(other.c[str(key.key)] != bindparam("key", type_=key.type))
    return union_all(then, others).cte(name).prefix_with("NOT MATERIALIZED")


def _events(layer: Layer) -> CTE:
    """What was recorded of the record's history by then; of a city's its proposal's, too."""
    event = table(
        "event",
        column("subject_id", Uuid),
        column("subject_type", Text),
        column("recorded_at", DateTime(timezone=True)),
    ).alias("line")
    key = bindparam("key", type_=Uuid)
    mine = event.c.subject_id == key
    if layer.name == "certified-cities":
        city = table("certified_city", column("id", Uuid), column("proposal_id", Uuid))
        mine = or_(mine, event.c.subject_id == select(city.c.proposal_id).where(city.c.id == key).scalar_subquery())
    indexed = event.c.subject_type.in_([constant("proposals"), constant("certified-cities")])
    return select(_ROW).select_from(event).where(indexed, mine, event.c.recorded_at <= _INSTANT).cte("event")


def _decisions() -> CTE:
    """The resolution's decisions as their last entries until then have them."""
    entry = _ENTRY.c
    newest = (
        select(entry.subject_id, entry.after)
        .where(entry.resource == constant("decisions"), entry.at <= _INSTANT)
        .ext(distinct_on(entry.subject_id))
        .order_by(entry.subject_id, entry.id.desc())
        .subquery("told")
    )
    mine = newest.c.after.op("->>")(constant("resolution_id")) == bindparam("subject", type_=Text)
    return select(_ROW).select_from(newest, _line("decision", newest.c.after)).where(mine).cte("decision")


def _line(name: str, after: ColumnElement[Any]) -> Any:
    """The row of a table that an entry has as JSON."""
    return func.jsonb_populate_record(literal_column(f"null::{name}"), after).alias("line")


def _seen(public: ColumnElement[bool], organisation: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether who is looking could see it then."""
    if sight().kind == "all":
        return true()
    if sight().kind == "own":
        return or_(public, organisation == bindparam(OWN_ORGANISATION, type_=Uuid))
    return or_(public, false())
