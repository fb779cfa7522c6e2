"""A file written by another process, which gets the batches through a pipe and ends with it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import pyarrow as pa

from smartcity_api.kit.http.downloads.leaving import ClientLeft
from smartcity_api.kit.writers.writing import Outcome

END: Final = b"\xff\xff\xff\xff\x00\x00\x00\x00"
"""What ends a stream of Arrow batches."""


class Process:
    """What writes the file."""

    def __init__(self, process: asyncio.subprocess.Process, left: asyncio.Event) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._left = left
        self._input = process.stdin
        self._reply = asyncio.create_task(process.stdout.readline())
        self._ending = asyncio.create_task(self._end_early())

    async def send(self, part: pa.Schema | pa.RecordBatch) -> bool:
        """Send the schema, then batches; false when no more are wanted."""
        return await self._send(part.serialize())

    async def finish(self) -> Outcome:
        """What became of the file, once it is complete."""
        await self._send(END)
        outcome = await self._reply
        if self._left.is_set():
            raise ClientLeft
        if not outcome:
            raise RuntimeError("the process that writes a file ended without a word")
        found: Outcome = json.loads(outcome)
        return found

    async def close(self) -> None:
        """End the process: its input's end is the sign, unless nobody wants what it is doing."""
        self._ending.cancel()
        self._input.close()
        if not self._reply.done():
            self._kill()
        with suppress(ConnectionError):
            await self._input.wait_closed()
        await asyncio.gather(self._reply, self._ending, return_exceptions=True)
        await self._process.wait()

    async def _send(self, data: bytes) -> bool:
        if self._left.is_set():
            raise ClientLeft
        if self._reply.done():
            return False
        with suppress(ConnectionError):  # it has ended, and its reply or their lack says why
            self._input.write(data)
            await self._input.drain()
        return True

    async def _end_early(self) -> None:
        await self._left.wait()
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()


@asynccontextmanager
async def writing(form: str, path: Path, left: asyncio.Event) -> AsyncIterator[Process]:
    """A process that writes such a file; it is gone when the block ends."""
    process = Process(
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "smartcity_api.kit.writers", form, str(path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a signal for the server is not one for it
        ),
        left,
    )
    try:
        yield process
    finally:
        await process.close()
