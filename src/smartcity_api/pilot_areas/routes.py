"""Reading and recording pilot areas."""

from fastapi import APIRouter

from smartcity_api.identity.roles import Permission
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.pilot_areas import drafts, queries, schemas

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.PILOT_AREAS,
        shapes=schemas.PILOT_AREA,
        params=schemas.PilotAreaList,
        filters=queries.of_pilot_areas,
        singular="pilot_area",
        plural="pilot_areas",
        about="The ten areas of BE 2561 that the programme began with.",
        example=register_id("pilot-areas", "pilot-03-phuket"),
    ),
)

reading(router, *RESOURCES)
writing(
    router,
    Writable(resource=RESOURCES[0], draft=drafts.PilotAreaDraft, permission=Permission.KEEP_REGISTER),
)
