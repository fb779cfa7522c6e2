"""Vector tiles: ours, with and without its cache, beside tipg's and the bare statement; and what is in them."""

import random
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import mean

from benchmarks import contenders, load
from benchmarks.areas import TABLE, WHOLE
from benchmarks.contenders import UNCACHED, Contender
from benchmarks.drawn import Drawn, drawn
from benchmarks.features import BARE, CLIENTS, KEPT, PLAIN, WARM_UP
from benchmarks.ground import EAST, NORTH, SEED, SOUTH, WEST, Ground
from benchmarks.measure import Effort, Measurement, interleaved, short, table
from benchmarks.rivals import started, tipg
from benchmarks.statements import captured
from smartcity_api.ogc.tiles.grid import Tile, tile_at
from smartcity_api.ogc.tiles.queries import MOST

ZOOMS = (5, 8, 11)
TILES = 12
"""Of each zoom, asked in turn; of zoom 5 there are fewer."""
ALL = "uncached, all vertices"
"""Ours of the collection that is not simplified."""
CONTENT = ("zoom", "tiles", "server", "bytes", "gzip", "features", "of them points", "vertices")


def measured(place: Ground, effort: Effort) -> None:
    """Print what was found."""
    tiles = {zoom: _chosen(zoom) for zoom in ZOOMS}
    with ExitStack() as stack:
        plain = stack.enter_context(contenders.ours(place, more=UNCACHED, name=PLAIN))
        kept = stack.enter_context(contenders.ours(place, name=KEPT))
        servers = [plain, kept, contenders.drawing(plain, WHOLE.id, ALL)]
        servers += stack.enter_context(started(tipg, place))
        _contents(place, servers, tiles)
        for coding in ("identity", "gzip"):
            _compare(place, servers, tiles, effort, coding)


def _chosen(zoom: int) -> list[Tile]:
    """Tiles with many areas, the same ones every time."""
    dice = random.Random(SEED + zoom)
    found: dict[Tile, None] = {}
    for _ in range(40 * TILES):
        found[tile_at(dice.uniform(WEST, EAST), dice.uniform(SOUTH, NORTH), zoom)] = None
    return list(found)[:TILES]


def paths(server: Contender, tiles: Sequence[Tile]) -> list[str]:
    """How a server is asked for them."""
    return [server.tiles.format(zoom=one.zoom, row=one.row, col=one.col) for one in tiles]


def _contents(place: Ground, servers: Sequence[Contender], tiles: Mapping[int, Sequence[Tile]]) -> None:
    lines, differences = [], []
    for zoom, some in tiles.items():
        found: dict[str, list[Drawn]] = {}
        for server in servers:
            asked = paths(server, some)
            found[server.name] = [drawn(place, server.get(path)) for path in asked]
            squeezed = mean(len(server.get(path, "gzip")) for path in asked)
            lines.append([str(zoom), str(len(some)), server.name, *_averages(found[server.name], squeezed)])
        differences += _differences(place, some, found)
    print("\n### Tiles: what is in them, on average\n\n" + table(CONTENT, lines))
    if differences:
        head = (
            "zoom",
            "tiles",
            "not compared: too many areas",
            "areas in both",
            "only in ours",
            "touching the tile",
            "only in tipg's",
        )
        print("\n" + table(head, differences), flush=True)


def _averages(tiles: Sequence[Drawn], squeezed: float) -> list[str]:
    counts = [mean(getattr(one, name) for one in tiles) for name in ("features", "points", "vertices")]
    return [f"{mean(one.size for one in tiles):,.0f}", f"{squeezed:,.0f}", *(f"{count:,.0f}" for count in counts)]


def _differences(place: Ground, tiles: Sequence[Tile], found: Mapping[str, Sequence[Drawn]]) -> list[list[str]]:
    """Which areas are in ours and in tipg's; end the run where tipg has one that ours lacks, or ours contradict.

    Where a tile has more areas than a server draws, each draws others of them.
    """
    whole = [at for at, tile in enumerate(tiles) if _near(place, tile) < MOST]
    shown = {name: [one.ids for one in drawings] for name, drawings in found.items()}
    if shown[KEPT] != shown[PLAIN] or any(shown[ALL][at] - shown[PLAIN][at] for at in whole):
        raise SystemExit(f"bench: ours draws different areas at zoom {tiles[0].zoom}")
    if "tipg" not in found:
        return []
    pairs = [(shown[PLAIN][at], shown["tipg"][at]) for at in whole]
    both, mine, other = (
        sum(map(len, parts))
        for parts in ([a & b for a, b in pairs], [a - b for a, b in pairs], [b - a for a, b in pairs])
    )
    if other:
        raise SystemExit(f"bench: tipg draws {other} areas at zoom {tiles[0].zoom} that ours does not")
    touching = sum(_touching(place, tiles[at], shown[PLAIN][at] - shown["tipg"][at]) for at in whole)
    counts = (len(pairs), len(tiles) - len(pairs), both, mine, touching, other)
    return [[str(tiles[0].zoom), *(f"{count:,}" for count in counts)]]


def _touching(place: Ground, tile: Tile, codes: Collection[str]) -> int:
    """How many of these areas touch the tile itself, not only its buffer."""
    inside = "ST_Intersects(ST_Transform(boundary, 3857), ST_TileEnvelope(%s, %s, %s))"
    with place.connect() as connection:
        row = connection.execute(
            f"SELECT count(*) FROM {TABLE} WHERE code = ANY(%s) AND {inside}".encode(),
            [list(codes), tile.zoom, tile.col, tile.row],
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def _near(place: Ground, tile: Tile) -> int:
    """How many areas there are in a tile and its buffer, by their boxes."""
    sides = [tile.values[f"tile_{side}"] for side in ("west", "south", "east", "north")]
    with place.connect() as connection:
        row = connection.execute(
            f"SELECT count(*) FROM {TABLE} WHERE boundary && ST_MakeEnvelope(%s, %s, %s, %s, 4326)".encode(), sides
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def _compare(
    place: Ground,
    servers: Sequence[Contender],
    tiles: Mapping[int, Sequence[Tile]],
    effort: Effort,
    coding: str,
) -> None:
    names = [server.name for server in servers]
    others = [*names[3:], BARE]
    headers = {"Accept-Encoding": coding}
    ratios, rates = [], []
    for zoom, some in tiles.items():
        statements = [sent[-1] for sent in captured(place, paths(servers[0], some))]
        for clients in CLIENTS:
            measurements: dict[str, Measurement] = {}
            for server in servers:
                asked = paths(server, some)
                load.ask(server, asked, headers, clients=clients, seconds=WARM_UP)
                measurements[server.name] = partial(
                    load.ask, server, asked, headers, clients=clients, seconds=effort.seconds
                )
            measurements[BARE] = partial(load.pgbench, place, statements, clients=clients, seconds=effort.seconds)
            found = interleaved(measurements, effort.rounds)
            line = [str(zoom), str(clients)]
            ratios.append([*line, *(found.ratio(one, other) for one in names[:3] for other in others)])
            rates.append([*line, *(f"{short(found.rate(name))}/s" for name in (*names, BARE))])
            print(f"... zoom {zoom}, {clients} clients, {coding}: {ratios[-1][2:]}", flush=True)
    print(f"\n### Tiles: {coding}\n")
    print(table(["zoom", "clients", *(f"{one} / {other}" for one in names[:3] for other in others)], ratios))
    print("\n" + table(["zoom", "clients", *names, BARE], rates), flush=True)
