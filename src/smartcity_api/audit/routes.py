"""The audit trail over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from smartcity_api.audit import schemas
from smartcity_api.audit.queries import trail
from smartcity_api.audit.queries.chain import Block, Fault
from smartcity_api.audit.queries.verification import MOST, verify
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, cursors, errors
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.operations import PERMISSION, permitted
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed, documented
from smartcity_api.kit.language import Language, Text, preferred_language
from smartcity_api.kit.statements import Build

router = APIRouter(prefix="/v1/audit", tags=["audit"])

_FILTERS = ("resource", "subject", "actor", "since", "until")


@router.get(
    "/entries",
    name="list_audit_entries",
    responses={
        **computed(schemas.AuditPage, cursor=True),
        **documented(conflicts.Unauthenticated, conflicts.Forbidden),
    },
    openapi_extra={PERMISSION: Permission.READ_AUDIT},
)
async def list_entries(params: Annotated[schemas.EntryList, query(schemas.EntryList)], request: Request) -> Response:
    """Who changed what, when and why, with the row after it; by number, the newest first."""
    permitted(request, Permission.READ_AUDIT)
    values = {name: getattr(params, name) for name in _FILTERS if getattr(params, name) is not None}
    ascending = params.sort == "number"
    build = partial(trail.entries, values.keys(), ascending=ascending, continued=params.after is not None)
    name = ("audit entries", tuple(values), ascending, params.after is not None)
    fingerprint = cursors.Fingerprint("audit entries", params.sort, sorted(values.items()))
    return await _page(request, name, build, values, (params.limit, params.after, fingerprint))


@router.get("/heads", name="list_audit_heads", responses=computed(schemas.HeadPage, cursor=True))
async def list_heads(params: Annotated[schemas.HeadList, query(schemas.HeadList)], request: Request) -> Response:
    """The published heads of the chain of all changes, the newest first: keep some, and compare them later."""
    build = partial(trail.heads, continued=params.after is not None)
    name = ("audit heads", params.after is not None)
    return await _page(request, name, build, {}, (params.limit, params.after, cursors.Fingerprint("audit heads")))


_Place = tuple[int, str | None, cursors.Fingerprint]


async def _page(request: Request, name: Hashable, build: Build, values: dict[str, Any], place: _Place) -> Response:
    limit, after, fingerprint = place
    if after is not None:
        (number,) = cursors.decode(after, fingerprint, length=1)
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise cursors.malformed(after)
        values = {**values, "after": int(number)}
    database: Database = request.app.state.database
    async with database.statement() as snapshot:
        rows = await snapshot.kept(name, build, {**values, "limit": limit + 1})
    return plain_page(request, rows, limit, fingerprint)


@router.get("/verify", name="verify_audit", responses=computed(schemas.Verification))
async def verify_trail(
    params: Annotated[schemas.VerifyParams, query(schemas.VerifyParams)], request: Request
) -> Response:
    """Whether anybody tampered with the trail, or with rows past it: at most 10,000 entries a call.

    The chain is computed anew, and every row is compared with the last entry about it. Not found by it: what was not
    sealed yet, and a whole chain written anew, except against a head that somebody kept.
    """
    _check_span(params.from_, params.to)
    expected = bytes.fromhex(params.expected_head) if params.expected_head else None
    database: Database = request.app.state.database
    async with _alone(request), database.snapshot() as snapshot:
        found = await verify(snapshot, params.from_, params.to, expected)
    language = preferred_language(request.headers.get("accept-language"))
    answer = {
        "ok": not found.faults,
        "first": found.first,
        "last": found.last,
        "checked": found.checked,
        "head": _head(found.head) if found.head else None,
        "faults": [_fault(fault, language) for fault in found.faults],
    }
    content = json.dumps(answer, ensure_ascii=False).encode()
    return represented(content, "json", headers={"Vary": "Accept, Accept-Language", "Content-Language": language})


@asynccontextmanager
async def _alone(request: Request) -> AsyncIterator[None]:
    """One verification at a time: anybody may ask for it, and it keeps a connection of all readers' for seconds."""
    state = request.app.state
    try:
        await asyncio.wait_for(state.verifying.acquire(), state.settings.database_pool_timeout)
    except TimeoutError:
        raise errors.DatabaseBusy from None
    try:
        yield
    finally:
        state.verifying.release()


def _check_span(first: int | None, last: int | None) -> None:
    if first is None or last is None:
        return
    if first > last:
        words = Text(f"from: {first} comes after to, {last}", f"from: {first} อยู่หลัง to ซึ่งคือ {last}")
        raise errors.InvalidParameter.naming("from", "after_the_end", words, str(first))
    if last - first >= MOST:
        words = Text(f"to: at most {MOST:,} entries are verified at once", f"to: ตรวจสอบได้ครั้งละไม่เกิน {MOST:,} รายการ")
        raise errors.InvalidParameter.naming("to", "too_many", words, str(last))


def _head(block: Block) -> dict[str, Any]:
    sealed_at = block.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"block": block.number, "number": block.last, "hash": block.hash.hex(), "sealed_at": sealed_at}


def _fault(fault: Fault, language: Language) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "number": fault.number,
        "block": fault.block,
        "resource": fault.resource,
        "id": fault.id,
        "detail": fault.detail.in_(language),
    }
