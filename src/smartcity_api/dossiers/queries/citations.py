"""The SQL of citations: what a record, its events and its decisions rest on, and what is claimed about it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, Uuid, case, cast, column, func, inspect, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from smartcity_api.dossiers.queries.subjects import MOVING, dossier, key_uuid, matches, subjects
from smartcity_api.history.models import Event
from smartcity_api.history.queries import current
from smartcity_api.kit.layers import Column, Layer, json_list, json_object, json_one, subject
from smartcity_api.kit.statements import constant
from smartcity_api.resolutions.models import Decision, Resolution
from smartcity_api.resolutions.queries import decision_seen, published, resolution_in_short
from smartcity_api.sources.models import Claim, Source
from smartcity_api.sources.queries import claim_seen

SOURCE = ("id", "slug", "title", "publisher", "dated_on", "url", "reference", "reliability")


def citations(layer: Layer) -> Select[str]:
    """JSON text of all that a record rests on, every source resolved.

    Parameter: `key`.
    """
    whose = subjects(layer)
    members: dict[str, Column] = {"citations": _resolved(_of_record(layer)), "events": _events(whose)}
    return dossier(layer, {**members, "decisions": _decisions(layer, whose), "claims": _claims(whose)})


def _of_record(layer: Layer) -> ColumnElement[Any]:
    """A record's citations; a name that is not official is one of what bears it."""
    sources: ColumnElement[Any] = layer.table.sources
    if "variants" not in inspect(layer.table).columns:
        return sources
    listed = func.jsonb_array_elements(layer.table.variants).table_valued(column("variant", JSONB), name="listed")
    listed = listed.render_derived()
    variant = listed.c.variant
    named = func.jsonb_strip_nulls(
        func.jsonb_build_object(
            constant("source_id"),
            variant.op("->")(constant("source_id")),
            constant("field"),
            constant("variants"),
            constant("quote"),
            variant.op("->")(constant("text")),
            constant("note"),
            variant.op("->")(constant("note")),
        )
    )
    variants = select(func.jsonb_agg(named)).select_from(listed).correlate_except(listed).scalar_subquery()
    return sources.op("||")(func.coalesce(variants, cast(constant("[]"), JSONB)))


def _resolved(sources: Column) -> ColumnElement[Any]:
    """Citations with the documents that they name, in their order."""
    listed = func.jsonb_array_elements(sources).table_valued(
        column("cited", JSONB), with_ordinality="place", name="cited"
    )
    listed = listed.render_derived()
    member = listed.c.cited
    source = aliased(Source, name="document")
    shown: dict[str, Column] = {
        **{name: member.op("->>")(constant(name)) for name in ("field", "quote", "locator", "note")},
        "source": json_object({name: getattr(source, name) for name in SOURCE}),
    }
    named = source.id == cast(member.op("->>")(constant("source_id")), Uuid)
    return json_list(shown, listed.join(inspect(source).selectable, named), constant(True), listed.c.place)


def _source(key: Column) -> ColumnElement[Any]:
    source = aliased(Source, name="stating")
    shown = {name: getattr(source, name) for name in SOURCE}
    return json_one(shown, inspect(source).selectable, source.id == key)


def _events(whose: list[tuple[str, ColumnElement[Any]]]) -> ColumnElement[Any]:
    """The events of a proposal or a city, and what each rests on."""
    happened = [
        select(
            Event.subject_type,
            cast(Event.subject_id, Text).label("subject_id"),
            Event.stage,
            Event.effective_on,
            Event.counts_from,
            Event.seq,
            case((Event.opened_by_kind == constant("statement"), Event.opened_by_id)).label("stated_by"),
            Event.sources,
        ).where(current(name, key))
        for name, key in whose
        if name in MOVING
    ]
    if not happened:
        return func.json_build_array()
    event = union_all(*happened).subquery("happened")
    shown: dict[str, Column] = {
        "subject": json_object({"type": event.c.subject_type, "id": event.c.subject_id}),
        "stage": event.c.stage,
        "on": event.c.effective_on,
        "stated_by": _source(event.c.stated_by),
        "citations": _resolved(event.c.sources),
    }
    order = (event.c.counts_from.asc().nulls_last(), event.c.subject_type.desc(), event.c.seq)
    return json_list(shown, event, constant(True), *order)


def _decisions(layer: Layer, whose: list[tuple[str, ColumnElement[Any]]]) -> ColumnElement[Any]:
    """The decisions about a record, or in it where it is a resolution, and what each rests on."""
    about = [matches(Decision, name, key) for name, key in whose]
    if layer.name == "resolutions":
        about.append(Decision.resolution_id == key_uuid())
    shown: dict[str, Column] = {
        "id": Decision.id,
        "position": Decision.position,
        "action": Decision.action,
        "subject": subject(Decision),
        "resolution": resolution_in_short(Decision.resolution_id),
        "citations": _resolved(Decision.sources),
    }
    table, resolution = inspect(Decision).local_table, inspect(Resolution).local_table
    joined = table.join(resolution, Resolution.id == Decision.resolution_id)
    day = func.smartcity_last_day(Resolution.decided_on).asc().nulls_last()
    which = or_(*about) & published() & decision_seen()
    return json_list(shown, joined, which, day, Decision.resolution_id, Decision.position)


def _claims(whose: list[tuple[str, ColumnElement[Any]]]) -> ColumnElement[Any]:
    """What sources state about a record."""
    names = ("id", "metric", "comparator", "value", "unit", "as_of", "stage", "reached", "city_type", "quote", "note")
    shown: dict[str, Column] = {name: getattr(Claim, name) for name in names}
    about = or_(*(matches(Claim, name, key) for name, key in whose))
    day = func.smartcity_last_day(Claim.as_of).asc().nulls_last()
    stated = {**shown, "source": _source(Claim.source_id)}
    return json_list(stated, inspect(Claim).local_table, about & claim_seen(), Claim.metric, day, Claim.id)
