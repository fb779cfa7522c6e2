"""Connections to PostgreSQL by kinds: those that cannot write, and those for transactions that do."""

import asyncio
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Final

from psycopg import AsyncConnection, IsolationLevel, OperationalError
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.string import ByteaBinaryLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from smartcity_api.kit import errors
from smartcity_api.kit.listening import Listening

RECONNECTING = 0.5
"""Seconds after which the pool gives up reconnecting by itself; the next request that needs a connection starts anew.

Left alone it would wait ever longer between attempts, and miss for minutes that the database is back.
"""

KEEPALIVE: Final = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Over TCP, a server that is gone without a word is noticed within a minute, not after the two hours of Linux."""

RESTING = 4
"""How many connections of a kind rest between two uses without going back to the pool, whose care for each use takes
longer than a small statement's own work in this process (benchmarks/README.md)."""
RESTED = 60.0
"""Seconds after which what rests goes back to the pool, to be closed where it is old or not needed any more."""


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
        self.patience = limits.statement_timeout + 1
        """Seconds after which a statement that the server should have ended is not waited for any longer."""
        self.in_use = 0
        self.conninfo = _conninfo(url)
        self._away = True  # until it is seen
        self._resting: list[Listening] = []
        self._no_rest_until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._waking: asyncio.Task[None] | None = None
        self._waiting = 0
        self._returning: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        read_only = "" if writing else " -c default_transaction_read_only=on"
        self._session: dict[str, Any] = {
            "autocommit": True,  # a single statement is a snapshot by itself, and costs one round trip
            "options": f"-c statement_timeout={max(1, round(limits.statement_timeout * 1000))}"
            f" -c idle_in_transaction_session_timeout=60000{read_only}",
            "application_name": "smartcity-api",
            "connect_timeout": 5,
            "prepare_threshold": None,  # `kit.often` prepares; psycopg forgets all statements after each rollback
        }
        self._pool: AsyncConnectionPool[Listening] = AsyncConnectionPool(
            self.conninfo,
            connection_class=Listening,
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
        self._no_rest_until = inf
        await self._wake()
        await self._pool.close()

    def one(self) -> "Held":
        """A connection, given back when the block ends."""
        return Held(self)

    async def take(self) -> Listening:
        """One that rests, else one of the pool; given back by `give_back`."""
        while (connection := self._resting.pop() if self._resting else await self._of_pool()).has_ended:
            await connection.close()
            await self._return(connection)
            await self._lose()
        self.in_use += 1
        return connection

    async def give_back(self, connection: Listening, error: BaseException | None) -> None:
        """Let it rest for who comes next, unless somebody waits for one already, or it needs the pool's care."""
        self.in_use -= 1
        if isinstance(error, OperationalError) and connection.broken:
            await self._lose()
        is_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
        is_wanted = self._waiting > 0 or len(self._resting) == RESTING or self._pool.closed
        if is_idle and not is_wanted and monotonic() >= self._no_rest_until:
            self._rest(connection)
        else:
            await self._return(connection)

    async def _return(self, connection: Listening) -> None:
        """Give it to the pool, also where who gives it goes away meanwhile: the pool would lose it for ever."""
        returning = asyncio.create_task(self._pool.putconn(connection))
        self._returning.add(returning)
        returning.add_done_callback(self._returning.discard)
        await asyncio.shield(returning)

    async def _lose(self) -> None:
        """One is broken, and the others most likely are as well: close them without trying each."""
        self._away = True
        self._no_rest_until = monotonic() + RESTED  # those that are in use now go to the pool, which closes them
        await self._wake()
        await self._pool.drain()

    def _rest(self, connection: Listening) -> None:
        self._resting.append(connection)
        if self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(RESTED, self._ring)

    def _ring(self) -> None:
        self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        """Give the pool back what rests."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._resting:
            await self._return(self._resting.pop())

    async def _of_pool(self) -> Listening:
        """A connection of the pool, or the problem that there is none: too many are in use, or the database is away."""
        self._waiting += 1  # from here on: what is given back meanwhile must not rest
        try:
            if self._pool.closed:
                await self._pool.open()
            if self._away:
                await self._seen()
            return await self._pool.getconn()
        except PoolTimeout:
            if self.in_use < self.size:  # given back this moment, or none could be opened
                self._away = True
                await self._seen()
            raise errors.DatabaseBusy from None
        finally:
            self._waiting -= 1

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


class Held:
    """A connection for a block."""

    __slots__ = ("_connection", "_kind")

    def __init__(self, kind: Connections) -> None:
        self._kind = kind

    async def __aenter__(self) -> Listening:
        self._connection = await self._kind.take()
        return self._connection

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        await self._kind.give_back(self._connection, error)


def _conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's keywords, by SQLAlchemy's own reading of it: spaces, several hosts and all."""
    _, keywords = PGDialect_psycopg().create_connect_args(make_url(url))  # type: ignore[no-untyped-call]
    return make_conninfo("", **{**KEEPALIVE, **keywords})


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
