"""Callers of every role, each with a key of its own: real clients, made as the service makes them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from smartcity_api.clients import actions
from smartcity_api.clients.schemas import ClientDraft, ClientRole
from smartcity_api.kit.database import Database
from smartcity_api.kit.ids import register_id

HOME = register_id("organisations", "depa")
ELSEWHERE = register_id("organisations", "mdes")
"""Two organisations that every installation has: an agency's own, and a foreign one."""


async def issue(database: Database, role: ClientRole, organisation: UUID | None = None) -> str:
    """The key of a new client."""
    draft = ClientDraft(name=f"{role} {uuid4()}", role=role, organisation_id=organisation)
    async with database.transaction(text("SELECT 1")) as transaction:
        _, key = await actions.make(transaction, draft)
    return key


_ISSUED: dict[str, str] = {}
"""Keys by database, role and organisation: making one takes longer than most tests."""


class Callers:
    """Clients of one application: `callers.secretary`, `callers.agency`, `callers.foreign` and so on."""

    def __init__(self, connect: Callable[[str | None], httpx.AsyncClient], database: Database) -> None:
        self._connect = connect
        self._database = database
        self.public = connect(None)

    async def make(self) -> "Callers":
        """One client of every role; tests on one database share them."""
        self.agency = await self._shared("agency", HOME)
        self.foreign = await self._shared("agency", ELSEWHERE)
        self.reviewer = await self._shared("reviewer")
        self.secretary = await self._shared("secretary")
        self.auditor = await self._shared("auditor")
        self.admin = await self._shared("admin")
        return self

    async def _shared(self, role: ClientRole, organisation: UUID | None = None) -> httpx.AsyncClient:
        this = text("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        async with self._database.primary() as primary:
            ((database,),) = await primary.rows(this)
        name = f"{database}/{role}/{organisation}"
        if name not in _ISSUED:
            _ISSUED[name] = await issue(self._database, role, organisation)
        return self._connect(_ISSUED[name])

    async def as_(self, role: ClientRole, organisation: UUID | None = None) -> httpx.AsyncClient:
        """Another one."""
        return self._connect(await issue(self._database, role, organisation))


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[Callers]:
    """Callers of an application in this process."""
    async with AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def connect(key: str | None) -> httpx.AsyncClient:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://register.test", headers=headers)
            opened.append(client)
            return client

        callers = await Callers(connect, app.state.database).make()
        for client in opened:
            await stack.enter_async_context(client)
        yield callers
