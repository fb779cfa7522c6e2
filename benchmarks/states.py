"""Ways to name the state of the data, on a durable cluster: what each costs writers and readers, and if it is true.

A writer changes one of a thousand rows and commits 2 ms later, as the last statements of a move would have it.
"""

import argparse
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, LiteralString

from psycopg import Connection

from benchmarks import ground
from benchmarks.ground import Ground
from benchmarks.measure import Measurement, interleaved, table
from smartcity_api.local_cluster import OWNER
from smartcity_api.local_cluster.binaries import find

DATABASE = "states"
CLIENTS = (1, 8, 32)
STORED = 300
"""Answers that are stored and asked for again by each way."""


@dataclass(frozen=True)
class Way:
    """How writers leave a trace in `work`, and how readers name the state."""

    name: str
    trigger: LiteralString | None
    read: LiteralString


WAYS: Final = (
    Way("nothing (no trace)", None, "SELECT 1"),
    Way("a counter row", "UPDATE counted SET n = n + 1", "SELECT n FROM counted"),
    Way("a sequence", "PERFORM nextval('numbered')", "SELECT last_value FROM numbered"),
    Way("the snapshot", None, "SELECT pg_current_snapshot()::text"),
    Way("marks (as installed)", "", "SELECT concat(sum(changes), ':', sum(tag)) FROM state_mark"),
)
TABLES: LiteralString = """
CREATE TABLE work (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO work SELECT id, 0 FROM generate_series(1, 1000) AS id;
CREATE TABLE counted (n bigint NOT NULL);
INSERT INTO counted VALUES (0);
CREATE SEQUENCE numbered;
"""
WRITE: Final = (
    "\\set id random(1, 1000)\nBEGIN;\nUPDATE work SET n = n + 1 WHERE id = :id;\nSELECT pg_sleep(0.002);\nCOMMIT;\n"
)


def main() -> None:
    """Measure, and print Markdown."""
    options = _options()
    with ground.running(options.cluster, durable=True) as cluster:
        ground.installed(cluster, DATABASE)
        place = Ground(cluster, DATABASE)
        with place.connect(OWNER) as owner:
            owner.execute(TABLES)
            print(table(("what", "value"), [list(fact) for fact in ground.machine(place, "work").items()]))
            lines = [_costs(place, owner, way, options) for way in WAYS]
            head = [f"writes a second, {number} writers" for number in CLIENTS]
            print("\n" + table(("way", *head, "namings a second", "stale answers"), lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.states", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement in a round")
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    return parser.parse_args()


def _costs(place: Ground, owner: Connection[tuple[object, ...]], way: Way, options: argparse.Namespace) -> list[str]:
    _trace(owner, way)
    measured: dict[str, Measurement] = {
        f"{clients}": partial(_pgbench, place, WRITE, clients, options.seconds) for clients in CLIENTS
    }
    found = interleaved(measured, options.rounds)
    place.cluster.sql("VACUUM", database=DATABASE)  # as autovacuum does where there are no thousands of writes a second
    naming = partial(_pgbench, place, f"{way.read};\n", 8, options.seconds)
    named = interleaved({"naming": naming}, options.rounds)
    rates = [*(found.rate(name) for name in measured), named.rate("naming")]
    return [way.name, *(f"{rate:,.0f}" for rate in rates), _stale(place, way)]


def _trace(owner: Connection[tuple[object, ...]], way: Way) -> None:
    """Let writers leave this way's trace, and no other."""
    owner.execute("DROP TRIGGER IF EXISTS trace ON work")
    owner.execute("DROP TRIGGER IF EXISTS y_mark ON work")
    if way.trigger == "":
        owner.execute("CALL smartcity_attach_marks('work')")
    elif way.trigger is not None:
        owner.execute(
            "CREATE OR REPLACE FUNCTION trace() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {way.trigger}; RETURN NULL; END $$"
        )
        owner.execute("CREATE TRIGGER trace AFTER UPDATE ON work FOR EACH STATEMENT EXECUTE FUNCTION trace()")


def _stale(place: Ground, way: Way) -> str:
    """How many answers that were stored while a change was not committed yet are still given after it was."""
    kept: Mapping[object, object] = {}
    wrong = 0
    with place.connect(OWNER) as writer, place.connect(OWNER) as reader:
        for _ in range(STORED):
            with writer.transaction():
                writer.execute("UPDATE work SET n = n + 1 WHERE id = 1")
                kept = {_one(reader, way.read): _one(reader, "SELECT n FROM work WHERE id = 1")}
            true = _one(reader, "SELECT n FROM work WHERE id = 1")
            wrong += kept.get(_one(reader, way.read), true) != true
    return f"{wrong} of {STORED}"


def _one(connection: Connection[tuple[object, ...]], statement: LiteralString) -> object:
    found = connection.execute(statement).fetchone()
    assert found is not None, "each statement has a row"
    return found[0]


def _pgbench(place: Ground, script: str, clients: int, seconds: int) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [find().program("pgbench"), "-n", "-M", "prepared", "-h", place.sockets, "-U", OWNER, "-j", "1"]
        command += ["-c", str(clients), "-T", str(seconds), "-f", file.name, DATABASE]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"tps = ([0-9.]+) \(without initial", said)[0])


if __name__ == "__main__":
    main()
