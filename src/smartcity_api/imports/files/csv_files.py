"""CSV: one record after another, decoded as it is read, whatever its delimiter and encoding."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files.encodings import encoding_of
from smartcity_api.imports.files.headers import (
    Header,
    empty_file,
    header_of,
    is_title,
    title_left_out,
    unnamed,
    without_nul,
)
from smartcity_api.imports.files.quotes import opened_at
from smartcity_api.imports.files.rows import MIB, Limits, Opened, Row
from smartcity_api.kit.language import Text

DELIMITERS = (",", ";", "\t", "|")
_OTHERS = {":": ":", "^": "^", "~": "~", "¦": "¦", "\\t": "\\t", "  ": "spaces"}
_SAID = re.compile(r"sep=([^\w\s\"\0]|\t)")


@dataclass(slots=True)
class Lines:
    """The lines of a text; none longer than the limit, so that one cell cannot fill the memory."""

    file: TextIOWrapper
    limit: int

    def __iter__(self) -> Iterator[str]:
        """The lines with their ends."""
        limit = self.limit
        for number, line in enumerate(iter(partial(self.file.readline, limit), ""), 1):
            if len(line) >= limit and line[-1] not in "\r\n":
                raise _too_large(number, limit // 2)
            yield line


@dataclass(kw_only=True)
class CsvFile(Opened):
    """A CSV file whose header was read."""

    header: Header
    reader: Any = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """Its records; a record that has not as many cells as the header is a fault."""
        reader, columns, width, plain = self.reader, self.columns, self.header.width, self.header.is_plain
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._misquoted(number, str(error))
                continue
            except UnicodeError as error:
                raise _undecodable(self.encoding, number) from error
            if not any(cells):
                continue
            if plain and len(cells) == width and "\0" not in "".join(cells):
                yield Row(number, dict(zip(columns, cells, strict=True)))
            else:
                yield self._unusual(number, cells)

    def _unusual(self, number: int, cells: list[str]) -> Row:
        """A record with too many or too few cells, with cells that no header names, or with NUL characters."""
        faults: list[RowFault] = []
        header = self.header
        excess, lack = any(cells[header.width :]), len(cells) < header.width
        if excess or lack:
            faults.append(_miscounted(len(cells), header.width))
        named = set(header.places)
        faults += [
            unnamed(place, cell)
            for place, cell in enumerate(cells[: header.width])
            if cell and place not in named and not (excess or lack)
        ]
        values = {
            name: cells[place] for name, place in zip(header.columns, header.places, strict=True) if place < len(cells)
        }
        for name, value in values.items():
            if "\0" in value:
                values[name] = value.replace("\0", "\ufffd")
                faults.append(without_nul(name, values[name]))
        return Row(number, values, faults=tuple(faults))

    def _misquoted(self, number: int, error: str) -> Row:
        """The record whose quotes are wrong, if it is only this one; else nothing behind it can be trusted."""
        with text_of(self.path, str(self.encoding)) as file:
            lines = list(islice(file, number - 1, int(self.reader.line_num)))
        if "limit" not in error and len(lines) == 1 and lines[0].count('"') % 2 == 0:
            return Row(number, {}, faults=(_stray_quote(lines[0]),))
        opened = opened_at(lines, number, str(self.delimiter))
        if "limit" in error:
            raise _too_large(opened, self.limits.field)
        raise FileFault(
            "quote_not_closed",
            Text(
                f"the quotes do not match: a cell is opened with a quote on line {opened} and not closed as it "
                'should be; a quote inside of a cell is written twice ("")',
                f'เครื่องหมายคำพูดไม่ครบคู่ เซลล์ที่เปิดในบรรทัด {opened} ปิดไม่ถูกต้อง เครื่องหมายคำพูดภายในเซลล์ต้องพิมพ์สองตัวติดกัน ("")',
            ),
            line=opened,
        )


def text_of(path: Path, encoding: str) -> TextIOWrapper:
    """The file as text, its line ends as they are."""
    return path.open(encoding=encoding, newline="", buffering=MIB)


def opened_csv(path: Path, limits: Limits) -> CsvFile:
    """The CSV file at the path, read as far as its header."""
    encoding = encoding_of(path)
    delimiter, said = _delimiter(path, encoding, limits)
    # The limit is the process's: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), limits.field))
    file = text_of(path, encoding)
    try:
        reader = csv.reader(Lines(file, 2 * limits.field), delimiter=delimiter, strict=True)
        if said:
            next(reader)
        number, cells, titles = _header(reader)
        opened = CsvFile(
            format="csv",
            path=path,
            limits=limits,
            encoding=encoding,
            delimiter=delimiter,
            header=header_of(cells, limits, number),
            reader=reader,
        )
    except BaseException:
        file.close()
        raise
    opened.columns = opened.header.columns
    opened.resources.enter_context(file)
    for title in titles:
        opened.notice(*title_left_out(title))
    if encoding == "cp874":
        opened.notice(
            "read_as_cp874", "the file was read as Thai code page TIS-620/CP874", "อ่านไฟล์เป็นรหัสภาษาไทย TIS-620/CP874"
        )
    return opened


def _header(reader: Any) -> tuple[int, list[str], list[int]]:
    """The line that the header begins on, its cells, and the lines with titles above it."""
    titles: list[int] = []
    while True:
        number = int(reader.line_num) + 1
        cells = next(reader, None)
        if cells is None:
            raise empty_file()
        if not any(cell.strip() for cell in cells):
            continue
        if not is_title(cells) or len(titles) > 10:
            return number, cells, titles
        titles.append(number)


def _delimiter(path: Path, encoding: str, limits: Limits) -> tuple[str, bool]:
    """The delimiter that gives the header the most cells, and whether the first line says it (as Excel's does)."""
    with text_of(path, encoding) as file:
        first = _beginning(Lines(file, 2 * limits.field))
    if first and (said := _SAID.fullmatch(first[0].rstrip("\r\n"))):
        return said[1], True
    begun = [line for line in first if line.strip()]
    if not begun:
        raise empty_file()
    if "\0" in begun[0]:
        raise FileFault(
            "nul_bytes",
            Text(
                "the header has NUL bytes: this is no text, or UTF-16 without its mark; save the file as UTF-8",
                "หัวตารางมีไบต์ NUL ไฟล์ไม่ใช่ข้อความ หรือเป็น UTF-16 ที่ไม่มีเครื่องหมายนำ ให้บันทึกไฟล์เป็น UTF-8",
            ),
            line=first.index(begun[0]) + 1,
            suggestion="UTF-8",
        )
    counts = {delimiter: _cells(begun, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best] == 1:
        _refuse_other(begun[0], first.index(begun[0]) + 1)
    return best, False


def _beginning(lines: Lines) -> list[str]:
    """The first lines, enough to know the header by."""
    first: list[str] = []
    for line in islice(lines, 64):
        first.append(line)
        if sum(map(len, first)) > MIB:
            break
    return first


def _cells(lines: list[str], delimiter: str) -> int:
    """The most cells that a record at the beginning has, up to the header."""
    widest = 1
    try:
        for cells in islice(csv.reader(lines, delimiter=delimiter), 10):
            widest = max(widest, len(cells))
            if not is_title(cells):
                break
    except csv.Error:
        return widest
    return widest


def _refuse_other(header: str, line: int) -> None:
    """Name a delimiter that is none of ours, where the header seems to have one."""
    for written, name in _OTHERS.items():
        if written in header.strip().strip('"'):
            raise FileFault(
                "wrong_delimiter",
                Text(
                    f"the header is a single column, but has {name!r} in it; "
                    "columns are separated by a comma, semicolon, tab or |",
                    f"หัวตารางมีคอลัมน์เดียว แต่มี {name!r} อยู่ภายใน คอลัมน์ต้องคั่นด้วยจุลภาค อัฒภาค แท็บ หรือ |",
                ),
                line=line,
                suggestion=",",
            )


def _miscounted(count: int, width: int) -> RowFault:
    more = count > width
    return RowFault(
        "too_many_cells" if more else "too_few_cells",
        Text(
            f"the row has {count} cells, the header {width}; "
            + ("a cell with the delimiter in it stands in quotes" if more else "write empty cells too"),
            f"แถวมี {count} เซลล์ แต่หัวตารางมี {width} คอลัมน์ "
            + ("เซลล์ที่มีตัวคั่นอยู่ภายในต้องอยู่ในเครื่องหมายคำพูด" if more else "ต้องใส่เซลล์ว่างให้ครบ"),
        ),
    )


def _stray_quote(line: str) -> RowFault:
    return RowFault(
        "stray_quote",
        Text(
            'a quote inside of a cell that stands in quotes is written twice ("")',
            'เครื่องหมายคำพูดภายในเซลล์ที่อยู่ในเครื่องหมายคำพูดต้องพิมพ์สองตัวติดกัน ("")',
        ),
        value=line[:200].rstrip("\r\n").replace("\0", "\ufffd"),
    )


def _too_large(line: int, limit: int) -> FileFault:
    return FileFault(
        "field_too_large",
        Text(
            f"a cell that begins on line {line} is longer than {limit:,} characters; is a closing quote missing?",
            f"เซลล์ที่เริ่มในบรรทัด {line} ยาวเกิน {limit:,} อักขระ อาจขาดเครื่องหมายคำพูดปิด",
        ),
        line=line,
    )


def _undecodable(encoding: str | None, line: int) -> FileFault:
    return FileFault(
        "encoding_broken",
        Text(
            f"line {line} is not {encoding}, unlike what is before it",
            f"บรรทัด {line} ไม่ใช่ {encoding} ต่างจากบรรทัดก่อนหน้า",
        ),
        line=line,
    )
