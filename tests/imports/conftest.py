"""Imports are tried on this worker's written database, with a folder of their own, by a worker that tests run."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg import AsyncConnection
from tests.support import settings_for

from smartcity_api.imports.actions.running import take
from smartcity_api.imports.actions.work import work
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, written_database: str, tmp_path: Path) -> Settings:
    """Settings on the database that tests write to."""
    return settings_for(cluster, written_database).model_copy(update={"import_dir": tmp_path / "imports"})


Worked = Callable[[], Awaitable[int]]


@pytest.fixture
def worked(settings: Settings) -> Worked:
    """Does everything that waits, as a worker does, and says how many runs that took."""
    database = connect(settings)

    async def go_on() -> int:
        runs = 0
        async with await AsyncConnection.connect(database.conninfo, autocommit=True) as connection:
            while run := await take(connection):
                await asyncio.to_thread(work, database.conninfo, settings.imports, run)
                runs += 1
        return runs

    return go_on


Send = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def send(worked: Worked) -> Send:
    """Sends a file, has it looked at (and applied where the parameters say so), and gives the import."""

    async def sent(client: httpx.AsyncClient, content: bytes | str, **params: Any) -> dict[str, Any]:
        asked = {"kind": "proposals", **params}
        data = content.encode() if isinstance(content, str) else content
        answer = await client.post("/v1/imports", params=asked, content=data)
        assert answer.status_code == 202, answer.text
        await worked()
        found: dict[str, Any] = (await client.get(answer.headers["location"])).json()
        return found

    return sent
