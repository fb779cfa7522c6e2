"""Pilot areas as a layer, and the filters of their list."""

from sqlalchemy import ColumnElement

from smartcity_api.history.queries import asked_day, last_day, over_by
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.layers import Dated, Layer, named_properties, record_properties
from smartcity_api.organisations.queries import taking_part
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.pilot_areas.schemas import PilotAreaList
from smartcity_api.provinces.queries import footprint_filters, footprint_properties, footprint_shape


def existing_on() -> ColumnElement[bool]:
    """Chosen by the end of the day that is asked, and not ended."""
    return (last_day(PilotArea.selected_on) <= asked_day()) & ~over_by(PilotArea.ended_on, asked_day())


PILOT_AREAS = Layer(
    name="pilot-areas",
    key=PilotArea.id,
    properties={
        "id": PilotArea.id.expression,
        "position": PilotArea.position.expression,
        **named_properties(PilotArea),
        **footprint_properties(PilotArea),
        "selected_on": PilotArea.selected_on.expression,
        "ended_on": PilotArea.ended_on.expression,
        "lead_agency_id": PilotArea.lead_agency_id.expression,
        "project_management_committee_id": PilotArea.project_management_committee_id.expression,
        **record_properties(PilotArea),
    },
    sorts={
        "position": PilotArea.position.expression,
        "display_name": PilotArea.display_name.expression,
        "selected_on": Dated(PilotArea.selected_on),
        "updated_at": PilotArea.updated_at.expression,
    },
    location=PilotArea.location,
    boundaries={"full": PilotArea.boundary},
    written={"full": PilotArea.boundary_geojson},
    shape=footprint_shape(PilotArea),
    existing_on=existing_on,
)


def of_pilot_areas(params: PilotAreaList) -> list[Filter]:
    """The filters of a list of pilot areas."""
    found = footprint_filters(PilotArea, params)
    if params.organisation:
        found.append(taking_part(PilotArea.lead_agency_id, params.organisation))
    return found
