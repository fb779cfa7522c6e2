"""Reading certified cities, changing what is known of them, and telling what happened to them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from smartcity_api.certified_cities import actions, drafts, queries, schemas
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, rows
from smartcity_api.kit.evidence import check_sources
from smartcity_api.kit.http.content import content
from smartcity_api.kit.http.operations import Expected, Reason, Writing, check_version, operation
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.responses import record_answer
from smartcity_api.kit.http.writing import Writable, answer, changing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import NoParams

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.CERTIFIED_CITIES,
        shapes=schemas.CERTIFIED_CITY,
        params=schemas.CertifiedCityList,
        filters=queries.of_certified_cities,
        singular="certified_city",
        plural="certified_cities",
        about="The cities that hold the certificate, today or on any day, each with what happened to it.",
        example=register_id("certified-cities", "b1-03-phuket"),
    ),
)

reading(router, *RESOURCES)
changing(
    router,
    Writable(resource=RESOURCES[0], draft=drafts.CertifiedCityDraft, permission=Permission.KEEP_REGISTER),
)


@operation(
    router,
    "POST",
    "/certified-cities/{id}/events",
    permission=Permission.RECORD_DECISIONS,
    on_existing=True,
    name="record_city_event",
    answers=record_answer(schemas.CERTIFIED_CITY),
    problems=[conflicts.IllegalMove],
)
async def record_event(
    key: Annotated[UUID, Path(alias="id", description="The city's id", examples=[RESOURCES[0].example])],
    told: Annotated[Any, content(drafts.CityEventDraft)],
    transaction: Writing,
    expected: Expected,
    reason: Reason,
    _: Annotated[NoParams, query(NoParams)],
) -> Response:
    """Record an announcement, the Cabinet's acknowledgement or a ceremony, in any order, and answer the city."""
    (version,) = await rows.locked(transaction, queries.CERTIFIED_CITIES, key)
    check_version(version, expected)
    await check_sources(transaction, told.sources, queries.CERTIFIED_CITIES.properties)
    await actions.tell(transaction, key, told, reason)
    return await answer(transaction, queries.CERTIFIED_CITIES, key)
