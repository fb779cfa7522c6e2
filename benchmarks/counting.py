"""Statistics of a million proposals: ours, with and without its cache, beside the bare statement."""

from contextlib import ExitStack
from functools import partial

from benchmarks import contenders, load, programme
from benchmarks.contenders import UNCACHED
from benchmarks.features import BARE, KEPT, PLAIN
from benchmarks.ground import Ground, machine
from benchmarks.lists import HIDDEN
from benchmarks.measure import Effort, Measurement, interleaved, short, table
from benchmarks.statements import captured

CLIENTS = (1, 4)
PATIENT = {"STATEMENT_TIMEOUT": "60"}
ASKED = {
    "counts, all": "counts?of=proposals",
    "counts by province": "counts?of=proposals&by=province",
    "counts by stage": "counts?of=proposals&by=stage",
    "counts by province and stage": "counts?of=proposals&by=province,stage",
    "counts by province, on a day": "counts?of=proposals&by=province&as_of=2022-06-30",
    "counts by province, of cities": "counts?of=certified-cities&by=province",
    "series by year": "series?of=proposals&by=year",
    "series by month": "series?of=proposals&by=month",
}
HEAD = ("statistic", "clients", f"{PLAIN} / {BARE}", f"{KEPT} / {BARE}", PLAIN, KEPT, BARE, f"ms, {BARE}, one client")


def measured(place: Ground, effort: Effort, proposals: int) -> None:
    """Print what was found among so many proposals."""
    large = programme.filled(place, proposals, HIDDEN)
    lines = []
    with ExitStack() as stack:
        plain = stack.enter_context(contenders.ours(large, more={**UNCACHED, **PATIENT}, name=PLAIN))
        kept = stack.enter_context(contenders.ours(large, more=PATIENT, name=KEPT))
        for name, query in ASKED.items():
            path = f"/v1/statistics/{query}"
            plain.get(path)
            kept.get(path)
            statements = [sent[-1] for sent in captured(large, [path])]
            for clients in CLIENTS:
                measurements: dict[str, Measurement] = {
                    server.name: partial(load.ask, server, [path], {}, clients=clients, seconds=effort.seconds)
                    for server in (plain, kept)
                }
                measurements[BARE] = partial(load.pgbench, large, statements, clients=clients, seconds=effort.seconds)
                found = interleaved(measurements, effort.rounds)
                alone = f"{1000 / found.rate(BARE):,.0f}" if clients == 1 else ""
                ratios = [found.ratio(one, BARE) for one in (PLAIN, KEPT)]
                rates = [f"{short(found.rate(one))}/s" for one in (PLAIN, KEPT, BARE)]
                lines.append([name, str(clients), *ratios, *rates, alone])
                print(f"... {name}, {clients} clients: {ratios}", flush=True)
    size = machine(large, "proposal")["table with indexes"]
    print(f"\n### Statistics of {proposals:,} proposals ({size} with indexes)\n\n" + table(HEAD, lines), flush=True)
