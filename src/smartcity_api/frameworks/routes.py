"""Reading and recording frameworks."""

from fastapi import APIRouter

from smartcity_api.frameworks import drafts, queries, schemas
from smartcity_api.frameworks.models import Framework
from smartcity_api.identity.roles import Permission
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
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
writing(
    router,
    Writable(
        resource=RESOURCES[0],
        draft=drafts.FrameworkDraft,
        permission=Permission.KEEP_REGISTER,
        current={"resolution_id": Framework.resolution_id.expression},  # also of one not published yet
    ),
)
