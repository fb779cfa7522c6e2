"""Work that goes on for as long as the service runs, and survives a database that goes away and comes back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from psycopg import AsyncConnection, Error


async def keep(
    conninfo: str,
    stop: asyncio.Event,
    turn: Callable[[AsyncConnection], Awaitable[bool]],
    *,
    name: str,
    warn: Callable[..., Any],
    every: float,
    patience: float,
) -> None:
    """Take turns until told to stop: `every` so many seconds, and at once after one that says that there is more.

    They share a connection for as long as it lasts, known as `name`. Without a database it tries again ever later, at
    most `patience` seconds apart, and warns each time.
    """
    wait = every
    while not stop.is_set():
        try:
            async with await _connected(conninfo, name) as connection:
                while not stop.is_set():
                    more = await turn(connection)
                    wait = every
                    if not more:
                        await pause(stop, every)
        except (Error, OSError) as error:
            warn(reason=str(error).strip(), seconds=wait)
            await pause(stop, wait)
            wait = min(wait * 2, patience)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _connected(conninfo: str, name: str) -> AsyncConnection:
    return await AsyncConnection.connect(
        conninfo,
        autocommit=True,  # each statement is a transaction
        prepare_threshold=None,  # a pooler may give every statement another session
        application_name=name,
        connect_timeout=5,
    )
