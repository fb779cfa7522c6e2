"""Excel workbooks: a sheet of the rows, written one by one, and a sheet of notes."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from smartcity_api.kit.writers import About, Batches, CellTooLong

MAX_ROWS: Final = 1_048_576
"""Rows that a sheet can have, its header among them."""
MAX_CELL: Final = 32_767
"""Characters that a cell can have."""

NOTES = (
    (
        "Times are UTC.",
        "เวลาเป็น UTC",
    ),
    (
        "Days are of the Common Era, as texts: some are known to the month or the year only (2021-11, 2021).",
        "วันที่เป็นคริสต์ศักราชในรูปข้อความ เพราะบางรายการทราบเพียงเดือนหรือปี (2021-11, 2021)",
    ),
    (
        "Lists and objects are JSON, shapes are WKT (longitude before latitude, WGS 84).",
        "รายการและออบเจกต์เป็น JSON รูปร่างเป็น WKT (ลองจิจูดก่อนละติจูด WGS 84)",
    ),
    (
        "Boundaries are in the formats for maps (gpkg, fgb, parquet, geojsonseq); here only with geometry=full.",
        "ขอบเขตอยู่ในรูปแบบสำหรับแผนที่ (gpkg, fgb, parquet, geojsonseq) ส่วนไฟล์นี้มีเฉพาะเมื่อใช้ geometry=full",
    ),
)


def write(path: Path, batches: Batches, about: About) -> None:
    """Write the file; `CellTooLong` where a text does not fit."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        options = {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
        book = xlsxwriter.Workbook(path, options)
        book.use_zip64()
        try:
            _describe(book, about)
            _fill(book, batches, about)
            _note(book.add_worksheet("notes"), about)
            book.close()
        finally:
            _release(book)


def _release(book: xlsxwriter.Workbook) -> None:
    """Close the files of its sheets, which it leaves open where it could not be completed."""
    for held in (held for sheet in book.worksheets() for held in vars(sheet).values() if isinstance(held, io.IOBase)):
        with suppress(OSError):
            held.close()


def _describe(book: xlsxwriter.Workbook, about: About) -> None:
    book.set_properties(
        {
            "title": about.name,
            "subject": about.licence,
            "author": "Smart City Register",
            "comments": f"{about.description} Exported at {about.exported_at}.",
            "created": _instant(datetime.fromisoformat(about.exported_at)),
        }
    )
    for name, value in about.stated.items():
        book.set_custom_property(name, value[:255])  # Excel takes no longer ones


def _fill(book: xlsxwriter.Workbook, batches: Batches, about: About) -> None:
    sheet = book.add_worksheet(about.name[:31])
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    names = batches.schema.names
    for column, name in enumerate(names):
        sheet.set_column(
            column, column, 20 if name in ("created_at", "updated_at") else max(10, min(len(name) + 2, 40))
        )
        sheet.write_string(0, column, name, bold)
    put = [_putter(sheet, name, kind) for name, kind in zip(names, batches.schema.types, strict=True)]
    for number, row in enumerate(_rows(batches), 1):
        for column, value in enumerate(row):
            if value is not None:
                put[column](number, column, value, row)


def _rows(batches: Batches) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


Put = Callable[[int, int, Any, tuple[Any, ...]], object]


def _putter(sheet: Worksheet, name: str, kind: Any) -> Put:
    """What puts a value of that kind into a cell: never guessed from the value, so that no text becomes a formula."""

    def text(number: int, column: int, value: str, row: tuple[Any, ...]) -> None:
        if len(value) > MAX_CELL:
            raise CellTooLong(name, str(row[0]), len(value))
        sheet.write_string(number, column, value)

    if str(kind) == "bool":
        return lambda number, column, value, _: sheet.write_boolean(number, column, value)
    if str(kind).startswith(("timestamp", "date")):
        return lambda number, column, value, _: sheet.write_datetime(number, column, _instant(value))
    if str(kind).startswith(("int", "double", "decimal")):
        return lambda number, column, value, _: sheet.write_number(number, column, value)
    return text


def _instant(value: datetime | date | Decimal) -> Any:
    """What Excel takes: it has no time zones, so all times are UTC's."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _note(sheet: Worksheet, about: About) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    for number, (name, value) in enumerate(about.stated.items()):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, value)
    for number, words in enumerate((words for note in NOTES for words in note), len(about.stated) + 1):
        sheet.write_string(number, 1, words)
