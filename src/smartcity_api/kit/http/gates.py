"""What is refused before a route is looked for, HEAD answered as GET without content, and the last resort."""

import asyncio
import re

import structlog
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
        answer = _Answer(receive, send, with_content=scope["method"] != "HEAD")
        problem = _refusal(scope)
        if problem is None:
            _join_lists(scope)
            problem = await self._attempt(scope, receive, answer)
        if problem is not None:
            await problem_response(Request(scope), problem)(scope, receive, answer)
        return None

    async def _attempt(self, scope: Scope, receive: Receive, answer: "_Answer") -> errors.Problem | None:
        # From this version of ASGI on, `send` says that the client has left; Starlette then lets a stream end in peace
        # instead of cancelling it in the middle of a fetch, which would cost the database connection.
        scope.setdefault("state", {})["content_wanted"] = answer.with_content
        inner = {**scope, "asgi": {**scope["asgi"], "spec_version": "2.4"}}
        inner["method"] = scope["method"] if answer.with_content else "GET"
        try:
            await self.app(inner, receive, answer)
        except Exception as error:
            if answer.gone:
                return None
            if answer.begun:
                raise  # the server breaks the connection off, so that half an answer does not pass for a whole one
            log.exception("request failed", problem=errors.InternalError.slug(), error=type(error).__name__)
            return errors.InternalError()
        finally:
            answer.stop_watching()
            scope["route"] = inner.get("route")  # for the layers outside, which count by it
        return None


class _Answer:
    """What is being sent: whether it has begun, whether anybody is still there, and without its content for HEAD."""

    def __init__(self, receive: Receive, send: Send, *, with_content: bool) -> None:
        self.with_content = with_content
        self.begun = self.gone = False
        self._receive, self._send = receive, send
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, message: Message) -> None:
        """Pass it on; OSError when the client has left, or has the head of the answer and wanted nothing else."""
        if self.gone:
            raise BrokenPipeError
        self.begun = True
        if message["type"] == "http.response.body":
            if not self.with_content:
                self.gone = message.get("more_body", False)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            elif message.get("more_body") and self._watching is None:
                self._watching = asyncio.create_task(self._watch())
        await self._send(message)

    def stop_watching(self) -> None:
        """The answer is complete."""
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True


def _refusal(scope: Scope) -> errors.Problem | None:
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    hosts, has_body = [], False
    for name, value in scope["headers"]:
        size += len(name) + len(value) + 4
        if name == b"host":
            hosts.append(value.decode("latin-1"))
        elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            has_body = True
    if size > MAX_HEADER_BYTES:
        return errors.HeadersTooLarge()
    if scope["http_version"] == "0.9":
        return errors.MalformedRequest()
    if len(hosts) > 1 or (scope["http_version"] == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
        return errors.MalformedRequest(
            Text("A request needs exactly one well-formed Host header", "คำขอต้องมีส่วนหัว Host ที่ถูกต้องเพียงหนึ่งเดียว")
        )
    return errors.UnexpectedBody() if scope["method"] in READS and has_body else None


def _join_lists(scope: Scope) -> None:
    """Make one line of list fields that came on several, since most readers look at the first only."""
    names = [name for name, _ in scope["headers"]]
    for field in _LISTS:
        if names.count(field) > 1:
            joined = b", ".join(value for name, value in scope["headers"] if name == field)
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != field]
            scope["headers"].append((field, joined))
