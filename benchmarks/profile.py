"""Where the time of one of our server processes goes, sampled from outside while it is under load."""

import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.contenders import Contender
from benchmarks.tools import VENV

OPERATIONS = tuple(
    f"smartcity_api/{room}"
    for room in (
        "kit/http/operations",
        "kit/http/content",
        "kit/rows",
        "history/",
        "proposals/",
        "identity/",
        "clients/",
    )
)
# The innermost frame of a sample that matches decides; the first pattern that matches is the frame's.
PLACES = (
    (
        "worker thread (dependencies that are not async)",
        ("anyio/", "starlette/concurrency", "threading.py", "queue.py"),
    ),
    ("sending and receiving", ("kit/http/protocol", "kit/http/transports")),
    ("our connections and their pool", ("kit/database", "kit/connections", "psycopg_pool")),
    ("asking PostgreSQL, by psycopg", ("psycopg", "kit/often", "kit/listening")),
    (
        "SQLAlchemy: building statements",
        ("sqlalchemy/sql/", "geoalchemy2/", "kit/layers", "kit/statements", "benchmarks/"),
    ),
    ("SQLAlchemy: session, pool, result", ("sqlalchemy/",)),
    (
        "ETag, joining and compression of the page",
        ("kit/http/pages", "kit/http/links", "kit/http/representations", "starlette_compress"),
    ),
    (
        "log line and metrics",
        ("structlog/", "logging/", "prometheus_client/", "kit/http/observation", "smartcity_api/logs"),
    ),
    ("our cache, and the state's name", ("kit/http/caching", "kit/states", "kit/lines")),
    (
        "our other middlewares",
        (
            "kit/http/gates",
            "kit/http/fields",
            "kit/http/etags",
            "identity/gate",
            "kit/sight",
            "starlette/middleware/cors",
        ),
    ),
    ("our OGC routes", ("smartcity_api/ogc/",)),
    ("our operations, rules and identification", OPERATIONS),
    ("our parameters and question", ("smartcity_api/",)),
    ("FastAPI, Starlette, Pydantic", ("fastapi/", "starlette/", "pydantic/")),
    ("uvicorn and event loop", ("uvicorn/", "asyncio/", "uvloop")),
)
WAITING = "waiting for PostgreSQL and the network"


def shares(contender: Contender, load: Callable[[int], object], *, seconds: int) -> dict[str, float]:
    """What part of the wall time each place has under that load, which is told for how many seconds."""
    load(2)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        spy = [str(VENV / "bin" / "py-spy"), "record", "--rate", "400", "--duration", f"{seconds}"]
        spy += ["--format", "raw", "--output", str(raw), "--pid", str(contender.pid), "--idle", "--threads"]
        sampling = subprocess.Popen(spy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun = time.monotonic()
        load(seconds + 1)
        if sampling.wait(60 + seconds - (time.monotonic() - begun)):
            raise SystemExit("bench: py-spy failed; as an ordinary user it needs kernel.yama.ptrace_scope=0")
        return _summed(raw.read_text(encoding="utf-8"))


def _summed(raw: str) -> dict[str, float]:
    found: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if "MainThread" in frames[0]:
            found[_place(frames)] += int(count)
    total = sum(found.values())
    return {place: count / total for place, count in found.most_common()}


def _place(frames: Sequence[str]) -> str:
    if "Runner.run " in frames[-1]:
        return WAITING
    for frame in reversed(frames):
        for place, patterns in PLACES:
            if any(pattern in frame for pattern in patterns):
                return place
    return "other"
