"""Reading sources and their claims."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id
from smartcity_api.sources import queries, schemas

router = APIRouter(prefix="/v1", tags=["evidence"])

RESOURCES = (
    Resource(
        layer=queries.SOURCES,
        shapes=schemas.SOURCE,
        params=schemas.SourceList,
        filters=queries.of_sources,
        singular="source",
        plural="sources",
        about="The documents and data sets that the register's facts rest on.",
        example=register_id("sources", "iso-3166-2-th"),
    ),
    Resource(
        layer=queries.CLAIMS,
        shapes=schemas.CLAIM,
        params=schemas.ClaimList,
        filters=queries.of_claims,
        singular="claim",
        plural="claims",
        about="What sources state, in their own words and numbers, also where they contradict each other.",
        example=register_id("claims", "doc-002-areas"),
    ),
)

reading(router, *RESOURCES)
