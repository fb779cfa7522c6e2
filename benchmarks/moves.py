"""`make bench`: moves of proposals over HTTP, and the same statements by pgbench, as ratios; on a durable cluster.

Each move is of another draft. What pgbench sends is overheard from the service; ids and keys it makes of a number that
every client counts up for itself.
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from benchmarks import contenders, ground, profile, replay, tools
from benchmarks.contenders import Contender
from benchmarks.drafts import ID, Supply, filed, id_of, unused
from benchmarks.ground import Ground
from benchmarks.load import scripted_load
from benchmarks.measure import Measurement, interleaved, table
from benchmarks.replay import Recorded
from benchmarks.statements import listening
from smartcity_api.clients.actions import make
from smartcity_api.clients.schemas import ClientDraft
from smartcity_api.kit.telling import telling
from smartcity_api.server import connect

DATABASE = "moves"
MOVES = ("submit", "withdraw")
"""Acts that a draft can be moved by at once; the secretary's reason stands for an open call."""
CLIENTS = (1, 8)
WITHOUT, WITH = "without a key", "with a key"
HEAD = ("move", "Idempotency-Key", "clients", "ours / pgbench", "ours", "pgbench")


@dataclass(frozen=True)
class Caller:
    """A secretary, and how he asks for a move."""

    key: str
    move: str
    version: int
    keyed: bool

    def path(self, number: str) -> str:
        """Where the draft is moved."""
        return f"/v1/proposals/{number}/{self.move}"

    @property
    def headers(self) -> dict[str, str]:
        """What stands in every request, but its key."""
        return {"Authorization": f"Bearer {self.key}", "If-Match": f'"{self.version}-0"'}

    def script(self, first: int) -> str:
        """The requests for wrk, of one draft each, from this number on."""
        headers = {**self.headers, "Content-Type": "application/json"}
        told = ", ".join(f"['{name}'] = '{value}'" for name, value in headers.items())
        key = "headers['Idempotency-Key'] = string.format('bench-%012x', n)" if self.keyed else ""
        return f"""
local n, headers, body = {first}, {{{told}}}, '{{"change_reason": "bench"}}'
request = function()
  n = n + 1
  {key}
  return wrk.format('POST', string.format('{self.path(ID + "%012x")}', n), headers, body)
end
"""


def main() -> None:
    """Measure, and print Markdown."""
    options = _options()
    tools.ensure_tools()
    with ground.running(options.cluster, durable=True) as cluster:
        if DATABASE not in cluster.sql("SELECT datname FROM pg_database").splitlines():
            ground.installed(cluster, DATABASE)
        place = Ground(cluster, DATABASE)
        supplies = {move: filed(place, unused(place), options.drafts) for move in MOVES}
        print(table(("what", "value"), [list(fact) for fact in ground.machine(place, "proposal").items()]))
        key = secretary(place)
        with contenders.ours(place) as ours:
            lines = [
                line
                for move, supply in supplies.items()
                for clients in CLIENTS
                for line in _compared(ours, supply, key, move, clients, options)
            ]
            print("\n### Moves\n\n" + table(HEAD, lines))
            if not options.no_profile:
                _profile(ours, supplies[MOVES[0]], key)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.moves", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement in a round")
    parser.add_argument("--drafts", type=int, default=40_000, help="made for each of the moves")
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    parser.add_argument("--no-profile", action="store_true", help="leave out where the time goes")
    return parser.parse_args()


def secretary(place: Ground) -> str:
    """The key of a new client."""
    return asyncio.run(_secretary(place))


async def _secretary(place: Ground) -> str:
    database = connect(place.settings)
    async with database.transaction(telling("command/bench")) as transaction:
        _, key = await make(transaction, ClientDraft(name=f"bench {uuid4()}", role="secretary"))
    await database.close()
    return key


async def _recorded(supply: Supply, caller: Caller) -> Recorded:
    """What the service sends for a move, when it is not the first one that it makes."""
    async with listening(supply.ground) as listener:
        for number in range(supply.next(), supply.next() + 2):
            listener.sent.clear()
            key = f"bench-{number:012x}"
            answer = await listener.client.post(
                caller.path(id_of(number)),
                json={"change_reason": "bench"},
                headers={**caller.headers, **({"Idempotency-Key": key} if caller.keyed else {})},
            )
            if answer.status_code != 200:
                raise SystemExit(f"bench: {caller.move}: {answer.text}")
        request_id = answer.headers["X-Request-Id"]
        return replay.recorded(listener.sent, {id_of(number): "id", key: "key", request_id: "request"})


def _compared(
    ours: Contender, supply: Supply, key: str, move: str, clients: int, options: argparse.Namespace
) -> list[list[str]]:
    measured: dict[str, Measurement] = {}
    for kind in (WITHOUT, WITH):
        caller = Caller(key, move, supply.version(), kind is WITH)
        record = asyncio.run(_recorded(supply, caller))
        measured[f"ours {kind}"] = _over_http(ours, supply, caller, clients, options.seconds)
        measured[f"pgbench {kind}"] = _bare(supply, record, clients, options.seconds)
    for warming in measured.values():
        warming()
    found = interleaved(measured, options.rounds)
    lines = []
    for kind in (WITHOUT, WITH):
        names = f"ours {kind}", f"pgbench {kind}"
        ratio = found.ratio(*names)
        lines.append([move, kind, str(clients), ratio, *(f"{found.rate(name):,.0f}/s" for name in names)])
        print(f"... {move}, {clients} clients, {kind}: {ratio}", flush=True)
    return lines


def _over_http(ours: Contender, supply: Supply, caller: Caller, clients: int, seconds: int) -> Measurement:
    def measured() -> float:
        before, first = supply.moved(), supply.next()
        rate = scripted_load(ours, caller.script(first), clients=clients, seconds=seconds)
        if supply.moved() - before < 0.9 * rate * seconds:
            raise SystemExit("bench: answers were given, but nothing was moved")
        return rate

    return measured


def _bare(supply: Supply, record: Recorded, clients: int, seconds: int) -> Measurement:
    def measured() -> float:
        before = supply.moved()
        found = replay.run(supply.ground, record, supply.next(), clients=clients, seconds=seconds)
        if abs(supply.moved() - before - found.transactions) > clients:  # wrk may have left some under way
            raise SystemExit(f"bench: pgbench moved {supply.moved() - before} of {found.transactions}")
        return found.rate

    return measured


def _profile(ours: Contender, supply: Supply, key: str) -> None:
    caller = Caller(key, MOVES[0], supply.version(), keyed=False)

    def load(clients: int) -> Callable[[int], float]:
        return lambda seconds: _over_http(ours, supply, caller, clients, seconds)()

    found = [profile.shares(ours, load(clients), seconds=5) for clients in CLIENTS]
    places = sorted({place for one in found for place in one}, key=lambda place: -found[0].get(place, 0))
    head = ["share of the server's wall time", *(f"{clients} clients" for clients in CLIENTS)]
    print(f"\n### Where the time of {caller.move} goes\n")
    print(table(head, [[place, *(f"{one.get(place, 0):.1%}" for one in found)] for place in places]))
    record = asyncio.run(_recorded(supply, caller))
    replayed = replay.run(supply.ground, record, supply.next(), clients=1, seconds=5)
    print("\n" + table(("statement, by pgbench with one client", "ms"), _told(replayed.latencies)))


def _told(latencies: Sequence[tuple[str, float]]) -> list[list[str]]:
    lines = [[name, f"{milliseconds:.2f}"] for name, milliseconds in latencies]
    return [*lines, ["all", f"{sum(milliseconds for _, milliseconds in latencies):.2f}"]]


if __name__ == "__main__":
    main()
