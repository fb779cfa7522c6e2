"""Whole lists as streams, csv or ndjson: one snapshot, constant memory, however long."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from smartcity_api.kit import layers
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.questions import Question, count, prepare

STREAMED = ("csv", "ndjson")
BATCH = 200
"""Rows fetched at once: enough to keep the network busy, few enough to keep memory flat."""

BOM = "\ufeff"


async def stream(database: Database, question: Question, *, matched: str, bom: bool) -> Response:
    """The answer's head is sent only once the first rows are there, so that a failing query is still a problem."""
    headers = {
        "Content-Disposition": f'attachment; filename="{question.layer.name}.{question.form}"',
        "Cache-Control": "public, no-cache",
        "Vary": "Accept",
    }
    content = _content(database, question, matched, bom, headers)
    first = await anext(content)
    return StreamingResponse(_resumed(first, content), media_type=MEDIA_TYPES[question.form], headers=headers)


async def _resumed(first: str, rest: AsyncGenerator[str]) -> AsyncIterator[str]:
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk


async def _content(
    database: Database, question: Question, matched: str, bom: bool, headers: dict[str, str]
) -> AsyncGenerator[str]:
    """The text, in one transaction of its own; `X-Matched` is known before the first chunk."""
    async with database.reading() as session, session.begin():
        await prepare(session, question)
        found = await count(session, question, matched)
        if found is not None:
            headers["X-Matched"] = str(found)
        write = _csv if question.form == "csv" else _ndjson
        async with aclosing(write(session, question, bom)) as chunks:
            async for chunk in chunks:
                yield chunk


async def _ndjson(session: AsyncSession, question: Question, _bom: bool) -> AsyncGenerator[str]:
    item = layers.record(question.layer, question.fields, shape=question.shape, detail=question.detail)
    async with aclosing(_batches(session, question, item)) as batches:
        async for rows in batches:
            yield "".join(f"{row[0]}\n" for row in rows)
    yield ""  # an empty list is an empty text


async def _csv(session: AsyncSession, question: Question, bom: bool) -> AsyncGenerator[str]:
    cells = layers.columns(question.layer, question.fields, shape=question.shape, detail=question.detail)
    buffer = io.StringIO(BOM if bom else "")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(cells)
    async with aclosing(_batches(session, question, *cells.values())) as batches:
        async for rows in batches:
            writer.writerows(rows)
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


async def _batches(
    session: AsyncSession, question: Question, *columns: layers.Column
) -> AsyncGenerator[Sequence[Row[*tuple[Any, ...]]]]:
    """The rows through a server-side cursor; one row more than the limit was asked for, which is not ours to send."""
    statement = question.page(*columns)
    if question.limit is not None:
        statement = statement.limit(question.limit)
    result = await session.stream(statement.execution_options(yield_per=BATCH))
    try:
        async for rows in result.partitions():
            yield rows
    finally:  # the client may leave in the middle: the cursor is closed before the connection goes back
        await result.close()
