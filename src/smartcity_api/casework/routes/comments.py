"""Commenting on proposals."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.casework import actions, drafts, queries, schemas
from smartcity_api.casework.models import Comment
from smartcity_api.casework.routes.parts import EXAMPLE, Kind, Nothing, ProposalId, answer, created, reading
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, errors
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
from smartcity_api.kit.http.responses import answered

router = APIRouter(prefix="/v1", tags=["casework"])

CommentId = Annotated[UUID, Path(alias="comment_id", description="The comment's id", examples=[EXAMPLE])]

reading(
    router,
    Kind(
        parts=queries.COMMENTS,
        singular="comment",
        permission=Permission.READ_COMMENTS,
        record=schemas.Comment,
        page=schemas.CommentPage,
        about="What is said about a proposal; the proponent's organisation sees what is said to it",
    ),
)


@operation(
    router,
    "POST",
    "/proposals/{id}/comments",
    permission=Permission.COMMENT_PROPOSALS,
    status=201,
    name="add_comment",
    answers=answered(schemas.Comment, status=201),
    problems=[errors.NoSuchRecord],
)
async def add_comment(
    request: Request,
    proposal: ProposalId,
    draft: Annotated[Any, content(drafts.CommentDraft)],
    session: Writing,
    actor: CallerOf,
    _: Nothing,
) -> Response:
    """Say something about a proposal; it cannot be changed afterwards."""
    await queries.concerning(session, proposal, actor)
    key = await actions.say(session, proposal, actor, draft)
    how = created(request, queries.COMMENTS, proposal, key)
    return await answer(session, queries.COMMENTS, proposal, key, actor, **how)


@operation(
    router,
    "POST",
    "/proposals/{id}/comments/{comment_id}/strike-out",
    permission=Permission.COMMENT_PROPOSALS,
    on_existing=True,
    name="strike_out_comment",
    answers=answered(schemas.Comment),
    problems=[conflicts.Conflict],
)
async def strike_out_comment(
    proposal: ProposalId,
    key: CommentId,
    _nothing: Annotated[Any, content(drafts.StrikeOut)],
    session: Writing,
    expected: Expected,
    reason: Reason,
    actor: CallerOf,
    _: Nothing,
) -> Response:
    """Take a comment back with a reason: its author or the secretary. Its text is then shown to hardly anybody."""
    await queries.concerning(session, proposal, actor)
    columns = (Comment.author == actor.id, Comment.struck_out_at.is_not(None))
    version, is_author, is_struck_out = await actions.locked(session, queries.COMMENTS, proposal, key, actor, *columns)
    check_version(version, expected)
    why = require_reason(reason)
    await actions.strike_out(session, key, actor, why, is_author=is_author, is_struck_out=is_struck_out)
    return await answer(session, queries.COMMENTS, proposal, key, actor)
