"""What the paths of a proposal's parts share: reading a page of them and one, and answering after a change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from smartcity_api.casework import queries, schemas
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, cursors, errors
from smartcity_api.kit.database import Database, Transaction
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.operations import PERMISSION, permitted
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed, documented
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import NoParams

EXAMPLE = "0199e3a4-6c1f-7d53-8a0b-2f4f7f1f0c55"
ProposalId = Annotated[
    UUID, Path(alias="id", description="The proposal's id", examples=[register_id("proposals", "b1-03-phuket")])
]
Nothing = Annotated[Any, query(NoParams)]
REFUSED = documented(conflicts.Unauthenticated, conflicts.Forbidden, errors.NoSuchRecord)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is read the same way: a page of them, and one."""

    parts: queries.Parts
    singular: str
    permission: Permission
    record: type[BaseModel]
    page: type[BaseModel]
    about: str
    headers: Mapping[str, str] = field(default_factory=dict)


def reading(router: APIRouter, kind: Kind) -> None:
    extra = {PERMISSION: kind.permission}
    path = f"/proposals/{{id}}/{kind.parts.name}"

    async def list_them(request: Request, proposal: ProposalId, params: Annotated[Any, query(schemas.PartList)]) -> Any:
        actor: Any = permitted(request, kind.permission)
        database: Database = request.app.state.database
        this_list = cursors.Fingerprint(kind.parts.name, proposal)
        after = None if params.after is None else cursors.decode_id(params.after, this_list)
        async with database.snapshot() as snapshot:
            await queries.concerning(snapshot, proposal, actor)
            found = await queries.page(snapshot, kind.parts, proposal, actor, after, params.limit)
        answer = plain_page(request, found, params.limit, this_list)
        answer.headers.update(kind.headers)
        return answer

    async def get_one(request: Request, proposal: ProposalId, key: Any, _: Nothing) -> Any:
        actor: Any = permitted(request, kind.permission)
        database: Database = request.app.state.database
        async with database.snapshot() as snapshot:
            await queries.concerning(snapshot, proposal, actor)
            text, version = await queries.one(snapshot, kind.parts, proposal, key, actor)
        return represented(text, "json", version=version, headers=kind.headers)

    name = f"{kind.singular}_id"
    get_one.__annotations__["key"] = Annotated[
        UUID, Path(alias=name, description=f"The {kind.singular}'s id", examples=[EXAMPLE])
    ]
    router.get(
        path,
        name=f"list_{kind.parts.name}",
        description=f"{kind.about}, in the order of their recording.",
        responses={**computed(kind.page, cursor=True), **REFUSED},
        openapi_extra=extra,
    )(list_them)
    router.get(
        f"{path}/{{{name}}}",
        name=f"get_{kind.singular}",
        description=f"{kind.about}: one of them.",
        responses={**computed(kind.record), **REFUSED},
        openapi_extra=extra,
    )(get_one)


async def answer(
    session: Transaction, parts: queries.Parts, proposal: UUID, key: UUID, actor: Any, **how: Any
) -> Response:
    """The part as it is after the change."""
    text, version = await queries.one(session, parts, proposal, key, actor)
    return represented(text, "json", version=version, **how)


def created(request: Request, parts: queries.Parts, proposal: UUID, key: UUID) -> dict[str, Any]:
    where = f"{base_url(request)}/v1/proposals/{proposal}/{parts.name}/{key}"
    return {"status": 201, "headers": {"Location": where}}
