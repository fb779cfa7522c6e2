"""Reading frameworks."""

from fastapi import APIRouter

from smartcity_api.frameworks import queries, schemas
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id

router = APIRouter(prefix="/v1", tags=["programme"])

RESOURCES = (
    Resource(
        layer=queries.FRAMEWORKS,
        shapes=schemas.FRAMEWORK,
        params=schemas.FrameworkList,
        filters=queries.of_frameworks,
        singular="framework",
        plural="frameworks",
        about="The programme's lists, each version with its day: dimensions, pillars, criteria, incentives.",
        example=register_id("frameworks", "dimensions-v3"),
    ),
)

reading(router, *RESOURCES)
