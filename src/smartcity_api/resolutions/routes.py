"""Reading and recording bodies, meetings and resolutions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from smartcity_api.identity.roles import Permission
from smartcity_api.kit import rows
from smartcity_api.kit.http.operations import Expected, Writing, check_version, operation
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.responses import record_answer
from smartcity_api.kit.http.writing import Writable, answer, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import NoParams
from smartcity_api.resolutions import actions, drafts, queries, schemas
from smartcity_api.resolutions.models import Body, Resolution

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
        about="What bodies resolved or announced, with the decisions in it; drafts are for few.",
        example=register_id("resolutions", "steering-committee-2560-1-2561-dimensions"),
    ),
)

reading(router, *RESOURCES)
writing(
    router,
    Writable(
        resource=RESOURCES[0],
        draft=drafts.BodyDraft,
        permission=Permission.KEEP_REGISTER,
        current={"members": Body.members.expression},
        check=actions.check_body,
    ),
    Writable(
        resource=RESOURCES[1],
        draft=drafts.MeetingDraft,
        permission=Permission.KEEP_REGISTER,
        check=actions.check_meeting,
    ),
    Writable(
        resource=RESOURCES[2],
        draft=drafts.ResolutionDraft,
        permission=Permission.KEEP_REGISTER,
        current={"supersedes_id": Resolution.supersedes_id.expression},
        check=actions.check_resolution,
        refuses=(actions.AlreadyPublished,),
    ),
)


@operation(
    router,
    "POST",
    "/resolutions/{id}/publish",
    permission=Permission.RECORD_DECISIONS,
    on_existing=True,
    name="publish_resolution",
    summary="Publish a resolution, so that it can decide",
    answers=record_answer(schemas.RESOLUTION),
    problems=[actions.AlreadyPublished],
)
async def publish(
    key: Annotated[UUID, Path(alias="id", description="The resolution's id", examples=[RESOURCES[2].example])],
    transaction: Writing,
    expected: Expected,
    _: Annotated[NoParams, query(NoParams)],
) -> Response:
    """From now on it is public, and changed only by a correction."""
    (version,) = await rows.locked(transaction, queries.RESOLUTIONS, key)
    check_version(version, expected)
    await actions.publish(transaction, key)
    return await answer(transaction, queries.RESOLUTIONS, key)
