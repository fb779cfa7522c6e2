"""The report on an import: the file's own columns, and behind them what became of each row; as csv or xlsx."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

import xlsxwriter

from smartcity_api.imports import queries
from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files import Opened, Row, opened
from smartcity_api.kit.cells import guard
from smartcity_api.kit.database import Database
from smartcity_api.kit.language import Language

AT_ONCE: Final = 500
RESULTS: Final = (
    "result_row",
    "result_state",
    "result_record_id",
    "result_errors",
    "result_warnings",
    "result_suggestions",
)
OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
LONGEST: Final = 32_767
"""Letters that a cell of a spreadsheet holds."""
MOST: Final = 1_048_576
"""Rows that a sheet holds."""


class Report:
    """The report on one import, line by line, however long the file is."""

    def __init__(self, database: Database, told: Mapping[str, Any], path: Path, language: Language) -> None:
        self._database, self._told, self._path, self._language = database, told, path, language
        self._rows = queries.Told(told, language)

    async def csv(self) -> AsyncIterator[bytes]:
        """With a byte order mark, since people open it in spreadsheets."""
        buffer = io.StringIO("\ufeff")
        buffer.seek(0, io.SEEK_END)
        writer = csv.writer(buffer, lineterminator="\r\n")
        async for lines in self._lines():
            writer.writerows([guard(cell) for cell in line] for line in lines)
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()

    async def xlsx(self) -> AsyncIterator[bytes]:
        """One sheet; what is longer than a sheet goes on in the next."""
        with tempfile.TemporaryFile(prefix="smartcity-report-") as file:
            await self._fill(file)
            file.seek(0)
            while chunk := await asyncio.to_thread(file.read, 1 << 18):
                yield chunk

    async def _fill(self, file: BinaryIO) -> None:
        book = xlsxwriter.Workbook(file, OPTIONS)
        sheets = _Sheets(book)
        async for lines in self._lines():
            await asyncio.to_thread(sheets.add, lines)
        await asyncio.to_thread(book.close)

    async def _lines(self) -> AsyncIterator[list[list[str]]]:
        """The header, then the rows in the order of the file."""
        file = await asyncio.to_thread(_reopened, self._path, self._told)
        with file:
            names = list(file.columns) or await asyncio.to_thread(_members, self._path, self._told)
            yield [[*names, *RESULTS]]
            rows, fault = file.rows(), None
            while fault is None:
                chunk, fault = await asyncio.to_thread(_some, rows)
                if chunk:
                    known = await self._known(chunk[0].number, chunk[-1].number)
                    yield [[*_cells(row, names), *self._result(row, known.get(row.number))] for row in chunk]
                elif fault is None:
                    return
            told = fault.message.in_(self._language)
            yield [["" for _ in names] + [str(fault.line or ""), "error", "", told, "", fault.suggestion or ""]]

    async def _known(self, first: int, last: int) -> dict[int, dict[str, Any]]:
        async with self._database.primary() as primary:
            found = await queries.rows(primary, UUID(self._told["id"]), first - 1, last - first + 1, ())
        return {one["number"]: one for one, _ in found}

    def _result(self, row: Row, known: Mapping[str, Any] | None) -> list[str]:
        if known is None:  # it was never looked at
            return [str(row.number), "", "", "", "", ""]
        shown = self._rows.row(known)
        said = {severity: _said(shown["faults"], severity) for severity in ("error", "warning")}
        near = "; ".join(one["suggestion"] for one in shown["faults"] if one.get("suggestion"))
        return [str(row.number), shown["state"], str(shown["record_id"] or ""), said["error"], said["warning"], near]


class _Sheets:
    """Sheets of a workbook that are filled one after the other, each under the same header."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book, self._sheet, self._place = book, book.add_worksheet(), 0
        self._head: Sequence[str] | None = None

    def add(self, lines: Sequence[Sequence[str]]) -> None:
        """More lines; the very first is the header."""
        for line in lines:
            self._head = self._head or line
            if self._place == MOST:
                self._sheet, self._place = self._book.add_worksheet(), 0
                self._write(self._head)
            self._write(line)

    def _write(self, line: Sequence[str]) -> None:
        for number, cell in enumerate(line):
            if cell:
                self._sheet.write_string(self._place, number, cell[:LONGEST])
        self._place += 1


def _said(faults: Sequence[Mapping[str, Any]], severity: str) -> str:
    mine = (one for one in faults if one["severity"] == severity)
    return "; ".join(f"{one['column']}: {one['message']}" if one.get("column") else one["message"] for one in mine)


def _reopened(path: Path, told: Mapping[str, Any]) -> Opened:
    return opened(path, name=told["file_name"], media_type=told["media_type"], layer=told["layer"])


def _members(path: Path, told: Mapping[str, Any]) -> list[str]:
    """The members that any row has, where rows name their own."""
    found: dict[str, None] = {}
    with _reopened(path, told) as file, _until_it_breaks():
        for row in file.rows():
            found.update(dict.fromkeys(row.values))
    return list(found)


@contextmanager
def _until_it_breaks() -> Iterator[None]:
    try:
        yield
    except FileFault:
        return


def _some(rows: Iterator[Row]) -> tuple[list[Row], FileFault | None]:
    """The next rows, and what stands against any further ones."""
    found: list[Row] = []
    try:
        found.extend(islice(rows, AT_ONCE))
    except FileFault as fault:
        return found, fault
    return found, None


def _cells(row: Row, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        value = row.values.get(name)
        if value is None:
            yield ""
        elif isinstance(value, str):
            yield value
        elif isinstance(value, bool | list | dict):
            yield json.dumps(value, ensure_ascii=False)
        else:
            yield str(value)
