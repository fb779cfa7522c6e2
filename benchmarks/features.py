"""GeoJSON of boxes: ours, with and without its cache, beside three other servers and the bare statement."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks import contenders, load
from benchmarks.contenders import UNCACHED, Contender
from benchmarks.ground import Ground
from benchmarks.measure import Effort, Measurement, Outcome, interleaved, short, table
from benchmarks.rivals import RIVALS, Rival, featureserv, started, tipg
from benchmarks.statements import Statement, captured

SIZES = (10, 100, 1000)
CLIENTS = (1, 8)
WARM_UP = 2
PLAIN, KEPT, BARE = "uncached", "cached", "pgbench"

Boxes = Mapping[int, Sequence[str]]


def measured(place: Ground, effort: Effort) -> None:
    """Print what was found."""
    boxes: Boxes = {rows: place.boxes(rows) for rows in SIZES}
    statements = {rows: [sent[-1] for sent in captured(place, _paths(some))] for rows, some in boxes.items()}
    with _running(place, 1, RIVALS) as servers:
        agree(servers, boxes)
        for coding in ("identity", "gzip"):
            _compare(place, servers, boxes, statements, effort, coding, CLIENTS)
    with _running(place, 2, (tipg, featureserv)) as servers:
        _compare(place, servers, boxes, statements, effort, "identity", CLIENTS[-1:], "Two processes")


def _paths(boxes: Sequence[str]) -> list[str]:
    return [contenders.ITEMS.format(box=box) for box in boxes]


@contextmanager
def _running(place: Ground, workers: int, rivals: Sequence[Rival]) -> Iterator[list[Contender]]:
    with ExitStack() as stack:
        plain = stack.enter_context(contenders.ours(place, workers, UNCACHED, name=PLAIN))
        kept = stack.enter_context(contenders.ours(place, workers, name=KEPT))
        yield [plain, kept, *(one for rival in rivals for one in stack.enter_context(started(rival, place, workers)))]


def agree(servers: Sequence[Contender], boxes: Boxes) -> None:
    """End the run where not all of them find the same areas in a box, or not about as many as it is for."""
    for rows, some in boxes.items():
        for box in some:
            found = {server.name: server.ids(box) for server in servers}
            expected = found[PLAIN]
            if any(ids != expected for ids in found.values()) or not 0.9 * rows <= len(expected) <= rows:
                told = ", ".join(f"{name} {len(ids)}" for name, ids in found.items())
                raise SystemExit(f"bench: {box}: about {rows} areas expected; found {told}")
    names = ", ".join(server.name for server in servers)
    print(f"\nThe same areas in each of {sum(map(len, boxes.values()))} boxes: {names}.", flush=True)


def _compare(
    place: Ground,
    servers: Sequence[Contender],
    boxes: Boxes,
    statements: Mapping[int, Sequence[Statement]],
    effort: Effort,
    coding: str,
    clients: Sequence[int],
    what: str = "One process",
) -> None:
    others = [*(server.name for server in servers[2:]), BARE]
    ratios, rates = [], []
    for rows, some in boxes.items():
        for number in clients:
            before = servers[1].hits()
            found = _rounds(place, servers, some, statements[rows], effort, coding, number)
            line = [str(rows), str(number)]
            ratios.append([*line, *(found.ratio(one, other) for one in (PLAIN, KEPT) for other in others)])
            rates.append([*line, *(f"{short(found.rate(name))}/s" for name in (PLAIN, KEPT, *others))])
            rates[-1].append(_given_again(before, servers[1].hits()) if what == "One process" else "")
            print(f"... {rows} rows, {number} clients, {coding}: {ratios[-1][2:]}", flush=True)
    head = ("rows", "clients")
    print(f"\n### Features: {what} each, {coding}\n")
    print(table([*head, *(f"{one} / {other}" for one in (PLAIN, KEPT) for other in others)], ratios))
    print("\n" + table([*head, PLAIN, KEPT, *others, "of cached, given again"], rates), flush=True)


def _rounds(
    place: Ground,
    servers: Sequence[Contender],
    boxes: Sequence[str],
    statements: Sequence[Statement],
    effort: Effort,
    coding: str,
    clients: int,
) -> Outcome:
    for server in servers:
        load.load(server, boxes, clients=clients, seconds=WARM_UP, coding=coding)
    measurements: dict[str, Measurement] = {
        server.name: partial(load.load, server, boxes, clients=clients, seconds=effort.seconds, coding=coding)
        for server in servers
    }
    measurements[BARE] = partial(load.pgbench, place, statements, clients=clients, seconds=effort.seconds)
    return interleaved(measurements, effort.rounds)


def _given_again(before: tuple[int, int], after: tuple[int, int]) -> str:
    """Which part of the answers came from memory, the first ones of a warming up included."""
    return f"{(after[0] - before[0]) / max(1, after[1] - before[1]):.1%}"
