"""What the benchmarks need besides the project: wrk, and the servers that are measured against, each by itself."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache"
VENV = CACHE / "bench-venv"
"""tipg and py-spy."""
PYGEOAPI = CACHE / "bench-pygeoapi"
FEATURESERV = "github.com/CrunchyData/pg_featureserv@v1.3.1"


class Missing(Exception):
    """Something cannot be had here; says what and why."""


def ensure_tools() -> str:
    """Make the virtual environment of tipg and py-spy, and find wrk; its path."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("bench: wrk makes the load and is missing; install it: apt-get install wrk")
    try:
        environment(VENV, ROOT / "lock" / "bench.txt")
    except Missing as missing:
        raise SystemExit(f"bench: {missing}") from None
    return wrk


@cache
def pygeoapi() -> Path:
    """The programs of pygeoapi's own virtual environment."""
    return environment(PYGEOAPI, ROOT / "lock" / "pygeoapi.txt")


def environment(directory: Path, lock: Path) -> Path:
    """The programs of a virtual environment with exactly what is locked."""
    stamp, wanted = directory / "bench.stamp", lock.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _run(sys.executable, "-m", "venv", "--clear", str(directory))
        pip = (str(directory / "bin" / "python"), "-m", "pip")
        _run(*pip, "install", "--quiet", "--require-hashes", "-r", str(lock))
        stamp.write_text(wanted, encoding="utf-8")
    return directory / "bin"


@cache
def featureserv() -> tuple[Path, Path]:
    """pg_featureserv, as `go install` builds it, and the directory of its assets among Go's modules."""
    go = shutil.which("go")
    if go is None:
        raise Missing("pg_featureserv needs Go, which is not here")
    program = CACHE / "bench-go" / "pg_featureserv"
    if not program.exists():
        _run("env", f"GOBIN={program.parent}", go, "install", FEATURESERV)
    modules = Path(_run(go, "env", "GOMODCACHE").strip())
    return program, modules / "github.com" / "!crunchy!data" / FEATURESERV.rpartition("/")[2] / "assets"


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout
