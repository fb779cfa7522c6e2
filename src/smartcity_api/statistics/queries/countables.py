"""What can be counted: the four layers of areas with their lists' own filters, and what they can be grouped by."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    cast,
    func,
    inspect,
    literal_column,
    null,
    select,
)
from sqlalchemy.orm import aliased

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES, of_certified_cities, status_on
from smartcity_api.certified_cities.schemas import CertifiedCityList
from smartcity_api.history.lifecycle import rank
from smartcity_api.history.models import Event, StagePeriod
from smartcity_api.history.queries import (
    CITY_EVENT,
    asked_day,
    current,
    far_enough,
    holding,
    in_stage,
    one_of_stages,
)
from smartcity_api.kit.areas import FootprintParams
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.pilot_areas.queries import PILOT_AREAS, of_pilot_areas
from smartcity_api.pilot_areas.schemas import PilotAreaList
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES, began_on, of_promotion_zones
from smartcity_api.promotion_zones.schemas import PromotionZoneList
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS, of_proposals
from smartcity_api.proposals.schemas import ProposalList

STATES = ("stage", "status")
"""What a record is in, today or on a day; the layers know how to say it."""

FIRST = aliased(StagePeriod, name="first")
"""A record's first period, beside it (`Countable.source`)."""

HELD = aliased(StagePeriod, name="held")
"""The period that it is in at the end of the day that is asked, beside it."""

Days = Select[UUID, date]
Spans = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Countable:
    """A list that can be counted.

    `values` are what its records are grouped by besides places: one value, or an array of several. `undated` says of
    which no day is known at all, `reached_undated` which reached that stage or event on a day that is not known. With
    `first` they look at a record's first period. `status` makes of a period's status that of the record on the day.

    `changes` are the days on which a record may come to be counted or cease to be: by its existence, and where these
    are asked by its stage (the first is true) and by what it has reached (the second). Where its history alone decides,
    `spans` say at once when it is counted, of the same two: `id`, `since`, and `until` unless it is for good. `over` is
    what no longer is counted, though its list still has it.
    """

    layer: Layer
    params: type[FootprintParams]
    filters: Callable[[Any], Sequence[Filter]]
    values: Mapping[str, ColumnElement[Any]]
    undated: Callable[[], ColumnElement[bool]]
    reached_undated: Callable[[str], ColumnElement[bool]] | None = None
    first: bool = False
    status: Callable[[ColumnElement[str]], ColumnElement[str]] | None = None
    changes: Callable[[bool, bool], Sequence[Days]] | None = None
    spans: Callable[[bool, bool], Spans] | None = None
    over: Callable[[], Filter] | None = None

    @property
    def provinces(self) -> Column:
        """Where its records lie."""
        column: Column = self.layer.table.provinces
        return column

    @property
    def groupings(self) -> frozenset[str]:
        """What it can be grouped by besides places."""
        return frozenset((*self.values, *(state for state in STATES if state in self.layer.properties)))

    def value(self, by: str, *, on_day: bool) -> ColumnElement[Any]:
        """The value, or array of values, that a record is grouped by."""
        if by not in STATES:
            return self.values[by]
        if not on_day:
            return self.layer.properties[by]
        return HELD.stage.expression if self.status is None else self.status(HELD.stage.expression)

    def source(self, by: Collection[str], *, on_day: bool) -> FromClause:
        """Its table, with what `value` and `has_no_day` look at beside it.

        Looked up for each row, that would be most of a count among a million. It is one row at most, so none comes
        twice; and where nothing of it is asked, PostgreSQL leaves it out.
        """
        found: FromClause = inspect(self.layer.table).local_table
        key = self.layer.key
        if self.first:
            found = found.outerjoin(FIRST, (FIRST.subject_id == key) & (FIRST.position == constant(1)))
        if on_day and not frozenset(STATES).isdisjoint(by):
            found = found.outerjoin(HELD, holding(key, asked_day(), HELD))
        return found

    def has_no_day(self, reached: str | None) -> ColumnElement[bool]:
        """Whether it cannot be said since when a record is what is asked for."""
        if reached is None or self.reached_undated is None:
            return self.undated()
        return self.reached_undated(reached)


def _last(day: Column) -> ColumnElement[date]:
    return func.smartcity_last_day(day, type_=Date)


def _year(day: Column) -> ColumnElement[int]:
    """The CE year of a day, however exactly that is known."""
    return cast(func.left(day, constant(4)), Integer)


def _days(key: Column, *days: ColumnElement[date]) -> list[Days]:
    return [select(key, day.label("day")).where(day.is_not(None)) for day in days]


def _periods(subject_type: str) -> Days:
    """The days on which stages or statuses began."""
    wanted = StagePeriod.subject_type == constant(subject_type)
    return select(StagePeriod.subject_id, StagePeriod.starts_on.label("day")).where(wanted)


def _proposal_spans(by_stage: bool, by_reached: bool) -> Spans:
    """From their first day for good, or the periods in which they are in such a stage and have reached that other."""
    period = StagePeriod
    wanted = period.subject_type == constant("proposals")
    found: Spans = select(period.subject_id.label("id"), period.starts_on.label("since")).where(wanted)
    if not by_stage and not by_reached:
        return found.where(period.position == constant(1))
    found = found.add_columns(period.ends_before.label("until")).where(period.starts_on < period.ends_before)
    found = found.where(one_of_stages("stage")) if by_stage else found
    return found.where(far_enough()) if by_reached else found


def _proposal_reached_undated(stage: str) -> ColumnElement[bool]:
    """Some event without a day reaches the stage, none with one does, and it was not turned down.

    A period has reached whatever an event before it reaches. So only events without a day can be such, and the rest is
    asked of these few, not of all proposals.
    """
    place = constant(rank(stage) or 0)
    dated = (StagePeriod.subject_id == Event.subject_id) & (StagePeriod.reached >= place)
    known = select(constant(1)).where(dated).correlate_except(StagePeriod).exists()
    far = (func.smartcity_stage_rank(Event.stage) >= place) & Event.counts_from.is_(None)
    mine = (Event.subject_id == Proposal.id) & current("proposals", Event.subject_id)
    there = select(constant(1)).where(mine, far, ~known).correlate_except(Event).exists()
    open_ = Proposal.stage.not_in([constant("rejected"), constant("withdrawn")])
    return there & open_


def _city_reached_undated(event: str) -> ColumnElement[bool]:
    """It happened, never on a day that is known."""
    mine = (CITY_EVENT.c.city_id == CertifiedCity.id) & (CITY_EVENT.c.event == constant(event))
    there = select(constant(1)).where(mine).correlate_except(CITY_EVENT).exists()
    dated = select(constant(1)).where(mine, CITY_EVENT.c.counts_from.is_not(None)).correlate_except(CITY_EVENT).exists()
    return there & ~dated


def _city_changes(by_status: bool, by_reached: bool) -> list[Days]:
    """When they came into force or their status changed; where it is asked, when they lapsed or something happened."""
    found = [*_days(CertifiedCity.id, _last(CertifiedCity.in_force_on)), _periods("certified-cities")]
    if by_status:
        after = _last(CertifiedCity.valid_until) + literal_column("1", Integer)
        found += _days(CertifiedCity.id, cast(after, Date))
    if by_reached:
        happened = select(CITY_EVENT.c.city_id, CITY_EVENT.c.counts_from.label("day"))
        found.append(happened.where(CITY_EVENT.c.counts_from.is_not(None)))
    return found


COUNTABLES: Final[dict[str, Countable]] = {
    one.layer.name: one
    for one in (
        Countable(
            layer=PILOT_AREAS,
            params=PilotAreaList,
            filters=of_pilot_areas,
            values={"year": _year(PilotArea.selected_on)},
            undated=lambda: PilotArea.selected_on.is_(None),
            changes=lambda *_: _days(PilotArea.id, _last(PilotArea.selected_on), _last(PilotArea.ended_on)),
        ),
        Countable(
            layer=PROMOTION_ZONES,
            params=PromotionZoneList,
            filters=of_promotion_zones,
            values={
                "city_type": PromotionZone.city_types.expression,
                "dimension": PromotionZone.dimensions.expression,
                "year": _year(began_on()),
            },
            undated=lambda: began_on().is_(None),
            changes=lambda *_: _days(PromotionZone.id, _last(began_on()), _last(PromotionZone.ended_on)),
        ),
        Countable(
            layer=PROPOSALS,
            params=ProposalList,
            filters=of_proposals,
            values={
                "city_type": Proposal.city_types.expression,
                "dimension": Proposal.dimensions.expression,
                "year": cast(func.date_part(constant("year"), FIRST.starts_on), Integer),
            },
            undated=lambda: FIRST.subject_id.is_(None),
            reached_undated=_proposal_reached_undated,
            first=True,
            spans=_proposal_spans,
        ),
        Countable(
            layer=CERTIFIED_CITIES,
            params=CertifiedCityList,
            filters=of_certified_cities,
            values={"city_type": CertifiedCity.city_type.expression, "year": _year(CertifiedCity.in_force_on)},
            undated=lambda: CertifiedCity.in_force_on.is_(None),
            reached_undated=_city_reached_undated,
            status=lambda recorded: status_on(recorded, asked_day()),
            changes=_city_changes,
            over=lambda: in_stage("over", CertifiedCity.id, ["revoked"]),
        ),
    )
}
"""Every list that can be counted, by its name."""


def is_several(value: ColumnElement[Any]) -> bool:
    """Whether a record may have several values of it."""
    return isinstance(value.type, ARRAY)


def lacks(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether nothing is known of it."""
    return func.cardinality(value) == constant(0) if is_several(value) else value.is_(null())
