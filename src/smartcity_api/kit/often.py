"""Statements that a connection is asked again and again: prepared there, and run by libpq itself."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from psycopg import AsyncConnection, errors
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

USES: Final = 5
"""Times that a statement is run unprepared: most are asked either much oftener, or not again."""
MOST: Final = 100
"""Statements that are remembered on a connection: those that were asked last."""
LONG: Final = 50_000
"""Characters from which on no statement is remembered: only what clients filter by makes one so long."""

_GOOD: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%")

Key = tuple[str, tuple[int, ...] | None]
"""A statement's text and the types of its values: PostgreSQL plans for both."""

Meanwhile = Callable[[], None]


def nothing() -> None:
    """Nothing has to be done meanwhile."""


class Often:
    """What psycopg's cursors do, without one for each question: that took twice as long (benchmarks/README.md)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._transformer = Transformer(connection)
        self._known: OrderedDict[Key, int | bytes] = OrderedDict()  # how often it was run, or what it is prepared as
        self._prepared = 0

    async def rows(
        self, text: str, values: Mapping[str, object], meanwhile: Meanwhile = nothing
    ) -> Sequence[tuple[Any, ...]]:
        """What the statement yields with these values. One question at a time.

        `meanwhile` is called once, before the rows are there: at best while PostgreSQL makes them.

        Raises psycopg's errors; one that the server has lost, or that would yield other columns now, is prepared anew
        the next time.
        """
        if len(text) > LONG:
            meanwhile()
            return await self._unprepared(text, values)
        numbered, names = _numbered(text)
        transformer = self._transformer
        given = transformer.dump_sequence([values[name] for name in names], [PyFormat.AUTO] * len(names))
        key, formats = (text, transformer.types), transformer.formats
        known = self._known.get(key, 0)
        if isinstance(known, int):
            await self._remember(key, known + 1)
            if known < USES:
                meanwhile()
                return await self._unprepared(text, values)
            known = self._known[key] = await self._prepare(numbered, transformer.types)
        else:
            self._known.move_to_end(key)
        try:
            result = await self._done(partial(_send, known, given, formats), meanwhile)
        except (errors.InvalidSqlStatementName, errors.FeatureNotSupported):
            del self._known[key]
            raise
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    async def _unprepared(self, text: str, values: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        cursor = await self._connection.execute(text.encode(), values, binary=True)
        return [] if cursor.description is None else await cursor.fetchall()

    async def _prepare(self, numbered: bytes, types: Sequence[int] | None) -> bytes:
        self._prepared += 1
        name = b"often_%d" % self._prepared

        def send(pgconn: PGconn) -> None:
            pgconn.send_prepare(name, numbered, types)

        await self._done(send)
        return name

    async def _done(self, send: Callable[[PGconn], None], meanwhile: Meanwhile = nothing) -> PGresult:
        return await self._connection.wait(_answer(self._connection.pgconn, send, meanwhile))

    async def _remember(self, key: Key, known: int) -> None:
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            _, oldest = self._known.popitem(last=False)
            if isinstance(oldest, bytes):
                await self._done(lambda pgconn: pgconn.send_close_prepared(oldest))  # poolers know no DEALLOCATE


@lru_cache(maxsize=300)
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with PostgreSQL's own placeholders, and the values' names in the order of their numbers."""
    places: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name: str | None = found[1]
        return "%" if name is None else f"${places.setdefault(name, len(places) + 1)}"

    numbered = _PLACEHOLDER.sub(number, text)
    return numbered.encode(), tuple(places)


def _send(name: bytes, given: Sequence[Any], formats: Sequence[Format] | None, pgconn: PGconn) -> None:
    pgconn.send_query_prepared(name, given, formats, Format.BINARY)


def _answer(pgconn: PGconn, send: Callable[[PGconn], None], meanwhile: Meanwhile) -> PQGen[PGresult]:
    """What is sent is answered by one result."""
    send(pgconn)
    pgconn.flush()  # what the socket has no room for now is sent later
    meanwhile()
    result: PGresult
    (result,) = yield from execute(pgconn)
    if result.status not in _GOOD:
        raise errors.error_from_result(result)
    return result
