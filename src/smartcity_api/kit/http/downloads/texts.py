"""Lists as texts that are sent while they are read: csv, ndjson, and GeoJSON text sequences (RFC 8142)."""

import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from smartcity_api.kit import exports, layers
from smartcity_api.kit.cells import SUSPECT, guard
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.questions import Columns, Question

BATCH: Final = 200
"""Rows fetched at once: enough to keep the network busy, few enough to keep memory flat."""

BOM: Final = "\ufeff"

_QUOTED: Final = re.compile(rb'[",\r\n]').search
_BEGINNING: Final = b"|".join(re.escape(one.encode()) for one in sorted(SUSPECT))
_FIRST: Final = re.compile(_BEGINNING).match
_SPECIAL: Final = re.compile(rb'[",\r\n]|\A(?:%b)' % _BEGINNING).search

Text = Callable[[Snapshot, Question, bool], AsyncGenerator[bytes]]


def _ndjson(snapshot: Snapshot, question: Question, _: bool) -> AsyncGenerator[bytes]:
    return _lines(snapshot, question, _record, b"")


def _geojsonseq(snapshot: Snapshot, question: Question, _: bool) -> AsyncGenerator[bytes]:
    return _lines(snapshot, question, _feature, b"\x1e")


async def _lines(snapshot: Snapshot, question: Question, columns: Columns, before: bytes) -> AsyncGenerator[bytes]:
    between = b"\n" + before
    async with aclosing(question.batches(snapshot, columns, BATCH)) as batches:
        async for rows in batches:
            yield b"".join((before, between.join([row[0] for row in rows]), b"\n"))
    yield b""  # an empty list is an empty text


def _record(question: Question) -> Sequence[layers.Column]:
    return (layers.record(question.layer, question.fields, shape=question.shape, detail=question.detail),)


def _feature(question: Question) -> Sequence[layers.Column]:
    return (layers.feature(question.layer, question.fields, shape=question.shape, detail=question.detail),)


async def _csv(snapshot: Snapshot, question: Question, bom: bool) -> AsyncGenerator[bytes]:
    head = (BOM if bom else "").encode() + _row([name.encode() for name in exports.cells_of(question)])
    async with aclosing(question.batches(snapshot, _cells, BATCH)) as batches:
        async for rows in batches:
            yield b"".join([head, *map(_row, rows)])
            head = b""
    yield head  # an empty list still has its columns


def _row(cells: Sequence[bytes | None]) -> bytes:
    """A line as RFC 4180 has it; the `csv` module, which wants texts, took twice as long."""
    written = [cell if cell is None or _SPECIAL(cell) is None else _cell(cell) for cell in cells]
    return b",".join([cell or b"" for cell in written]) + b"\r\n"


def _cell(cell: bytes) -> bytes:
    """A cell that is quoted, or begins as a formula might."""
    guarded = guard(cell.decode()).encode() if _FIRST(cell) else cell
    return b'"%b"' % guarded.replace(b'"', b'""') if _QUOTED(guarded) else guarded


def _cells(question: Question) -> Sequence[layers.Column]:
    return tuple(exports.cells_of(question).values())


TEXTS: Final[Mapping[str, Text]] = {"csv": _csv, "ndjson": _ndjson, "geojsonseq": _geojsonseq}
"""What writes which format."""
