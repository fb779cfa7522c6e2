"""Whole lists as texts: ours, streamed, beside `COPY` of the very same statement."""

import time
from functools import partial

import httpx
from psycopg.sql import SQL

from benchmarks import contenders
from benchmarks.areas import ROWS
from benchmarks.contenders import Contender
from benchmarks.ground import Ground
from benchmarks.measure import Effort, interleaved, table
from benchmarks.processes import peak
from benchmarks.statements import Statement, captured

OURS, COPY = "ours", "COPY"
FORMS = ("geojsonseq", "ndjson", "csv")
PATH = "/v1/bench-areas?f={form}&geometry=full"
HEAD = ("format", f"time of {OURS} / {COPY}", OURS, COPY, "bytes", "server at most")


def measured(place: Ground, effort: Effort) -> None:
    """Print what was found; each export is one measurement, however long it takes."""
    lines = []
    with contenders.ours(place) as server:
        for form in FORMS:
            path = PATH.format(form=form)
            statement = captured(place, [path])[0][-1]
            size = streamed(server, path)[1]
            found = interleaved(
                {
                    OURS: lambda path=path: streamed(server, path)[0],  # type: ignore[misc]
                    COPY: partial(copied, place, statement),
                },
                effort.rounds,
            )
            times = [f"{found.rate(name):.1f} s" for name in (OURS, COPY)]
            lines.append([form, found.ratio(OURS, COPY), *times, f"{size:,}", f"{peak(server.pid)} MiB"])
            print(f"... {form}: {lines[-1]}", flush=True)
    print(f"\n### Exports of {ROWS:,} areas\n\n" + table(HEAD, lines), flush=True)


def streamed(server: Contender, path: str) -> tuple[float, int]:
    """Seconds that the whole list takes, and its bytes."""
    begun, size = time.perf_counter(), 0
    with httpx.stream("GET", server.url + path, headers={"Accept-Encoding": "identity"}, timeout=600) as answer:
        answer.raise_for_status()
        for part in answer.iter_raw():
            size += len(part)
    return time.perf_counter() - begun, size


def copied(place: Ground, statement: Statement) -> float:
    """Seconds that PostgreSQL takes to send the same rows in its own format."""
    begun = time.perf_counter()
    query = SQL("COPY ({0}) TO STDOUT").format(SQL(statement[0]))
    with place.connect() as connection, connection.cursor().copy(query, statement[1]) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - begun
