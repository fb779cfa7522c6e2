"""One statement without values, asked again and again over a connection of its own."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

from psycopg import AsyncConnection, errors
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from smartcity_api.kit.connections import Connections

_GOOD: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Line:
    """Asks libpq itself, by psycopg's binding of it: a cursor, a pool and a new watch on the socket for each question
    took longer than the database does to answer it (benchmarks/README.md).

    A connection that is not ready for the next question is closed; that one opens another.
    """

    def __init__(self, connections: Connections, statement: bytes, hear: Callable[[], None]) -> None:
        self._connections = connections
        self._statement = statement
        self._tell = hear
        self._held = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._socket: int | None = None
        self._opened = 0
        self._results: list[PGresult] = []
        self._answered: asyncio.Future[None] | None = None

    async def ask(self) -> bytes:
        """The text in the one column of the one row. One question at a time.

        Raises psycopg's errors, and `errors.Unavailable` where there is no connection.
        """
        if self._connection is None or self._connection.closed:
            await self._open()
        try:
            assert self._connection is not None, "it was opened"
            pgconn = self._connection.pgconn
            self._tell()
            found = (await self._exchange(lambda: pgconn.send_query_prepared(self._name, None))).get_value(0, 0)
        except BaseException as error:
            if self._connection is not None and pgconn.transaction_status != TransactionStatus.IDLE:
                await self._end(error)
            raise
        assert found is not None, "it is not null"
        return found

    async def close(self) -> None:
        """Close the connection."""
        await self._end(None)
        await self._connections.close()

    @property
    def _name(self) -> bytes:
        """What the statement is prepared as: the pool may give the same connection again."""
        return b"asked%d" % self._opened

    async def _open(self) -> None:
        await self._end(None)
        self._opened += 1
        connection = await self._held.enter_async_context(self._connections.one())
        self._connection, pgconn = connection, connection.pgconn
        self._socket = pgconn.socket
        asyncio.get_running_loop().add_reader(self._socket, self._hear)
        try:
            await self._exchange(lambda: pgconn.send_prepare(self._name, self._statement))
        except BaseException as error:
            await self._end(error)
            raise

    async def _end(self, error: BaseException | None) -> None:
        """Give the connection back; the pool sees for itself what has become of the connection."""
        if self._connection is None:
            return
        self._connection, self._answered = None, None
        self._leave()
        await self._held.__aexit__(type(error) if error else None, error, None)

    async def _exchange(self, send: Callable[[], None]) -> PGresult:
        assert self._connection is not None, "it is open"
        self._results, self._answered = [], asyncio.get_running_loop().create_future()
        send()
        if self._connection.pgconn.flush():  # a hundred bytes that an idle socket has no room for
            raise errors.OperationalError("the connection takes nothing")
        await self._answered
        self._answered = None
        for result in self._results:
            if result.status not in _GOOD:
                raise errors.error_from_result(result)
        return self._results[0]

    def _hear(self) -> None:
        """Take what has come; the answer is complete when libpq has no more results."""
        assert self._connection is not None, "it is listened to"
        pgconn = self._connection.pgconn
        try:
            pgconn.consume_input()
            while self._answered is not None and not self._answered.done() and not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:
                    self._answered.set_result(None)
                else:
                    self._results.append(result)
        except errors.OperationalError as error:  # the database is gone: the connection is closed by this
            self._leave()
            if self._answered is not None and not self._answered.done():
                self._answered.set_exception(error)

    def _leave(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket = None
