"""Reading from PostgreSQL: a pool of connections that cannot write, and snapshots of the data over them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, IsolationLevel, OperationalError
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

from smartcity_api.kit import errors
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import Build, Statements, compiled

Rows = Sequence[tuple[Any, ...]]
"""Values of type text are bytes, UTF-8."""

Values = Mapping[str, object]
Listener = Callable[[str, Values], None]
"""Hears every statement that is sent, with its values: for tests and measurements, never for logs."""

RECONNECTING = 0.5
"""Seconds after which the pool gives up reconnecting by itself; the next request that needs a connection starts anew.

Left alone it would wait ever longer between attempts, and miss for minutes that the database is back.
"""


class Snapshot:
    """One state of the data: everything asked of it is answered from that state."""

    def __init__(self, connection: AsyncConnection, statements: Statements, hear: Listener) -> None:
        self._connection = connection
        self._statements = statements
        self._hear = hear

    async def rows(self, statement: ClauseElement) -> Rows:
        """What a statement yields that is asked seldom, with its values in it."""
        return await self._run(*compiled(statement))

    async def execute(self, statement: ClauseElement) -> None:
        """Run a statement that yields nothing, as `SET LOCAL` does."""
        await self._send(*compiled(statement))

    async def kept(self, key: Hashable, build: Build, values: Values) -> Rows:
        """What a statement yields that is asked often: built once for its key, run with these values."""
        return await self._run(self._text(key, build), values)

    async def estimate(self, key: Hashable, build: Build, values: Values) -> int:
        """How many rows the planner expects of such a statement, without reading them."""
        rows = await self._run("EXPLAIN (FORMAT JSON) " + self._text(key, build), values)
        return int(rows[0][0][0]["Plan"]["Plan Rows"])

    async def batches(self, key: Hashable, build: Build, values: Values, size: int) -> AsyncGenerator[Rows]:
        """The same in batches through a server-side cursor: memory stays flat, however many there are."""
        text, known = self._text(key, build), {**values, **sight().values}
        self._hear(text, known)
        async with self._connection.cursor(name="rows") as cursor:
            await cursor.execute(_ours(text), known)
            while rows := await cursor.fetchmany(size):
                yield rows

    def _text(self, key: Hashable, build: Build) -> str:
        return self._statements.text((sight().kind, key), build)

    async def _run(self, text: str, values: Values) -> Rows:
        cursor = await self._send(text, values)
        return await cursor.fetchall()

    async def _send(self, text: str, values: Values) -> AsyncCursor:
        known = {**values, **sight().values}
        self._hear(text, known)
        return await self._connection.execute(_ours(text), known)


def _ours(text: str) -> bytes:
    """Compiled statements are our own text, every value a parameter: psycopg takes such text as bytes."""
    return text.encode()


class Database:
    """The application's way to PostgreSQL for reading; made once per process, closed at shutdown.

    Its connections are READ ONLY (and a `snapshot` REPEATABLE READ): PostgreSQL itself refuses a write, so that a
    mistake here cannot become a silent change. All settings of a session are made when it is opened and never changed.
    """

    def __init__(
        self, url: str, *, pool_size: int = 10, pool_timeout: float = 5.0, statement_timeout: float = 10.0
    ) -> None:
        self.size = pool_size
        self.in_use = 0
        self._away = True  # until it is seen
        self._looking: asyncio.Task[None] | None = None
        self._statements = Statements()
        self.listener: Listener = lambda _text, _values: None
        self.conninfo = _conninfo(url)
        self._session: dict[str, Any] = {
            "autocommit": True,  # a single statement is a snapshot by itself, and costs one round trip
            "options": f"-c statement_timeout={max(1, round(statement_timeout * 1000))}"
            " -c idle_in_transaction_session_timeout=60000 -c default_transaction_read_only=on",
            "application_name": "smartcity-api",
            "connect_timeout": 5,
        }
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            self.conninfo,
            min_size=1,
            max_size=pool_size,
            timeout=pool_timeout,
            reconnect_timeout=RECONNECTING,
            open=False,
            configure=_configure,
            kwargs=self._session,
        )

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Snapshot]:
        """A connection for exactly one statement; for more, take a `snapshot`."""
        async with self._connection() as connection:
            yield Snapshot(connection, self._statements, self.listener)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One state of the data for several statements."""
        async with self._connection() as connection, connection.transaction():
            yield Snapshot(connection, self._statements, self.listener)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        connection = await self._taken()
        self.in_use += 1
        try:
            yield connection
        except OperationalError:
            if connection.broken:
                self._away = True
                await self._pool.drain()  # the others are most likely broken as well: do not try them one by one
            raise
        finally:
            self.in_use -= 1
            await self._pool.putconn(connection)

    async def _taken(self) -> AsyncConnection:
        """A connection of the pool, or the problem that there is none: too many are in use, or the database is away."""
        if self._pool.closed:
            await self._pool.open()
        if self._away:
            await self._seen()
        try:
            return await self._pool.getconn()
        except PoolTimeout:
            if self.in_use >= self.size:
                raise errors.DatabaseBusy from None
            self._away = True
            raise errors.DatabaseUnavailable from None

    async def _seen(self) -> None:
        """Look once for all who wait: each looking for himself would be a connection beyond the pool's bound."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    async def _look(self) -> None:
        """See whether the database is there: the pool would only say so after its timeout."""
        try:
            connection = await AsyncConnection.connect(self.conninfo, **self._session)
        except OperationalError:
            raise errors.DatabaseUnavailable from None
        await connection.close()
        self._away = False


def _conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's keywords, by SQLAlchemy's own reading of it: spaces, several hosts and all."""
    _, keywords = PGDialect_psycopg().create_connect_args(make_url(url))  # type: ignore[no-untyped-call]
    return make_conninfo("", **keywords)


class _AsSent(Loader):
    """Text stays the bytes that PostgreSQL sent: answers are joined and sent on without decoding them."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


async def _configure(connection: AsyncConnection) -> None:
    connection.adapters.register_loader("text", _AsSent)
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)
