"""What timelines are made of: the dated entries about a record, each kind a SELECT with the same columns."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, Text, Uuid, case, cast, func, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from smartcity_api.dossiers.queries.subjects import MOVING, citations_of, key_uuid, matches, own_key, subjects
from smartcity_api.history.models import Event
from smartcity_api.history.queries import current
from smartcity_api.identity.rows import resolution_seen
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.programme.models import Activity
from smartcity_api.resolutions.models import Decision, Meeting, Resolution
from smartcity_api.resolutions.queries import published

COLUMNS: dict[str, TypeEngine[Any]] = {
    "kind": Text(),
    "rank": Integer(),
    "on": Text(),
    "day": Date(),
    "seq": Integer(),
    "subject_type": Text(),
    "subject_id": Text(),
    "event": Text(),
    "stage": Text(),
    "title": Text(),
    "note": Text(),
    "award_year": Integer(),
    "sources": JSONB(),
    **dict.fromkeys(("decision", "resolution", "meeting", "body", "act", "source", "organisation"), Uuid()),
    **dict.fromkeys(("milestone", "activity"), Uuid()),
}
"""What every part of a timeline yields; of other records only their ids."""

KINDS = ("event", "decision", "meeting", "resolution", "milestone", "activity")
"""Entries of one day stand in this order."""

DAYS: dict[str, dict[str, str]] = {
    "pilot-areas": {"selected": "selected_on", "ended": "ended_on"},
    "promotion-zones": {"announced": "announced_on", "certificate": "certificate_on", "ended": "ended_on"},
    "calls": {"opened": "opens_on", "closed": "closes_on"},
    "certified-cities": {"validity_ends": "valid_until", "policy_review_due": "policy_review_due_on"},
    "organisations": {"began": "valid_from_on", "ended": "valid_until_on"},
    "bodies": {"began": "valid_from_on", "ended": "valid_until_on"},
    "meetings": {"held": "held_on"},
    "resolutions": {"decided": "decided_on"},
    "frameworks": {"began": "valid_from_on", "ended": "valid_until_on"},
    "plans": {"decided": "decided_on", "period_begins": "starts_on", "period_ends": "ends_on"},
    "targets": {"stated": "stated_on", "period_begins": "starts_on", "deadline": "deadline_on"},
    "activities": {"began": "starts_on", "ended": "ends_on"},
}
"""The days that records have of their own, by what happens on them."""


Entries = Select[*tuple[Any, ...]]


def entries(layer: Layer) -> Iterator[Entries]:
    """Every kind of entry that a record of this resource can have; the record is the one with the key `key`."""
    whose = subjects(layer)
    moves = any(name in MOVING for name, _ in whose)
    for name, key in whose:
        if name in MOVING:
            yield _events(name, key)
        yield _decisions(name, key, moves=moves)
        yield from _milestones(matches(Milestone, name, key), _subject(name, key))
        yield _activities(name, key)
    own = _subject(layer.name, own_key(layer))
    yield from _own_days(layer, own)
    if layer.name == "milestones":
        yield from _milestones(Milestone.id == key_uuid(), own)
    elif layer.name == "bodies":
        yield _meetings(own)
        yield _resolutions(own, Resolution, Resolution.body_id == key_uuid(), "decided")
    elif layer.name == "meetings":
        yield _resolutions(own, Resolution, Resolution.meeting_id == key_uuid(), "decided")
    elif layer.name == "resolutions":
        later = aliased(Resolution)
        yield _resolutions(own, later, later.supersedes_id == key_uuid(), "superseded")


def _entry(kind: str, **given: Column) -> Entries:
    """Entries of one kind; columns that are not given are null, and so is a day that is not known."""
    known = {"seq": constant(0), **given, "kind": constant(kind), "rank": constant(KINDS.index(kind))}
    known.setdefault("day", func.smartcity_last_day(known["on"], type_=Date))
    return select(*(cast(known.get(name, null()), type_).label(name) for name, type_ in COLUMNS.items()))


def _subject(name: str, key: Column) -> dict[str, Column]:
    return {"subject_type": constant(name), "subject_id": cast(key, Text)}


def _own_days(layer: Layer, own: dict[str, Column]) -> Iterator[Entries]:
    """The days that stand in the record itself, as far as they are known."""
    for event, name in DAYS.get(layer.name, {}).items():
        more: dict[str, Column] = {}
        if (layer.name, event) == ("promotion-zones", "announced"):
            more["organisation"] = layer.table.announced_by_id
        if (layer.name, event) == ("promotion-zones", "ended"):
            more["note"] = layer.table.end_reason
        on = getattr(layer.table, name)
        sources = citations_of(layer.table.sources, name)
        found = _entry("event", **own, on=on, event=constant(event), sources=sources, **more)
        yield found.select_from(layer.table).where(layer.key == own_key(layer), on.is_not(None), *layer.seen)


def _milestones(which: ColumnElement[bool], subject: dict[str, Column]) -> Iterator[Entries]:
    """When milestones were set, are due, and were met."""
    met = Milestone.status.in_([constant("met"), constant("partially_met")])
    for event, on, happened in (
        (constant("set"), Milestone.set_on, Milestone.set_on.is_not(None)),
        (constant("due"), Milestone.due_on, Milestone.id.is_not(None)),
        (Milestone.status.expression, Milestone.met_on, met),
    ):
        yield _entry(
            "milestone",
            **subject,
            on=on,
            event=event,
            title=Milestone.display_title,
            sources=Milestone.sources,
            resolution=Milestone.resolution_id,
            milestone=Milestone.id,
        ).where(which, happened)


def _activities(name: str, key: Column) -> Entries:
    """What was done about a record."""
    return _entry(
        "activity",
        **_subject(name, key),
        on=Activity.starts_on,
        title=Activity.display_title,
        sources=Activity.sources,
        activity=Activity.id,
    ).where(matches(Activity, name, key))


def _meetings(own: dict[str, Column]) -> Entries:
    """The sittings of a body."""
    shown: dict[str, Column] = {
        "on": Meeting.held_on,
        "event": constant("held"),
        "title": Meeting.number,
        "meeting": Meeting.id,
    }
    return _entry("meeting", **own, **shown, sources=Meeting.sources).where(Meeting.body_id == key_uuid())


def _resolutions(own: dict[str, Column], table: type[Resolution], which: ColumnElement[bool], event: str) -> Entries:
    """Resolutions: of a body, of a meeting, or in place of another one."""
    return _entry(
        "resolution",
        **own,
        on=table.decided_on,
        event=constant(event),
        title=table.display_title,
        sources=table.sources,
        resolution=table.id,
        meeting=table.meeting_id,
        body=table.body_id,
    ).where(which, resolution_seen(table.published_at))


def _events(name: str, key: Column) -> Select[*tuple[Any, ...]]:
    """The history of a proposal or a city, as its newest revision has it, each event with what opened it."""
    by_decision = Event.opened_by_kind == constant("decision")
    granting = by_decision & (Decision.action == constant("grant"))
    certified = case((granting, constant("granted")), (by_decision, constant("acknowledged")))
    if name == "proposals":
        approved = (Event.stage == constant("plan_approved"), Event.stage.expression)
        called = case(approved, (Event.stage == constant("certified"), certified))
    else:
        acknowledged = (Event.stage == constant("granted")) & (Decision.action == constant("acknowledge"))
        called = case((acknowledged, certified), else_=Event.stage)

    def opener(kind: str) -> ColumnElement[Any]:
        return case((Event.opened_by_kind == constant(kind), Event.opened_by_id))

    return (
        _entry(
            "event",
            **_subject(name, key),
            on=Event.effective_on,
            day=Event.counts_from,
            seq=Event.seq,
            event=called,
            stage=Event.stage.expression if name == "proposals" else null(),
            note=Event.note,
            award_year=Event.award_year,
            sources=Event.sources,
            decision=Decision.id,
            resolution=Resolution.id,
            meeting=Resolution.meeting_id,
            body=Resolution.body_id,
            act=opener("act"),
            source=opener("statement"),
        )
        .select_from(Event)
        .outerjoin(Decision, by_decision & (Decision.id == Event.opened_by_id))
        .outerjoin(Resolution, Resolution.id == Decision.resolution_id)
        .where(current(name, key))
    )


def _decisions(name: str, key: Column, *, moves: bool) -> Select[*tuple[Any, ...]]:
    """The decisions about a record, but for those that opened an event, where they stand already."""
    found = (
        _entry(
            "decision",
            **_subject(name, key),
            on=Resolution.decided_on,
            seq=Decision.position,
            sources=Decision.sources,
            decision=Decision.id,
            resolution=Resolution.id,
            meeting=Resolution.meeting_id,
            body=Resolution.body_id,
        )
        .select_from(Decision)
        .join(Resolution, Resolution.id == Decision.resolution_id)
        .where(matches(Decision, name, key), published())
    )
    if not moves:
        return found
    opened = (Event.opened_by_kind == constant("decision")) & (Event.opened_by_id == Decision.id)
    return found.where(~select(constant(1)).where(current(name, key), opened).correlate_except(Event).exists())
