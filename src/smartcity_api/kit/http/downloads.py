"""Whole lists as streams, csv or ndjson: one snapshot, constant memory, however long."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement
from starlette.types import Receive, Scope, Send

from smartcity_api.kit import exports, layers
from smartcity_api.kit.database import Database, Snapshot
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.pages import of_day
from smartcity_api.kit.http.representations import caching
from smartcity_api.kit.questions import Question

STREAMED = ("csv", "ndjson")
BATCH = 200
"""Rows fetched at once: enough to keep the network busy, few enough to keep memory flat."""

BOM = "\ufeff"


async def stream(database: Database, question: Question, *, matched: str, bom: bool) -> Response:
    """The answer's head is sent only once the first rows are there, so that a failing query is still a problem."""
    headers = {
        "Content-Disposition": f'attachment; filename="{question.layer.name}.{question.form}"',
        **caching(),
        **of_day(question.day),
    }
    content = _content(database, question, matched, bom, headers)
    first = await anext(content)
    return _Stream(first, content, media_type=MEDIA_TYPES[question.form], headers=headers)


class _Stream(StreamingResponse):
    """Closes its content whatever happens, even before the first byte: the content holds a connection."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes], *, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(self._resumed(first), media_type=media_type, headers=headers)
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, or as much as the client takes."""
        async with aclosing(self._rest):
            await super().__call__(scope, receive, send)

    async def _resumed(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        async for chunk in self._rest:
            yield chunk


async def _content(
    database: Database, question: Question, matched: str, bom: bool, headers: dict[str, str]
) -> AsyncGenerator[bytes]:
    """The text, in one snapshot of its own; `X-Matched` is known before the first chunk."""
    async with database.snapshot() as snapshot:
        await question.prepare(snapshot)
        found = await question.count(snapshot, matched)
        if found is not None:
            headers["X-Matched"] = str(found)
        text = _csv(snapshot, question, bom) if question.form == "csv" else _ndjson(snapshot, question)
        async with aclosing(text) as chunks:
            async for chunk in chunks:
                yield chunk


async def _ndjson(snapshot: Snapshot, question: Question) -> AsyncGenerator[bytes]:
    async with aclosing(question.batches(snapshot, _line, BATCH)) as batches:
        async for rows in batches:
            yield b"\n".join([*(row[0] for row in rows), b""])
    yield b""  # an empty list is an empty text


def _line(question: Question) -> Sequence[layers.Column]:
    return (layers.record(question.layer, question.fields, shape=question.shape, detail=question.detail),)


async def _csv(snapshot: Snapshot, question: Question, bom: bool) -> AsyncGenerator[bytes]:
    buffer = io.StringIO(BOM if bom else "")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_cells(question))
    async with aclosing(question.batches(snapshot, _values, BATCH)) as batches:
        async for rows in batches:
            writer.writerows([None if cell is None else cell.decode() for cell in row] for row in rows)
            yield _taken(buffer)
    yield _taken(buffer)


def _cells(question: Question) -> dict[str, ColumnElement[str]]:
    return exports.cells_of(question)


def _values(question: Question) -> Sequence[layers.Column]:
    return tuple(_cells(question).values())


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
