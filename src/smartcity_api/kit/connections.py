"""Connections to PostgreSQL by kinds: those that cannot write, and those for transactions that do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, IsolationLevel, OperationalError
from psycopg.conninfo import make_conninfo
from psycopg.types.string import ByteaBinaryLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from smartcity_api.kit import errors

RECONNECTING = 0.5
"""Seconds after which the pool gives up reconnecting by itself; the next request that needs a connection starts anew.

Left alone it would wait ever longer between attempts, and miss for minutes that the database is back.
"""


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


def _conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's keywords, by SQLAlchemy's own reading of it: spaces, several hosts and all."""
    _, keywords = PGDialect_psycopg().create_connect_args(make_url(url))  # type: ignore[no-untyped-call]
    return make_conninfo("", **keywords)


async def _for_reading(connection: AsyncConnection) -> None:
    _adapt(connection)
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)


async def _for_writing(connection: AsyncConnection) -> None:
    _adapt(connection)
    await connection.set_isolation_level(IsolationLevel.READ_COMMITTED)


def _adapt(connection: AsyncConnection) -> None:
    """Text stays the bytes that PostgreSQL sent: answers are joined and sent on without decoding them.

    That is how psycopg takes binary data, and what `kit.database` asks for is sent in binary.
    """
    connection.adapters.register_loader("text", ByteaBinaryLoader)
