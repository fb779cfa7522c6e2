"""`make bench`: the plans of what map clients ask of a programme at scale; writes map_plans.md.

Boxes, filters and tiles of every collection, and the name of the data's state. Ends with 1 when a plan scans a large
table, or reads a good part of it although an index should lead to the rows.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from benchmarks import programme
from benchmarks.areas import AREAS, WHOLE
from benchmarks.ground import Ground, prepared
from benchmarks.measure import table
from benchmarks.plans import LATER, explained, nodes_of, options_of, report, rows_read
from benchmarks.statements import Statement, listening
from smartcity_api.local_cluster import OWNER
from smartcity_api.ogc.collections import COLLECTIONS

REPORT = Path(__file__).with_name("map_plans.md")
LARGE = 10_000
"""Rows from which on a table may not be scanned."""
MOST = 0.2
"""Reading more than this part of a large table for a page is no better than reading all."""
ENTRIES = 50_000
"""Entries of an index that are read in a few milliseconds, to look at fewer rows."""
MILESTONES = ZONES = 100_000

FILLING = (
    f"""
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, status)
SELECT md5('milestone ' || n)::uuid, 'Milestone ' || n, 'proposals', id::text, 'report',
       (DATE '2018-01-01' + n::int % 2900)::text, (DATE '2019-01-01' + n::int % 2900)::text,
       CASE WHEN n % 3 = 0 THEN 'met' ELSE 'scheduled' END
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM proposal WHERE is_public) AS p WHERE n <= {MILESTONES}
""",
    f"""
INSERT INTO promotion_zone (id, name_th, name_en, provinces, districts, location, boundary, boundary_kind, city_types,
                            dimensions, announced_on)
SELECT md5('zone ' || n)::uuid, title_th, title_en, provinces, districts, location, boundary, boundary_kind, city_types,
       dimensions, (2018 + n % 8)::text
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM proposal WHERE is_public) AS p WHERE n <= {ZONES}
""",
)
"""Milestones and zones of made-up proposals, which the lists' database has none of."""

BOX, WIDE = "98.2,7.8,98.5,8.1", "97.5,6,104,19"
ITEMS = {
    "first page": "limit=50",
    "bbox": f"bbox={BOX}&limit=1000",
    "bbox, half the country": f"bbox={WIDE}&limit=100",
    "bbox in UTM": "bbox=410000,860000,440000,890000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32647",
}
DATED = {
    "bbox, as_of": f"bbox={BOX}&as_of=2022-01-01",
    "bbox, datetime": f"bbox={BOX}&datetime=2022-01-01/..",
}
DATELESS = ("provinces", "districts", AREAS.name)
FILTERS = {
    "proposals": (
        "stage = 'approved_in_principle'",
        f"S_INTERSECTS(geometry, BBOX({BOX.replace(',', ', ')}))",
        f"S_INTERSECTS(geometry, BBOX({BOX.replace(',', ', ')})) AND stage = 'in_promotion_zone' AND population > 1000",
        "A_CONTAINS(provinces, ('83'))",
        "external_id = '4711' AND source_system = 'bench'",
    ),
    "certified-cities": (f"S_INTERSECTS(geometry, BBOX({BOX.replace(',', ', ')})) AND status = 'renewed'",),
    "milestones": (
        "subject_type = 'proposals' AND due_on < DATE('2022-06-30')",
        "id = '8b9b1b55-2c5c-4c6b-8f0a-0d7c5b6f7a11'",
    ),
}
TILES = {"z5": "5/14/24", "z8": "8/118/198", "z11": "11/945/1596", "z14": "14/7563/12769"}
MUCH = ("tile z5", "tile z5, as_of", "half the country")
"""Cases that show so much that nothing is wrong with reading it."""
HEAD = ("asked", "use", "nodes on large tables", "ms", "buffers", "rows read", "verdict")


@dataclass(frozen=True)
class Looked:
    """What PostgreSQL did on large tables for one request; the worst of its statements."""

    nodes: tuple[str, ...]
    milliseconds: float
    buffers: int
    read: int
    verdict: str


def main() -> None:
    """Read every plan, write the report, and fail if one is bad."""
    options = options_of("benchmarks.map_plans", __doc__)
    with prepared(options.cluster) as ground:
        lines = asyncio.run(read(filled(programme.filled(ground, options.proposals))))
    about = f"""What PostgreSQL does for requests of the OGC API on {options.proposals:,} made-up proposals and their
cities, {MILESTONES:,} milestones and {ZONES:,} zones at most; written by `python -m benchmarks.map_plans`, by
`EXPLAIN (ANALYZE, BUFFERS)` of every statement of a request, at its first use and at a later one, when PostgreSQL may
have turned to a plan for any values. Time and buffers are of all of them; large are tables from {LARGE:,} rows on."""
    report(REPORT, f"# Plans of maps\n\n{about}\n\n{table(HEAD, lines)}\n", lines)


def asked() -> Iterator[tuple[str, str]]:
    """What is asked, and the path that asks for it."""
    known = [name for name in COLLECTIONS if name != WHOLE.id]
    for name in known:
        items = f"/ogc/collections/{name}/items?f=json"
        queries = {**ITEMS, **({} if name in DATELESS else DATED)}
        yield from ((f"{name}: {case}", f"{items}&{query}") for case, query in queries.items())
        yield from ((f"{name}: `{one}`", f"{items}&filter={quote(one)}") for one in FILTERS.get(name, ()))
        tiles = f"/ogc/collections/{name}/tiles/WebMercatorQuad"
        yield from ((f"{name}: tile {zoom}", f"{tiles}/{tile}") for zoom, tile in TILES.items())
    for zoom, tile in TILES.items():
        together = (
            f"/ogc/tiles/WebMercatorQuad/{tile}?collections={','.join(one for one in known if one != AREAS.name)}"
        )
        yield f"all: tile {zoom}", together
        yield f"all: tile {zoom}, as_of", f"{together}&as_of=2022-01-01"


def filled(place: Ground) -> Ground:
    """The same database, with milestones and zones."""
    with psycopg.connect(place.cluster.url(OWNER, place.database).replace("+psycopg", ""), autocommit=True) as owner:
        for table, filling in zip(("milestone", "promotion_zone"), FILLING, strict=True):
            row = owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            if row is not None and row[0] < LARGE:
                with owner.transaction():
                    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
                    owner.execute(filling.encode())
                    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
                owner.execute(f"VACUUM ANALYZE {table}".encode())
    return place


async def read(place: Ground) -> list[list[str]]:
    """A line for each case and use."""
    lines: list[list[str]] = []
    large = _large(place)
    async with listening(place) as listener:
        for case, path in asked():
            await listener.get(path)
            state = [one for one in listener.sent if "state_mark" in one[0]]
            sent = [one for one in listener.sent if "state_mark" not in one[0]]
            if not lines:
                lines += _lines(place, "the state's name", state, large)
            lines += _lines(place, case, sent, large)
            print(f"... {case}", flush=True)
    return lines


def _lines(place: Ground, case: str, sent: Sequence[Statement], large: Mapping[str, int]) -> list[list[str]]:
    lines = []
    for use in (1, LATER):
        with place.connect() as connection, connection.transaction():
            one = _looked(connection, sent, use, large, asked_for=any(case.endswith(name) for name in MUCH))
        nodes = ", ".join(one.nodes) or "none"
        told = [f"{one.milliseconds:.1f}", f"{one.buffers:,}", f"{one.read:,}", one.verdict]
        lines.append([case.replace("|", "\\|"), str(use), nodes, *told])
    return lines


def _looked(
    connection: psycopg.Connection[Any],
    sent: Sequence[Statement],
    use: int,
    large: Mapping[str, int],
    *,
    asked_for: bool,
) -> Looked:
    found, milliseconds, buffers = [], 0.0, 0
    for statement, parameters in sent:
        if statement.startswith("SET LOCAL"):
            connection.execute(statement.encode())
            continue
        if statement.startswith("EXPLAIN"):
            continue
        plan = explained(connection, statement, parameters, use)
        milliseconds += plan["Execution Time"]
        buffers += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
        found += [(name, node) for node in nodes_of(plan["Plan"]) if (name := _table(node, large))]
    scanned = {name for name, node in found if node["Node Type"] == "Seq Scan" and int(node["Actual Loops"])}
    much = {name: rows_read(node) for name, node in found if rows_read(node) > _bound(node, large[name])}
    if asked_for:
        verdict = "asked for"
    elif scanned:
        verdict = f"**scans {', '.join(sorted(scanned))}**"
    else:
        verdict = f"**reads {', '.join(f'{rows:,} of {name}' for name, rows in much.items())}**" if much else "ok"
    labels = (" ".join((node["Node Type"], node.get("Index Name", name))) for name, node in found)
    read = max((rows_read(node) for _, node in found), default=0)
    return Looked(tuple(dict.fromkeys(labels)), milliseconds, buffers, read, verdict)


def _bound(node: Mapping[str, Any], rows: int) -> float:
    """How much a node may read of a table with so many rows."""
    return max(MOST * rows, ENTRIES if node["Node Type"] == "Bitmap Index Scan" else 0)


def _table(node: Mapping[str, Any], large: Mapping[str, int]) -> str | None:
    """The large table that a node reads, by itself or by an index."""
    if node.get("Relation Name") in large:
        return str(node["Relation Name"])
    index = re.sub("^(ix|pk|uq)_", "", node.get("Index Name", "")) if "Relation Name" not in node else ""
    return next((name for name in sorted(large, key=len, reverse=True) if index.startswith(name)), None)


def _large(place: Ground) -> dict[str, int]:
    with place.connect() as connection:
        rows = connection.execute(
            "SELECT relname, reltuples::bigint FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= %s",
            [LARGE],
        ).fetchall()
    return {str(name): int(str(count)) for name, count in rows}


if __name__ == "__main__":
    main()
