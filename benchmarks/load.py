"""Load: requests by wrk, and statements by pgbench."""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders import Contender
from benchmarks.ground import Ground
from benchmarks.statements import Statement
from smartcity_api.local_cluster import APP
from smartcity_api.local_cluster.binaries import find

PERCENTILES = (50, 95, 99)
LONGEST = 60
"""Seconds after which a server that answered nothing at all is given up."""


@dataclass(frozen=True)
class Answered:
    """Requests answered a second, and the milliseconds that 50, 95 and 99 of a hundred took at most."""

    rate: float
    latencies: tuple[float, ...]


def load(contender: Contender, boxes: Sequence[str], *, clients: int, seconds: int, coding: str) -> float:
    """Requests for boxes answered a second; any answer that is not 200 ends the measurement."""
    return ask(contender, contender.paths(boxes), {"Accept-Encoding": coding}, clients=clients, seconds=seconds)


def ask(contender: Contender, paths: Sequence[str], headers: Mapping[str, str], *, clients: int, seconds: int) -> float:
    """The same of these paths, in turn."""
    return asked(contender, paths, headers, clients=clients, seconds=seconds).rate


def asked(
    contender: Contender, paths: Sequence[str], headers: Mapping[str, str], *, clients: int, seconds: int
) -> Answered:
    """The same, and how long they took; longer than that many seconds where not one was answered in them."""
    listed = ", ".join(f'"{path}"' for path in paths)
    told = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    script = f"""
local paths, n = {{{listed}}}, 0
local headers = {{{told}}}
request = function() n = n % #paths + 1; return wrk.format("GET", paths[n], headers) end
"""
    while True:
        found = scripted(contender, script, clients=clients, seconds=seconds)
        if found.rate or seconds >= LONGEST:
            return found
        seconds = min(LONGEST, 4 * seconds)


COUNTING = f"""
done = function(summary, latency, requests)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.status + summary.errors.timeout
  io.write(string.format("MEASURED %d %d %d", summary.requests, summary.duration, wrong))
  for _, part in ipairs({{{", ".join(map(str, PERCENTILES))}}}) do
    io.write(string.format(" %d", latency:percentile(part)))
  end
end
"""


def scripted_load(contender: Contender, script: str, *, clients: int, seconds: int) -> float:
    """The same of the requests that a script in Lua makes."""
    return scripted(contender, script, clients=clients, seconds=seconds).rate


def scripted(contender: Contender, script: str, *, clients: int, seconds: int) -> Answered:
    """The same, and how long they took."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + COUNTING)
        file.flush()
        wrk = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", file.name, contender.url]
        said = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
    contender.settle()
    numbers = re.findall(r"MEASURED ([\d ]+)", said)[0].split()
    requests, microseconds, wrong, *latencies = map(int, numbers)
    if wrong:
        raise SystemExit(f"bench: {contender.name} failed {wrong} times:\n{said}")
    return Answered(requests / microseconds * 1e6, tuple(one / 1000 for one in latencies))


def pgbench(ground: Ground, statements: Sequence[Statement], *, clients: int, seconds: int) -> float:
    """Transactions a second of the statements alone: prepared, one each, over the same socket."""
    text: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [find().program("pgbench"), "-n", "-M", "prepared", "-h", ground.sockets, "-U", APP]
        command += ["-c", str(clients), "-j", "1", "-T", str(seconds)]
        for number, (statement, parameters) in enumerate(statements):
            script, words = _scripted(statement, parameters)
            text |= words
            (Path(folder) / f"{number}.sql").write_text(script, encoding="utf-8")
            command += ["-f", f"{folder}/{number}.sql"]
        command += [part for name, value in text.items() for part in ("-D", f"{name}={value}")]
        said = subprocess.run([*command, ground.database], capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"tps = ([0-9.]+) \(without initial", said)[0])


def _scripted(statement: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement with pgbench's variables; words can only be given on its command line."""
    numbers = {name: value for name, value in parameters.items() if isinstance(value, int | float)}
    words = {name: value for name, value in parameters.items() if name not in numbers and value is not None}
    script = "".join(f"\\set {name} {value!r}\n" for name, value in numbers.items())
    called = {name: None if value is None else name for name, value in parameters.items()}
    return f"{script}{variables(statement, called)};\n", words


def variables(statement: str, called: Mapping[str, str | None]) -> str:
    """The statement on one line, with pgbench's variables for its parameters; those without a name are null."""
    # pgbench would take the MI of 'HH24:MI' for a variable, even in a constant.
    sql = re.sub(r"'[^']*'", lambda match: _without_colons(match[0]), statement)
    sql = re.sub(r"%\((\w+)\)s", lambda match: f":{called[match[1]]}" if called[match[1]] else "NULL", sql)
    return sql.replace("%%", "%").replace("\n", " ")


def _without_colons(constant: str) -> str:
    return "E" + constant.replace(":", r"\x3a") if re.search(r":\w", constant) else constant
