"""Reading bodies, meetings and resolutions."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id
from smartcity_api.resolutions import queries, schemas

router = APIRouter(prefix="/v1", tags=["decisions"])

RESOURCES = (
    Resource(
        layer=queries.BODIES,
        shapes=schemas.BODY,
        params=schemas.BodyList,
        filters=queries.of_bodies,
        singular="body",
        plural="bodies",
        about="Whoever resolves: committees, subcommittees, working groups, the Cabinet, boards.",
        example=register_id("bodies", "steering-committee-2562"),
    ),
    Resource(
        layer=queries.MEETINGS,
        shapes=schemas.MEETING,
        params=schemas.MeetingList,
        filters=queries.of_meetings,
        singular="meeting",
        plural="meetings",
        about="Sittings of bodies.",
        example=register_id("meetings", "steering-committee-2562-1-2564"),
    ),
    Resource(
        layer=queries.RESOLUTIONS,
        shapes=schemas.RESOLUTION,
        params=schemas.ResolutionList,
        filters=queries.of_resolutions,
        singular="resolution",
        plural="resolutions",
        about="What bodies resolved or announced, with the decisions in it; published resolutions only.",
        example=register_id("resolutions", "steering-committee-2560-1-2561-dimensions"),
    ),
)

reading(router, *RESOURCES)
