"""The SQL that the service really sends for a request, with its parameters."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.ground import Ground
from benchmarks.service import extended
from smartcity_api import logs

Statement = tuple[str, dict[str, Any]]


@dataclass
class Listener:
    """The application in this process, and what it sent since the last request."""

    client: httpx.AsyncClient
    sent: list[Statement] = field(default_factory=list)

    async def get(self, path: str) -> httpx.Response:
        """Ask for a path; anything but an answer ends the measurement."""
        self.sent.clear()
        answer = await self.client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {path}: {answer.text}")
        return answer


@asynccontextmanager
async def listening(ground: Ground) -> AsyncIterator[Listener]:
    """The application on the measured database, overheard."""
    logs.configure(ground.settings)
    app = extended(ground.settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench.test") as client:
        listener = Listener(client)
        app.state.database.listener = lambda text, values: listener.sent.append((text, dict(values)))
        yield listener
    await app.state.database.close()


def captured(ground: Ground, paths: Sequence[str]) -> list[list[Statement]]:
    """The statements that the service sends for each of the paths."""

    async def capture() -> list[list[Statement]]:
        found = []
        async with listening(ground) as listener:
            for path in paths:
                await listener.get(path)
                found.append(list(listener.sent))
        return found

    return asyncio.run(capture())
