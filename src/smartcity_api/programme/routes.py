"""Reading and recording plans, targets and activities."""

from fastapi import APIRouter
from sqlalchemy import func

from smartcity_api.identity.roles import Permission
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.programme import drafts, queries, schemas
from smartcity_api.programme.models import Activity, Plan

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
writing(
    router,
    Writable(
        resource=RESOURCES[0],
        draft=drafts.PlanDraft,
        permission=Permission.KEEP_REGISTER,
        current={"resolution_id": Plan.resolution_id.expression},  # also of one not published yet
    ),
    Writable(resource=RESOURCES[1], draft=drafts.TargetDraft, permission=Permission.KEEP_REGISTER),
    Writable(
        resource=RESOURCES[2],
        draft=drafts.ActivityDraft,
        permission=Permission.KEEP_REGISTER,
        current={"organisations": func.to_json(Activity.organisations)},
    ),
)
