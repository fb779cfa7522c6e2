"""A route that writes: who may, what was sent, once only where a key says so, and one transaction that ends first.

The order is that of the refusals: permission (401, 403), form (400, 413, 415, 428), then the transaction, in it the
repeat of an earlier answer, then the route itself. It commits before the answer is sent.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import MappingProxyType
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from psycopg.errors import DeadlockDetected, SerializationFailure

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Database, Transaction
from smartcity_api.kit.http import idempotency
from smartcity_api.kit.http.content import Sent, nothing, received
from smartcity_api.kit.http.responses import FROM_DATABASE, Responses, documented
from smartcity_api.kit.language import Text
from smartcity_api.kit.telling import telling

PERMISSION: Final = "x-permission"
"""Extension of an operation: what whoever calls it must be allowed."""
NEEDS_VERSION: Final = "x-needs-if-match"
"""Extension of an operation: it changes an existing record, so it needs If-Match."""

ATTEMPTS: Final = 4
"""How often a transaction is tried that another one got in the way of; nothing of a failed one is left."""


class Caller(Protocol):
    """Who calls, as far as writing has to know."""

    @property
    def id(self) -> str: ...

    def may(self, permission: str) -> bool: ...


def caller(request: Request) -> Any:
    """Who calls; set by the identification layer."""
    return request.scope["state"]["actor"]


def permitted(request: Request, permission: str) -> Caller:
    """The caller, if he may; else 401 for who has not said who he is, 403 for who has."""
    who: Caller = caller(request)
    if not who.may(permission):
        if not who.id:
            raise conflicts.Unauthenticated
        raise conflicts.Forbidden(
            Text(f"This needs the permission {permission}", f"ต้องมีสิทธิ์ {permission}"),
        )
    return who


class Operation(APIRoute):
    """Wraps a route's work into its transaction."""

    @asynccontextmanager
    async def receiving(self, request: Request) -> AsyncIterator[Sent]:
        """What was sent, for as long as the block lasts."""
        yield await received(request, needs_version=bool((self.openapi_extra or {}).get(NEEDS_VERSION)))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI calls."""
        work = super().get_route_handler()
        extra = self.openapi_extra or {}

        async def handle(request: Request) -> Response:
            who = permitted(request, extra[PERMISSION])
            async with self.receiving(request) as sent:
                return await _attempts(request, sent, who, work)

        return handle


async def _attempts(
    request: Request, sent: Sent, who: Caller, work: Callable[[Request], Awaitable[Response]]
) -> Response:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _attempt(request, sent, who, work)
        except (DeadlockDetected, SerializationFailure):
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


async def _attempt(
    request: Request, sent: Sent, who: Caller, work: Callable[[Request], Awaitable[Response]]
) -> Response:
    database: Database = request.app.state.database
    async with _told(database, request, sent, who) as transaction:
        request.state.sent, request.state.transaction = sent, transaction
        key = idempotency.key_of(request)
        if key is not None:
            earlier = await idempotency.claim(transaction, who.id, key, idempotency.fingerprint(request, sent.content))
            if earlier is not None:
                return earlier
        answer = await work(Request(request.scope, nothing))
        if key is not None:
            await idempotency.keep(transaction, who.id, key, answer)
        return answer


def _told(database: Database, request: Request, sent: Sent, who: Caller) -> AbstractAsyncContextManager[Transaction]:
    """A transaction that the audit trail knows the caller, the request and the reason of."""
    return database.transaction(telling(who.id, request_id=request.state.request_id, reason=sent.reason or ""))


async def _transaction(request: Request) -> Transaction:
    found: Transaction = request.state.transaction
    return found


async def _expected(request: Request) -> frozenset[int] | None:
    sent: Sent = request.state.sent
    return sent.expected


async def _caller(request: Request) -> Any:
    return caller(request)


async def _reason(request: Request) -> str | None:
    sent: Sent = request.state.sent
    return sent.reason


Writing = Annotated[Transaction, Depends(_transaction)]
"""The request's transaction."""
Expected = Annotated[frozenset[int] | None, Depends(_expected)]
"""The versions in If-Match; None stands for `*`, any."""
Reason = Annotated[str | None, Depends(_reason)]
"""Why: `change_reason` in the content, else the header X-Change-Reason."""
CallerOf = Annotated[Any, Depends(_caller)]
"""Who calls, as the identification layer made it."""


def require_reason(reason: str | None) -> str:
    """The reason, or 422: some changes are never made without."""
    if reason is None:
        raise conflicts.reason_missing()
    return reason


def check_version(current: int, expected: frozenset[int] | None) -> None:
    """Refuse a change that was meant for another version of the record."""
    if expected is not None and current not in expected:
        raise conflicts.PreconditionFailed(Text(f"The record is at version {current} now", f"ข้อมูลปัจจุบันเป็นรุ่น {current}"))


def operation(
    router: APIRouter,
    method: str,
    path: str,
    *,
    permission: str,
    answers: Responses,
    problems: Sequence[type[errors.Problem]] = (),
    status: int = 200,
    on_existing: bool = False,
    summary: str | None = None,
    name: str | None = None,
    route: type[Operation] = Operation,
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> Callable[[Callable[..., Awaitable[Response]]], Callable[..., Awaitable[Response]]]:
    """Registers a route that writes; `on_existing` when it changes one existing record, which needs If-Match.

    `route` is how its content is received, `extra` what the contract says of it besides.
    """
    of_method = (conflicts.KeyReused,) if method == "POST" else ()
    kinds = (*ON_EVERY, *of_method, *(ON_EXISTING if on_existing else ()), *problems, *FROM_DATABASE)
    told = {PERMISSION: str(permission), **({NEEDS_VERSION: True} if on_existing else {}), **extra}

    def register(work: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        router.add_api_route(
            path,
            work,
            methods=[method],
            status_code=status,
            name=name,
            summary=summary,
            responses={**documented(*kinds), **answers},
            openapi_extra=told,
            route_class_override=route,
            response_class=Response,
            response_model=None,
        )
        return work

    return register


ON_EVERY: Final = (
    conflicts.Unauthenticated,
    conflicts.Forbidden,
    conflicts.ContentTooLarge,
    conflicts.UnsupportedMediaType,
    errors.Invalid,
)
ON_EXISTING: Final = (
    errors.NoSuchRecord,
    conflicts.Deleted,
    conflicts.PreconditionFailed,
    conflicts.PreconditionRequired,
)
