"""Which of a file's headers means which column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.kinds.columns import Column, Kind
from smartcity_api.imports.kinds.folding import folded, without_asides
from smartcity_api.imports.kinds.lookups import Lookups
from smartcity_api.imports.kinds.proposals import CRITERIA, criterion
from smartcity_api.kit.language import Text

SHAPEFILE_NAME: Final = 10
"""Letters that a Shapefile keeps of a column's name."""
ALIKE: Final = 0.75
LONGEST: Final = 120
PATIENCE: Final = 1_000
"""Unknown headers for which a near miss is looked for."""
_OURS: Final = re.compile(r"\[([a-z_]+(?:\.[a-z0-9_-]+)?)\]\s*$")
"""How templates name the member behind a title."""
_NOTHING: Final = Lookups()


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What a file's headers mean: those of a column, those of exports that are not imported, and those unknown.

    `unknown` has for each the column that was perhaps meant.
    """

    kind: Kind
    columns: Mapping[str, Column]
    read_only: Sequence[str] = ()
    unknown: Mapping[str, str | None]

    @cached_property
    def headers(self) -> dict[str, str]:
        """The file's own header by the name of the column."""
        return {column.name: header for header, column in self.columns.items()}

    @cached_property
    def plan(self) -> tuple[tuple[str, Column], ...]:
        """The columns in the order in which a row is read: provinces before districts."""
        place = self.kind.place
        return tuple(sorted(self.columns.items(), key=lambda item: place.get(item[1].name, len(place))))

    @property
    def lacking(self) -> list[str]:
        """Columns that a new record needs and the file does not have."""
        told = {column.member for column in self.columns.values()}
        found = [name for name in self.kind.required if name not in told]
        return found if told & set(self.kind.named_by) else [*found, *self.kind.named_by[:1]]


class Headers:
    """The names of a kind's columns, as they may stand in a file."""

    def __init__(self, kind: Kind, lookups: Lookups = _NOTHING) -> None:
        self.kind = kind
        self._columns = {column.name: column for column in kind.columns}
        if kind.has_criteria:
            for code, names in lookups.criteria.items():
                column = criterion(code, next(iter(names), code))
                self._columns[column.name] = column
        self._known = dict(self._spellings(lookups))
        self._spelled = {folded(name): name for name in self._columns}
        for column in kind.columns:
            for name in (column.title.th, column.title.en):
                self._spelled.setdefault(folded(without_asides(name)), name)
        self._patience = PATIENCE
        self._read_only = {folded(name) for name in kind.read_only}

    def _spellings(self, lookups: Lookups) -> Iterator[tuple[str, Column]]:
        """The weakest first: what comes later counts."""
        for column in reversed(self.kind.columns):
            yield folded(without_asides(column.title.en)), column
            yield folded(without_asides(column.title.th)), column
        if self.kind.has_criteria:
            for code, names in lookups.criteria.items():
                for name in (*names, code):
                    yield folded(name), self._columns[f"{CRITERIA}.{code}"]
        for column in self.kind.columns:
            for name in (*column.aliases, column.title.en, column.title.th):
                yield folded(name), column
        for name, column in self._columns.items():
            yield folded(name), column

    def find(self, header: str) -> Column | None:
        """The column that the header means."""
        ours = _OURS.search(header)
        if ours and ours[1] in self._columns:
            return self._columns[ours[1]]
        plain = folded(header)
        found = self._known.get(plain)
        if found is None and plain not in self._read_only:
            found = self._known.get(folded(without_asides(header))) or self._cut(header)
        return found

    def _cut(self, header: str) -> Column | None:
        """The column whose name a Shapefile has cut."""
        if len(header) != SHAPEFILE_NAME:
            return None
        whole = [column for name, column in self._columns.items() if name.startswith(header.lower())]
        return whole[0] if len(whole) == 1 else None

    def is_read_only(self, header: str) -> bool:
        """Whether it is a column of exports that is not imported."""
        plain = folded(header)
        cut = len(header) == SHAPEFILE_NAME and any(name.startswith(header.lower()) for name in self.kind.read_only)
        return plain in self._read_only or cut

    def suggestion(self, header: str) -> str | None:
        """The column that was perhaps meant."""
        if len(header) > LONGEST or self._patience == 0:
            return None
        self._patience -= 1
        near = get_close_matches(folded(without_asides(header)), self._spelled, n=1, cutoff=ALIKE)
        return self._spelled[near[0]] if near else None

    def matched(self, headers: Iterable[str]) -> Matched:
        """What each of the headers means; nothing is refused."""
        columns: dict[str, Column] = {}
        read_only: list[str] = []
        unknown: dict[str, str | None] = {}
        for header in headers:
            column = self.find(header)
            if column is not None:
                columns[header] = column
            elif self.is_read_only(header):
                read_only.append(header)
            elif header.strip():
                unknown[header] = self.suggestion(header)
        return Matched(kind=self.kind, columns=columns, read_only=tuple(read_only), unknown=unknown)


def matched(kind: Kind, headers: Sequence[str], lookups: Lookups = _NOTHING) -> Matched:
    """What each of the headers means; a FileFault when two mean the same, or none anything."""
    found = Headers(kind, lookups).matched(headers)
    _check_twice(found, headers)
    if not any(column.role != "key" for column in found.columns.values()):
        expected = ", ".join(column.name for column in kind.columns if column.role != "key")
        near = next((f"{header}: {meant}" for header, meant in found.unknown.items() if meant), None)
        message = Text(
            f"none of the headers is known; a file of {kind.title.en.lower()} may have: {expected}",
            f"ไม่รู้จักหัวคอลัมน์ใดเลย ไฟล์{kind.title.th}มีคอลัมน์ได้ดังนี้: {expected}",
        )
        raise FileFault("no_known_column", message, suggestion=near)
    return found


def _check_twice(found: Matched, headers: Sequence[str]) -> None:
    by_column: dict[str, list[str]] = {}
    for header in headers:
        if header in found.columns:
            by_column.setdefault(found.columns[header].name, []).append(header)
    for name, same in by_column.items():
        if len(same) > 1:
            shown = ", ".join(f"“{header}”" for header in same)
            message = Text(
                f"the headers {shown} all mean {name}; leave one of them",
                f"หัวคอลัมน์ {shown} หมายถึง {name} เหมือนกัน โปรดเหลือไว้เพียงหนึ่ง",
            )
            raise FileFault("ambiguous_header", message)
