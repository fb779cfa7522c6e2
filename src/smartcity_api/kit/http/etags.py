"""Conditional reads: If-None-Match answers 304, and a compressed answer has an ETag of its own."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcity_api.kit.http import fields

CODINGS = ("gzip", "br", "zstd")
_CODED = re.compile(f'-({"|".join(CODINGS)})"$')
ABOUT_CONTENT = ("content-length", "content-type", "content-encoding")
"""Header fields that an answer without content does not have."""


class ConditionalReads:
    """Inside compression: answers 304 before anything is compressed (RFC 9110, 13.1.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace a 200 whose tag the client has by a 304 without content."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        asked = fields.first(scope, b"if-none-match")
        if not asked:
            return await self.app(scope, receive, send)
        unchanged = False

        async def conditional(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                tag = held(asked, headers.get("etag"))
                if tag:
                    unchanged = True
                    headers["etag"] = tag
                    for name in ABOUT_CONTENT:
                        del headers[name]
                    message["status"] = 304
            elif unchanged:
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        return await self.app(scope, receive, conditional)


def held(asked: str, current: str | None) -> str | None:
    """The client's tag that names the current representation, in whatever coding it was sent, or is now."""
    if current is None:
        return None
    if asked.strip() == "*":
        return current
    current = _CODED.sub('"', current)
    codings = {current: current, **{coded(current, coding): current for coding in CODINGS}}
    for tag in asked.split(","):
        strong = tag.strip().removeprefix("W/")
        if strong in codings:
            return strong
    return None


def coded(tag: str, coding: str) -> str:
    """The tag of a representation in a content coding: other bytes, so another strong tag."""
    return f'{tag[:-1]}-{coding}"'


class CodedTags:
    """Outside compression: gives the compressed bytes their own tag."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Append the coding to the ETag of a compressed answer."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                coding, tag = headers.get("content-encoding"), headers.get("etag")
                if tag:
                    if "accept-encoding" not in headers.get("vary", "").lower():  # a 304 never came to compression
                        headers.add_vary_header("Accept-Encoding")
                    if coding in CODINGS and message["status"] == 200:
                        headers["etag"] = coded(tag, coding)
            await send(message)

        return await self.app(scope, receive, tagged)
