"""Reading plans, targets and activities."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id
from smartcity_api.programme import queries, schemas

router = APIRouter(prefix="/v1", tags=["programme"])

RESOURCES = (
    Resource(
        layer=queries.PLANS,
        shapes=schemas.PLAN,
        params=schemas.PlanList,
        filters=queries.of_plans,
        singular="plan",
        plural="plans",
        about="Plans of the programme, and of the nation for it; each version is a plan of its own.",
        example=register_id("plans", "phase-plan-2562-03"),
    ),
    Resource(
        layer=queries.TARGETS,
        shapes=schemas.TARGET,
        params=schemas.TargetList,
        filters=queries.of_targets,
        singular="target",
        plural="targets",
        about="What was to be reached by when, by each plan.",
        example=register_id("targets", "phase-plan-2561-09-1-areas"),
    ),
    Resource(
        layer=queries.ACTIVITIES,
        shapes=schemas.ACTIVITY,
        params=schemas.ActivityList,
        filters=queries.of_activities,
        singular="activity",
        plural="activities",
        about="What was done: events, courses, ambassadors, visits, seminars, networks and their projects.",
        example=register_id("activities", "seminar-2561-thailand-japan"),
    ),
)

reading(router, *RESOURCES)
