"""What a kind of import is made of: its columns, how each is called and read, and the draft that its rows become."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.kinds.choices import Choices
from smartcity_api.imports.kinds.lookups import Index
from smartcity_api.kit.drafts import Draft
from smartcity_api.kit.language import Text
from smartcity_api.kit.parsers import NOT_TEXT

Era = Literal["ce", "be"]
MAX_SHOWN: Final = 200
"""Letters of a value that a fault repeats."""

MAX_DEPTH: Final = 16
"""Lists and objects in one another: no member has as many."""
MAX_FAULTS: Final = 100
"""Faults that are told of one row."""


class _Wrong:
    """What stands for a value that could not be read."""


WRONG: Final = _Wrong()


class Here:
    """The cell that is being read: what it may be looked up in, and where its faults go to."""

    __slots__ = ("days", "era", "faults", "header", "index", "pointer", "provinces")

    def __init__(self, index: Index, era: Era) -> None:
        self.index = index
        self.era: Era = era
        self.days: dict[str, Any] = {}
        self.faults: list[RowFault] = []
        self.header = ""
        self.pointer: str | None = None
        self.provinces: Sequence[str] | None = None
        """The row's own, when it tells them: names of districts are unique in a province only."""

    def refuse(self, code: str, message: Text, value: Any = None, suggestion: str | None = None) -> Any:
        """Note what is wrong with the cell; no value can be taken from it."""
        self._note(code, message, value, suggestion, "error")
        return WRONG

    def warn(self, code: str, message: Text, value: Any = None, suggestion: str | None = None) -> None:
        """Note how the cell was understood."""
        self._note(code, message, value, suggestion, "warning")

    def _note(
        self, code: str, message: Text, value: Any, suggestion: str | None, severity: Literal["error", "warning"]
    ) -> None:
        fault = RowFault(
            code=code,
            message=message,
            column=self.header,
            pointer=self.pointer,
            value=shown(value),
            suggestion=suggestion,
            severity=severity,
        )
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)


def shown(value: Any) -> str | None:
    """A value as a fault repeats it: the beginning of it, without what no database can hold."""
    if value is None:
        return None
    try:
        text = value if isinstance(value, str) else str(value)
    except RecursionError:
        text = type(value).__name__
    return holdable(text[:MAX_SHOWN])


def holdable(text: str) -> str:
    """A text without what no database can hold."""
    return NOT_TEXT.sub("\ufffd", text)


def is_text(value: Any) -> bool:
    """Whether all texts in a value can be held by a database: no NUL, no half of a surrogate pair, few levels."""
    level, depth = [value], 0
    while level and depth < MAX_DEPTH:
        texts = [one for one in level if isinstance(one, str)]
        inner = [one for one in level if isinstance(one, list)]
        objects = [one for one in level if isinstance(one, dict)]
        if any(NOT_TEXT.search(text) for text in (*texts, *(name for one in objects for name in one))):
            return False
        level = [part for one in (*inner, *(one.values() for one in objects)) for part in one]
        depth += 1
    return not level


Read = Callable[[Any, Here], Any]
"""A cell's value as the draft takes it, or WRONG."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a file: the member of the draft that it fills, how it is called, and how its cells are read.

    `name` is the member's, or `criteria.<code>` for the text to one of the criteria. A `key` finds the record, and a
    `geometry` goes to the database as it is.
    """

    name: str
    title: Text
    about: Text
    read: Read
    aliases: tuple[str, ...] = ()
    example: str = ""
    choices: Choices | None = None
    several: bool = False
    role: Literal["member", "key", "geometry"] = "member"

    @property
    def member(self) -> str:
        """The member of the draft, also where the column is a part of it."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What can be imported: which columns it may have, and what they become.

    `read_only` is what exports show besides; `required` is what a new record needs. Where `creates` is false, rows
    change existing records only.
    """

    name: str
    title: Text
    draft: type[Draft]
    columns: tuple[Column, ...]
    read_only: Collection[str]
    required: tuple[str, ...] = ()
    has_criteria: bool = False
    creates: bool = True
    named_by: tuple[str, ...] = ()
    """Members of which one is needed."""

    @cached_property
    def members(self) -> frozenset[str]:
        """The members of the draft that rows tell, but for the geometry."""
        geometry = {column.name for column in self.columns if column.role == "geometry"}
        mine = {column.name for column in self.columns} | {"source_system", "external_id"}
        return frozenset(mine & set(self.draft.model_fields) - geometry)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each column stands, in the order in which a row is read."""
        return {column.name: number for number, column in enumerate(self.columns)}
