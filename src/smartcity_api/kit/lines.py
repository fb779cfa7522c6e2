"""One statement without values, asked again and again over a connection of its own."""

import asyncio
from collections.abc import Callable
from typing import Final

from psycopg import errors
from psycopg.abc import PQGen
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from smartcity_api.kit.connections import Connections
from smartcity_api.kit.errors import DatabaseUnavailable
from smartcity_api.kit.listening import Listening

_GOOD: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Line:
    """Asks libpq itself, by psycopg's binding of it: a cursor for each question took longer than the database does to
    answer it (benchmarks/README.md).
    """

    def __init__(self, connections: Connections, statement: bytes, hear: Callable[[], None]) -> None:
        self._connections = connections
        self._statement = statement
        self._tell = hear
        self._prepared: Listening | None = None
        self._times = 0

    async def ask(self) -> bytes:
        """The text in the one column of the one row. One question at a time.

        Raises psycopg's errors, and `Unavailable` where there is no connection or no answer: all who wait for it wait
        for one connection, so it is not left to the network when they are told.
        """
        self._tell()
        try:
            async with asyncio.timeout(self._connections.patience), self._connections.one() as connection:
                return await self._answered(connection)
        except TimeoutError:
            raise DatabaseUnavailable from None

    async def _answered(self, connection: Listening) -> bytes:
        prepared, self._prepared = self._prepared, None  # after an error it is prepared anew
        if connection is not prepared:
            self._times += 1
            await connection.wait(_answer(connection.pgconn, self._prepare))
        found = (await connection.wait(_answer(connection.pgconn, self._send))).get_value(0, 0)
        self._prepared = connection
        assert found is not None, "it is not null"
        return found

    async def close(self) -> None:
        """Close the connection."""
        await self._connections.close()

    @property
    def _name(self) -> bytes:
        """What the statement is prepared as: a connection may come again after another."""
        return b"asked%d" % self._times

    def _prepare(self, pgconn: PGconn) -> None:
        pgconn.send_prepare(self._name, self._statement)

    def _send(self, pgconn: PGconn) -> None:
        pgconn.send_query_prepared(self._name, None)


def _answer(pgconn: PGconn, send: Callable[[PGconn], None]) -> PQGen[PGresult]:
    """What is sent is answered by one result."""
    send(pgconn)
    result: PGresult
    (result,) = yield from execute(pgconn)
    if result.status not in _GOOD:
        raise errors.error_from_result(result)
    return result
