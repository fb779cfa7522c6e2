"""Assessing plans."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.casework import actions, drafts, queries, schemas
from smartcity_api.casework.routes.parts import EXAMPLE, REFUSED, Nothing, ProposalId, answer, created
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.content import content
from smartcity_api.kit.http.operations import PERMISSION, CallerOf, Writing, operation, permitted
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import answered, computed

router = APIRouter(prefix="/v1", tags=["casework"])


@router.get(
    "/proposals/{id}/assessments",
    name="list_assessments",
    responses={**computed(schemas.AssessmentList), **REFUSED},
    openapi_extra={PERMISSION: Permission.READ_ASSESSMENTS},
)
async def list_assessments(
    request: Request, id: ProposalId, params: Annotated[Any, query(schemas.AssessmentsAsked)]
) -> Response:
    """What reviewers make of a proposal's plans, and what it comes to for the plan submitted last."""
    actor: Any = permitted(request, Permission.READ_ASSESSMENTS)
    database: Database = request.app.state.database
    weights = request.app.state.settings.assessment_weights
    async with database.snapshot() as snapshot:
        await queries.concerning(snapshot, id, actor)
        items = await queries.assessed(snapshot, id, actor, weights, superseded=params.superseded)
        reviewers, mean = await queries.outcome(snapshot, id, weights)
    told = json.dumps({"reviewers": reviewers, "mean": mean, "weights": weights or None}).encode()
    return represented(b'{"items":[' + b",".join(items) + b"]," + told[1:], "json")


@operation(
    router,
    "POST",
    "/proposals/{id}/assessments",
    permission=Permission.ASSESS_PROPOSALS,
    status=201,
    name="assess_proposal",
    answers=answered(schemas.Assessment, status=201),
    problems=[errors.NoSuchRecord, conflicts.Conflict, conflicts.IllegalMove],
)
async def assess_proposal(
    request: Request,
    id: ProposalId,
    draft: Annotated[Any, content(drafts.AssessmentDraft)],
    session: Writing,
    actor: CallerOf,
    _: Nothing,
) -> Response:
    """Assess the plan that is submitted, by all criteria; it supersedes an earlier assessment of one's own."""
    await queries.concerning(session, id, actor)
    key = await actions.assess(session, id, actor, draft)
    parts = queries.assessments(request.app.state.settings.assessment_weights)
    return await answer(session, parts, id, key, actor, **created(request, parts, id, key))


@router.get(
    "/proposals/{id}/assessments/{assessment_id}",
    name="get_assessment",
    responses={**computed(schemas.Assessment), **REFUSED},
    openapi_extra={PERMISSION: Permission.READ_ASSESSMENTS},
)
async def get_assessment(
    request: Request,
    id: ProposalId,
    key: Annotated[UUID, Path(alias="assessment_id", description="The assessment's id", examples=[EXAMPLE])],
    _: Nothing,
) -> Response:
    """One assessment."""
    actor: Any = permitted(request, Permission.READ_ASSESSMENTS)
    database: Database = request.app.state.database
    async with database.snapshot() as snapshot:
        await queries.concerning(snapshot, id, actor)
        parts = queries.assessments(request.app.state.settings.assessment_weights)
        text, version = await queries.one(snapshot, parts, id, key, actor)
    return represented(text, "json", version=version)
