"""Lists as files that have to be complete before they can be sent: xlsx, gpkg, fgb, parquet.

Short ones are written in a thread; long ones by a process of their own (`kit.writers`), since the libraries that write
these formats would keep the server from answering anybody else meanwhile.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
from sqlalchemy import func, select

from smartcity_api.kit import conflicts, errors, exports
from smartcity_api.kit.batches import Table
from smartcity_api.kit.database import Database, Rows
from smartcity_api.kit.http.downloads.processes import writing
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import instant
from smartcity_api.kit.questions import Question
from smartcity_api.kit.writers import About, is_full
from smartcity_api.kit.writers.sheets import MAX_CELL, MAX_ROWS
from smartcity_api.kit.writers.writing import FULL, Outcome, attempt

BATCH: Final = 500
"""Rows fetched and written at once; a list that is no longer is short."""
SHORT: Final = 4 * 1024 * 1024
"""Bytes that a short list has at most."""
CHUNK: Final = 256 * 1024


@dataclass(frozen=True)
class File:
    """What is to be written, and who waits for it; `headers` learn what becomes known of it."""

    database: Database
    question: Question
    matched: str
    headers: dict[str, str]
    left: asyncio.Event
    slots: asyncio.Semaphore
    """How many long ones may be written at a time; the others wait, without a connection."""

    async def content(self) -> AsyncGenerator[bytes]:
        """The file in chunks, the first only when all of it is written; `ClientLeft` when nobody waits any more."""
        try:
            file = await self._written()
        except OSError as error:
            if not is_full(error):
                raise
            raise conflicts.InsufficientStorage from None
        with file:
            self.headers["Content-Length"] = str(_size(file))
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    async def head(self) -> AsyncGenerator[bytes]:
        """Nothing, but whatever fails before the first batch fails here too."""
        async with self._opened() as (_, batches):
            await anext(batches, None)
        yield b""

    async def _written(self) -> BinaryIO:
        with tempfile.TemporaryDirectory(prefix="smartcity-export-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / f"{self.question.layer.name}.{self.question.form}"
            file = await self._short(path)
            if file is None:
                async with self.slots:
                    file = await self._long(path)
        return file  # it has no name any more, and is gone when it is closed

    async def _short(self, path: Path) -> BinaryIO | None:
        """The file of a short list, none for a long one."""
        async with self._opened() as (table, batches):
            rows = await anext(batches, None) or ()
            more = await anext(batches, None) if len(rows) == BATCH else None
        found = [table.batch(rows)] if rows else []
        if more or sum(batch.nbytes for batch in found) > SHORT:
            return None
        reader = pa.RecordBatchReader.from_batches(table.schema, found)
        self._judge(await asyncio.to_thread(attempt, self.question.form, path, reader, About.of(table.schema)))
        return _open(path)

    async def _long(self, path: Path) -> BinaryIO:
        """The file of a long list; the connection is given back before the file is complete."""
        async with writing(self.question.form, path, self.left) as process:
            async with self._opened() as (table, batches):
                await process.send(table.schema)
                async for rows in batches:
                    if not await process.send(table.batch(rows)):
                        break
            self._judge(await process.finish())
            return _open(path)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[Table, AsyncGenerator[Rows]]]:
        """The question's table, and its rows in one snapshot."""
        async with self.database.snapshot() as snapshot:
            await self.question.prepare(snapshot)
            excel = self.question.form == "xlsx" and self.question.limit is None
            found = await self.question.count(snapshot, "exact" if excel else self.matched)
            if excel and found is not None and found >= MAX_ROWS:
                raise _too_many(found)
            if found is not None and self.matched != "none":
                self.headers["X-Matched"] = str(found)
            rows = await snapshot.rows(select(instant(func.now())))
            now = rows[0][0].decode()
            about = About(
                name=self.question.layer.name,
                as_of=str(self.question.day or now),
                exported_at=now,
                geometry=exports.shapes_in(self.question),
                indexed=self.question.form != "fgb" or await exports.are_all_shaped(self.question, snapshot),
            )
            table = Table.of(self.question, about)
            async with aclosing(self.question.batches(snapshot, exports.columns_of, BATCH)) as batches:
                yield table, batches

    def _judge(self, outcome: Outcome) -> None:
        if outcome == FULL:
            raise conflicts.InsufficientStorage
        if outcome:
            raise _too_long(*outcome["too_long"])


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _too_many(found: int) -> errors.Problem:
    message = Text(
        f"f: {found} records match, a sheet of Excel holds {MAX_ROWS - 1}; filter more narrowly or choose another",
        f"f: พบ {found} รายการ แต่แผ่นงาน Excel รับได้ {MAX_ROWS - 1} ให้กรองให้แคบลง หรือเลือก csv หรือ parquet",
    )
    return errors.InvalidParameter.naming("f", "too_many_rows", message, "xlsx")


def _too_long(column: str, key: str, length: int) -> errors.Problem:
    message = Text(
        f"f: {column} of {key} has {length} characters, a cell of Excel holds {MAX_CELL}; leave the column out "
        "(`fields`, `geometry=point`) or choose another format",
        f"f: {column} ของ {key} มี {length} อักขระ แต่เซลล์ Excel รับได้ {MAX_CELL} ให้ตัดคอลัมน์นี้ออก "
        "(`fields`, `geometry=point`) หรือเลือกรูปแบบอื่น",
    )
    return errors.InvalidParameter.naming("f", "cell_too_long", message, "xlsx")
