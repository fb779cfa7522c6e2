"""Lists as texts that are sent while they are read: csv, ndjson, and GeoJSON text sequences (RFC 8142)."""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from smartcity_api.kit import exports, layers
from smartcity_api.kit.cells import guard
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.questions import Columns, Question

BATCH: Final = 200
"""Rows fetched at once: enough to keep the network busy, few enough to keep memory flat."""

BOM: Final = "\ufeff"

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
    buffer = io.StringIO(BOM if bom else "", newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(exports.cells_of(question))
    async with aclosing(question.batches(snapshot, _cells, BATCH)) as batches:
        async for rows in batches:
            writer.writerows([None if cell is None else guard(cell.decode()) for cell in row] for row in rows)
            yield _taken(buffer)
    yield _taken(buffer)


def _cells(question: Question) -> Sequence[layers.Column]:
    return tuple(exports.cells_of(question).values())


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


TEXTS: Final[Mapping[str, Text]] = {"csv": _csv, "ndjson": _ndjson, "geojsonseq": _geojsonseq}
"""What writes which format."""
