"""`make bench`: pages of a million proposals beside pages of ten thousand, as ratios, and the plans behind both.

One in ten is hidden from the public. Whoever asks, and whatever for, a page has fifty rows in both databases.
"""

import argparse
import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from benchmarks import contenders, ground, load, plans, programme, tools
from benchmarks.ground import Ground
from benchmarks.measure import interleaved, table
from benchmarks.statements import Listener, listening
from smartcity_api.clients.actions import make
from smartcity_api.clients.schemas import ClientDraft
from smartcity_api.kit.database import Database
from smartcity_api.kit.telling import telling

FEW, MANY = 10_000, programme.PROPOSALS_MADE
HIDDEN = 8
"""Percent of the weight that hidden proposals have elsewhere: one in ten is then hidden."""
PROVINCES = 10
"""The largest ones, asked in turn: even of ten thousand proposals each has pages enough."""
STAGE = "stage=in_promotion_zone"
AGENCY = UUID("62ee3d50-91ea-139c-f7dd-5bfa91250fd1")
"""One of the made-up organisations, with a two-thousandth of the proposals."""
LIMIT = 1.3
HEAD = ("list", "who asks", "time of 1,000,000 / 10,000", "1,000,000", "10,000")
PLANS = ("list", "who asks", "ms of 1,000,000", "ms of 10,000", "buffers", "rows read", "nodes at 1,000,000")


@dataclass(frozen=True)
class Case:
    """A list, as one caller asks for it: its paths in each database, in turn."""

    name: str
    caller: str
    paths: Mapping[str, Sequence[str]]


def main() -> None:
    """Measure, print Markdown, and end with 1 where a list grows with the table."""
    options = _options()
    tools.ensure_tools()
    with ground.prepared(options.cluster) as place:
        places = {
            "1,000,000": programme.filled(place, options.proposals, HIDDEN),
            "10,000": programme.filled(place, FEW, HIDDEN),
        }
        facts = ground.machine(places["1,000,000"], "proposal")
        print(table(("what", "value"), [list(fact) for fact in facts.items()]))
        keys = {name: asyncio.run(_agency(one)) for name, one in places.items()}
        found = {name: asyncio.run(_paths(one)) for name, one in places.items()}
        cases = [
            Case(label, caller, {name: paths[label] for name, paths in found.items()})
            for label in next(iter(found.values()))
            for caller in ("anybody", "an agency")
        ]
        lines, grown = _measured(places, cases, keys, options)
        print("\n### Requests\n\n" + table(HEAD, lines))
        print("\n### Plans\n\n" + table(PLANS, [asyncio.run(_planned(places, case, keys)) for case in cases]))
    if grown:
        raise SystemExit(f"bench: grows more than {LIMIT} times: {'; '.join(grown)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lists", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement in a round")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--proposals", type=int, default=MANY)
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    return parser.parse_args()


async def _agency(place: Ground) -> dict[str, str]:
    """What a new client of an agency sends to be known."""
    database = Database(str(place.settings.database_url))
    async with database.transaction(telling("command/bench")) as transaction:
        draft = ClientDraft(name=f"bench {uuid4()}", role="agency", organisation_id=AGENCY)
        _, key = await make(transaction, draft)
    await database.close()
    return {"Authorization": f"Bearer {key}"}


async def _paths(place: Ground) -> dict[str, list[str]]:
    """What is asked for; half-way through a list, by the cursor that its reader would have there."""
    with place.connect() as connection:
        provinces = [
            str(code)
            for (code,) in connection.execute(
                "SELECT province_code FROM district GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s", [PROVINCES]
            )
        ]
    asked = {
        "all": [""],
        "by stage": [STAGE],
        "by a rare stage": ["stage=approved_in_principle"],
        "by province": [f"province={code}" for code in provinces],
        "by province and stage": [f"province={code}&{STAGE}" for code in provinces],
    }
    found = {}
    async with listening(place) as listener:
        for name, queries in asked.items():
            found[f"{name}, first page"] = [f"/v1/proposals?{query}" for query in queries]
            deep = [await _half_way(listener, query) for query in queries[:2]]
            found[f"{name}, half-way"] = [f"/v1/proposals?{query}&after={after}" for query, after in deep]
    return found


async def _half_way(listener: Listener, query: str) -> tuple[str, str]:
    counted = await listener.get(f"/v1/proposals?{query}&limit=1&count=exact")
    left = int(counted.json()["matched"]) // 2
    page = f"/v1/proposals?{query}&geometry=none&fields=id&limit="
    path = page + str(min(left, 1000))
    after = ""
    while left > 0:
        following = (await listener.get(path)).json()["next"]
        after, left = re.findall(r"after=([^&]+)", following)[0], left - 1000
        path = f"{page}{max(1, min(left, 1000))}&after={after}"
    return query, after


def _measured(
    places: Mapping[str, Ground],
    cases: Sequence[Case],
    keys: Mapping[str, Mapping[str, str]],
    options: argparse.Namespace,
) -> tuple[list[list[str]], list[str]]:
    lines, grown = [], []
    many, few = places
    with contenders.ours(places[many]) as one, contenders.ours(places[few]) as other:
        servers = {many: one, few: other}
        for case in cases:
            headers = {name: {} if case.caller == "anybody" else keys[name] for name in places}
            measured = {
                name: partial(
                    load.ask,
                    server,
                    case.paths[name],
                    headers[name],
                    clients=options.clients,
                    seconds=options.seconds,
                )
                for name, server in servers.items()
            }
            for warming in measured.values():
                warming()
            found = interleaved(measured, options.rounds)
            ratio = found.ratio(few, many)  # of times, not of rates
            lines.append([case.name, case.caller, ratio, *(f"{found.rate(name):,.0f}/s" for name in places)])
            grown += [f"{case.name}, {case.caller}: {ratio}"] if float(ratio.split(" ")[0]) > LIMIT else []
            print(f"... {case.name}, {case.caller}: {ratio}", flush=True)
    return lines, grown


async def _planned(places: Mapping[str, Ground], case: Case, keys: Mapping[str, Mapping[str, str]]) -> list[str]:
    """How the database finds the rows: time of the slowest path, at a later use, the median of five."""
    told = {}
    for name, place in places.items():
        async with listening(place) as listener:
            found = []
            for path in case.paths[name]:
                listener.client.headers.update({} if case.caller == "anybody" else keys[name])
                await listener.get(path)
                sent = [one for one in listener.sent if "FROM proposal" in one[0] or one[0].startswith("SET LOCAL")]
                with place.connect() as connection:
                    looked = [
                        plan
                        for _ in range(5)
                        for plan in plans.plans_of(
                            connection, case.name, plans.LATER, sent, ("proposal", *plans.HISTORY)
                        )
                    ]
                found.append((median(plan.milliseconds for plan in looked), looked[-1]))
            told[name] = max(found, key=lambda one: one[0])
    times = [f"{milliseconds:.1f}" for milliseconds, _ in told.values()]
    last = [plan for _, plan in told.values()]
    buffers, read = (" / ".join(f"{getattr(one, name):,}" for one in last) for name in ("buffers", "read"))
    return [case.name, case.caller, *times, buffers, read, last[0].nodes]


if __name__ == "__main__":
    main()
