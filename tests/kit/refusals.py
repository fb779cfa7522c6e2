"""What every refusal of the service must look like, and talking to it over a bare socket."""

import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from fastapi.routing import APIRoute

from smartcity_api.app import ROUTERS
from smartcity_api.kit.errors import catalogue

STATUS = {kind.slug(): kind.status for kind in catalogue()}
EXAMPLES = {"code": {"provinces": "83", "districts": "8301"}, "slug": {"problems": "invalid-parameter"}}
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
PATHS = sorted(route.path for route in ROUTES if route.methods == {"GET"} and not route.openapi_extra)
"""What anybody may read."""
METHODS = {path: {method for route in ROUTES if route.path == path for method in route.methods or ()} for path in PATHS}
"""What else can be done there."""


LONG = 2_000
"""Rows that `lengthen` adds: about 50 MB of ndjson, more than sockets buffer."""


def lengthen(owner: psycopg.Connection[Any]) -> None:
    """Make the list of sources so long that a stream of it lasts as long as its reader wants."""
    owner.execute(
        "INSERT INTO source (id, slug, title, reference, reliability, attribution) SELECT gen_random_uuid(), "
        "'long-' || number, 'x', 'x', 'D', repeat('ยาว ', 2500) FROM generate_series(1, %s) AS number",
        (LONG,),
    )


def path_of(template: str) -> str:
    """A path that the template matches; sources need an id, so any UUID stands there."""
    resource = template.rpartition("/{")[0].rpartition("/")[2]
    values = {name: examples.get(resource, "") for name, examples in EXAMPLES.items()}
    known = {**values, "resource": "proposals"}
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], "00000000-0000-0000-0000-000000000000"), template)


def refused(answer: httpx.Response, slug: str, *faults: tuple[str, str]) -> dict[str, Any]:
    """The problem of that kind, complete, with at least these (parameter, code) among its errors."""
    problem = check(answer, slug)
    found = {(fault.get("parameter"), fault["code"]) for fault in problem.get("errors", [])}
    assert set(faults) <= found, problem
    assert all(fault["parameter"] in fault["message"] for fault in problem["errors"] if "parameter" in fault)
    return problem


def check(answer: httpx.Response, slug: str) -> dict[str, Any]:
    """The problem of that kind with everything that a problem must have, and nothing that it must not."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{slug}", problem
    assert answer.status_code == problem["status"] == STATUS[slug]
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert answer.headers["x-request-id"] == problem["request_id"]
    assert "accept-language" in answer.headers["vary"].lower()
    assert not re.search(r"Traceback|psycopg|sqlalchemy|SELECT |/site-packages/", answer.text)
    return problem


def is_thai(problem: dict[str, Any]) -> bool:
    """Whether every sentence of the problem has Thai letters."""
    sentences = [problem["title"], *([problem["detail"]] if "detail" in problem else [])]
    sentences += [fault["message"] for fault in problem["errors"]]
    return all(re.search("[ก-๛]", sentence) for sentence in sentences)


class Wire:
    """A connection to the server, for bytes that no client library would send."""

    def __init__(self, url: str, *, receive_buffer: int | None = None) -> None:
        place = urlsplit(url)
        assert place.hostname is not None
        self.socket = socket.socket()
        self.socket.settimeout(60)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect((place.hostname, place.port or 80))
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, *lines: str | bytes, end: bytes = b"\r\n\r\n") -> None:
        """Send the lines of a head."""
        self.socket.sendall(b"\r\n".join(x.encode() if isinstance(x, str) else x for x in lines) + end)

    def get(self, target: str | bytes, *fields: str) -> tuple[int, dict[str, str], bytes]:
        """Send a GET on this connection and read the answer."""
        line = b"GET " + (target.encode() if isinstance(target, str) else target) + b" HTTP/1.1"
        self.send(line, "Host: register.test", *fields)
        return self.answer()

    def answer(self, *, content: bool = True) -> tuple[int, dict[str, str], bytes]:
        """Status, fields and content of the next answer; `EOFError` when the connection ended before it was whole."""
        status = self._line().split()[1]
        fields: dict[str, str] = {}
        while line := self._line():
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.lower()] = value.strip()
        if not content or status in (b"204", b"304"):
            return int(status), fields, b""
        if "content-length" in fields:
            return int(status), fields, self._exactly(int(fields["content-length"]))
        found = b""
        while size := int(self._line(), 16):
            found += self._exactly(size)
            self._line()
        self._line()
        return int(status), fields, found

    def problem(self) -> dict[str, Any]:
        """The next answer, which is a problem."""
        status, fields, content = self.answer()
        assert fields["content-type"] == "application/problem+json", content
        problem: dict[str, Any] = json.loads(content)
        assert problem["status"] == status == STATUS[problem["type"].removeprefix("/problems/")]
        return problem

    def ends(self) -> bool:
        """Whether the server sends nothing more and closes."""
        return self.file.read(1) == b""

    def holds_a_whole_stream(self) -> bool:
        """Whether what is still to be read ends as a stream of chunks must; else it was broken off."""
        end = b""
        try:
            while part := self.file.read(1 << 16):
                end = (end + part)[-5:]
        except OSError:
            return False
        return end == b"0\r\n\r\n"

    def _line(self) -> bytes:
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise EOFError(line)
        return line.rstrip(b"\r\n")

    def _exactly(self, size: int) -> bytes:
        found = self.file.read(size)
        if len(found) < size:
            raise EOFError(found)
        return found


def leave_in_the_middle(url: str, target: str) -> None:
    """Be sent something long and go, again and again; each time the server answers the next one."""
    for _ in range(3):
        with Wire(url, receive_buffer=4096) as leaving:
            leaving.send(f"GET {target} HTTP/1.1", "Host: x")
            assert leaving.socket.recv(100).startswith(b"HTTP/1.1 200")
        with Wire(url) as wire:
            assert wire.get("/v1/provinces/83?geometry=none")[0] == 200
