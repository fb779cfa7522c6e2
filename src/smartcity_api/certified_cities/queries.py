"""Certified cities as a layer, and the filters of their list."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ARRAY, ColumnElement, Date, Text, any_, bindparam, case, func, literal_column, or_

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.schemas import CertifiedCityList
from smartcity_api.history.models import StagePeriod
from smartcity_api.history.queries import (
    TODAY,
    asked_day,
    city_events,
    city_gaps,
    held,
    last_day,
    reached_event,
    stage_on,
)
from smartcity_api.identity.rows import proposal_id_seen
from smartcity_api.kit.days import today
from smartcity_api.kit.filters import Filter, among
from smartcity_api.kit.layers import Column, Counted, Dated, Layer, named_properties, record_properties
from smartcity_api.kit.statements import constant
from smartcity_api.organisations.queries import taking_part
from smartcity_api.provinces.queries import footprint_filters, footprint_properties, footprint_shape


def existing_on() -> ColumnElement[bool]:
    """In force since the day that is asked or before."""
    return last_day(CertifiedCity.in_force_on) <= asked_day()


def _lapsed(status: Column, day: ColumnElement[date]) -> ColumnElement[bool]:
    """With this status, but a known validity that ended before that day."""
    return status.in_([constant("granted"), constant("renewed")]) & (last_day(CertifiedCity.valid_until) < day)


def status_on(status: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement[str]:
    """The status, or that it lapsed."""
    return case((_lapsed(status, day), constant("lapsed")), else_=status)


STATUS = status_on(CertifiedCity.status.expression, TODAY)
STATUS_ON_DAY = status_on(stage_on(CertifiedCity.id, asked_day()), asked_day())

CERTIFIED_CITIES = Layer(
    name="certified-cities",
    key=CertifiedCity.id,
    properties={
        "id": CertifiedCity.id.expression,
        "batch": CertifiedCity.batch.expression,
        "batch_position": CertifiedCity.batch_position.expression,
        **named_properties(CertifiedCity),
        "city_type": CertifiedCity.city_type.expression,
        **footprint_properties(CertifiedCity),
        "status": STATUS,
        "in_force_on": CertifiedCity.in_force_on.expression,
        "in_force_basis": CertifiedCity.in_force_basis.expression,
        "valid_until": CertifiedCity.valid_until.expression,
        "policy_review_due_on": CertifiedCity.policy_review_due_on.expression,
        "events": city_events(CertifiedCity.id),
        "undocumented_stages": city_gaps(CertifiedCity.id),
        "proposal_id": proposal_id_seen(CertifiedCity.proposal_id),
        "operator_id": CertifiedCity.operator_id.expression,
        **record_properties(CertifiedCity),
    },
    sorts={
        "batch": Counted(CertifiedCity.batch_order),
        "display_name": CertifiedCity.display_name.expression,
        "in_force_on": Dated(CertifiedCity.in_force_on),
        "updated_at": CertifiedCity.updated_at.expression,
    },
    location=CertifiedCity.location,
    boundaries={"full": CertifiedCity.boundary},
    written={"full": CertifiedCity.boundary_geojson},
    shape=footprint_shape(CertifiedCity),
    on_day={"status": STATUS_ON_DAY},
    existing_on=existing_on,
)


def with_status(statuses: Sequence[str], day: date | None) -> Filter:
    """Cities with any of these statuses, today or at the end of that day; in words that indexes and statistics know."""

    def wanted(status: Column, on: ColumnElement[date]) -> ColumnElement[bool]:
        lapsed = _lapsed(status, on)
        as_recorded = (status == any_(bindparam("status", type_=ARRAY(Text)))) & ~lapsed
        return or_(lapsed, as_recorded) if "lapsed" in statuses else as_recorded

    def clause() -> ColumnElement[bool]:
        if day is None:
            return wanted(CertifiedCity.status, TODAY)
        return held(CertifiedCity.id, wanted(StagePeriod.stage, asked_day()))

    name = f"status{':lapsed' * ('lapsed' in statuses)}{':on' * (day is not None)}"
    return Filter(name, clause, {"status": list(statuses)})


def review_due() -> ColumnElement[date]:
    """The day by which a city must be looked at again, in the words of its index; infinity when none is known."""
    days = (func.smartcity_last_day(day) for day in (CertifiedCity.policy_review_due_on, CertifiedCity.valid_until))
    return func.coalesce(func.least(*days), literal_column("'infinity'::date"), type_=Date)


def not_revoked(day: date | None) -> ColumnElement[bool]:
    """Whether the certificate has not been revoked by today, or by the end of that day."""
    if day is None:
        return CertifiedCity.status != constant("revoked")
    return ~held(CertifiedCity.id, StagePeriod.stage == constant("revoked"))


def due_for_review(before: date, day: date | None) -> Filter:
    """Cities that must be looked at again before a day."""

    def clause() -> ColumnElement[bool]:
        return (review_due() < bindparam("review_before", type_=Date)) & not_revoked(day)

    return Filter(f"due_for_review:{day is None}", clause, {"review_before": before})


def of_certified_cities(params: CertifiedCityList) -> list[Filter]:
    """The filters of a list of certified cities."""
    found = footprint_filters(CertifiedCity, params)
    if params.status:
        found.append(with_status(params.status, params.as_of))
    if params.reached:
        found.append(reached_event(CertifiedCity.id, params.reached, params.as_of or today()))
    if params.batch is not None:
        found.append(Filter("batch", lambda: CertifiedCity.batch == bindparam("batch"), {"batch": params.batch}))
    if params.city_type:
        found.append(among("city_type", CertifiedCity.city_type, params.city_type))
    if params.organisation:
        found.append(taking_part(CertifiedCity.operator_id, params.organisation))
    if params.due_for_review_before is not None:
        found.append(due_for_review(params.due_for_review_before, params.as_of))
    return found
