"""Milestones as a layer, and the filters of their list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    inspect,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.history.queries import TODAY, asked_day, last_day
from smartcity_api.identity.rows import record_seen, sighted, subject_seen
from smartcity_api.kit.filters import Filter, about, among, existing
from smartcity_api.kit.layers import (
    Column,
    Dated,
    Layer,
    instant,
    json_list,
    keyed_properties,
    record_properties,
    subject,
)
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone, MilestoneVersion
from smartcity_api.milestones.schemas import MilestoneList
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.proposals.models import Proposal
from smartcity_api.provinces.models import District, Province
from smartcity_api.resolutions.queries import resolution_id, resolution_in_short

AREAS: dict[str, type[PilotArea] | type[PromotionZone] | type[Proposal] | type[CertifiedCity]] = {
    "pilot-areas": PilotArea,
    "promotion-zones": PromotionZone,
    "proposals": Proposal,
    "certified-cities": CertifiedCity,
}
"""The tables of what lies in provinces, by the paths that subjects name."""


def existing_on() -> ColumnElement[bool]:
    """Set by the end of the day that is asked."""
    return last_day(Milestone.set_on) <= asked_day()


def _status_on(day: ColumnElement[date]) -> ColumnElement[str]:
    """The status at the end of that day: nothing is met before it was, and nothing missed before it was due."""
    status = Milestone.status.expression
    not_yet = status.in_([constant("met"), constant("partially_met")]) & (last_day(Milestone.met_on) > day)
    not_due = (status == constant("not_met")) & (last_day(Milestone.due_on) > day)
    return case((or_(not_yet, not_due), constant("scheduled")), else_=status)


def _overdue(status: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the day on which it was due is over, and it was not met; never where that day is not known."""
    return (last_day(Milestone.due_on) < day) & (status != constant("met"))


def _days_left(status: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement[int | None]:
    """Days to the last on which it is due; null where that is not known, and once it was met."""
    due = func.smartcity_last_day(Milestone.due_on, type_=Date)
    return case((status != constant("met"), due.op("-", return_type=Integer())(day)))


STATUS = Milestone.status.expression
STATUS_ON_DAY = _status_on(asked_day())
OVERDUE = _overdue(STATUS, TODAY)
OVERDUE_ON_DAY = _overdue(STATUS_ON_DAY, asked_day())


def _next_reason() -> ColumnElement[Any]:
    """Why the version after one was recorded."""
    following = aliased(MilestoneVersion, name="following")
    is_next = following.milestone_id == MilestoneVersion.milestone_id
    found = select(following.reason).where(is_next, following.version == MilestoneVersion.version + constant(1))
    return found.correlate(inspect(MilestoneVersion).local_table).scalar_subquery()


def _versions() -> ColumnElement[Any]:
    """The earlier versions of a milestone's dates; the last one kept is the present."""
    shown: dict[str, Column] = {
        "version": MilestoneVersion.version,
        "due_on": MilestoneVersion.due_on,
        "met_on": MilestoneVersion.met_on,
        "status": MilestoneVersion.status,
        "progress": MilestoneVersion.progress,
        "recorded_at": instant(MilestoneVersion.recorded_at),
        "change_reason": _next_reason(),
    }
    earlier = (MilestoneVersion.milestone_id == Milestone.id) & (MilestoneVersion.version < Milestone.version)
    return json_list(shown, inspect(MilestoneVersion).local_table, earlier, MilestoneVersion.version)


def _depends_on() -> ColumnElement[Any]:
    """The milestones that come before one, as far as they may be seen."""
    listed = func.unnest(Milestone.depends_on)
    before = listed.table_valued(column("id", Text), with_ordinality="place", name="before").render_derived()
    seen = select(before.c.id).where(record_seen(constant("milestones"), before.c.id)).order_by(before.c.place)
    return func.to_json(func.array(seen.correlate_except(before).scalar_subquery()))


MILESTONES = Layer(
    name="milestones",
    key=Milestone.id,
    properties={
        "id": Milestone.id.expression,
        "display_title": Milestone.display_title.expression,
        "title_th": Milestone.title_th.expression,
        "title_en": Milestone.title_en.expression,
        "subject": subject(Milestone),
        "kind": Milestone.kind.expression,
        "set_on": Milestone.set_on.expression,
        "resolution_id": resolution_id(Milestone.resolution_id),
        "resolution": resolution_in_short(Milestone.resolution_id),
        "horizon": Milestone.horizon.expression,
        "due_on": Milestone.due_on.expression,
        "met_on": Milestone.met_on.expression,
        "status": STATUS,
        "overdue": OVERDUE,
        "days_left": _days_left(STATUS, TODAY),
        "progress": Milestone.progress.expression,
        "depends_on": sighted(_depends_on),
        "evidence": Milestone.evidence.expression,
        "versions": _versions(),
        **keyed_properties(Milestone),
        **record_properties(Milestone),
    },
    sorts={
        "due_on": Dated(Milestone.due_on),
        "display_title": Milestone.display_title.expression,
        "updated_at": Milestone.updated_at.expression,
    },
    on_day={
        "status": STATUS_ON_DAY,
        "overdue": OVERDUE_ON_DAY,
        "days_left": _days_left(STATUS_ON_DAY, asked_day()),
    },
    existing_on=existing_on,
    visible=lambda: subject_seen(Milestone.subject_type, Milestone.subject_id),
)


def with_status(statuses: Sequence[str]) -> Filter:
    """Milestones that had any of these statuses at the end of the day that is asked."""
    then = STATUS_ON_DAY
    return Filter("status:on", lambda: then == any_(bindparam("status", type_=ARRAY(Text))), {"status": list(statuses)})


def overdue(wanted: bool, day: date | None, *, descending: bool = False) -> Filter:
    """Milestones that are late, or that are not, today or at the end of that day.

    Late is said in the words of the index that the list's order goes by too.
    """
    late = OVERDUE if day is None else OVERDUE_ON_DAY

    def clause() -> ColumnElement[bool]:
        if not wanted:
            return ~late
        return late & (Dated(Milestone.due_on).key(descending=descending) < (TODAY if day is None else asked_day()))

    return Filter(f"overdue:{wanted}:{day is None}:{descending}", clause, {})


def due_between(before: date | None, after: date | None, *, descending: bool) -> Filter:
    """Milestones whose last due day is before the one day and after the other; never where it is not known.

    In the words of the index that the list's order goes by, so that it begins at the first of them.
    """
    edges = {"due_before": before, "due_after": after}
    given = {name: day for name, day in edges.items() if day is not None}

    def clause() -> ColumnElement[bool]:
        day = Dated(Milestone.due_on).key(descending=descending)
        found: list[ColumnElement[bool]] = [Milestone.due_on.is_not(None)]
        if before is not None:
            found.append(day < bindparam("due_before", type_=Date))
        if after is not None:
            found.append(day > bindparam("due_after", type_=Date))
        return and_(*found)

    return Filter(f"{':'.join(given)}:{descending}", clause, given)


def due_within(days: int, day: date | None, *, descending: bool) -> Filter:
    """Milestones not met that are due on that day, today's if none, or in so many days from it."""

    def clause() -> ColumnElement[bool]:
        first = TODAY if day is None else asked_day()
        status = STATUS if day is None else STATUS_ON_DAY
        last = first + bindparam("due_within_days", type_=Integer)
        due = Dated(Milestone.due_on).key(descending=descending).between(first, last)
        return due & (status != constant("met"))

    return Filter(f"due_within_days:{day is None}:{descending}", clause, {"due_within_days": days})


def in_provinces(codes: Sequence[str]) -> Filter:
    """Milestones of any of these provinces, or of a district or an area in one of them."""

    def clause() -> ColumnElement[bool]:
        wanted = bindparam("province", type_=ARRAY(Text))
        inside = [
            select(constant("provinces"), func.unnest(wanted)),
            select(constant("districts"), District.code).where(District.province_code == any_(wanted)),
            *(
                select(constant(name), cast(area.id, Text)).where(area.provinces.op("&&", is_comparison=True)(wanted))
                for name, area in AREAS.items()
            ),
        ]
        return tuple_(Milestone.subject_type, Milestone.subject_id).in_(union_all(*inside))

    known = existing("province", Province.code, codes)
    return Filter("province", clause, {"province": list(codes)}, [known])


def of_milestones(params: MilestoneList) -> list[Filter]:
    """The filters of a list of milestones."""
    found = _of_days(params)
    if params.kind:
        found.append(among("kind", Milestone.kind, params.kind))
    if params.status and params.as_of:
        found.append(with_status(params.status))
    elif params.status:
        found.append(among("status", Milestone.status, params.status))
    if params.subject is not None:
        found.append(about(Milestone, params.subject))
    if params.province:
        found.append(in_provinces(params.province))
    return found


def _of_days(params: MilestoneList) -> list[Filter]:
    """Those by when a milestone is due."""
    found, descending = [], params.sort == "-due_on"
    if params.overdue is not None:
        found.append(overdue(params.overdue, params.as_of, descending=descending))
    if params.due_before is not None or params.due_after is not None:
        found.append(due_between(params.due_before, params.due_after, descending=descending))
    if params.due_within_days is not None:
        found.append(due_within(params.due_within_days, params.as_of, descending=descending))
    return found
