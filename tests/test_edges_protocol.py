"""What only a socket shows: heads without end, bytes that are no HTTP, pipelines, slow and vanishing clients."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from tests.callers import issue
from tests.kit.refusals import LONG, Wire, leave_in_the_middle, lengthen
from tests.support import serving, settings_for

from smartcity_api.app import create_app
from smartcity_api.kit.http.protocol import MAX_HEAD_BYTES, MAX_UNREAD_BYTES, BoundedProtocol
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import Server, connect, options
from smartcity_api.settings import Settings

THAI = "/v1/provinces?fields=name_th&geometry=none&q=ภูเก็ต"


@pytest.fixture
def wire(live_url: str) -> Iterator[Wire]:
    with Wire(live_url) as wire:
        yield wire


class ImpatientProtocol(BoundedProtocol):
    """The same with clocks that a test can wait for."""

    head_seconds = 0.3
    stall_seconds = 0.3
    linger_seconds = 0.3


@contextmanager
def impatient(settings: Settings) -> Iterator[str]:
    """The real server with an impatient protocol; its URL."""
    urls: list[str] = []
    listening = threading.Event()

    def ready(url: str) -> None:
        urls.append(url)
        listening.set()

    app = create_app(settings, connect(settings))
    server = Server(uvicorn.Config(app, **{**options(settings), "http": ImpatientProtocol}), ready)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(30)
    yield urls[0]
    server.should_exit = True
    thread.join(30)


def test_a_head_above_32_kib_is_refused_with_the_requests_own_id(wire: Wire) -> None:
    status, fields, content = wire.get("/healthz", "X-Request-Id: mine", "X-Long: " + "a" * 40_000)
    assert (status, fields["x-request-id"]) == (431, "mine")
    assert b"/problems/headers-too-large" in content
    assert wire.get("/healthz")[0] == 200


@pytest.mark.parametrize("size", [100_000, 500_000])
@pytest.mark.parametrize("where", ["field", "fields", "target"])
def test_a_head_that_nobody_reads_to_its_end_is_refused(wire: Wire, where: str, size: int) -> None:
    line = {"field": "X: " + "a" * size, "fields": "\r\n".join(["X: " + "a" * 97] * (size // 100)), "target": "X: y"}
    target = "/" + "a" * size if where == "target" else "/healthz"
    wire.send(f"GET {target} HTTP/1.1", "Host: register.test", line[where])
    assert wire.problem()["type"] == "/problems/headers-too-large"
    assert wire.ends()


@pytest.mark.parametrize("flood", [b"X: y\r\n", b"a", b"\r\n", "ก".encode()])
def test_a_head_without_end_is_cut_off(wire: Wire, flood: bytes) -> None:
    wire.socket.sendall(
        b"GET /" if flood in (b"a", "ก".encode()) else b"" if flood == b"\r\n" else b"GET / HTTP/1.1\r\n"
    )
    assert is_cut_off(wire, flood * (65_536 // len(flood)))


def test_trailers_without_end_are_cut_off(wire: Wire) -> None:
    wire.send("POST /healthz HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
    wire.socket.sendall(b"0\r\n")
    assert is_cut_off(wire, b"X: y\r\n" * 10_000)


def is_cut_off(wire: Wire, chunk: bytes) -> bool:
    """Whether the server stops listening before it has read sixty-four times what it may read."""
    try:
        for _ in range(64 * MAX_UNREAD_BYTES // len(chunk)):
            wire.socket.sendall(chunk)
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"FETCH /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        "สวัสดีชาวโลก\r\n\r\n".encode(),
        b"CONNECT example.org:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_a_problem(wire: Wire, garbage: bytes) -> None:
    wire.socket.sendall(garbage)
    assert wire.problem()["type"] == "/problems/malformed-request"
    assert wire.ends()


@pytest.mark.parametrize(
    "lines",
    [
        ("GET /healthz HTTP/1.1",),
        ("GET /healthz HTTP/1.1", "Host: a", "Host: b"),
        ("GET /healthz HTTP/1.1", "Host: a b"),
        ("GET /healthz HTTP/1.1", "Host: [::1"),
        ("GET /healthz HTTP/1.1", "Host: a/b"),
        ("GET /healthz HTTP/1.1", "Host: user@a"),
        ("GET /healthz HTTP/1.1", "Host: <script>"),
    ],
)
def test_a_request_names_exactly_one_host(wire: Wire, lines: tuple[str, ...]) -> None:
    wire.send(*lines)
    problem = wire.problem()
    assert problem["type"] == "/problems/malformed-request"
    assert "Host" in problem["detail"]


@pytest.mark.parametrize("host", ["a", "a:80", "[::1]:8000", "127.0.0.1", "ประเทศไทย".encode("idna").decode(), ""])
def test_every_form_of_host_is_accepted(wire: Wire, host: str) -> None:
    wire.send("GET / HTTP/1.1", f"Host: {host}")
    assert wire.answer()[0] == 200


def test_http_1_0_needs_no_host_and_is_closed(wire: Wire) -> None:
    wire.send("GET /healthz HTTP/1.0")
    assert wire.answer()[0] == 200
    assert wire.ends()


def test_an_absolute_target_is_understood(wire: Wire) -> None:
    assert wire.get("http://register.test/healthz")[0] == 200


def test_raw_thai_in_the_url_means_the_same_as_escaped(wire: Wire) -> None:
    escaped = wire.get("/v1/provinces?fields=name_th&geometry=none&q=" + quote("ภูเก็ต"))
    for _ in range(3):  # on one connection
        raw = wire.get(THAI)
        assert raw[0] == 200
        assert raw[2] == escaped[2]
    assert wire.get("/ภูเก็ต")[0] == 404


def test_a_request_may_arrive_byte_by_byte(wire: Wire) -> None:
    for byte in f"GET {THAI} HTTP/1.1\r\nHost: register.test\r\n\r\n".encode():
        wire.socket.sendall(bytes((byte,)))
    status, _, content = wire.answer()
    assert (status, "ภูเก็ต" in content.decode()) == (200, True)


def test_pipelined_requests_are_answered_in_order(wire: Wire) -> None:
    names = ["ภูเก็ต", "กระบี่", "ระนอง"] * 20
    head = "GET /v1/provinces?fields=name_th&geometry=none&q={} HTTP/1.1\r\nHost: x\r\n\r\n"
    wire.socket.sendall("".join(head.format(name) for name in names).encode())
    assert [name in wire.answer()[2].decode() for name in names] == [True] * len(names)
    assert wire.get("/healthz")[0] == 200


def test_garbage_behind_a_request_does_not_become_its_answer(wire: Wire) -> None:
    wire.socket.sendall(f"GET {THAI} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + b"\x00\x01\x02\r\n\r\n")
    status, _, content = wire.answer()
    assert (status, "ภูเก็ต" in content.decode()) == (200, True)
    assert wire.ends()


def test_empty_lines_before_a_request_are_skipped(wire: Wire) -> None:
    wire.socket.sendall(b"\r\n\r\n" + f"GET {THAI} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert wire.answer()[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_body_on_a_read_is_refused_however_it_is_sent(wire: Wire, method: str) -> None:
    wire.send(f"{method} /healthz HTTP/1.1", "Host: x", "Content-Length: 5", end=b"\r\n\r\nhello")
    status, fields, _ = wire.answer(content=method == "GET")
    assert (status, fields["content-type"]) == (400, "application/problem+json")
    chunked = b"\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"
    wire.send(f"{method} /healthz HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", end=chunked)
    assert wire.answer(content=method == "GET")[0] == 400
    wire.send(f"{method} /healthz HTTP/1.1", "Host: x", "Content-Length: 0")
    assert wire.answer(content=method == "GET")[0] == 200


def test_a_body_that_is_promised_and_not_wanted_is_refused_before_it_comes(wire: Wire) -> None:
    wire.send("POST /v1/provinces HTTP/1.1", "Host: x", "Content-Length: 1000000000", "Expect: 100-continue")
    assert wire.problem()["type"] == "/problems/method-not-allowed"


def test_an_offer_of_another_protocol_is_ignored(wire: Wire) -> None:
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
    assert wire.get("/healthz", *upgrade)[0] == 200
    assert wire.get(THAI)[0] == 200


def test_a_websocket_is_not_opened(wire: Wire) -> None:
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AA==")
    assert wire.get("/healthz", *upgrade)[0] == 200


def test_a_head_that_never_comes_is_not_waited_for(settings: Settings) -> None:
    with impatient(settings) as url, Wire(url) as begun, Wire(url) as silent, Wire(url) as owing:
        begun.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ")
        owing.send("POST /healthz HTTP/1.1", "Host: x", "Content-Length: 100")
        assert owing.problem()["status"] == 405
        owing.socket.sendall(b"a")
        assert begun.problem()["type"] == "/problems/request-timeout"
        assert begun.ends()
        assert silent.ends()
        assert owing.ends()
        with Wire(url) as wire:
            assert wire.get("/healthz")[0] == 200


class TestLongStreams:
    """A list that no buffer on the way can hold, and one database connection for all."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]) -> Settings:
        lengthen(owner)
        return settings_for(cluster, own_database, database_pool_size=1, database_pool_timeout=20.0)

    def test_an_answer_that_nobody_reads_is_given_up_with_its_connection(self, settings: Settings) -> None:
        with impatient(settings) as url, Wire(url, receive_buffer=4096) as lazy:
            lazy.send("GET /v1/sources?f=ndjson HTTP/1.1", "Host: x")
            assert lazy.socket.recv(100).startswith(b"HTTP/1.1 200")
            with Wire(url) as other:  # only now: who connects and says nothing is not waited for either
                assert other.get("/v1/provinces/83?geometry=none")[0] == 200
            assert not lazy.holds_a_whole_stream()

    def test_an_answer_that_is_read_slowly_arrives_whole(self, settings: Settings) -> None:
        with impatient(settings) as url, Wire(url, receive_buffer=4096) as slow:
            slow.send("GET /v1/sources?f=ndjson HTTP/1.1", "Host: x")
            status, _, content = slow.answer()
            assert (status, content.count(b"\n")) == (200, len(content.splitlines()))
            assert content.count(b"\n") > LONG

    def test_a_client_that_leaves_in_the_middle_gives_its_connection_back(self, settings: Settings) -> None:
        with serving(settings) as url:
            leave_in_the_middle(url, "/v1/sources?f=ndjson")
        gc.collect()  # what was left open would warn now

    def test_the_head_of_a_long_list_costs_no_list(self, settings: Settings) -> None:
        with serving(settings) as url, Wire(url) as wire:
            for _ in range(3):
                wire.send("HEAD /v1/sources?f=ndjson HTTP/1.1", "Host: x")
                status, fields, _ = wire.answer(content=False)
                assert (status, fields["content-type"]) == (200, "application/x-ndjson")
        gc.collect()


def test_the_bounds_are_in_order() -> None:
    assert 32 * 1024 < MAX_HEAD_BYTES < MAX_UNREAD_BYTES


async def test_who_waits_before_sending_content_is_told_to_go_on(app: FastAPI, live_url: str) -> None:
    key = await issue(app.state.database, "secretary")
    with Wire(live_url) as wire:
        fields = ("Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue")
        wire.send("POST /v1/proposals HTTP/1.1", "Host: x", f"Authorization: Bearer {key}", *fields)
        wire.socket.settimeout(20)
        assert wire.socket.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.socket.sendall(b"[]")
        assert wire.answer()[0] == 422
