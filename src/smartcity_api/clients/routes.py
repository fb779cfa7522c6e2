"""Managing clients and their keys."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.clients import actions, queries, schemas
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, cursors, errors
from smartcity_api.kit.database import Database, Snapshot
from smartcity_api.kit.http.content import content
from smartcity_api.kit.http.idempotency import ToldOnce
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.operations import Expected, Writing, check_version, operation, permitted
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import answered, computed, documented
from smartcity_api.kit.params import NoParams

router = APIRouter(prefix="/v1", tags=["access"])

_PERMISSION = Permission.MANAGE_CLIENTS
_LIST = cursors.Fingerprint("clients")
_Id = Annotated[UUID, Path(description="The client's id", examples=["0199e3a4-6c1f-7d53-8a0b-2f4f7f1f0c55"])]
_Prefix = Annotated[str, Path(description="The key's prefix", pattern="^[0-9A-Za-z]{8}$", examples=["A1b2C3d4"])]
_REFUSED = documented(conflicts.Unauthenticated, conflicts.Forbidden)


@router.get(
    "/clients",
    name="list_clients",
    responses={**computed(schemas.ClientPage, cursor=True), **_REFUSED},
    openapi_extra={"x-permission": _PERMISSION},
)
async def list_clients(request: Request, params: Annotated[Any, query(schemas.ClientList)]) -> Response:
    """The clients, the newest first; no key is ever shown again."""
    permitted(request, _PERMISSION)
    database: Database = request.app.state.database
    after = None if params.after is None else cursors.decode_id(params.after, _LIST)
    async with database.primary() as primary:
        found = await queries.page(primary, after, params.limit)
    return plain_page(request, found, params.limit, _LIST)


@router.get(
    "/clients/{id}",
    name="get_client",
    responses={**computed(schemas.Client), **documented(errors.NoSuchRecord), **_REFUSED},
    openapi_extra={"x-permission": _PERMISSION},
)
async def get_client(request: Request, id: _Id, _: Annotated[Any, query(NoParams)]) -> Response:
    """One client and its keys."""
    permitted(request, _PERMISSION)
    database: Database = request.app.state.database
    async with database.primary() as primary:
        return await _answer(primary, id)


@operation(
    router,
    "POST",
    "/clients",
    permission=_PERMISSION,
    status=201,
    name="make_client",
    answers=answered(schemas.IssuedClient, status=201),
    problems=[conflicts.AlreadyExists],
)
async def make_client(
    request: Request,
    draft: Annotated[Any, content(schemas.ClientDraft)],
    session: Writing,
    _: Annotated[Any, query(NoParams)],
) -> Response:
    """Make a client and issue its first key, which is shown this once."""
    number, key = await actions.make(session, draft)
    where = {"Location": f"{base_url(request)}/v1/clients/{number}"}
    return await _answer(session, number, key=key, status=201, headers=where)


@operation(
    router,
    "POST",
    "/clients/{id}/keys",
    permission=_PERMISSION,
    on_existing=True,
    status=201,
    name="issue_key",
    answers=answered(schemas.IssuedClient, status=201),
)
async def issue_key(
    id: _Id,
    draft: Annotated[Any, content(schemas.KeyDraft)],
    session: Writing,
    expected: Expected,
    _: Annotated[Any, query(NoParams)],
) -> Response:
    """Issue another key, as to replace one; the old ones go on until they are revoked or expire."""
    check_version(await actions.lock(session, id), expected)
    key = await actions.issue(session, id, draft.expires_at)
    return await _answer(session, id, key=key, status=201)


@operation(
    router,
    "POST",
    "/clients/{id}/keys/{prefix}/revoke",
    permission=_PERMISSION,
    on_existing=True,
    name="revoke_key",
    answers=answered(schemas.Client),
)
async def revoke_key(
    id: _Id, prefix: _Prefix, session: Writing, expected: Expected, _: Annotated[Any, query(NoParams)]
) -> Response:
    """Refuse one key for ever."""
    check_version(await actions.lock(session, id), expected)
    await actions.revoke_key(session, id, prefix)
    return await _answer(session, id)


def _switch(verb: str, about: str) -> None:
    act = getattr(actions, verb)

    async def switch(id: _Id, session: Writing, expected: Expected, _: Annotated[Any, query(NoParams)]) -> Response:
        check_version(await actions.lock(session, id), expected)
        await act(session, id)
        return await _answer(session, id)

    switch.__doc__ = about
    operation(
        router,
        "POST",
        f"/clients/{{id}}/{verb}",
        permission=_PERMISSION,
        on_existing=True,
        name=f"{verb}_client",
        answers=answered(schemas.Client),
    )(switch)


_switch("pause", "Refuse a client's keys for the time being.")
_switch("resume", "Take a client's keys again.")
_switch("revoke", "Refuse a client's keys for ever.")


async def _answer(
    session: Snapshot, client: UUID, *, key: str | None = None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    found = await queries.one(session, client)
    if key is None:
        return represented(_text(found), "json", version=found["version"], headers=headers, status=status)
    once = {"Cache-Control": "no-store", **(headers or {})}
    whole = represented(_text({**found, "key": key}), "json", version=found["version"], headers=once, status=status)
    return ToldOnce(whole, _text({**found, "key": None}))


def _text(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
