"""When records existed, for `datetime`; what has no known day always did."""

from datetime import date

from sqlalchemy import ColumnElement, Date, func, literal_column, or_, select

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.history.models import StagePeriod
from smartcity_api.history.queries import last_day
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.promotion_zones.queries import began_on
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS

Day = ColumnElement[date]


def _begun(begins_on: Column, last: Day) -> ColumnElement[bool]:
    """Since a day not after the last; in the words of the sort's index."""
    return or_(last_day(begins_on) <= last, begins_on.is_(None))


def of_pilot_areas(first: Day, last: Day) -> ColumnElement[bool]:
    """Chosen by the last day, and not over before the first one."""
    return _begun(PilotArea.selected_on, last) & (last_day(PilotArea.ended_on) > first)


def of_promotion_zones(first: Day, last: Day) -> ColumnElement[bool]:
    """Announced by the last day, and not over before the first one."""
    return _begun(began_on(), last) & (last_day(PromotionZone.ended_on) > first)


def of_proposals(_: Day, last: Day) -> ColumnElement[bool]:
    """With a history by the last day, or with none that has a day.

    Looked up row by row, as a value: of an EXISTS the planner would rather gather all that ever began.
    """
    mine = (StagePeriod.subject_id == Proposal.id) & (StagePeriod.position == constant(1))
    begun = select(StagePeriod.starts_on).where(mine).correlate_except(StagePeriod).scalar_subquery()
    return func.coalesce(begun, literal_column("'-infinity'::date", Date)) <= last


def of_certified_cities(_: Day, last: Day) -> ColumnElement[bool]:
    """In force by the last day."""
    return _begun(CertifiedCity.in_force_on, last)


def of_milestones(_: Day, last: Day) -> ColumnElement[bool]:
    """Set by the last day."""
    return _begun(Milestone.set_on, last)


def earliest(layer: Layer, begins_on: Column) -> ColumnElement[date]:
    """The first of those days, of what may be seen; the first entry of the sort's index where there is one."""
    day = last_day(begins_on)
    return select(day).select_from(layer.table).where(*layer.seen).order_by(day).limit(constant(1)).scalar_subquery()


def earliest_stage() -> ColumnElement[date]:
    """The day of the first stage of the first proposal that may be seen."""
    proposal = select(constant(1)).where(Proposal.id == StagePeriod.subject_id, *PROPOSALS.seen)
    seen = proposal.correlate(StagePeriod).exists()
    found = select(StagePeriod.starts_on).where(StagePeriod.position == constant(1), seen)
    return found.order_by(StagePeriod.starts_on).limit(constant(1)).scalar_subquery()
