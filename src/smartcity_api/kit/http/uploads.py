"""Files that are sent as content: streamed to a folder, never whole in memory, gone where nothing refers to them."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.http.content import Sent, reason_of
from smartcity_api.kit.http.operations import Operation
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id

PATIENCE: Final = 60.0
"""Seconds to wait for the next part of a file."""
PART: Final = ".part"
"""Ends the names of files that nothing refers to yet; left behind by a process that was killed, they are swept away."""
WRITTEN_AT_ONCE: Final = 1 << 20


@dataclass(slots=True)
class Upload:
    """A file as it was received; `path` is where it is now."""

    path: Path
    size: int
    sha256: str

    def keep(self, name: str) -> None:
        """Give it its name; it stays only if the request's transaction is committed."""
        self.path = self.path.rename(self.path.with_name(name))

    def drop(self) -> None:
        """Delete it."""
        self.path.unlink(missing_ok=True)


class UploadOperation(Operation):
    """A route whose content is a file."""

    @asynccontextmanager
    async def receiving(self, request: Request) -> AsyncIterator[Sent]:
        """The file is in `request.state.upload`; it is deleted unless the work in the block succeeds."""
        upload = await _stored(request)
        request.state.upload = upload
        try:
            yield Sent(upload.sha256.encode(), None, reason_of(request, None), None)
        except BaseException:
            upload.drop()
            raise
        if upload.path.suffix == PART:  # an earlier answer was given again
            upload.drop()


async def _stored(request: Request) -> Upload:
    settings = request.app.state.settings
    _check_form(request, settings.import_max_size)
    room = settings.import_quota - await asyncio.to_thread(_filled, settings.imports)
    path: Path = settings.imports / f"{new_id()}{PART}"
    try:
        size, digest = await _received(request, path, settings.import_max_size, room)
    except BaseException as error:
        Upload(path, 0, "").drop()
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise conflicts.InsufficientStorage from None
        raise
    return Upload(path, size, digest)


def _filled(folder: Path) -> int:
    """Bytes that are in the folder, which is made where it is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return sum(one.stat().st_size for one in folder.iterdir() if one.is_file())


async def _received(request: Request, path: Path, most: int, room: int) -> tuple[int, str]:
    size, digest, waiting = 0, hashlib.sha256(), bytearray()
    parts = aiter(request.stream())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    part = await anext(parts, None)
            except TimeoutError:
                raise errors.RequestTimeout(headers={"Connection": "close"}) from None
            except ClientDisconnect:  # nobody reads the answer, and nothing of the service failed
                raise errors.MalformedRequest from None
            size += len(part or b"")
            if size > most:
                raise too_large(most)
            if size > room:
                raise conflicts.InsufficientStorage
            waiting += part or b""
            if part is None or len(waiting) >= WRITTEN_AT_ONCE:
                digest.update(waiting)
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
            if part is None:
                await asyncio.to_thread(_settle, file.fileno(), file.flush)
                return size, digest.hexdigest()


def _settle(number: int, flush: object) -> None:
    """On the disk for certain, before a row refers to it."""
    assert callable(flush)
    flush()
    os.fsync(number)


def too_large(most: int) -> conflicts.ContentTooLarge:
    """The problem of a file that is larger than this installation takes."""
    return conflicts.ContentTooLarge(
        Text(f"A file may have {most:,} bytes here; send it in parts", f"ไฟล์มีได้ไม่เกิน {most:,} ไบต์ ให้แบ่งส่งเป็นส่วน")
    )


def _check_form(request: Request, most: int) -> None:
    """Refuse what cannot become a file before any of it is read."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > most:
        raise too_large(most)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith(("multipart/", "application/x-www-form-urlencoded")) or "content-encoding" in request.headers:
        raise conflicts.UnsupportedMediaType(
            Text(
                "The content is the file itself, uncompressed: as with curl -T FILE -H 'Content-Type: text/csv'",
                "เนื้อหาต้องเป็นตัวไฟล์โดยตรงและไม่บีบอัด เช่น curl -T FILE -H 'Content-Type: text/csv'",
            )
        )
