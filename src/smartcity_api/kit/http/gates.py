"""What is refused before a route is looked for, HEAD answered as GET without content, and the last resort."""

import asyncio
import re

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcity_api.kit import errors
from smartcity_api.kit.http.problems import problem_response
from smartcity_api.kit.language import Text

log = structlog.get_logger(__name__)

MAX_HEADER_BYTES = 32 * 1024
READS = ("GET", "HEAD")

_LISTS = (b"accept", b"accept-encoding", b"accept-language", b"if-none-match")
"""Fields that may be sent on several lines, which mean the same as one line with commas (RFC 9110, 5.3)."""

_HOST = re.compile(r"(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


class Gates:
    """Oversized headers and bodies on reads become problems; so does any failure that nobody else explained."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with a problem."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        answer = _Answer(send, with_content=scope["method"] != "HEAD")
        problem = _refusal(scope)
        if problem is None:
            _join_lists(scope)
            problem = await self._attempt(scope, receive, answer)
        if problem is not None:
            await problem_response(Request(scope), problem)(scope, receive, answer)
        return None

    async def _attempt(self, scope: Scope, receive: Receive, answer: "_Answer") -> errors.Problem | None:
        inner = scope
        if not answer.with_content:
            inner, receive = {**scope, "method": "GET"}, answer.gone_when_done
        try:
            await self.app(inner, receive, answer)
        except Exception as error:
            if answer.begun:
                raise  # the server breaks the connection off, so that half an answer does not pass for a whole one
            log.exception("request failed", problem=errors.InternalError.slug(), error=type(error).__name__)
            return errors.InternalError()
        finally:
            scope["route"] = inner.get("route")  # for the layers outside, which count by it
        return None


class _Answer:
    """What is being sent: whether it has begun, and without its content for HEAD."""

    def __init__(self, send: Send, *, with_content: bool) -> None:
        self.send = send
        self.with_content = with_content
        self.begun = False
        self._done = asyncio.Event()

    async def __call__(self, message: Message) -> None:
        """Pass it on; a HEAD request is answered as soon as the head is known."""
        self.begun = True
        if self.with_content or message["type"] != "http.response.body":
            await self.send(message)
        elif not self._done.is_set():
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})
            self._done.set()

    async def gone_when_done(self) -> Message:
        """What the application hears of a client who asked for the head only: it left once it had that."""
        await self._done.wait()
        return {"type": "http.disconnect"}


def _refusal(scope: Scope) -> errors.Problem | None:
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size > MAX_HEADER_BYTES:
        return errors.HeadersTooLarge()
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    if len(hosts) > 1 or (scope["http_version"] == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
        return errors.MalformedRequest(
            Text("A request needs exactly one well-formed Host header", "คำขอต้องมีส่วนหัว Host ที่ถูกต้องเพียงหนึ่งเดียว")
        )
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    return errors.UnexpectedBody() if scope["method"] in READS and has_body else None


def _join_lists(scope: Scope) -> None:
    """Make one line of list fields that came on several, since most readers look at the first only."""
    names = [name for name, _ in scope["headers"]]
    for field in _LISTS:
        if names.count(field) > 1:
            joined = b", ".join(value for name, value in scope["headers"] if name == field)
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != field]
            scope["headers"].append((field, joined))
