"""Whom to ask about proposals."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.casework import actions, drafts, queries, schemas
from smartcity_api.casework.models import PERSONAL
from smartcity_api.casework.routes.parts import EXAMPLE, Kind, Nothing, ProposalId, answer, created, reading
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import errors
from smartcity_api.kit.http.content import content, merged, patch, validated
from smartcity_api.kit.http.operations import CallerOf, Expected, Writing, check_version, operation
from smartcity_api.kit.http.responses import answered

router = APIRouter(prefix="/v1", tags=["casework"])

ContactId = Annotated[UUID, Path(alias="contact_id", description="The contact's id", examples=[EXAMPLE])]
NOT_KEPT = {"Cache-Control": "no-store"}
"""Of what is personal no cache has a copy that outlives it."""

reading(
    router,
    Kind(
        parts=queries.CONTACTS,
        singular="contact",
        permission=Permission.READ_CONTACTS,
        record=schemas.Contact,
        page=schemas.ContactPage,
        about="Whom to ask about a proposal",
        headers=NOT_KEPT,
    ),
)


@operation(
    router,
    "POST",
    "/proposals/{id}/contacts",
    permission=Permission.FILE_PROPOSALS,
    status=201,
    name="add_contact",
    answers=answered(schemas.ContactReceipt, status=201),
    problems=[errors.NoSuchRecord],
)
async def add_contact(
    request: Request,
    proposal: ProposalId,
    draft: Annotated[Any, content(drafts.ContactDraft)],
    session: Writing,
    actor: CallerOf,
    _: Nothing,
) -> Response:
    """Record whom to ask; the answer says where it is read."""
    await queries.concerning(session, proposal, actor)
    key = await actions.add_contact(session, proposal, draft)
    how = created(request, queries.RECEIPTS, proposal, key)
    return await answer(session, queries.RECEIPTS, proposal, key, actor, **how)


@operation(
    router,
    "PATCH",
    "/proposals/{id}/contacts/{contact_id}",
    permission=Permission.FILE_PROPOSALS,
    on_existing=True,
    name="change_contact",
    answers=answered(schemas.Contact),
)
async def change_contact(
    proposal: ProposalId,
    key: ContactId,
    change: Annotated[Any, patch(drafts.ContactPatch)],
    session: Writing,
    expected: Expected,
    actor: CallerOf,
    _: Nothing,
) -> Response:
    """Change whom to ask; what was there before is kept nowhere."""
    await queries.concerning(session, proposal, actor)
    version, *_ = await actions.locked(session, queries.CONTACTS, proposal, key, actor)
    check_version(version, expected)
    text, _version = await queries.one(session, queries.CONTACTS, proposal, key, actor)
    present = {name: value for name, value in json.loads(text).items() if name in PERSONAL}
    await actions.change_contact(session, key, validated(drafts.ContactDraft, merged(present, change)))
    return await answer(session, queries.CONTACTS, proposal, key, actor, headers=NOT_KEPT)


@operation(
    router,
    "DELETE",
    "/proposals/{id}/contacts/{contact_id}",
    permission=Permission.FILE_PROPOSALS,
    on_existing=True,
    status=204,
    name="erase_contact",
    answers={204: {"description": "It is gone"}},
)
async def erase_contact(
    proposal: ProposalId, key: ContactId, session: Writing, expected: Expected, actor: CallerOf, _: Nothing
) -> Response:
    """Forget a contact for good; the audit trail keeps only that there was one."""
    await queries.concerning(session, proposal, actor)
    (version,) = await actions.locked(session, queries.CONTACTS, proposal, key, actor)
    check_version(version, expected)
    await actions.erase_contact(session, key)
    return Response(status_code=204)
