"""Promotion zones as a layer, and the filters of their list."""

from sqlalchemy import ColumnElement, func

from smartcity_api.history.queries import asked_day, last_day, over_by
from smartcity_api.kit.filters import Filter, overlapping
from smartcity_api.kit.layers import Dated, Layer, named_properties, record_properties
from smartcity_api.organisations.queries import taking_part
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.promotion_zones.schemas import PromotionZoneList
from smartcity_api.provinces.queries import footprint_filters, footprint_properties, footprint_shape


def began_on() -> ColumnElement[str]:
    """Since when it exists: its announcement, else its certificate."""
    return func.coalesce(PromotionZone.announced_on, PromotionZone.certificate_on)


def existing_on() -> ColumnElement[bool]:
    """Announced, or at least certified, by the end of the day that is asked, and not ended."""
    return (last_day(began_on()) <= asked_day()) & ~over_by(PromotionZone.ended_on, asked_day())


PROMOTION_ZONES = Layer(
    name="promotion-zones",
    key=PromotionZone.id,
    properties={
        "id": PromotionZone.id.expression,
        **named_properties(PromotionZone),
        **footprint_properties(PromotionZone),
        "city_types": func.to_json(PromotionZone.city_types),
        "dimensions": func.to_json(PromotionZone.dimensions),
        "operator_id": PromotionZone.operator_id.expression,
        "announced_on": PromotionZone.announced_on.expression,
        "announced_by_id": PromotionZone.announced_by_id.expression,
        "certificate_on": PromotionZone.certificate_on.expression,
        "ended_on": PromotionZone.ended_on.expression,
        "end_reason": PromotionZone.end_reason.expression,
        **record_properties(PromotionZone),
    },
    sorts={
        "display_name": PromotionZone.display_name.expression,
        "announced_on": Dated(PromotionZone.announced_on),
        "updated_at": PromotionZone.updated_at.expression,
    },
    location=PromotionZone.location,
    boundaries={"full": PromotionZone.boundary},
    written={"full": PromotionZone.boundary_geojson},
    shape=footprint_shape(PromotionZone),
    existing_on=existing_on,
)


def of_promotion_zones(params: PromotionZoneList) -> list[Filter]:
    """The filters of a list of promotion zones."""
    found = footprint_filters(PromotionZone, params)
    if params.city_type:
        found.append(overlapping("city_type", PromotionZone.city_types, params.city_type))
    if params.dimension:
        found.append(overlapping("dimension", PromotionZone.dimensions, params.dimension))
    if params.organisation:
        found.append(taking_part(PromotionZone.operator_id, params.organisation))
    return found
