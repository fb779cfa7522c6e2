"""PostgreSQL: connections that cannot write and snapshots over them, and others for transactions that do."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, IsolationLevel, OperationalError, Rollback
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


FOR_RECOGNISING = 4
"""Connections by which it is asked who calls: kept apart, so that writers who wait for each other shut nobody out."""


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


class Transaction(Snapshot):
    """A transaction that writes; what is read in it is read from the primary, as it stands now."""

    dry_run = False
    """Whether all of it is to be rolled back, after every rule was checked."""

    async def one(self, statement: ClauseElement) -> tuple[Any, ...] | None:
        """The first row that a statement yields."""
        rows = await self.rows(statement)
        return rows[0] if rows else None

    async def settle(self) -> None:
        """Check now what is otherwise checked at the commit."""
        await self._connection.execute(b"SET CONSTRAINTS ALL IMMEDIATE")

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A part that can fail by itself."""
        return self._connection.transaction()


def _ours(text: str) -> bytes:
    """Compiled statements are our own text, every value a parameter: psycopg takes such text as bytes."""
    return text.encode()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections of a kind, and how many seconds one is waited for and one statement may take."""

    size: int
    pool_timeout: float
    statement_timeout: float


class Connections:
    """A pool of connections of one kind; all settings of a session are made when it is opened, and never changed."""

    def __init__(self, url: str, limits: Limits, *, writing: bool = False) -> None:
        self.size = limits.size
        self.in_use = 0
        self.conninfo = _conninfo(url)
        self._away = True  # until it is seen
        self._looking: asyncio.Task[None] | None = None
        read_only = "" if writing else " -c default_transaction_read_only=on"
        self._session: dict[str, Any] = {
            "autocommit": True,  # a single statement is a snapshot by itself, and costs one round trip
            "options": f"-c statement_timeout={max(1, round(limits.statement_timeout * 1000))}"
            f" -c idle_in_transaction_session_timeout=60000{read_only}",
            "application_name": "smartcity-api",
            "connect_timeout": 5,
        }
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            self.conninfo,
            min_size=0 if writing else 1,
            max_size=limits.size,
            timeout=limits.pool_timeout,
            reconnect_timeout=RECONNECTING,
            open=False,
            configure=_for_writing if writing else _for_reading,
            kwargs=self._session,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[AsyncConnection]:
        """A connection, given back when the block ends."""
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
            if self.in_use < self.size:  # given back this moment, or none could be opened
                self._away = True
                await self._seen()
            raise errors.DatabaseBusy from None

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


class Database:
    """The application's way to PostgreSQL; made once per process, closed at shutdown.

    Reading goes over connections that are READ ONLY (and a `snapshot` REPEATABLE READ), to a replica where there is
    one: PostgreSQL itself refuses a write there, so that a mistake cannot become a silent change. Writing goes over
    others, to the primary, one READ COMMITTED transaction a request.
    """

    def __init__(
        self,
        url: str,
        *,
        write_url: str | None = None,
        pool_size: int = 10,
        pool_timeout: float = 5.0,
        statement_timeout: float = 10.0,
    ) -> None:
        limits = Limits(pool_size, pool_timeout, statement_timeout)
        self._reading = Connections(url, limits)
        self._writing = Connections(write_url or url, limits, writing=True)
        few = replace(limits, size=min(pool_size, FOR_RECOGNISING))
        self._recognising = Connections(write_url or url, few, writing=True)
        self._statements = Statements()
        self.listener: Listener = lambda _text, _values: None

    @property
    def size(self) -> int:
        """How many connections of each kind there may be."""
        return self._reading.size

    @property
    def in_use(self) -> int:
        """How many connections answer requests."""
        return self._reading.in_use + self._writing.in_use + self._recognising.in_use

    @property
    def conninfo(self) -> str:
        """Where writing goes."""
        return self._writing.conninfo

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Snapshot]:
        """A connection for exactly one statement; for more, take a `snapshot`."""
        async with self._reading.one() as connection:
            yield Snapshot(connection, self._statements, self.listener)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One state of the data for several statements."""
        async with self._reading.one() as connection, connection.transaction():
            yield Snapshot(connection, self._statements, self.listener)

    @asynccontextmanager
    async def transaction(self, first: ClauseElement) -> AsyncIterator[Transaction]:
        """Everything or nothing of what is written in the block, after the statement that says who writes.

        Rolled back at its end where it is a dry run.
        """
        async with self._writing.one() as connection, connection.transaction() as begun:
            transaction = Transaction(connection, self._statements, self.listener)
            await transaction.rows(first)
            yield transaction
            if transaction.dry_run:
                await transaction.settle()
                raise Rollback(begun)

    @asynccontextmanager
    async def primary(self) -> AsyncIterator[Snapshot]:
        """A connection for single statements about what must not lag behind, as who may call."""
        async with self._recognising.one() as connection:
            yield Snapshot(connection, self._statements, self.listener)

    async def close(self) -> None:
        """Close every connection."""
        await self._reading.close()
        await self._writing.close()
        await self._recognising.close()


def _conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's keywords, by SQLAlchemy's own reading of it: spaces, several hosts and all."""
    _, keywords = PGDialect_psycopg().create_connect_args(make_url(url))  # type: ignore[no-untyped-call]
    return make_conninfo("", **keywords)


class _AsSent(Loader):
    """Text stays the bytes that PostgreSQL sent: answers are joined and sent on without decoding them."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


async def _for_reading(connection: AsyncConnection) -> None:
    connection.adapters.register_loader("text", _AsSent)
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)


async def _for_writing(connection: AsyncConnection) -> None:
    connection.adapters.register_loader("text", _AsSent)
    await connection.set_isolation_level(IsolationLevel.READ_COMMITTED)
