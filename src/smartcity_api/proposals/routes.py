"""Reading calls and proposals, filing proposals, and moving them."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.drafts import patch_of
from smartcity_api.kit.http.content import content, patch
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
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.responses import Responses, answered, computed, documented, record_answer
from smartcity_api.kit.http.writing import Writable, answer, changed_draft, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.language import preferred_language
from smartcity_api.kit.params import NoParams
from smartcity_api.proposals import actions, drafts, lifecycle, queries, schemas
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import moving
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.CALLS,
        shapes=schemas.CALL,
        params=schemas.CallList,
        filters=queries.of_calls,
        singular="call",
        plural="calls",
        about="Rounds of applications.",
        example=register_id("calls", "1-2563"),
    ),
    Resource(
        layer=queries.PROPOSALS,
        shapes=schemas.PROPOSAL,
        params=schemas.ProposalList,
        filters=queries.of_proposals,
        singular="proposal",
        plural="proposals",
        about="Proposals from draft to certificate, with their stage today or on any day.",
        example=register_id("proposals", "b1-03-phuket"),
    ),
)
CALLS, PROPOSALS = RESOURCES

reading(router, *RESOURCES)
writing(router, Writable(resource=CALLS, draft=drafts.CallDraft, permission=Permission.KEEP_REGISTER))

_FILED = Writable(resource=PROPOSALS, draft=drafts.ProposalDraft, permission=Permission.FILE_PROPOSALS)
_FIELDS = tuple(drafts.ProposalDraft.model_fields)
_PLACE = frozenset({"provinces", "boundary", "boundary_kind"})
_Id = Annotated[UUID, Path(description="The proposal's id", examples=[register_id("proposals", "b1-03-phuket")])]
_NoParams = Annotated[Any, query(NoParams)]
_WARNING = {
    "description": "What was accepted and is unlikely: `boundary-outside-provinces` when more than 1 % of the "
    "boundary lies over 1 km outside the stated provinces, with the share that does",
    "schema": {"type": "string", "examples": ["boundary-outside-provinces; share=0.37"]},
}


def _warning(answers: Responses) -> Responses:
    """The same with the header that a write of a boundary can have."""
    return {
        status: {**found, "headers": {**found["headers"], "X-Warning": _WARNING}} for status, found in answers.items()
    }


async def _warned(session: Transaction, key: UUID, changed: Iterable[str], answered: Response) -> Response:
    """The answer, with a warning where the boundary that was sent is unlikely."""
    share = await moving.share_outside(session, key) if _PLACE.intersection(changed) else 0.0
    if share > queries.MUCH:
        answered.headers["X-Warning"] = f"boundary-outside-provinces; share={share:.2f}"
    return answered


@operation(
    router,
    "POST",
    "/proposals",
    permission=Permission.FILE_PROPOSALS,
    status=201,
    name="create_proposal",
    summary="File a draft",
    answers=_warning(record_answer(schemas.PROPOSAL, status=201)),
    problems=[conflicts.AlreadyExists, conflicts.IllegalMove],
)
async def create_proposal(
    request: Request,
    draft: Annotated[drafts.FilingDraft, content(drafts.FilingDraft)],
    session: Writing,
    actor: CallerOf,
    reason: Reason,
    _: _NoParams,
) -> Response:
    """A new proposal, of the caller's organisation; the secretary files for any."""
    key = await actions.create(session, draft, actions.Asked(actor, reason, draft.effective_on))
    filed = await answer(session, queries.PROPOSALS, key, created=request)
    return await _warned(session, key, draft.model_fields_set, filed)


async def _locked(session: Transaction, key: UUID, expected: frozenset[int] | None, actor: Any, *, own: bool) -> None:
    """Nobody else changes it now; it is the caller's own where it must be, and the version that was meant."""
    version, proponent = await rows.locked(session, queries.PROPOSALS, key, Proposal.proponent_id.expression)
    if own:
        actions.check_own(actor, proponent)
    check_version(version, expected)


@operation(
    router,
    "PATCH",
    "/proposals/{id}",
    permission=Permission.FILE_PROPOSALS,
    on_existing=True,
    name="change_proposal",
    summary="Change a proposal",
    answers=_warning(record_answer(schemas.PROPOSAL)),
    problems=[conflicts.AlreadyExists, conflicts.IllegalMove],
)
async def change_proposal(
    id: _Id,
    change: Annotated[Any, patch(patch_of(drafts.ProposalDraft))],
    session: Writing,
    expected: Expected,
    actor: CallerOf,
    _: _NoParams,
) -> Response:
    """Possible in draft, when returned, in the promotion zone, and when approved in principle."""
    await _locked(session, id, expected, actor, own=True)
    await actions.check_stage(session, id, "change", lifecycle.CHANGEABLE)
    draft, changed = await changed_draft(session, _FILED, id, change, _FIELDS)
    await actions.change(session, id, draft, changed, actor)
    return await _warned(session, id, changed, await answer(session, queries.PROPOSALS, id))


@operation(
    router,
    "DELETE",
    "/proposals/{id}",
    permission=Permission.FILE_PROPOSALS,
    on_existing=True,
    status=204,
    name="delete_proposal",
    summary="Delete a draft",
    answers={204: {"description": "It is gone"}},
    problems=[conflicts.StillReferenced, conflicts.IllegalMove],
)
async def delete_proposal(id: _Id, session: Writing, expected: Expected, actor: CallerOf, _: _NoParams) -> Response:
    """Only what was never submitted can be deleted; everything else is withdrawn."""
    await _locked(session, id, expected, actor, own=True)
    await actions.remove(session, id)
    return Response(status_code=204)


def _act(action: str, path: str, permission: Permission, summary: str, about: str) -> None:
    """A named operation that needs nothing but its day."""

    async def act(
        id: _Id,
        draft: Annotated[drafts.Moving, content(drafts.Moving)],
        session: Writing,
        expected: Expected,
        actor: CallerOf,
        reason: Reason,
        _: _NoParams,
    ) -> Response:
        await _locked(session, id, expected, actor, own=True)
        await actions.move(session, id, action, actions.Asked(actor, reason, draft.effective_on))
        return await answer(session, queries.PROPOSALS, id)

    act.__doc__ = about
    operation(
        router,
        "POST",
        f"/proposals/{{id}}/{path}",
        permission=permission,
        on_existing=True,
        name=f"{action}_proposal",
        summary=summary,
        answers=record_answer(schemas.PROPOSAL),
        problems=[conflicts.IllegalMove, *([actions.NoOpenCall] if action == "submit" else [])],
    )(act)


_act(
    "submit",
    "submit",
    Permission.FILE_PROPOSALS,
    "Submit an application",
    "Needs titles in both languages, a proponent, a city type, two dimensions with `environment` among them, a place, "
    "and an open call. The first submission gives the reference number.",
)
_act(
    "submit_plan",
    "submit-plan",
    Permission.FILE_PROPOSALS,
    "Submit the plan of a promotion zone",
    "Needs what an application needs, a budget, and a text to each of the criteria in force.",
)
_act(
    "withdraw",
    "withdraw",
    Permission.FILE_PROPOSALS,
    "Withdraw a proposal for good",
    "Possible in every stage before the certificate, unless it was rejected.",
)


@operation(
    router,
    "POST",
    "/proposals/{id}/screen",
    permission=Permission.SCREEN_PROPOSALS,
    on_existing=True,
    name="screen_proposal",
    summary="Accept an application, return it or reject it",
    answers=record_answer(schemas.PROPOSAL),
    problems=[conflicts.IllegalMove],
)
async def screen_proposal(
    id: _Id,
    draft: Annotated[drafts.ScreeningDraft, content(drafts.ScreeningDraft)],
    session: Writing,
    expected: Expected,
    actor: CallerOf,
    reason: Reason,
    _: _NoParams,
) -> Response:
    """Returning and rejecting need a reason."""
    if draft.outcome != "accept":
        require_reason(reason)
    await _locked(session, id, expected, actor, own=False)
    await actions.move(session, id, draft.outcome, actions.Asked(actor, reason, draft.effective_on))
    return await answer(session, queries.PROPOSALS, id)


@operation(
    router,
    "POST",
    "/proposals/{id}/announce-zone",
    permission=Permission.SCREEN_PROPOSALS,
    on_existing=True,
    name="announce_zone",
    summary="Announce the promotion zone of an eligible proposal",
    answers=answered(schemas.AnnouncedProposal),
    problems=[conflicts.IllegalMove],
)
async def announce_zone(
    id: _Id,
    draft: Annotated[drafts.AnnouncementDraft, content(drafts.AnnouncementDraft)],
    session: Writing,
    expected: Expected,
    actor: CallerOf,
    reason: Reason,
    _: _NoParams,
) -> Response:
    """Creates the zone from the proposal's place, city types and dimensions, and links the two."""
    await _locked(session, id, expected, actor, own=False)
    zone = await actions.announce(session, id, draft, actions.Asked(actor, reason, draft.effective_on))
    text, version = await rows.written(session, queries.PROPOSALS, id)
    return represented(text[:-1] + f',"promotion_zone_id":"{zone}"}}'.encode(), "json", version=version)


@router.get(
    "/proposals/{id}/moves",
    name="list_moves",
    responses={**computed(schemas.PossibleMoves), **documented(errors.NoSuchRecord, conflicts.Deleted)},
)
async def list_moves(request: Request, id: _Id, session: Reading, actor: CallerOf, _: _NoParams) -> Response:
    """What the caller may do with a proposal now, and why the rest is closed."""
    language = preferred_language(request.headers.get("accept-language"))
    found = schemas.PossibleMoves.model_validate(await moving.moves(session, id, actor, language))
    headers = {"Content-Language": language, "Vary": "Accept, Accept-Language, Authorization"}
    return represented(found.model_dump_json().encode(), "json", headers=headers)
