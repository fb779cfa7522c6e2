"""XLSX: the rows of one sheet of a workbook, its cells as values."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS

from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files.archives import Counted, archive_of, opened_member
from smartcity_api.imports.files.cells import Styles, in_error, merged, not_computed
from smartcity_api.imports.files.headers import Header, empty_file, header_of, title_left_out, unnamed
from smartcity_api.imports.files.rows import MIB, Limits, Opened, Row
from smartcity_api.imports.files.sheets import Cell, merged_in, rows_of, sheet_broken, strings_of
from smartcity_api.kit.language import Text

_SMALL = 64 * MIB
_FAILURES = (
    KeyError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)

RawRow = tuple[int, list[Cell]]
Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name, where it is in the zip, and whether one sees it."""

    name: str
    part: str
    visible: bool


@dataclass(kw_only=True)
class Workbook(Opened):
    """A workbook whose sheet was chosen and whose header was read."""

    header: Header
    styles: Styles
    raw: Iterator[RawRow] = field(repr=False)
    ranges: list[Range] = field(repr=False)
    active: dict[Range, str | None] = field(default_factory=dict, init=False, repr=False)

    def rows(self) -> Iterator[Row]:
        """The sheet's rows that have anything in them."""
        names = dict(zip(self.header.places, self.columns, strict=True))
        for number, cells in self.raw:
            values: dict[str, Any] = dict.fromkeys(self.columns)
            faults: list[RowFault] = []
            found: dict[int, Any] = {}
            for cell in cells:
                value = self._value(cell, names.get(cell.column), faults)
                if value is None or value == "":
                    continue
                found[cell.column] = value
                if cell.column in names:
                    values[names[cell.column]] = value
                else:
                    faults.append(unnamed(cell.column, str(value)))
            if self.ranges or self.active:
                faults += self._merged(number, found, names)
            if found or faults:
                yield Row(number, values, faults=tuple(faults))

    def _value(self, cell: Cell, column: str | None, faults: list[RowFault]) -> Any:
        """A cell's value; what is wrong with it joins the faults."""
        if cell.has_formula:
            if cell.text is None or (cell.text == "" and cell.kind != "str"):
                faults.append(not_computed(column))
                return None
            self._say_formulas()
        if cell.kind == "e":
            faults.append(in_error(column, cell.text or ""))
            return None
        try:
            return self.styles.value(cell)
        except ValueError:
            faults.append(in_error(column, cell.text or ""))
            return None

    def _say_formulas(self) -> None:
        self.notice(
            "formulas_as_values",
            "cells with formulas were read as the values that were computed last",
            "เซลล์ที่เป็นสูตรอ่านเป็นค่าที่คำนวณไว้ล่าสุด",
        )

    def _merged(self, number: int, found: dict[int, Any], names: dict[int, str]) -> list[RowFault]:
        """A fault for every merged range that empties named cells of this row."""
        while self.ranges and self.ranges[-1][0] <= number:
            span = self.ranges.pop()
            shown = found.get(span[1]) if span[0] == number else None
            self.active[span] = None if shown is None else str(shown)[:200]
        faults = []
        for span, shown in list(self.active.items()):
            top, first, bottom, last = span
            if bottom < number:
                del self.active[span]
            elif shown is not None:
                emptied = range(first + 1 if top == number else first, last + 1)
                column = next((names[place] for place in names if place in emptied), None)
                faults += [merged(column, shown)] if column else []
        return faults


def opened_workbook(path: Path, limits: Limits, *, layer: str | None) -> Opened:
    """The workbook at the path, read as far as the header of the sheet that is taken."""
    archive = archive_of(path, limits)
    try:
        sheets, styles = _described(archive, path, limits)
        sheet, begun = _chosen(archive, sheets, styles, limits, layer)
        opened = _begun(path, limits, archive, sheet, begun, styles)
    except BaseException:
        archive.close()
        raise
    opened.resources.enter_context(archive)
    _say_sheets(opened, sheets, sheet)
    return opened


def _described(archive: zipfile.ZipFile, path: Path, limits: Limits) -> tuple[list[Sheet], Styles]:
    """What the workbook says of its sheets and styles."""
    # These are held in memory whole.
    for member in archive.infolist():
        limit = limits.strings if "sharedStrings" in member.filename else _SMALL
        if (
            member.filename.endswith((".xml", ".rels"))
            and "sheets/" not in member.filename
            and member.file_size > limit
        ):
            raise sheet_broken(0)
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            sheets = [
                Sheet(str(sheet.name), str(rel.target), sheet.state == "visible")
                for sheet, rel in reader.parser.find_sheets()
                if "chartsheet" not in rel.Type and rel.target in reader.valid_files
            ]
            table = reader.package.find(SHARED_STRINGS)
            book = reader.wb
            reader.archive.close()
    except _FAILURES as error:
        raise sheet_broken(0) from error
    return sheets, Styles(
        strings=[] if table is None else _strings(archive, table.PartName[1:], limits),
        epoch=book.epoch,
        dates=frozenset(book._date_formats),
        durations=frozenset(book._timedelta_formats),
    )


def _strings(archive: zipfile.ZipFile, part: str, limits: Limits) -> list[str]:
    if part not in archive.namelist():
        return []
    with opened_member(archive, archive.getinfo(part)) as source:
        return strings_of(Counted(source, limits.strings), limits.field)


def _raw(archive: zipfile.ZipFile, sheet: Sheet, limits: Limits) -> Iterator[RawRow]:
    with opened_member(archive, archive.getinfo(sheet.part)) as source:
        yield from rows_of(Counted(source, limits.unpacked), limits.field)


def _texts(cells: Sequence[Cell], styles: Styles) -> list[str]:
    """A row as texts, without gaps."""
    texts: dict[int, str] = {}
    for cell in cells:
        try:
            value = styles.value(cell)
        except ValueError:
            value = cell.text
        texts[cell.column] = "" if value is None else str(value)
    last = max((column for column, text in texts.items() if text.strip()), default=-1)
    if last >= 16_384:
        raise sheet_broken(0)
    return [texts.get(column, "") for column in range(last + 1)]


@dataclass(slots=True)
class Begun:
    """A sheet read as far as its header."""

    number: int
    cells: list[str]
    titles: list[int]
    rest: Iterator[RawRow]


def _chosen(
    archive: zipfile.ZipFile, sheets: list[Sheet], styles: Styles, limits: Limits, asked: str | None
) -> tuple[Sheet, Begun]:
    """The sheet that was asked for, or the first visible one with anything in it."""
    if asked is not None and asked not in [sheet.name for sheet in sheets]:
        names = ", ".join(sheet.name for sheet in sheets)
        raise FileFault(
            "layer_unknown",
            Text(f"there is no sheet {asked!r}; the file has: {names}", f"ไม่มีชีต {asked!r} ในไฟล์มี: {names}"),
            suggestion=sheets[0].name if sheets else None,
        )
    for sheet in sheets:
        if (sheet.name == asked or (asked is None and sheet.visible)) and (
            begun := _header(_raw(archive, sheet, limits), styles)
        ):
            return sheet, begun
    raise empty_file()


def _header(raw: Iterator[RawRow], styles: Styles) -> Begun | None:
    """The first row with several names in it; a single cell above several ones is a title."""
    titles: list[int] = []
    number, cells = 0, list[str]()
    for number, found in raw:
        texts = _texts(found, styles)
        if not any(text.strip() for text in texts):
            continue
        if cells:
            # One filled cell above: a title if this row is wider, else the header of a table with one column.
            if len(texts) < 2 or len(titles) > 10:
                return Begun(titles.pop(), cells, titles, chain([(number, found)], raw))
            cells = []
        if sum(1 for text in texts if text.strip()) > 1:
            return Begun(number, texts, titles, raw)
        titles.append(number)
        cells = texts
    return Begun(titles.pop(), cells, titles, raw) if cells else None


def _begun(
    path: Path, limits: Limits, archive: zipfile.ZipFile, sheet: Sheet, begun: Begun, styles: Styles
) -> Workbook:
    """The workbook, its header judged and its merged cells known."""
    with opened_member(archive, archive.getinfo(sheet.part)) as source:
        ranges = merged_in(Counted(source, limits.unpacked))
    header = header_of(begun.cells, limits, begun.number)
    opened = Workbook(
        format="xlsx",
        path=path,
        limits=limits,
        layer=sheet.name,
        columns=header.columns,
        header=header,
        styles=styles,
        raw=begun.rest,
        ranges=[span for span in reversed(ranges) if span[2] > begun.number],
    )
    for title in begun.titles:
        opened.notice(*title_left_out(title))
    if any(top <= begun.number <= bottom for top, _, bottom, _ in ranges):
        opened.notice("header_merged", "the header has merged cells", "หัวตารางมีเซลล์ที่ผสานกัน")
    return opened


def _say_sheets(opened: Opened, sheets: list[Sheet], taken: Sheet) -> None:
    """Say which sheets were not read."""
    hidden = ", ".join(sheet.name for sheet in sheets if not sheet.visible and sheet != taken)
    if hidden:
        opened.notice("hidden_sheets_left_out", f"hidden sheets were left out: {hidden}", f"ไม่ได้อ่านชีตที่ซ่อนไว้: {hidden}")
    others = ", ".join(sheet.name for sheet in sheets if sheet.visible and sheet != taken)
    if others:
        opened.notice(
            "sheets_left_out",
            f"the sheet {taken.name} was read; others were left out: {others}",
            f"อ่านชีต {taken.name} ไม่ได้อ่านชีตอื่น: {others}",
        )
