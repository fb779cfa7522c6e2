"""`make bench`: the plan of every filter, sort and cursor of a list on the big tables; writes plans.md.

Ends with 1 when a plan reads the whole table although an index should lead to the rows. After a few uses of a prepared
statement PostgreSQL may take a plan made for any value (generic), so the first use and a later one are read.
"""

import argparse
import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from benchmarks import cases, programme
from benchmarks.areas import AREAS, ROWS, TABLE
from benchmarks.ground import Ground, prepared
from benchmarks.measure import table
from benchmarks.statements import Listener, Statement, listening

REPORT = Path(__file__).with_name("plans.md")
LIST = "/v1/bench-areas?f=geojson"
DEEP = 20  # pages of 1,000 before the deep one
LATER = 6  # PostgreSQL decides for or against a generic plan after five uses
MOST = ROWS // 5
"""Reading more rows than this for a page is no better than reading all."""
MOST_OF = {"proposal": programme.PROPOSALS_MADE // 5, "certified_city": programme.PROPOSALS_MADE // 50}
HISTORY = ("event", "stage_period")
"""What lists with a history read besides their own table."""

FILTERS = {
    "bbox, 10 rows": "bbox=99.33584,7.71732,99.39834,7.77982&limit=1000",
    "bbox, 1,000 rows": "bbox=98.68144,11.93150,99.71269,12.96275&limit=1000",
    "near, 20 km": "near=100.5018,13.7563,20000",
    "intersects a province": "intersects=provinces/83",
    "q, part of a name": f"q={quote('เชียงดาว')}",
    "q, typing error": "q=chiang doa",
    "province": "province=83",
    "region": "region=ngc6:south",
    "updated_since, a week": "updated_since=2026-04-01T00:00:00Z",
    "bbox and province": "bbox=98.6,11.9,99.7,13&province=83",
    "bbox and q": "bbox=98.6,11.9,99.7,13&q=chiang",
    "count=exact, bbox": "bbox=98.68144,11.93150,99.71269,12.96275&count=exact",
    "count=estimate, bbox": "bbox=98.68144,11.93150,99.71269,12.96275&count=estimate",
    "count=exact, all": "count=exact",
}
WHOLE = {"count=exact, all"}
"""Where reading everything is what was asked for."""


@dataclass(frozen=True)
class Plan:
    """What PostgreSQL did for one statement."""

    case: str
    use: int
    nodes: str
    milliseconds: float
    buffers: int
    read: int
    sequential: bool
    most: int = MOST

    @property
    def verdict(self) -> str:
        """What is wrong with it, if anything."""
        if self.case in WHOLE:
            return "asked for"
        if self.sequential:
            return "**sequential scan**"
        return f"**reads {self.read:,} rows**" if self.read > self.most else "ok"


HEAD = ("list", "use", "nodes", "ms", "buffers", "rows read", "verdict")
BESIDE = """with what happened to each row. A line
is a filter with every sort: the first page after six uses, and the second page at its first. Times are multiples of
one proposal by its id, with its events; buffers, rows and verdict are those of the worst."""
WORST = ("list", "plans", "nodes of the slowest", "x by id", "buffers", "rows read", "verdict")


def main() -> None:
    """Read every plan, write the report, and fail if one is bad."""
    options = options_of("benchmarks.plans", __doc__)
    with prepared(options.cluster) as ground:
        plans = asyncio.run(_read(ground))
        told, unit = asyncio.run(_read_programme(programme.filled(ground, options.proposals)))
    lines = [
        [one.case, str(one.use), one.nodes, f"{one.milliseconds:.1f}", f"{one.buffers:,}", f"{one.read:,}", one.verdict]
        for one in plans
    ]
    about = f"Plans of the service's own statements on {ROWS:,} areas; written by `python -m benchmarks.plans`."
    beside = f"The lists of {options.proposals:,} made-up proposals and of their cities, {BESIDE}"
    ratios = [
        _worst(case, [one for one in told if one.case == case], unit) for case in dict.fromkeys(o.case for o in told)
    ]
    text = f"# Plans\n\n{about}\n\n{table(HEAD, lines)}\n\n## Histories\n\n{beside}\n\n{table(WORST, ratios)}\n"
    report(REPORT, text, [*lines, *ratios])


def options_of(module: str, about: str | None) -> argparse.Namespace:
    """What a reader of plans is told: where its cluster is kept, and how many proposals there are to be."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    parser.add_argument("--proposals", type=int, default=programme.PROPOSALS_MADE)
    return parser.parse_args()


def report(path: Path, text: str, lines: Sequence[Sequence[str]]) -> None:
    """Write it, and end the run with the lines of which the verdict is bold."""
    path.write_text(text, encoding="utf-8")
    bad = [line for line in lines if "**" in line[-1]]
    if bad:
        raise SystemExit("\n".join(map(str, bad)))
    print(f"plans: {len(lines)} lines, all well; see {path.name}")


def _worst(case: str, plans: Sequence[Plan], unit: float) -> list[str]:
    slowest = max(plans, key=lambda one: one.milliseconds)
    times = sorted(one.milliseconds / unit for one in plans)
    buffers, read = max(one.buffers for one in plans), max(one.read for one in plans)
    verdict = max((one.verdict for one in plans), key=lambda said: "**" in said)
    return [
        case,
        str(len(plans)),
        slowest.nodes,
        f"{times[0]:.0f} to {times[-1]:.0f}",
        f"{buffers:,}",
        f"{read:,}",
        verdict,
    ]


async def _read_programme(ground: Ground) -> tuple[list[Plan], float]:
    """The plans of the lists with histories, and how long one record takes."""
    found: list[Plan] = []
    async with listening(ground) as listener:
        for layer in cases.LAYERS:
            key = (await listener.get(f"/v1/{layer.name}?limit=1&sort=-updated_at")).json()["items"][0]["id"]
            found += await _asked(ground, listener, layer.name, f"{layer.name}: one by its id", f"/{key}", (LATER,))
            for name, query in cases.FILTERS[layer.name].items():
                for sort in cases.sorts(layer):
                    label, path = f"{layer.name}: {name}", f"?{query}&sort={sort}"
                    found += await _asked(ground, listener, layer.name, label, path, (LATER,))
                    following = (await listener.get(f"/v1/{layer.name}{path}")).json()["next"]
                    if following:
                        after = re.findall(r"after=([^&]+)", following)[0]
                        found += await _asked(ground, listener, layer.name, label, f"{path}&after={after}", (1,))
                print(f"... {label}", flush=True)
            exact = f"?{cases.PLACES['province']}&count=exact"
            found += await _asked(ground, listener, layer.name, f"{layer.name}: count=exact, province", exact, (LATER,))
    return found, next(one.milliseconds for one in found if one.case == f"{cases.LAYERS[0].name}: one by its id")


async def _asked(
    ground: Ground, listener: Listener, resource: str, label: str, path: str, uses: Sequence[int]
) -> list[Plan]:
    await listener.get(f"/v1/{resource}{path}")
    own = cases.TABLES[resource]
    sent = [one for one in listener.sent if f"FROM {own}" in one[0] or one[0].startswith("SET LOCAL")]
    found: list[Plan] = []
    for use in uses:
        with ground.connect() as connection:
            found += plans_of(connection, label, use, sent, (own, *HISTORY))
    return found


async def _read(ground: Ground) -> list[Plan]:
    found: list[Plan] = []
    async with listening(ground) as listener:
        async for case, path in _cases(listener):
            await listener.get(path)
            for use in (1, LATER):
                with ground.connect() as connection:
                    found += plans_of(connection, case, use, listener.sent, (TABLE,))
    return found


async def _cases(listener: Listener) -> AsyncIterator[tuple[str, str]]:
    for case, query in FILTERS.items():
        yield case, f"{LIST}&{query}"
    for sort in (f"{sign}{name}" for name in AREAS.sorts for sign in ("", "-")):
        yield f"sort={sort}, first page", f"{LIST}&sort={sort}"
        path: str = f"/v1/bench-areas?sort={sort}&geometry=none&fields=code&limit=1000"
        for _ in range(DEEP):
            path = (await listener.get(path)).json()["next"]
        after = re.findall(r"after=([^&]+)", path)[0]
        yield f"sort={sort}, after {DEEP * 1000:,} rows", f"{LIST}&sort={sort}&after={after}"


def plans_of(
    connection: psycopg.Connection[Any], case: str, use: int, sent: list[Statement], tables: Sequence[str]
) -> Iterator[Plan]:
    """What PostgreSQL does for what was sent, at its so many-th use."""
    with connection.transaction():
        for statement, parameters in sent:
            if statement.startswith("SET LOCAL"):
                connection.execute(statement)
            elif tables[0] in statement and not statement.startswith("EXPLAIN"):
                yield _plan(case, use, explained(connection, statement, parameters, use), tables)


def explained(
    connection: psycopg.Connection[Any], statement: str, parameters: dict[str, Any], use: int
) -> dict[str, Any]:
    """The plan of the statement as a prepared one, which only EXECUTE shows."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", statement).replace("%%", "%")
    raw = psycopg.ClientCursor(connection)
    raw.execute("DEALLOCATE ALL")
    raw.execute(f"PREPARE asked AS {numbered}")
    values = sql.SQL(", ").join(sql.Literal(parameters[name]) for name in names)
    call = sql.SQL("({})").format(values) if names else sql.SQL("")
    for _ in range(use):  # at least once, since a new connection first has to load what it needs
        raw.execute(sql.SQL("EXECUTE asked{}").format(call))
    row = raw.execute(sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked{}").format(call)).fetchone()
    assert row is not None
    explained: list[dict[str, Any]] = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return explained[0]


def _plan(case: str, use: int, explained: dict[str, Any], tables: Sequence[str]) -> Plan:
    nodes = list(nodes_of(explained["Plan"]))
    ours = [
        node
        for node in nodes
        if node.get("Relation Name") in tables
        or node.get("Index Name", "")
        .removeprefix("ix_")
        .removeprefix("pk_")
        .removeprefix("uq_")
        .startswith(tuple(tables))
    ]
    return Plan(
        case=case,
        use=use,
        nodes=", ".join(dict.fromkeys(_label(node) for node in ours)),
        milliseconds=explained["Execution Time"],
        buffers=explained["Plan"]["Shared Hit Blocks"] + explained["Plan"]["Shared Read Blocks"],
        read=max((rows_read(node) for node in ours), default=0),
        most=MOST_OF.get(tables[0], MOST),
        sequential=any(node["Node Type"] == "Seq Scan" for node in ours),
    )


def nodes_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and all below it."""
    yield node
    for child in node.get("Plans", ()):
        yield from nodes_of(child)


def _label(node: dict[str, Any]) -> str:
    return str(node["Node Type"]) + (f" {node['Index Name']}" if "Index Name" in node else "")


def rows_read(node: dict[str, Any]) -> int:
    """The rows that a node looked at, those that it threw away included."""
    removed = int(node.get("Rows Removed by Filter", 0)) + int(node.get("Rows Removed by Index Recheck", 0))
    return (int(node["Actual Rows"]) + removed) * int(node["Actual Loops"])


if __name__ == "__main__":
    main()
