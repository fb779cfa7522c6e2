"""Reading milestones, recording them, and reporting on them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from sqlalchemy import func

from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts
from smartcity_api.kit.http.content import content
from smartcity_api.kit.http.operations import (
    CallerOf,
    Expected,
    Reason,
    Writing,
    check_version,
    operation,
    require_reason,
)
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.responses import record_answer
from smartcity_api.kit.http.writing import Writable, answer, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import DryRunParams
from smartcity_api.milestones import actions, drafts, queries, schemas
from smartcity_api.milestones.models import Milestone

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
writing(
    router,
    Writable(
        resource=RESOURCES[0],
        draft=drafts.MilestoneDraft,
        permission=Permission.KEEP_REGISTER,
        current={
            "resolution_id": Milestone.resolution_id.expression,  # also of one not published yet
            "depends_on": func.to_json(Milestone.depends_on),
        },
        check=actions.check_draft,
    ),
)

Id = Annotated[UUID, Path(alias="id", description="The milestone's id", examples=[RESOURCES[0].example])]
Trial = Annotated[DryRunParams, query(DryRunParams)]


@operation(
    router,
    "POST",
    "/milestones/{id}/replan",
    permission=Permission.KEEP_REGISTER,
    on_existing=True,
    name="replan_milestone",
    summary="Give a milestone another day",
    answers=record_answer(schemas.MILESTONE),
)
async def replan(
    key: Id,
    sent: Annotated[drafts.MilestoneReplanning, content(drafts.MilestoneReplanning)],
    session: Writing,
    expected: Expected,
    reason: Reason,
    trial: Trial,
) -> Response:
    """Needs a reason. The earlier day stays among its `versions`; what was met or missed is open again."""
    held = await actions.hold(session, key)
    check_version(held.version, expected)
    require_reason(reason)
    await actions.replan(session, held, sent)
    session.dry_run = trial.dry_run
    return await answer(session, queries.MILESTONES, key)


@operation(
    router,
    "POST",
    "/milestones/{id}/progress",
    permission=Permission.REPORT_MILESTONES,
    on_existing=True,
    name="report_milestone",
    summary="Report how far a milestone is",
    answers=record_answer(schemas.MILESTONE),
    problems=[conflicts.Conflict],
)
async def report(
    key: Id,
    sent: Annotated[drafts.MilestoneReport, content(drafts.MilestoneReport)],
    session: Writing,
    expected: Expected,
    caller: CallerOf,
    reason: Reason,
    trial: Trial,
) -> Response:
    """By who keeps the register, and by agencies of what is their own: proposals, and areas that they run or lead."""
    held = await actions.hold(session, key)
    await actions.check_reporter(session, caller, held)
    check_version(held.version, expected)
    await actions.report(session, held, sent, reason)
    session.dry_run = trial.dry_run
    return await answer(session, queries.MILESTONES, key)


@operation(
    router,
    "POST",
    "/milestones/{id}/meet",
    permission=Permission.REPORT_MILESTONES,
    on_existing=True,
    name="meet_milestone",
    summary="Say that a milestone is met",
    answers=record_answer(schemas.MILESTONE),
    problems=[conflicts.Conflict],
)
async def meet(
    key: Id,
    sent: Annotated[drafts.MilestoneMet, content(drafts.MilestoneMet)],
    session: Writing,
    expected: Expected,
    caller: CallerOf,
    reason: Reason,
    trial: Trial,
) -> Response:
    """Today, or on an earlier day. While others that it depends on are open, only the secretary may, with a reason."""
    held = await actions.hold(session, key)
    await actions.check_reporter(session, caller, held)
    check_version(held.version, expected)
    await actions.meet(session, caller, held, sent, reason)
    session.dry_run = trial.dry_run
    return await answer(session, queries.MILESTONES, key)
