"""A running server and how it is asked; and our own, as it is delivered."""

import gzip
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from benchmarks.ground import Ground
from benchmarks.processes import ticks
from benchmarks.tools import ROOT, Missing

HOST = "127.0.0.1"
LIMIT = 1000

ITEMS = f"/ogc/collections/bench-areas/items?f=json&limit={LIMIT}&bbox={{box}}"
TILES = "/ogc/collections/{layer}/tiles/WebMercatorQuad/{{zoom}}/{{row}}/{{col}}"
UNCACHED = MappingProxyType({"CACHE_SIZE": "0"})
"""Settings of ours that keeps no answers."""
NOTHING: Mapping[str, str] = MappingProxyType({})
STARTING = 180
"""Seconds that a server may take to start, on a machine with other work."""
PATIENCE = 30
"""Seconds that a server may work on after a measurement, before the next one begins."""
ASKING = """
SELECT count(*) FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid() AND datname = current_database()
"""
"""Who still waits for an answer of the database, whatever role."""


@dataclass(frozen=True)
class Contender:
    """A running server, and its paths for the items of a box (`box`) and for a tile (`zoom`, `row`, `col`)."""

    name: str
    ground: Ground
    port: int
    pid: int
    items: str
    tiles: str = ""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    def paths(self, boxes: Sequence[str]) -> list[str]:
        """What is asked for, in turn."""
        return [self.items.format(box=box) for box in boxes]

    def get(self, path: str, coding: str = "identity") -> bytes:
        """The content of an answer as it is sent."""
        request = urllib.request.Request(self.url + path, headers={"Accept-Encoding": coding})
        with urllib.request.urlopen(request, timeout=120) as answer:
            content: bytes = answer.read()
            if answer.headers.get("Content-Encoding", "identity") != coding:
                raise SystemExit(f"bench: {self.name} does not answer {coding}: {path}")
            return content

    def ids(self, box: str) -> set[str]:
        """The areas that it finds in a box."""
        features = json.loads(self.get(self.paths([box])[0]))["features"]
        return {feature["properties"]["code"] for feature in features}

    def told(self, path: str, coding: str) -> bytes:
        """What an answer says, decompressed."""
        content = self.get(path, coding)
        return gzip.decompress(content) if coding == "gzip" else content

    def hits(self) -> tuple[int, int]:
        """Of ours: how many answers were given again, and how many there were in all."""
        lines = self.get("/metrics").decode().splitlines()
        counts = {
            line.partition('"')[2].partition('"')[0]: float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith("cache_answers_total{")
        }
        return round(counts.get("hit", 0)), round(sum(counts.values()))

    def settle(self) -> None:
        """Wait until it has nothing left to do: it works on for those whom the load left without an answer."""
        deadline, quiet = time.monotonic() + PATIENCE, 0
        with self.ground.connect() as connection:
            while quiet < 2 and time.monotonic() < deadline:
                before = ticks(self.pid)
                time.sleep(0.05)
                row = connection.execute(ASKING).fetchone()
                assert row is not None
                quiet = quiet + 1 if ticks(self.pid) - before <= 1 and row[0] == 0 else 0


@contextmanager
def ours(
    ground: Ground, workers: int = 1, more: Mapping[str, str] = NOTHING, *, name: str = "ours", layer: str = ""
) -> Iterator[Contender]:
    """Our server as it is delivered, its log line for each request included."""
    port = free_port()
    environment = {
        "DATABASE_URL": str(ground.settings.database_url),
        "HOST": HOST,
        "PORT": str(port),
        "WORKERS": str(workers),
        **more,
    }
    command = [sys.executable, "-m", "benchmarks.service"]
    with running(command, environment, port, "/readyz") as pid:
        yield Contender(name, ground, port, pid, ITEMS, TILES.format(layer=layer or "bench-areas"))


def drawing(contender: Contender, layer: str, name: str) -> Contender:
    """The same server of ours, asked for the tiles of another collection."""
    return replace(contender, name=name, tiles=TILES.format(layer=layer))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], port: int, path: str) -> Iterator[int]:
    """A server while it runs; its process."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        try:
            _wait(process, port, path, log)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Any) -> None:
    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    log.seek(0)
    raise Missing(f"a server did not start:\n{log.read().decode(errors='replace')[-3000:]}")
