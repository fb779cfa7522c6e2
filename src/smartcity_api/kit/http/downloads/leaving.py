"""Clients that leave while their file is being written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Request


class ClientLeft(Exception):
    """Nobody waits for the file any more."""


@asynccontextmanager
async def watching(request: Request) -> AsyncIterator[asyncio.Event]:
    """An event that is set when the client leaves while its file is being written."""
    left = asyncio.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left.set()

    watching = asyncio.create_task(watch())
    try:
        yield left
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
