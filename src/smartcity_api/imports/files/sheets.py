"""The XML of a worksheet and of a workbook's strings, read row by row in flat memory."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files.archives import Counted
from smartcity_api.imports.files.rows import MIB
from smartcity_api.kit.language import Text

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_MERGED = 100_000
_PIECE = 64 * 1024
MOST = 1_048_576
"""Rows of a sheet."""


@dataclass(slots=True)
class Cell:
    """A cell as the XML has it: column from 0, type, style, text of its value, and whether a formula made it."""

    column: int
    kind: str
    style: int
    text: str | None = None
    has_formula: bool = False


@dataclass(slots=True)
class Handlers:
    """What expat calls; finished rows gather in `rows`."""

    limit: int
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    prefix: str | None = None
    number: int = 0
    cells: list[Cell] = field(default_factory=list)
    cell: Cell | None = None
    text: list[str] | None = None
    size: int = 0
    phonetic: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if self.prefix is None:
            self.prefix = name[: name.find(":") + 1]
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "c":
            self.cell = self._cell(attributes)
        elif name in ("v", "t"):
            self.text, self.size = ([] if not self.phonetic else None), 0
        elif name == "row":
            self._row(attributes)
        elif name == "f" and self.cell is not None:
            self.cell.has_formula = True
        elif name == "rPh":
            self.phonetic = True

    def _row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self.number + 1
        if not self.number < number <= MOST:  # every row is known by its number
            raise ValueError(number)
        self.number = number
        self.cells = []

    def _cell(self, attributes: dict[str, str]) -> Cell:
        place = attributes.get("r")
        column = column_of(place) if place else self.cells[-1].column + 1 if self.cells else 0
        return Cell(column, attributes.get("t", "n"), int(attributes.get("s") or 0))

    def data(self, text: str) -> None:
        """Characters between tags."""
        if self.text is not None:
            self.size += len(text)
            if self.size > self.limit:
                raise _too_large(self.number, self.limit)
            self.text.append(text)

    def end(self, name: str) -> None:
        """A tag closes."""
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name in ("v", "t"):
            if self.cell is not None and self.text is not None:
                # A text of several formatted runs has several parts.
                self.cell.text = (self.cell.text or "") + "".join(self.text)
            self.text = None
        elif name == "c" and self.cell is not None:
            self.cells.append(self.cell)
            self.cell = None
        elif name == "row":
            self.rows.append((self.number, self.cells))
        elif name == "rPh":
            self.phonetic = False


@dataclass(slots=True)
class StringHandlers:
    """The same for the table of strings."""

    limit: int
    strings: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    collecting: bool = False
    phonetic: bool = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """A tag opens."""
        local = name.rpartition(":")[2]
        if local == "si":
            self.parts = []
        elif local == "rPh":
            self.phonetic = True
        elif local == "t":
            self.collecting = not self.phonetic

    def data(self, text: str) -> None:
        """Characters between tags."""
        if self.collecting:
            self.parts.append(text)

    def end(self, name: str) -> None:
        """A tag closes."""
        local = name.rpartition(":")[2]
        if local == "si":
            text = unescaped("".join(self.parts))
            if len(text) > self.limit:
                raise _too_large(0, self.limit)
            self.strings.append(text)
        elif local == "rPh":
            self.phonetic = False
        elif local == "t":
            self.collecting = False


def rows_of(source: Counted, limit: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a sheet that have cells, with their numbers."""
    handlers = Handlers(limit=limit)
    for _ in _parsed(source, handlers, lambda: handlers.number):
        yield from handlers.rows
        handlers.rows.clear()


def strings_of(source: Counted, limit: int) -> list[str]:
    """The workbook's strings by their place."""
    handlers = StringHandlers(limit=limit)
    for _ in _parsed(source, handlers, lambda: 0):
        pass
    return handlers.strings


def _parsed(source: Counted, handlers: Handlers | StringHandlers, number: Callable[[], int]) -> Iterator[None]:
    """Parse the XML piece by piece."""
    parser: XMLParserType = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.CharacterDataHandler = handlers.data
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        while piece := source.read(_PIECE):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
    except (ExpatError, ValueError, LookupError) as error:
        raise sheet_broken(number()) from error
    yield


def _no_doctype(*_: object) -> None:
    raise sheet_broken(0)


def column_of(place: str) -> int:
    """The column of `AB12`, from 0."""
    return _column(place.rstrip("0123456789")[:4])


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        column = column * 26 + ord(letter) - 64
    return column - 1


def unescaped(text: str) -> str:
    """A text whose characters that XML cannot have are written as `_x000D_`; NUL is nothing that a text can keep."""
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text) if "_x" in text else text


def _character(code: int) -> str:
    return "\ufffd" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def merged_in(source: Counted) -> list[tuple[int, int, int, int]]:
    """The merged ranges as first row, first column, last row, last column; in the order of their rows."""
    found: set[tuple[int, int, int, int]] = set()
    before = b""
    while piece := source.read(MIB):
        piece = before + piece
        if b"mergeCell" in piece:
            for first, top, last, bottom in _MERGED.findall(piece):
                found.add((int(top), column_of(first.decode()), int(bottom), column_of(last.decode())))
            if len(found) > _MOST_MERGED:
                raise sheet_broken(0)
        before = piece[-200:]
    return sorted(found)


def sheet_broken(number: int) -> FileFault:
    """The fault of XML that is none."""
    where = (f" behind row {number}", f"หลังแถว {number}") if number else ("", "")
    return FileFault(
        "sheet_broken",
        Text(
            f"the workbook cannot be read{where[0]}; save it again as .xlsx",
            f"อ่านไฟล์ Excel ไม่ได้{where[1]} ให้บันทึกเป็น .xlsx ใหม่",
        ),
        line=number or None,
    )


def _too_large(number: int, limit: int) -> FileFault:
    return FileFault(
        "field_too_large",
        Text(f"a cell is longer than {limit:,} characters", f"เซลล์ยาวเกิน {limit:,} อักขระ"),
        line=number or None,
    )
