"""URLs of the service as its clients see them, behind a proxy too."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus, urlencode

from fastapi import Request

_PLAIN = re.compile(r"(?:[A-Za-z0-9_.=+,:;/?@!$'()*~-]|%[0-9A-Fa-f]{2})*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./~-]*")
_KNOWN = "smartcity.address"
"""Where the scope keeps what is worked out once: an answer has half a dozen links."""


class _Address(NamedTuple):
    """Where the service is, this request's own path there, and its parameters: their names, and as they are written."""

    base: str
    path: str
    parameters: list[tuple[str, str]]


def base_url(request: Request) -> str:
    """Scheme, host and prefix without a trailing slash: PUBLIC_URL where it is set, else the request's own."""
    return _address(request).base


def here(request: Request, **changes: str | None) -> str:
    """The URL of this request with some of its parameters replaced, added, or (None) left out."""
    address = _address(request)
    kept = [text for name, text in address.parameters if name not in changes]
    added = [_written(name, value) for name, value in changes.items() if value is not None]
    query = "&".join(kept + added)
    return address.base + address.path + (f"?{query}" if query else "")


def _address(request: Request) -> _Address:
    known: _Address | None = request.scope.get(_KNOWN)
    if known is None:
        public: str | None = request.app.state.public_url
        scope = request.scope
        root, host = scope.get("root_path", ""), request.headers.get("host")
        base = (public or (f"{scope['scheme']}://{host}{root}" if host else str(request.base_url))).rstrip("/")
        path = scope["path"] if _PLAIN_PATH.fullmatch(scope["path"]) else request.url.path
        path = path.removeprefix(root)
        known = request.scope[_KNOWN] = _Address(base, path, list(_parameters(request.scope["query_string"])))
    return known


def _parameters(query: bytes) -> Iterator[tuple[str, str]]:
    """The parameters as they came, but for what may not stand in a URL (RFC 3986)."""
    for text in query.decode("latin-1").split("&"):
        if text:
            name, _, value = text.partition("=")
            plain = unquote_plus(name)
            yield plain, text if _PLAIN.fullmatch(text) else _written(plain, unquote_plus(value))


def _written(name: str, value: str) -> str:
    """A parameter as a URL has it."""
    both = name + value
    return f"{name}={value}" if both.isascii() and both.isalnum() else urlencode({name: value})
