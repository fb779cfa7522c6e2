"""`make bench`: a file of proposals, from the request to `applied`, beside bare SQL into the same tables.

Each import goes into a database of its own, fresh from a template: through the server as it is delivered, its worker
and the sealing of the trail included. Bare SQL copies the same CSV into a staging table and inserts from there,
checked; once with the triggers that every write meets (rules, history, trail), once without any.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx

from benchmarks import contenders, ground
from benchmarks.ground import Ground
from benchmarks.measure import table
from benchmarks.moves import secretary
from benchmarks.processes import below, peak
from benchmarks.proposals import COLUMNS, SYSTEM, TYPES, made
from smartcity_api.local_cluster import OWNER, SUPERUSER, Cluster

BASE, DATABASE = "imports_base", "imports"
PATIENCE = 3600
IDLE = 20
"""Seconds of filing before the import."""
MIB = 2**20

STAGE = f"CREATE TEMPORARY TABLE bare ({', '.join(f'{name} text' for name in COLUMNS)})"
COPY = f"COPY bare ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv, HEADER)"
BARE = (
    """
INSERT INTO proposal (id, external_id, source_system, provinces, districts, title_th, title_en, city_types, dimensions,
                      budget_thb, population, boundary_kind, boundary, location)
SELECT smartcity_uuid7(), external_id, source_system, ARRAY[provinces], ARRAY[districts], title_th, title_en,
       string_to_array(city_types, ';'), string_to_array(dimensions, ';'), budget_thb::numeric, population::bigint,
       'surveyed', shape, ST_PointOnSurface(shape)
  FROM (SELECT *, ST_Multi(ST_GeomFromText(boundary, 4326)) AS shape FROM bare OFFSET 0) AS read
 WHERE ST_IsValid(shape) AND ST_Within(shape, ST_MakeEnvelope(97.2, 5.5, 105.8, 20.6, 4326)) AND title_th <> ''
   AND EXISTS (SELECT FROM district WHERE code = districts AND province_code = provinces)
   AND NOT EXISTS (SELECT FROM proposal AS p
                    WHERE p.source_system = read.source_system AND p.external_id = read.external_id)
""",
    """
INSERT INTO act (id, subject_type, subject_id, by, action)
SELECT smartcity_uuid7(), 'proposals', id, 'applicant', 'create' FROM proposal WHERE source_system = 'bench'
""",
    """
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)
SELECT subject_type, subject_id, 1, 1, 'draft', (now() AT TIME ZONE 'Asia/Bangkok')::date::text, 'act', act.id
  FROM act JOIN proposal ON proposal.id = subject_id WHERE source_system = 'bench'
""",
)


@dataclass
class Taken:
    """How long an import took, and how much memory its processes had at most."""

    seconds: float
    memory: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def main() -> None:
    """Measure, and print Markdown."""
    options = _options()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    with ground.running(options.cluster, durable=True) as cluster:
        if BASE not in cluster.sql("SELECT datname FROM pg_database").splitlines():
            ground.installed(cluster, BASE)
        place = fresh(cluster)
        if options.plain:
            long = made(place, folder, "plain", options.plain)
            lines = measured(fresh(cluster), long, "plain", None, folder)
            print(table((f"{options.plain:,} rows without geometry", "time", "", "memory at most"), lines))
            return
        print(table(("what", "value"), [list(fact) for fact in ground.machine(place, "proposal").items()]))
        files = {form: made(place, folder, form, options.rows) for form in ("csv", *options.formats)}
        bare = {
            name: sql(cluster, files["csv"], triggers=name == "with triggers") for name in ("with triggers", "without")
        }
        lines = [
            [f"bare SQL, {name}", f"{seconds:.1f} s", f"{seconds / bare['with triggers']:.2f}", ""]
            for name, seconds in bare.items()
        ]
        for form in options.formats:
            lines += measured(fresh(cluster), files[form], form, bare["with triggers"], folder)
        print()
        print(table(("what", "time", "to bare SQL with triggers", "memory at most"), lines))
        print(
            "\n"
            + table(
                ("single filings", "how many", "median", "95 %", "99 %"), waiting(fresh(cluster), files["csv"], folder)
            )
        )


def waiting(place: Ground, path: Path, folder: Path) -> list[list[str]]:
    """How long single filings take while a file is imported, beside those before it."""
    with serving(place, folder) as (url, key, pid):
        idle = Filing(url, key)
        idle.start()
        time.sleep(IDLE)
        idle.stop.set()
        idle.join()
        busy = Filing(url, key)
        busy.start()
        imported(url, key, path, "csv", pid)
        busy.stop.set()
        busy.join()
    lines = []
    for name, filing in (("idle", idle), ("while a file is imported", busy)):
        shares = [_share(filing.took, share) for share in (0.5, 0.95, 0.99)]
        lines.append([name, str(len(filing.took)), *(f"{1000 * one:.0f} ms" for one in shares)])
    ratio = _share(busy.took, 0.95) / _share(idle.took, 0.95)
    return [*lines, ["ratio of the 95th percentiles", "", "", f"{ratio:.2f}", ""]]


def _share(took: list[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


class Filing(Thread):
    """Files one proposal after the other, ten a second, until told to stop."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(daemon=True)
        self.stop, self.took = Event(), list[float]()
        self._url, self._key = url, key

    def run(self) -> None:
        """Every answer must be 201."""
        told = {"title_en": "One by one", "provinces": ["83"], "dimensions": ["environment", "people"]}
        with httpx.Client(base_url=self._url, headers={"Authorization": f"Bearer {self._key}"}, timeout=60) as client:
            while not self.stop.wait(0.1):
                begun = time.perf_counter()
                client.post("/v1/proposals", json=told).raise_for_status()
                self.took.append(time.perf_counter() - begun)


def measured(place: Ground, path: Path, form: str, bare: float | None, folder: Path) -> list[list[str]]:
    """The first import of a file, the second, and how long single writes took meanwhile."""
    found: list[list[str]] = []
    with serving(place, folder) as (url, key, pid):
        first = None
        for name in ("first time", "again"):
            taken = imported(url, key, path, form, pid)
            counts = taken.told["counts"]
            assert taken.told["status"] == "applied", taken.told
            assert counts["created" if first is None else "unchanged"] == counts["rows"], counts
            memory = ", ".join(f"{who} {most} MiB" for who, most in taken.memory.items())
            of_first = "" if first is None else f" ({taken.seconds / first:.2f} of the first)"
            first = first or taken.seconds
            of_bare = "" if bare is None else f"{taken.seconds / bare:.2f}"
            found.append([f"{form}, {name}", f"{taken.seconds:.1f} s", of_bare + of_first, memory])
    return found


@contextmanager
def serving(place: Ground, folder: Path) -> Iterator[tuple[str, str, int]]:
    """The server with its worker; its address, a secretary's key, its process."""
    key = secretary(place)
    more = {
        "CHORES": "true",
        "IMPORT_DIR": str(folder / "staged"),
        "IMPORT_MAX_SIZE": str(2**34),
        "LOG_LEVEL": "warning",
    }
    with contenders.ours(place, more=more) as ours:
        yield ours.url, key, ours.pid


def imported(url: str, key: str, path: Path, form: str, pid: int) -> Taken:
    """From the request to the end; the file is streamed."""
    memory: dict[str, int] = {}
    with (
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=600) as client,
        path.open("rb") as file,
    ):
        begun = time.perf_counter()
        asked = {"kind": "proposals", "apply": "auto", "source_system": SYSTEM, "file_name": path.name}
        headers = {"Content-Type": TYPES[form], "Idempotency-Key": str(uuid4())}
        answer = client.post("/v1/imports", params=asked, content=file, headers=headers)
        answer.raise_for_status()
        while time.perf_counter() < begun + PATIENCE:
            told = client.get(f"/v1/imports/{answer.json()['id']}").json()
            for who, most in _memory(pid).items():
                memory[who] = max(most, memory.get(who, 0))
            if told["status"] in ("applied", "failed", "validated"):
                return Taken(time.perf_counter() - begun, memory, told)
            time.sleep(0.1)
    raise SystemExit("bench: the import does not end")


def sql(cluster: Cluster, path: Path, *, triggers: bool) -> float:
    """Seconds that bare SQL takes for the same rows."""
    place = fresh(cluster)
    with place.connect(OWNER if triggers else SUPERUSER) as connection, path.open("rb") as file:
        connection.autocommit = False
        begun = time.perf_counter()
        if not triggers:
            connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(STAGE)
        with connection.cursor().copy(COPY) as copy:
            while part := file.read(MIB):
                copy.write(part)
        connection.execute("ANALYZE bare")
        connection.execute("SET LOCAL enable_nestloop = off")  # it would read the growing table once for each row
        for statement in BARE:
            connection.execute(statement)
        connection.commit()
        return time.perf_counter() - begun


def fresh(cluster: Cluster) -> Ground:
    """A database as an installation begins."""
    cluster.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    cluster.sql(f"CREATE DATABASE {DATABASE} TEMPLATE {BASE} OWNER {OWNER}", "CHECKPOINT")
    return Ground(cluster, DATABASE)


def _memory(pid: int) -> dict[str, int]:
    """MiB that the server and the largest of the processes below it, which is the import's, have had at most."""
    found = {"server": peak(pid)}
    peaks = [peak(child) for child in below(pid)]
    return {**found, "worker": max(peaks)} if peaks else found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="proposals in a file")
    parser.add_argument("--formats", nargs="+", default=["csv", "ndjson", "gpkg"], choices=list(TYPES))
    parser.add_argument("--plain", type=int, help="measure one file of so many rows without geometry instead")
    parser.add_argument("--cluster", type=Path, help="keep the cluster here for another time")
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench-imports"), help="where the files are made")
    return parser.parse_args()


if __name__ == "__main__":
    main()
