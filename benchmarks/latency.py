"""How long an answer takes with 1, 8 and 64 connections, and how much longer while the data change."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from statistics import median

from benchmarks import contenders, load
from benchmarks.areas import TABLE
from benchmarks.contenders import UNCACHED, Contender
from benchmarks.features import KEPT, PLAIN, WARM_UP
from benchmarks.ground import Ground
from benchmarks.load import PERCENTILES, Answered
from benchmarks.measure import Effort, short, table
from smartcity_api.local_cluster import OWNER
from smartcity_api.local_cluster.binaries import find

CONNECTIONS = (1, 8, 64)
ROWS = 100
EVERY = 0.1
"""Seconds between two writes, each a transaction of its own."""
WRITE = f"UPDATE {TABLE} SET population = population + 1 WHERE code = 'A000001';\n\\watch {EVERY}\n"
HEAD = ("connections", "writes", "server", *(f"p{part} ms" for part in PERCENTILES), "answers", "given again")


@dataclass
class _Found:
    """What the rounds of one case said."""

    rounds: list[Answered] = field(default_factory=list)
    given: int = 0
    answers: int = 0

    def line(self) -> list[str]:
        parts = [median(one.latencies[place] for one in self.rounds) for place in range(len(PERCENTILES))]
        rate = median(one.rate for one in self.rounds)
        again = f"{self.given / self.answers:.1%}" if self.answers else ""
        return [*map(short, parts), f"{short(rate)}/s", again]


def measured(place: Ground, effort: Effort) -> None:
    """Print what was found."""
    boxes = place.boxes(ROWS)
    lines = []
    with ExitStack() as stack:
        plain = stack.enter_context(contenders.ours(place, more=UNCACHED, name=PLAIN))
        kept = stack.enter_context(contenders.ours(place, name=KEPT))
        for connections in CONNECTIONS:
            for server in (plain, kept):
                load.load(server, boxes, clients=connections, seconds=WARM_UP, coding="identity")
            found = _rounds(place, (plain, kept), boxes, connections, effort)
            lines += [[str(connections), writes, name, *one.line()] for (writes, name), one in found.items()]
            print(f"... {connections} connections: {lines[-4:]}", flush=True)
    print(f"\n### Latency of boxes of {ROWS} rows\n\n" + table(HEAD, lines), flush=True)


def _rounds(
    place: Ground, servers: Sequence[Contender], boxes: Sequence[str], connections: int, effort: Effort
) -> Mapping[tuple[str, str], _Found]:
    found: dict[tuple[str, str], _Found] = {}
    for _ in range(effort.rounds):
        for writes in ("none", f"one every {EVERY * 1000:.0f} ms"):
            for server in servers:
                one = found.setdefault((writes, server.name), _Found())
                hits, answers = server.hits()
                with writing(place) if writes != "none" else nullcontext():
                    asked = server.paths(boxes)
                    one.rounds.append(load.asked(server, asked, {}, clients=connections, seconds=effort.seconds))
                then = server.hits()
                one.given, one.answers = one.given + then[0] - hits, one.answers + then[1] - answers
    return found


@contextmanager
def writing(place: Ground) -> Iterator[None]:
    """Somebody at psql changes a record every now and then; ends the run where nothing was changed."""
    before = _written(place)
    command = [find().program("psql"), "-X", "-q", "-h", place.sockets, "-U", OWNER, "-d", place.database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as psql:
        assert psql.stdin is not None
        psql.stdin.write(WRITE)
        psql.stdin.flush()
        try:
            yield
        finally:
            psql.terminate()
    if _written(place) == before:
        raise SystemExit("bench: psql wrote nothing")


def _written(place: Ground) -> object:
    with place.connect() as connection:
        return connection.execute(f"SELECT population FROM {TABLE} WHERE code = 'A000001'").fetchone()
