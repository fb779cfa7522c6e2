"""Who is measured: our server, tipg's, and pgbench with the statements that ours sends; and wrk, which asks."""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from benchmarks.areas import COLUMNS, RECORD_COLUMNS, TABLE
from benchmarks.ground import DATABASE, Ground
from benchmarks.statements import Statement
from smartcity_api.local_cluster import APP
from smartcity_api.local_cluster.binaries import find

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".cache" / "bench-venv"
LOCK = ROOT / "lock" / "bench.txt"
HOST = "127.0.0.1"
LIMIT = 1000

OURS = "/v1/bench-areas?f=geojson&limit={limit}&bbox={box}"
TIPG = "/collections/public.{table}/items?f=geojson&limit={limit}&bbox={box}&geom-column=boundary&properties={names}"


@dataclass(frozen=True)
class Contender:
    """A running server and how it is asked for a box."""

    name: str
    port: int
    pid: int
    path: str

    def paths(self, boxes: Sequence[str]) -> list[str]:
        """What is asked for, in turn."""
        names = ",".join((*COLUMNS, *RECORD_COLUMNS))
        return [self.path.format(table=TABLE, limit=LIMIT, box=box, names=names) for box in boxes]

    def ids(self, box: str) -> set[str]:
        """The areas that it finds in a box."""
        with urllib.request.urlopen(f"http://{HOST}:{self.port}{self.paths([box])[0]}") as answer:
            return {feature["properties"]["code"] for feature in json.load(answer)["features"]}


@contextmanager
def ours(
    ground: Ground, workers: int = 1, path: str = OURS, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Contender]:
    """Our server as it is delivered, its log line for each request included."""
    port = _free_port()
    environment = {
        "DATABASE_URL": str(ground.settings.database_url),
        "HOST": HOST,
        "PORT": str(port),
        "WORKERS": str(workers),
        **more,
    }
    command = [sys.executable, "-m", "benchmarks.service"]
    with _running(command, environment, port, "/readyz") as pid:
        yield Contender("ours", port, pid, path)


@contextmanager
def tipg(ground: Ground, workers: int = 1) -> Iterator[Contender]:
    """tipg on the same socket and role; without access log and metrics, which is to its advantage."""
    port = _free_port()
    environment = {
        "DATABASE_URL": f"postgresql://{APP}@{quote(ground.sockets, safe='')}:5432/{DATABASE}",
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": json.dumps([f"public.{TABLE}"]),
        "DB_MIN_CONN_SIZE": "10",
    }
    command = [str(VENV / "bin" / "uvicorn"), "tipg.main:app", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
    with _running(command, environment, port, "/healthz") as pid:
        yield Contender("tipg", port, pid, TIPG)


def ensure_tools() -> str:
    """Make tipg's own virtual environment, and find wrk; its path."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("bench: wrk makes the load and is missing; install it: apt-get install wrk")
    stamp = VENV / "bench.stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != LOCK.read_text(encoding="utf-8"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(pip, check=True)
        stamp.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    return wrk


def load(contender: Contender, boxes: Sequence[str], *, clients: int, seconds: int, coding: str) -> float:
    """Requests answered a second; any answer that is not 200 ends the measurement."""
    headers = {"Accept-Encoding": coding}
    return ask(contender, contender.paths(boxes), headers, clients=clients, seconds=seconds)


def ask(contender: Contender, paths: Sequence[str], headers: Mapping[str, str], *, clients: int, seconds: int) -> float:
    """The same of these paths, in turn."""
    listed = ", ".join(f'"{path}"' for path in paths)
    told = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    script = f"""
local paths, n = {{{listed}}}, 0
local headers = {{{told}}}
request = function() n = n % #paths + 1; return wrk.format("GET", paths[n], headers) end
"""
    return scripted_load(contender, script, clients=clients, seconds=seconds)


COUNTING = """
done = function(summary, latency, requests)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.status + summary.errors.timeout
  io.write(string.format("MEASURED %d %d %d", summary.requests, summary.duration, wrong))
end
"""


def scripted_load(contender: Contender, script: str, *, clients: int, seconds: int) -> float:
    """The same of the requests that a script in Lua makes."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + COUNTING)
        file.flush()
        wrk = [
            "wrk",
            "-t1",
            f"-c{clients}",
            f"-d{seconds}s",
            "--timeout",
            "60s",
            "-s",
            file.name,
            f"http://{HOST}:{contender.port}",
        ]
        said = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
    requests, microseconds, wrong = map(int, re.findall(r"MEASURED (\d+) (\d+) (\d+)", said)[0])
    if wrong:
        raise SystemExit(f"bench: {contender.name} failed {wrong} times:\n{said}")
    return requests / microseconds * 1e6


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
        said = subprocess.run([*command, DATABASE], capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"tps = ([0-9.]+) \(without initial", said)[0])


def _scripted(statement: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement with pgbench's variables; words can only be given on its command line."""
    numbers = {name: value for name, value in parameters.items() if isinstance(value, int | float)}
    words = {name: value for name, value in parameters.items() if name not in numbers}
    script = "".join(f"\\set {name} {value!r}\n" for name, value in numbers.items())
    return f"{script}{variables(statement, {name: name for name in parameters})};\n", words


def variables(statement: str, called: Mapping[str, str | None]) -> str:
    """The statement on one line, with pgbench's variables for its parameters; it has none that are null."""
    # pgbench would take the MI of 'HH24:MI' for a variable, even in a constant.
    sql = re.sub(r"'[^']*'", lambda match: _without_colons(match[0]), statement)
    sql = re.sub(r"%\((\w+)\)s", lambda match: f":{called[match[1]]}" if called[match[1]] else "NULL", sql)
    return sql.replace("%%", "%").replace("\n", " ")


def _without_colons(constant: str) -> str:
    return "E" + constant.replace(":", r"\x3a") if re.search(r":\w", constant) else constant


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[int]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        try:
            _wait(process, port, path, log)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Any) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    log.seek(0)
    raise SystemExit(f"bench: a server did not start:\n{log.read().decode(errors='replace')[-3000:]}")
