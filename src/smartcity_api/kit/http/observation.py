"""One ASGI layer around everything: a request id, one log line and the metrics of each request."""

import re
import time
from collections.abc import Callable
from itertools import count
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcity_api.kit.http import fields

_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """What Prometheus reads; labels are route templates, never paths, so that their number stays small."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("http_requests_total", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the request's head to the answer's last byte",
            ("method", "route"),
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        self.running = Gauge("http_requests_in_progress", "Requests being answered", registry=self.registry)
        ProcessCollector(registry=self.registry)
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; its two series are looked up once."""
        key = (method, route, status)
        if key not in self._series:
            counted = self.requests.labels(method, route, str(status))
            self._series[key] = (counted, self.seconds.labels(method, route))
        counted, timed = self._series[key]
        counted.inc()
        timed.observe(seconds)

    def watch_connections(self, in_use: Callable[[], float]) -> None:
        """Report how many database connections this process uses whenever it is asked."""
        gauge = Gauge("database_connections_in_use", "Connections that answer requests", registry=self.registry)
        gauge.set_function(in_use)


class Observation:
    """Gives every request an id (the client's own where it sent a sane one), logs it once, and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: Any) -> None:
        self.app = app
        self.metrics = metrics
        self._log = log
        self._own = token_hex(8)  # of this process
        self._number = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Observe one request. Queries are not logged: they may hold what somebody searched for."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        sent = fields.first(scope, b"x-request-id") or ""
        request_id = sent if _GOOD_ID.fullmatch(sent) else f"{self._own}{next(self._number):016x}"
        scope.setdefault("state", {})["request_id"] = request_id
        status, size, begun = 500, 0, time.perf_counter()

        async def observed(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        self.metrics.running.inc()
        # Never unbound: each request is a task with a context of its own.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, observed)
        finally:
            self.metrics.running.dec()
            self._record(scope, request_id, status, size, time.perf_counter() - begun)

    def _record(self, scope: Scope, request_id: str, status: int, size: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self.metrics.answered(method, route, status, seconds)
        client = scope.get("client")
        self._log.info(
            "request",
            method=scope["method"],
            path=_in_one_line(scope["path"]),
            status=status,
            milliseconds=round(seconds * 1000, 2),
            bytes=size,
            client=client[0] if client else None,
            request_id=request_id,
        )


def _in_one_line(path: str) -> str:
    """The path as people read it, but for what would end the line, control a terminal or turn its letters around."""
    if path.isprintable():
        return path
    return "".join(char if char.isprintable() else quote(char) for char in path)
