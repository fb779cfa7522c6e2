"""One statement without values, asked again and again over a connection of its own."""

import asyncio
from collections.abc import Callable

from smartcity_api.kit.connections import Connections
from smartcity_api.kit.errors import DatabaseUnavailable


class Line:
    """A way to ask that waits neither for other questions nor, when nothing comes back, for the network."""

    def __init__(self, connections: Connections, statement: str, hear: Callable[[], None]) -> None:
        self._connections = connections
        self._statement = statement
        self._tell = hear

    async def ask(self) -> bytes:
        """The text in the one column of the one row. One question at a time.

        Raises psycopg's errors, and `Unavailable` where there is no connection or no answer: all who wait for it wait
        for one connection, so it is not left to the network when they are told.
        """
        self._tell()
        try:
            async with asyncio.timeout(self._connections.patience), self._connections.one() as connection:
                ((found,),) = await connection.often.rows(self._statement, {})
        except TimeoutError:
            raise DatabaseUnavailable from None
        assert isinstance(found, bytes), "it is text, and not null"
        return found

    async def close(self) -> None:
        """Close the connection."""
        await self._connections.close()
