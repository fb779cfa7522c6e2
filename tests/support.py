"""What tests need besides fixtures: databases cloned from the template, settings on them, a real server, one day."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any, LiteralString

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from tests.local_cluster.people import wait_until_gone

from smartcity_api.app import create_app
from smartcity_api.kit.days import BANGKOK
from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.server import Server, connect, options
from smartcity_api.settings import Settings

LONGEST = timedelta(seconds=45)
"""What no test that speaks of today takes, even on a busy machine."""


def let_the_day_end() -> None:
    """Wait until Bangkok's midnight when it is near, so that today is one day from a test's first line to its last."""
    now = datetime.now(BANGKOK)
    left = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
    if left < LONGEST:
        time.sleep(left.total_seconds())


@contextmanager
def cloned(cluster: Cluster, template: str, name: str) -> Iterator[str]:
    """A database of that name with everything in it, dropped at the end."""
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    try:
        yield name
    finally:
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def stocked(cluster: Cluster, template: str, name: str, *statements: LiteralString) -> Iterator[str]:
    """A database of that name with everything in it and some rows more, dropped at the end."""
    with cloned(cluster, template, name):
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            for statement in statements:
                owner.execute(statement)
        yield name


def waiting(cluster: Cluster, database: str) -> int:
    """How many sessions on that database wait for a lock."""
    waits = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock'"
    return int(cluster.sql(waits))


async def blocked(cluster: Cluster, database: str) -> None:
    """Return when a session on that database waits for a lock."""
    for _ in range(600):
        if await asyncio.to_thread(waiting, cluster, database):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits for a lock")


async def ended(cluster: Cluster, session: int) -> None:
    """End a session of which nobody asks anything, and let the event loop hear of it."""
    cluster.sql(f"SELECT pg_terminate_backend({session})")
    wait_until_gone(session)
    for _ in range(10):
        await asyncio.sleep(0)


async def given_up(asked: asyncio.Task[Any], cluster: Cluster, database: str) -> None:
    """Cancel who waits for a lock on that database, and see that his statement ends with him."""
    await blocked(cluster, database)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert waiting(cluster, database) == 0


async def listed(client: httpx.AsyncClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """The whole list, by ndjson; anything but 200 fails with the problem's text."""
    answer = await client.get(f"/v1/{path}", params={"f": "ndjson", **params})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def settings_for(cluster: Cluster, database: str, **changes: Any) -> Settings:
    """Settings of a service on one of the cluster's databases."""
    app, owner = (_url(cluster, role, database) for role in (APP, OWNER))
    return Settings(database_url=app, database_owner_url=owner, port=0, **changes)


@cache
def _url(cluster: Cluster, role: str, database: str) -> str:
    """It is always the same, and the cluster looks whether it runs at every question."""
    return cluster.url(role, database)


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application in this process, until the block ends."""
    app = create_app(settings, connect(settings))
    try:
        yield app
    finally:
        await app.state.database.close()


class Warm:
    """The application that a test used last, for the next one that asks for the same.

    A new one would connect anew, and PostgreSQL and our own statements would be cold: that takes longer than most
    tests.
    """

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._app: FastAPI | None = None

    async def app(self, settings: Settings) -> FastAPI:
        """With equal settings the same."""
        if self._app is None or settings != self._settings:
            await self.close()
            self._app, self._settings = create_app(settings, connect(settings)), settings
        return self._app

    async def close(self) -> None:
        """Close its connections."""
        if self._app is not None:
            await self._app.state.database.close()
        self._app = None


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The real server on a free port of this machine, until the block ends; its URL."""
    urls: list[str] = []
    listening = threading.Event()

    def ready(url: str) -> None:
        urls.append(url)
        listening.set()

    server = Server(uvicorn.Config(create_app(settings, connect(settings)), **options(settings)), ready)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(30), "the server did not start"
    try:
        yield urls[0]
    finally:
        server.should_exit = True
        thread.join(30)
