"""Asking the history: the stage or status of a day, what was reached by then, and what happened."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    column,
    extract,
    func,
    literal_column,
    null,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.orm import aliased

from smartcity_api.history import lifecycle
from smartcity_api.history.models import Event, StagePeriod
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.layers import Column, Dated, json_list, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.resolutions.models import Decision

CITY_EVENT = table(
    "certified_city_event",
    column("city_id", Uuid),
    column("part", Integer),
    column("seq", Integer),
    column("event", Text),
    column("effective_on", Text),
    column("counts_from", Date),
    column("opened_by_kind", Text),
    column("opened_by_id", Uuid),
    column("award_year", Integer),
    column("note", Text),
    column("sources", JSONB),
    column("stage", Text),
)
"""The view of all that happened to cities, with what their proposals tell of it."""

TODAY: ColumnElement[date] = literal_column("(now() AT TIME ZONE 'Asia/Bangkok')::date", Date)
"""The day that it is in Bangkok, by the database's clock."""

RECORDED_AS = {"acknowledged": ("acknowledged", "granted", "certified"), "granted": ("granted", "certified")}
"""Under which stages the table of events has what the view calls by the decision's action; others keep their name."""

NO_PLACE = 32767
"""What a stage beside the line is compared as: nothing reaches it."""


def asked_day() -> ColumnElement[date]:
    """The day that a request asks about."""
    return bindparam("as_of", type_=Date)


def last_day(day: Column) -> ColumnElement[date]:
    """The last day of an EDTF column; infinity when it is not known, as the indexes have it."""
    return Dated(day).key(descending=False)


def over_by(ended_on: Column, day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether something with this end is over at the end of that day."""
    return last_day(ended_on) <= day


def holding(subject: Column, day: ColumnElement[date], period: type[StagePeriod] = StagePeriod) -> ColumnElement[bool]:
    """Whether a period is that in which the subject is at the end of the day: one at most."""
    return (period.subject_id == subject) & (period.starts_on <= day) & (period.ends_before > day)


def _found_holding(subject: Column, day: ColumnElement[date]) -> ColumnElement[bool]:
    """The same, to find subjects by it.

    The years say nothing new, but how they go with stages is what the planner knows (`stage_period_years`): few had
    come far in the first years, and these few must not be sought among all.
    """
    period = StagePeriod
    begun = extract("year", period.starts_on) <= extract("year", day)
    lasting = extract("year", period.ends_before) >= extract("year", day)
    return holding(subject, day) & begun & lasting


def stage_on(subject: Column, day: ColumnElement[date]) -> ColumnElement[str]:
    """The stage or status at the end of that day; null before the beginning."""
    return select(StagePeriod.stage).where(holding(subject, day)).correlate_except(StagePeriod).scalar_subquery()


def begun_by(subject: Column, day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether anything dated had happened to the subject by the end of that day."""
    first = (StagePeriod.subject_id == subject) & (StagePeriod.position == constant(1))
    return select(constant(1)).where(first, StagePeriod.starts_on <= day).correlate_except(StagePeriod).exists()


def held(subject: Column, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a period that meets the condition held at the end of the day that is asked."""
    found = _found_holding(subject, asked_day())
    return select(constant(1)).where(found, condition).correlate_except(StagePeriod).exists()


def one_of_stages(name: str) -> ColumnElement[bool]:
    """Whether a period's stage or status is one of those that the parameter of that name lists."""
    return StagePeriod.stage == any_(bindparam(name, type_=ARRAY(Text)))


def far_enough() -> ColumnElement[bool]:
    """Whether in a period the stage that is asked was reached, and the proposal was not turned down."""
    turned_down = StagePeriod.stage.in_([constant("rejected"), constant("withdrawn")])
    return (StagePeriod.reached >= bindparam("reached_rank", type_=SmallInteger)) & ~turned_down


def in_stage(name: str, subject: Column, stages: Sequence[str]) -> Filter:
    """Subjects that were in any of these stages at the end of the day that is asked."""

    return Filter(f"{name}:on", lambda: held(subject, one_of_stages(name)), {name: list(stages)})


def reached_stage(subject: Column, stage: str, day: date) -> Filter:
    """Proposals that had reached that stage of the line by the end of that day and were not turned down since."""

    def clause() -> ColumnElement[bool]:
        found = _found_holding(subject, bindparam("reached_by", type_=Date))
        return select(constant(1)).where(found, far_enough()).correlate_except(StagePeriod).exists()

    return Filter("reached", clause, {"reached_rank": lifecycle.rank(stage) or NO_PLACE, "reached_by": day})


def _recorded_as(event: ColumnElement[str]) -> ColumnElement[Sequence[str]]:
    known = [(event == constant(name), array([constant(one) for one in RECORDED_AS[name]])) for name in RECORDED_AS]
    return case(*known, else_=array([event]))


def reached_event(city: Column, event: str, day: date) -> Filter:
    """Cities to which this had happened by the end of that day; what is not recorded is not reached.

    The recorded stage follows from the event, but only the stage has an index.
    """

    def clause() -> ColumnElement[bool]:
        wanted = bindparam("reached", type_=Text)
        happened = (
            (CITY_EVENT.c.city_id == city)
            & (CITY_EVENT.c.event == wanted)
            & (CITY_EVENT.c.stage == any_(_recorded_as(wanted)))
            & (CITY_EVENT.c.counts_from <= bindparam("reached_by", type_=Date))
        )
        return select(constant(1)).where(happened).correlate_except(CITY_EVENT).exists()

    return Filter("reached", clause, {"reached": event, "reached_by": day})


def _opener(kind: Column, key: Column) -> ColumnElement[Any]:
    """What opened an event, and where it can be read: a source and an act have ids of their own, a decision has not."""
    found = select(Decision.resolution_id).where(Decision.id == key).correlate_except(Decision).scalar_subquery()
    return json_object({"kind": kind, "id": key, "resolution_id": case((kind == constant("decision"), found))})


def current(subject_type: str, subject: Column) -> ColumnElement[bool]:
    """The events of the subject's highest revision."""
    other = aliased(Event)
    mine = (other.subject_type == constant(subject_type)) & (other.subject_id == subject)
    highest = select(func.max(other.revision)).where(mine).correlate_except(other).scalar_subquery()
    return (Event.subject_type == constant(subject_type)) & (Event.subject_id == subject) & (Event.revision == highest)


def proposal_events(proposal: Column) -> ColumnElement[Any]:
    """What happened to a proposal, in order, as JSON."""
    shown: dict[str, Column] = {
        "stage": Event.stage,
        "on": Event.effective_on,
        "opened_by": _opener(Event.opened_by_kind, Event.opened_by_id),
        "note": Event.note,
        "sources": Event.sources,
    }
    return json_list(shown, Event.__table__, current("proposals", proposal), Event.seq)


def city_events(city: Column) -> ColumnElement[Any]:
    """What happened to a city, in order, as JSON; a mere statement that it is one is its basis, no event."""
    event = CITY_EVENT.c
    shown = {
        "event": event.event,
        "on": event.effective_on,
        "opened_by": _opener(event.opened_by_kind, event.opened_by_id),
        "award_year": event.award_year,
        "note": event.note,
        "sources": event.sources,
    }
    mine = (event.city_id == city) & (event.event != constant("stated"))
    return json_list(shown, CITY_EVENT, mine, event.counts_from.asc().nulls_last(), event.part, event.seq)


def proposal_gaps(proposal: Column) -> ColumnElement[Any]:
    """The stages below the highest that no event documents, as JSON; `lifecycle.missing_stages` in SQL."""
    codes = ", ".join(f"'{stage}'" for stage in lifecycle.LINE if stage not in lifecycle.OPTIONAL)
    stages = func.unnest(literal_column(f"ARRAY[{codes}]", ARRAY(Text)))
    line = stages.table_valued(column("stage", Text), with_ordinality="place").render_derived("line")
    recorded = select(Event.stage).where(current("proposals", proposal)).correlate_except(Event)
    ranks = select(func.max(func.smartcity_stage_rank(Event.stage))).where(current("proposals", proposal))
    highest = ranks.correlate_except(Event).scalar_subquery()
    missing = (func.smartcity_stage_rank(line.c.stage) < highest) & line.c.stage.not_in(recorded)
    found = select(line.c.stage).where(missing).order_by(line.c.place).correlate_except(line).scalar_subquery()
    return func.to_json(func.array(found))


def city_gaps(city: Column) -> ColumnElement[Any]:
    """What of a certification no event documents, as JSON: the approval of the plan, the acknowledgement or grant."""

    def lacks(*events: str) -> ColumnElement[bool]:
        named = CITY_EVENT.c.event.in_([constant(event) for event in events])
        mine = (CITY_EVENT.c.city_id == city) & named
        return ~select(constant(1)).where(mine).correlate_except(CITY_EVENT).exists()

    found = [
        case((lacks("plan_approved"), constant("plan_approved"))),
        case((lacks("acknowledged", "granted"), constant("acknowledged"))),
    ]
    return func.to_json(func.array_remove(array(found), null()))
