"""Answers that are given again while the data stay as they were: one ASGI layer around the routes that read."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

import psycopg
from prometheus_client import CollectorRegistry, Counter, Gauge
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcity_api.kit import errors
from smartcity_api.kit.days import today
from smartcity_api.kit.http import fields
from smartcity_api.kit.http.etags import ABOUT_CONTENT, held
from smartcity_api.kit.http.problems import problem_response
from smartcity_api.kit.states import States

Fields = Sequence[tuple[bytes, bytes]]
WEIGHT: Final = 2048
"""Bytes that an answer takes besides what is in it and in its key: objects, and its place."""
LARGEST: Final = 8
"""An answer may take this part of all the room at most: one must not drive out all others."""

_ASKED_BY: Final = frozenset((b"host", b"accept", b"accept-encoding", b"accept-language"))
"""The header fields that answers depend on, besides who asks."""
_WITHOUT_CONTENT: Final = frozenset(name.encode() for name in (*ABOUT_CONTENT, "etag"))
HIT, STORED = b"smartcity; hit", b"smartcity; fwd=miss; stored"
"""Where an answer came from (RFC 9211)."""


class Key(NamedTuple):
    """Everything that an answer depends on but the data: what is asked, in which words, by whom and on which day."""

    path: bytes
    query: bytes
    negotiated: tuple[tuple[bytes, bytes], ...]
    who: tuple[Hashable, ...]
    where: tuple[Hashable, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, and the state of the data that it was made in, or an older one; its `key` takes room as well."""

    state: bytes
    key: Key
    headers: Fields
    content: bytes
    etag: str
    route: Any

    @property
    def weight(self) -> int:
        """Bytes that it takes."""
        lines = (*self.headers, *self.key.negotiated)
        return WEIGHT + len(self.content) + len(self.key.path) + len(self.key.query) + sum(map(_length, lines))


@dataclass(frozen=True, slots=True)
class Failure:
    """That there is no answer now: computed again at once by all who waited, it would take everything from others."""

    problem: errors.Problem
    route: Any


Outcome: TypeAlias = Answer | Failure | None
"""What comes of a question; None is an answer for the one who asked only."""


class Answers:
    """Answers by what was asked, the least recently given ones dropped when there is no room."""

    def __init__(self, room: int, registry: CollectorRegistry) -> None:
        self.room = room
        self.taken = 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self.given = Counter(
            "cache_answers_total",
            "Answers by where they came from: hit, made (and kept), or passed through",
            ("source",),
            registry=registry,
        )
        Gauge("cache_bytes", "Bytes that kept answers take", registry=registry).set_function(lambda: self.taken)

    def get(self, key: Key, state: bytes) -> Answer | None:
        """The answer, if it was made in this state."""
        answer = self._kept.get(key)
        if answer is None or answer.state != state:
            return None
        self._kept.move_to_end(key)
        return answer

    def keep(self, answer: Answer) -> None:
        """Keep it instead of what was there."""
        if answer.weight * LARGEST > self.room:
            return
        former = self._kept.pop(answer.key, None)
        self.taken += answer.weight - (former.weight if former else 0)
        self._kept[answer.key] = answer
        while self.taken > self.room:
            _, oldest = self._kept.popitem(last=False)
            self.taken -= oldest.weight


@dataclass(slots=True)
class _Heard:
    """What the routes answer, as far as it can be kept: all of it at once, with a strong tag.

    Whoever waits for it is told as soon as it is known, not when all of it is sent: who reads a stream may be slow.
    """

    send: Send
    state: bytes
    key: Key
    scope: Scope
    told: asyncio.Future[Outcome]
    _start: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Hold back the head until it is known whether the content is all there."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if not message.get("more_body") and start["status"] == 200:
                self.tell(self._whole(start["headers"], message.get("body", b"")))
                if self.told.result() is not None:
                    return
            problem = self.scope["state"].get("unavailable")
            self.tell(problem and Failure(problem, self.scope.get("route")))
            await self.send(start)
        await self.send(message)

    def tell(self, outcome: Outcome) -> None:
        """Say what came of it, unless that was said."""
        if not self.told.done():
            self.told.set_result(outcome)

    def _whole(self, headers: Fields, content: bytes) -> Answer | None:
        etag = next((value.decode() for name, value in headers if name.lower() == b"etag"), None)
        if etag is None:
            return None
        return Answer(self.state, self.key, list(headers), content, etag, self.scope.get("route"))


class Caching:
    """Gives an answer again while the database that answers is in the state that it was made in.

    Which state that is, is asked for every request (`kit.states`), by a statement that begins after the request came:
    so no answer is older than what could be read then, whoever wrote it and in whatever process. An answer is kept
    under the state that was read *before* it was made: it may know of later changes, but never miss an earlier one.
    Equal requests that come while one is being answered wait for its answer, or learn that there is none now.
    """

    def __init__(self, app: ASGIApp, *, states: States, answers: Answers, kept: Callable[[str], bool]) -> None:
        self.app = app
        self._states = states
        self._kept = kept
        self.answers = answers
        self._running: dict[tuple[Key, bytes], asyncio.Future[Outcome]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the routes answer and keep what they say."""
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or not self.answers.room
            or not self._kept(scope["path"])
        ):
            return await self.app(scope, receive, send)
        try:
            state = await self._states.current()
        except errors.DatabaseBusy as problem:  # waited for a connection once: not again
            return await problem_response(Request(scope), problem)(scope, receive, send)
        except (errors.Unavailable, psycopg.Error):  # the routes know what can be said without the database
            return await self.app(scope, receive, send)
        key = _key(scope)
        found = self.answers.get(key, state) or await self._awaited(key, state)
        if isinstance(found, Failure):
            scope["route"] = found.route
            return await problem_response(Request(scope), found.problem)(scope, receive, send)
        if found is not None:
            self.answers.given.labels("hit").inc()
            return await _given(found, HIT, scope, send)
        answer = await self._made(key, state, scope, receive, send)
        self.answers.given.labels("passed" if answer is None else "made").inc()
        return None if answer is None else await _given(answer, STORED, scope, send)

    async def _awaited(self, key: Key, state: bytes) -> Outcome:
        """What comes of an equal question that is being answered, if there is one."""
        running = self._running.get((key, state))
        return None if running is None else await asyncio.shield(running)

    async def _made(self, key: Key, state: bytes, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """Let the routes answer; None where they have sent it already, since it cannot be kept."""
        mine: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._running.setdefault((key, state), mine)
        # The condition is looked at here, so that what is kept is the whole answer.
        headers = [one for one in scope["headers"] if one[0] != b"if-none-match"]
        inner = {**scope, "headers": headers}
        heard = _Heard(send, state, key, inner, mine)
        try:
            await self.app(inner, receive, heard)
        finally:
            scope["route"] = inner.get("route")
            if self._running.get((key, state)) is mine:
                del self._running[key, state]
            heard.tell(None)
        answer = mine.result()
        if not isinstance(answer, Answer):
            return None
        self.answers.keep(answer)
        return answer


def _key(scope: Scope) -> Key:
    """What it depends on."""
    actor = scope["state"]["actor"]
    who = (actor.role, actor.organisation_id, actor.scopes)
    negotiated = tuple(sorted(one for one in scope["headers"] if one[0] in _ASKED_BY))
    where = (scope["scheme"], scope.get("server"), scope.get("root_path"))
    return Key(scope["raw_path"], scope["query_string"], negotiated, who, where, today())


def _length(field: tuple[bytes, bytes]) -> int:
    return len(field[0]) + len(field[1])


async def _given(answer: Answer, status: bytes, scope: Scope, send: Send) -> None:
    """Send it, or only that the client has it."""
    scope["route"] = answer.route
    asked = fields.first(scope, b"if-none-match")
    tag = held(asked, answer.etag) if asked else None
    if tag is None:
        headers = [*answer.headers, (b"cache-status", status)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        return await send({"type": "http.response.body", "body": answer.content})
    headers = [one for one in answer.headers if one[0] not in _WITHOUT_CONTENT]
    headers += [(b"etag", tag.encode("latin-1")), (b"cache-status", status)]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    return await send({"type": "http.response.body", "body": b""})
