"""Where the time of our server goes that answers boxes, with and without its cache."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks import contenders, load, profile
from benchmarks.contenders import UNCACHED, Contender
from benchmarks.features import CLIENTS, KEPT, PLAIN, SIZES
from benchmarks.ground import Ground
from benchmarks.measure import table

SECONDS = 5
COLUMNS = [(rows, clients) for rows in (SIZES[0], SIZES[-1]) for clients in CLIENTS]


def measured(place: Ground) -> None:
    """Print what was found."""
    boxes = {rows: place.boxes(rows) for rows, _ in COLUMNS}
    settings: dict[str, Mapping[str, str]] = {PLAIN: UNCACHED, KEPT: contenders.NOTHING}
    for name, more in settings.items():
        with contenders.ours(place, more=more, name=name) as server:
            found = [
                profile.shares(server, _asking(server, boxes[rows], clients), seconds=SECONDS)
                for rows, clients in COLUMNS
            ]
        places = sorted({place for one in found for place in one}, key=lambda place: -found[0].get(place, 0))
        head = ["share of the server's wall time", *(f"{rows} rows, {clients} clients" for rows, clients in COLUMNS)]
        print(f"\n### Where the time goes, {name}\n")
        print(table(head, [[one, *(f"{shares.get(one, 0):.1%}" for shares in found)] for one in places]), flush=True)


def _asking(server: Contender, boxes: Sequence[str], clients: int) -> Callable[[int], float]:
    return lambda seconds: load.load(server, boxes, clients=clients, seconds=seconds, coding="identity")
