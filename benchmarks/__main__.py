"""`make bench`: GeoJSON by bbox from our server, from tipg's, and the same SQL by pgbench, as ratios."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import ground, profile, rivals
from benchmarks.measure import Measurement, interleaved, table
from benchmarks.statements import captured

SIZES = (10, 100, 1000)
CLIENTS = (1, 8)
WARM_UP = 2
HEAD = ("rows", "clients", "ours / tipg", "ours / pgbench", "ours", "tipg", "pgbench")


@dataclass(frozen=True)
class Effort:
    """How long and how often is measured."""

    rounds: int
    seconds: int


def main() -> None:
    """Measure, and print Markdown."""
    options = _options()
    rivals.ensure_tools()
    effort = Effort(options.rounds, options.seconds)
    with ground.prepared(options.cluster) as place:
        boxes = {rows: place.boxes(rows) for rows in SIZES}
        _describe(place, effort)
        with rivals.ours(place) as ours, rivals.tipg(place) as tipg:
            _agree(ours, tipg, boxes)
            servers = (ours, tipg)
            print(
                "\n### One process each, identity\n\n" + _compared(place, servers, boxes, effort, "identity", CLIENTS)
            )
            print("\n### One process each, gzip\n\n" + _compared(place, servers, boxes, effort, "gzip", CLIENTS))
        with rivals.ours(place, workers=2) as ours, rivals.tipg(place, workers=2) as tipg:
            compared = _compared(place, (ours, tipg), boxes, effort, "identity", CLIENTS[-1:])
            print("\n### Two processes each, identity\n\n" + compared)
        if not options.no_profile:
            _profile(place, boxes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement in a round")
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    parser.add_argument("--no-profile", action="store_true", help="leave out where the time goes")
    return parser.parse_args()


def _describe(place: ground.Ground, effort: Effort) -> None:
    facts = {
        **ground.machine(place),
        "rounds": f"{effort.rounds} of {effort.seconds} s, interleaved; {ground.BOXES} boxes in turn",
    }
    print(table(("what", "value"), [list(fact) for fact in facts.items()]))


def _agree(ours: rivals.Contender, tipg: rivals.Contender, boxes: Mapping[int, Sequence[str]]) -> None:
    for rows, some in boxes.items():
        for box in some:
            one, other = ours.ids(box), tipg.ids(box)
            if one != other or not 0.9 * rows <= len(one) <= rows:
                raise SystemExit(f"bench: {box}: ours finds {len(one)}, tipg {len(other)}, about {rows} expected")


def _compared(
    place: ground.Ground,
    servers: Sequence[rivals.Contender],
    boxes: Mapping[int, Sequence[str]],
    effort: Effort,
    coding: str,
    clients: Sequence[int],
) -> str:
    lines = []
    for rows, some in boxes.items():
        paths = [rivals.OURS.format(limit=rivals.LIMIT, box=box) for box in some]
        statements = [sent[-1] for sent in captured(place, paths)]
        for server in servers:
            rivals.load(server, some, clients=max(clients), seconds=WARM_UP, coding=coding)
        for number in clients:
            measured: dict[str, Measurement] = {
                server.name: partial(rivals.load, server, some, clients=number, seconds=effort.seconds, coding=coding)
                for server in servers
            }
            measured["pgbench"] = partial(rivals.pgbench, place, statements, clients=number, seconds=effort.seconds)
            found = interleaved(measured, effort.rounds)
            ratios = [found.ratio("ours", other) for other in ("tipg", "pgbench")]
            rates = [f"{found.rate(name):,.0f}/s" for name in measured]
            lines.append([str(rows), str(number), *ratios, *rates])
            print(f"... {rows} rows, {number} clients, {coding}: {ratios}", flush=True)
    return table(HEAD, lines)


def _profile(place: ground.Ground, boxes: Mapping[int, Sequence[str]]) -> None:
    columns = [(rows, number) for rows in (SIZES[0], SIZES[-1]) for number in CLIENTS]
    with rivals.ours(place) as ours:
        found = [profile.shares(ours, _asking(ours, boxes[rows], number), seconds=5) for rows, number in columns]
    places = sorted({place for one in found for place in one}, key=lambda place: -found[0].get(place, 0))
    head = ["share of the server's wall time", *(f"{rows} rows, {number} clients" for rows, number in columns)]
    print("\n### Where the time goes\n")
    print(table(head, [[place, *(f"{one.get(place, 0):.1%}" for one in found)] for place in places]))


def _asking(server: rivals.Contender, boxes: Sequence[str], clients: int) -> Callable[[int], float]:
    return lambda seconds: rivals.load(server, boxes, clients=clients, seconds=seconds, coding="identity")


if __name__ == "__main__":
    main()
