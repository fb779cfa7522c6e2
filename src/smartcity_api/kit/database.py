"""PostgreSQL: connections that cannot write and snapshots over them, and others for transactions that do."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

from psycopg import Rollback
from sqlalchemy.sql import ClauseElement

from smartcity_api.kit.connections import Connections, Held, Limits
from smartcity_api.kit.lines import Line
from smartcity_api.kit.listening import Listening
from smartcity_api.kit.often import Meanwhile, nothing
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import Build, Statements, compiled

Rows = Sequence[tuple[Any, ...]]
"""Values of type text are bytes, UTF-8."""

Values = Mapping[str, object]
Listener = Callable[[str, Values], None]
"""Hears every statement that is sent, with its values: for tests and measurements, never for logs."""

FOR_RECOGNISING = 4
"""Connections by which it is asked who calls: kept apart, so that writers who wait for each other shut nobody out."""


class Snapshot:
    """One state of the data: everything asked of it is answered from that state."""

    def __init__(self, connection: Listening, statements: Statements, hear: Listener) -> None:
        self._connection = connection
        self._statements = statements
        self._hear = hear

    async def rows(self, statement: ClauseElement) -> Rows:
        """What a statement yields that is asked seldom, with its values in it."""
        return await self._rows(*compiled(statement))

    async def execute(self, statement: ClauseElement) -> None:
        """Run a statement that yields nothing, as `SET LOCAL` does."""
        await self._rows(*compiled(statement))

    async def kept(self, key: Hashable, build: Build, values: Values, meanwhile: Meanwhile = nothing) -> Rows:
        """What a statement yields that is asked often: built once for its key, run with these values.

        `meanwhile` is called once, before the rows are there.
        """
        return await self._rows(self._text(key, build), values, meanwhile)

    async def estimate(self, key: Hashable, build: Build, values: Values) -> int:
        """How many rows the planner expects of such a statement, without reading them."""
        rows = await self._rows("EXPLAIN (FORMAT JSON) " + self._text(key, build), values)
        return int(rows[0][0][0]["Plan"]["Plan Rows"])

    async def batches(self, key: Hashable, build: Build, values: Values, size: int) -> AsyncGenerator[Rows]:
        """The same in batches through a server-side cursor: memory stays flat, however many there are."""
        text, known = self._text(key, build), {**values, **sight().values}
        self._hear(text, known)
        async with self._connection.cursor(name="rows") as cursor:
            await cursor.execute(text.encode(), known, binary=True)  # our own text: psycopg takes such as bytes
            while rows := await cursor.fetchmany(size):
                yield rows

    def _text(self, key: Hashable, build: Build) -> str:
        return self._statements.text((sight().kind, key), build)

    async def _rows(self, text: str, values: Values, meanwhile: Meanwhile = nothing) -> Rows:
        known = {**values, **sight().values}
        self._hear(text, known)
        return await self._connection.often.rows(text, known, meanwhile)


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


class Single:
    """A connection for a block that asks one statement.

    Most requests need one, and contextlib's way to write this took as long as finding the statement's text.
    """

    __slots__ = ("_held", "_told")

    def __init__(self, held: Held, *told: *tuple[Statements, Listener]) -> None:
        self._held = held
        self._told = told

    async def __aenter__(self) -> Snapshot:
        return Snapshot(await self._held.__aenter__(), *self._told)

    async def __aexit__(self, *error: *tuple[Any, BaseException | None, Any]) -> None:
        await self._held.__aexit__(*error)


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
        self._url, self._limits = url, limits
        self._reading = Connections(url, limits)
        self._writing = Connections(write_url or url, limits, writing=True)
        few = replace(limits, size=min(pool_size, FOR_RECOGNISING))
        self._recognising = Connections(write_url or url, few, writing=True)
        self._lines: list[Line] = []
        self._statements = Statements()
        self.listener: Listener = lambda _text, _values: None

    @property
    def _kinds(self) -> tuple[Connections, ...]:
        return (self._reading, self._writing, self._recognising)

    @property
    def size(self) -> int:
        """How many connections of each kind there may be."""
        return self._reading.size

    @property
    def in_use(self) -> int:
        """How many connections answer requests."""
        return sum(kind.in_use for kind in self._kinds)

    @property
    def conninfo(self) -> str:
        """Where writing goes."""
        return self._writing.conninfo

    def statement(self) -> Single:
        """A connection for exactly one statement; for more, take a `snapshot`."""
        return Single(self._reading.one(), self._statements, self.listener)

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

    def line(self, statement: ClauseElement) -> Line:
        """A way of its own to ask one statement without values where reading goes."""
        text, values = compiled(statement)
        assert not values, "it has none"
        only = Connections(self._url, replace(self._limits, size=1))
        line = Line(only, text, lambda: self.listener(text, {}))
        self._lines.append(line)
        return line

    async def close(self) -> None:
        """Close every connection."""
        for line in self._lines:
            await line.close()
        for kind in self._kinds:
            await kind.close()
