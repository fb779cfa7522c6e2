"""SQL compiled once and run many times with other values."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, Text, literal_column
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def constant(value: str | int | float) -> ColumnElement[Any]:
    """A constant of ours, written into a statement's text, so that kept statements hold no values."""
    if isinstance(value, str):
        return literal_column("'" + value.replace("'", "''") + "'", Text)
    return literal_column(str(value), Integer if isinstance(value, int) else Double)


Build = Callable[[], ClauseElement]
"""Builds a statement when its text is not known yet."""


def compiled(statement: ClauseElement) -> tuple[str, dict[str, Any]]:
    """The statement's text with psycopg's placeholders, and the values that are bound in it already."""
    found = statement.compile(dialect=_DIALECT)
    assert isinstance(found, SQLCompiler)
    return found.string, {
        name: _as_sent(found.binds[name].type, value)
        for name, value in found.params.items()
        if not found.binds[name].required
    }


def _as_sent(kind: TypeEngine[Any], value: object) -> object:
    """The value as the driver takes it: JSON has to be told from a dictionary, for one."""
    process = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return value if process is None else process(value)


class Statements:
    """The texts of statements by what makes them differ; values are bound at each run, never kept.

    Building and compiling a list's statement costs more than running it. The least recently used are dropped, since
    clients choose the fields and filters and so the number of statements, and how long they are.
    """

    def __init__(self, capacity: int = 2000, room: int = 16 * 2**20) -> None:
        self._capacity = capacity
        self._room = room
        self._taken = 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()

    def text(self, key: Hashable, build: Build) -> str:
        """The text of the statement with this key; built and compiled if it is new."""
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        text, bound = compiled(build())
        if bound:
            raise ValueError(f"A kept statement must not hold values, this one binds {bound}: name them instead.")
        self._texts[key] = text
        self._taken += len(text)
        while len(self._texts) > self._capacity or self._taken > self._room:
            _, oldest = self._texts.popitem(last=False)
            self._taken -= len(oldest)
        return text
