"""Whole lists, as streams or as files: one snapshot, constant memory, however long."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from smartcity_api.kit.database import Database
from smartcity_api.kit.exports import FILES
from smartcity_api.kit.http.downloads.leaving import ClientLeft, watching
from smartcity_api.kit.http.downloads.texts import BOM, TEXTS
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.pages import of_day
from smartcity_api.kit.http.representations import caching
from smartcity_api.kit.questions import Question

__all__ = ["BOM", "WHOLE", "stream"]

WHOLE: Final = frozenset({*TEXTS, *FILES})
"""Formats that are the whole list, not a page of it."""

SUFFIXES: Final = {"geojsonseq": "geojsons"}
"""How a file's name ends, where that is not the format's name."""


async def stream(request: Request, database: Database, question: Question, *, matched: str, bom: bool) -> Response:
    """The answer's head is sent only once its content begins, so that whatever fails before is still a problem."""
    form = question.form
    headers = {
        "Content-Disposition": f'attachment; filename="{question.layer.name}.{SUFFIXES.get(form, form)}"',
        **caching(),
        **of_day(question.day),
    }
    if form in TEXTS:
        content = _content_of_text(database, question, matched, bom, headers)
        first = await anext(content)
    else:
        async with watching(request) as left:
            content = await asyncio.to_thread(_content_of_file, request, database, question, matched, headers, left)
            try:
                first = await anext(content)
            except ClientLeft:
                return Response(status_code=499)  # for the log: nobody reads it
    return _Stream(first, content, media_type=MEDIA_TYPES[form], headers=headers)


class _Stream(StreamingResponse):
    """Closes its content whatever happens, even before the first byte: the content holds a connection or a file."""

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


def _content_of_file(
    request: Request, database: Database, question: Question, matched: str, headers: dict[str, str], left: asyncio.Event
) -> AsyncGenerator[bytes]:
    """The file, or nothing of it where its head is asked for."""
    # The libraries that write files take half a second to load, and more memory than the service without them: they
    # are loaded once somebody asks for a file.
    from smartcity_api.kit.http.downloads.files import File

    file = File(database, question, matched, headers, left, request.app.state.export_slots)
    return file.content() if getattr(request.state, "content_wanted", True) else file.head()


async def _content_of_text(
    database: Database, question: Question, matched: str, bom: bool, headers: dict[str, str]
) -> AsyncGenerator[bytes]:
    """The text, in one snapshot of its own; `X-Matched` is known before the first chunk."""
    async with database.snapshot() as snapshot:
        await question.prepare(snapshot)
        found = await question.count(snapshot, matched)
        if found is not None:
            headers["X-Matched"] = str(found)
        async with aclosing(TEXTS[question.form](snapshot, question, bom)) as chunks:
            async for chunk in chunks:
                yield chunk
