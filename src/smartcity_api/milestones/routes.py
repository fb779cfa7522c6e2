"""Reading milestones."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id
from smartcity_api.milestones import queries, schemas

router = APIRouter(prefix="/v1", tags=["programme"])

RESOURCES = (
    Resource(
        layer=queries.MILESTONES,
        shapes=schemas.MILESTONE,
        params=schemas.MilestoneList,
        filters=queries.of_milestones,
        singular="milestone",
        plural="milestones",
        about="What was promised for which day, whether it was met, and what is late, today or on any day.",
        example=register_id("milestones", "strategic-plan-phuket"),
    ),
)

reading(router, *RESOURCES)
