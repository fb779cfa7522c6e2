"""What is refused before a route is looked for, and HEAD answered as GET without content."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcity_api.kit import errors
from smartcity_api.kit.http.problems import problem_response

MAX_HEADER_BYTES = 32 * 1024
READS = ("GET", "HEAD")


class Gates:
    """Oversized headers and bodies on reads become problems; HEAD is GET whose content stays here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with a problem."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        problem = _refusal(scope)
        if problem is not None:
            return await problem_response(Request(scope), problem)(scope, receive, send)
        if scope["method"] == "HEAD":
            return await self._head(scope, receive, send)
        return await self.app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without_content(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, without_content)


def _refusal(scope: Scope) -> errors.Problem | None:
    size = len(scope["raw_path"]) + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size > MAX_HEADER_BYTES:
        return errors.HeadersTooLarge()
    headers = Headers(scope=scope)
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    return errors.UnexpectedBody() if scope["method"] in READS and has_body else None
