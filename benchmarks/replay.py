"""A writing request's statements again, by pgbench: in one transaction as the service's, with other ids each time."""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from benchmarks.drafts import ACT, ID
from benchmarks.ground import Ground
from benchmarks.load import variables
from benchmarks.statements import Statement
from smartcity_api.local_cluster import APP
from smartcity_api.local_cluster.binaries import find

# Of the number alone: a table would have to be filled, and a sequence would write.
DIFFERENT = (
    f"SELECT '{ID}' || lpad(to_hex(:n::bigint), 12, '0') AS id, '{ACT}' || lpad(to_hex(:n::bigint), 12, '0') AS act, "
    r"'bench-' || lpad(to_hex(:n::bigint), 12, '0') AS key, md5(:n::text) AS request \gset"
)
BEGUN = "SELECT set_config("
"""The first statement of a writing transaction; what was asked before is who calls."""


@dataclass(frozen=True)
class Recorded:
    """The lines of a script, what each is called, and the values that are the same every time."""

    lines: Sequence[str]
    names: Sequence[str]
    same: Mapping[str, str]


@dataclass(frozen=True)
class Replayed:
    """What pgbench found."""

    rate: float
    transactions: int
    latencies: Sequence[tuple[str, float]]


def recorded(sent: Sequence[Statement], different: Mapping[str, str]) -> Recorded:
    """A script of what was sent; `different` names the values that are other ones each time."""
    lines, names, same = [DIFFERENT], ["make the ids"], dict[str, str]()
    acts = {str(values["new_id"]): "act" for text, values in sent if text.startswith("INSERT INTO act ")}
    for place, (text, values) in enumerate(sent):
        if text.startswith(BEGUN):
            lines.append("BEGIN ISOLATION LEVEL READ COMMITTED;")
            names.append("BEGIN")
        called: dict[str, str | None] = {}
        for name, value in values.items():
            if value is None:
                called[name] = None
                continue
            written = _written(value)
            varying = {**different, **acts}.get(written)
            called[name] = varying or f"v{place}_{name}"
            if varying is None:
                same[f"v{place}_{name}"] = written
        lines.append(variables(text, called) + ";")
        names.append(_name(text))
    return Recorded([*lines, "COMMIT;"], [*names, "COMMIT"], same)


def run(ground: Ground, record: Recorded, first: int, *, clients: int, seconds: int) -> Replayed:
    """Transactions a second, each with the next number; prepared, over the same socket."""
    counting = rf"\set at :at + {clients}", r"\set n :at + :client_id"
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write("\n".join((*counting, *record.lines)) + "\n")
        file.flush()
        Path(file.name).chmod(0o644)
        command = [find().program("pgbench"), "-n", "-r", "-M", "prepared", "-h", ground.sockets, "-U", APP]
        command += ["-c", str(clients), "-j", "1", "-T", str(seconds), "-f", file.name]
        for name, value in {**record.same, "at": str(first)}.items():
            command += ["-D", f"{name}={value}"]
        done = subprocess.run([*command, ground.database], capture_output=True, text=True, check=False)
    if done.returncode or "aborted" in done.stderr:
        raise SystemExit(f"bench: pgbench failed:\n{done.stderr}")
    latencies = [float(one) for one in re.findall(r"^ +([0-9.]+) +[0-9]+ +\S", done.stdout, re.MULTILINE)]
    return Replayed(
        rate=float(re.findall(r"tps = ([0-9.]+) \(without initial", done.stdout)[0]),
        transactions=int(re.findall(r"actually processed: ([0-9]+)", done.stdout)[0]),
        latencies=list(zip(record.names, latencies[len(counting) :], strict=True)),
    )


def _written(value: Any) -> str:
    """A value as PostgreSQL reads it in its text form."""
    if isinstance(value, str | UUID | int | float | date | datetime):
        return str(value)
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    if isinstance(value, Jsonb):
        return json.dumps(value.obj, ensure_ascii=False)
    raise SystemExit(f"bench: no way to tell pgbench of {value!r}")


def _name(text: str) -> str:
    """What a statement does, and with which table."""
    verb = text.split(" ", 1)[0]
    tables = re.findall(r"(?:^INSERT INTO|^UPDATE|\nFROM) (\w+)", text)
    told = f"{verb} {tables[-1]}" if tables else text.split("(", 1)[0]
    return f"{told} FOR UPDATE" if " FOR NO KEY UPDATE" in text else told
