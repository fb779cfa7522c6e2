"""A psycopg connection that listens to its socket from its first question to its end."""

import asyncio
import select
from collections.abc import Generator
from functools import cached_property
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.abc import PQGen
from psycopg.pq import ConnStatus
from psycopg.waiting import Ready, Wait

from smartcity_api.kit.often import Often

_Found = TypeVar("_Found")


class Listening(AsyncConnection):
    """psycopg begins to listen for each answer and ends it then, which took longer than sending the question.

    All but waiting for an answer (an interruption, a limit of time, a socket that takes no more) is left to psycopg.
    """

    has_ended = False
    """Whether it failed, or something came that nobody asked for: the server goes away, or has other settings."""
    _socket: int | None = None
    _events: select.poll
    """What there is on the socket, by the kernel: event loops tell of things that were read meanwhile, or tell once."""
    _news: asyncio.Future[None] | None = None

    @cached_property
    def often(self) -> Often:
        """The statements that it is asked often."""
        return Often(self)

    async def wait(self, gen: PQGen[_Found], *limits: Any, **named: Any) -> _Found:
        """What comes of a generator that says each time what it waits for."""
        if not limits and not named:
            is_interrupted = False
            try:
                wanted = next(gen)
                while wanted == Wait.R:
                    await self._heard()
                    wanted = gen.send(Ready.R)
            except StopIteration as end:
                found: _Found = end.value
                return found
            except asyncio.CancelledError:
                is_interrupted = True
            finally:
                if self.pgconn.status != ConnStatus.OK:  # libpq closed the socket: its number may be another's next
                    self._leave()
            gen = _Begun(gen, wanted, is_interrupted=is_interrupted)
        self._leave()
        return await super().wait(gen, *limits, **named)

    async def close(self) -> None:
        """Close it."""
        self._leave()
        await super().close()

    async def _heard(self) -> None:
        loop = asyncio.get_running_loop()
        if self._socket is None:
            self._socket, self.has_ended = self.pgconn.socket, False
            self._events = select.poll()
            self._events.register(self._socket, select.POLLIN)
            loop.add_reader(self._socket, self._hear)
        self._news = loop.create_future()
        try:
            await self._news
        finally:
            self._news = None

    def _hear(self) -> None:
        events = self._events.poll(0)
        if not events:  # asyncio tells again of what was read meanwhile
            return
        if self._news is None or events[0][1] & ~select.POLLIN:  # uvloop tells once only of a socket that failed
            self.has_ended = True
            self._leave()
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def _leave(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket = None


class _Begun(Generator[Wait, Ready | int, _Found]):
    """A generator that has said already what it waits for, for psycopg to go on with, or to interrupt."""

    def __init__(self, gen: PQGen[_Found], wanted: Wait, *, is_interrupted: bool) -> None:
        self._gen, self._wanted, self._is_interrupted = gen, wanted, is_interrupted

    def send(self, ready: Ready | int | None) -> Wait:
        """Go on; who begins with it (`next`) is told what it waits for."""
        if self._is_interrupted:
            self._is_interrupted = False
            raise asyncio.CancelledError
        return self._wanted if ready is None else self._gen.send(ready)

    def throw(self, *error: Any) -> Wait:
        """Fail inside."""
        return self._gen.throw(*error)
