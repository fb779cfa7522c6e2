"""Imports whose worker or sender dies half-way: nothing is lost, nothing is there twice, the status is true."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from tests.callers import Callers
from tests.imports.test_importing import csv_of, proposal
from tests.support import serving

from smartcity_api.imports.actions.running import ATTEMPTS
from smartcity_api.imports.models import AT_WORK
from smartcity_api.server import connect
from smartcity_api.settings import Settings

ROWS = 1500
BAD = 37
"""One row in so many is bad."""
PATIENCE = 120


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker and the process that it starts for each import, all in a group of their own."""
    command = [sys.executable, "-m", "tests.imports.killed", connect(settings).conninfo, str(settings.imports)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The worker and whatever it started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def sent(client: httpx.AsyncClient, content: str, **params: str) -> str:
    answer = await client.post("/v1/imports", params={"kind": "proposals", "apply": "auto", **params}, content=content)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def ended(client: httpx.AsyncClient, key: str) -> dict[str, Any]:
    """The import once it stands still."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found: dict[str, Any] = (await client.get(f"/v1/imports/{key}")).json()
        if found["status"] not in AT_WORK:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {found['status']}")


async def standing(client: httpx.AsyncClient, key: str, status: str) -> bool:
    """Whether it gets there before it stands still."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = (await client.get(f"/v1/imports/{key}")).json()["status"]
        if found == status or found not in AT_WORK:
            break
        await asyncio.sleep(0.02)
    return bool(found == status)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    for _ in range(PATIENCE * 50):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


def filed(settings: Settings, system: str) -> list[str]:
    """The keys of all records of that system."""
    with psycopg.connect(connect(settings).conninfo) as connection:
        rows = connection.execute("SELECT external_id FROM proposal WHERE source_system = %s ORDER BY 1", (system,))
        return [key for (key,) in rows]


def histories(settings: Settings, system: str) -> set[tuple[int, int]]:
    """How many acts and events the records have."""
    asked = """SELECT (SELECT count(*) FROM act WHERE subject_id = p.id),
                      (SELECT count(*) FROM event WHERE subject_id = p.id)
                 FROM proposal AS p WHERE source_system = %s"""
    with psycopg.connect(connect(settings).conninfo) as connection:
        return set(connection.execute(asked, (system,)).fetchall())


@pytest.mark.parametrize("mode", ["atomic", "partial"])
async def test_a_worker_that_is_killed_again_and_again(callers: Callers, settings: Settings, mode: str) -> None:
    system, dice = f"killed-{mode}-{time.time_ns()}", random.Random(2568)
    bad = BAD if mode == "partial" else ROWS + 1
    rows = [
        proposal(external_id=f"{n:05}", source_system=system, boundary="", provinces="83" if n % bad else "nowhere")
        for n in range(1, ROWS + 1)
    ]
    good = [row["external_id"] for row in rows if row["provinces"] == "83"]
    key = await sent(callers.secretary, csv_of(*rows), mode=mode)
    for _ in range(ATTEMPTS - 1):
        with worker(settings) as process:
            await asyncio.sleep(dice.uniform(1.2, 3.5))
            kill(process)
        there = filed(settings, system)
        assert there == good[: len(there)], "the first ones, in order"
        if mode == "atomic":
            assert there in ([], good)
    with worker(settings):
        done = await ended(callers.secretary, key)
    assert done["status"] == "applied", done["failure"]
    assert done["counts"]["created"] == len(good) == len(filed(settings, system))
    assert filed(settings, system) == good
    assert histories(settings, system) == {(1, 1)}


async def test_an_import_that_kills_every_worker_fails_and_says_so(callers: Callers, settings: Settings) -> None:
    key = await sent(callers.secretary, csv_of(proposal(source_system="deadly")))
    database = connect(settings).conninfo
    with psycopg.connect(database, autocommit=True) as connection:
        for _ in range(ATTEMPTS):  # as runs that die at once leave it
            connection.execute(
                "UPDATE import SET status = 'validating', attempts = attempts + 1, leased_until = now() WHERE id = %s",
                (key,),
            )
    with worker(settings):
        done = await ended(callers.secretary, key)
    assert (done["status"], done["failure"]["code"]) == ("failed", "gave_up")
    assert filed(settings, "deadly") == []


async def test_a_cancelled_import_writes_nothing(callers: Callers, settings: Settings) -> None:
    system = f"cancelled-{time.time_ns()}"
    rows = [proposal(external_id=str(n), source_system=system, boundary="") for n in range(1500)]
    key = await sent(callers.secretary, csv_of(*rows))
    with worker(settings):
        assert await standing(callers.secretary, key, "applying")
        answer = await callers.secretary.post(f"/v1/imports/{key}/cancel", headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        other = await sent(callers.secretary, csv_of(proposal(source_system=f"{system}-other")))
        assert (await ended(callers.secretary, other))["status"] == "applied"
    assert filed(settings, system) == []
    assert (await callers.secretary.get(f"/v1/imports/{key}")).json()["status"] == "cancelled"


async def test_an_upload_that_is_cut_leaves_nothing(callers: Callers, settings: Settings) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"external_id,title_th\r\n" * 200_000
        await until(lambda: bool(list(settings.imports.glob("*.part"))))
        raise ConnectionResetError

    with serving(settings) as url:
        async with httpx.AsyncClient(headers=callers.agency.headers) as client:
            with pytest.raises(ConnectionResetError):
                await client.post(f"{url}/v1/imports", params={"kind": "proposals"}, content=breaking())
            await until(lambda: not list(settings.imports.glob("*")))
            assert (await client.get(f"{url}/readyz")).status_code == 200


async def test_a_folder_that_is_full_takes_no_more(callers: Callers, settings: Settings) -> None:
    settings.imports.mkdir(parents=True)
    (settings.imports / "other").write_bytes(b"x" * 1000)
    full = settings.model_copy(update={"import_quota": 1500, "import_max_size": 2000})
    app = callers.agency._transport.app  # type: ignore[attr-defined]
    kept, app.state.settings = app.state.settings, full
    try:
        too_much = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=b"y" * 600)
        assert (too_much.status_code, too_much.json()["type"]) == (507, "/problems/insufficient-storage")
        too_large = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=b"y" * 2001)
        assert too_large.status_code == 413
        empty = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=b"")
        assert (empty.status_code, empty.json()["errors"][0]["code"]) == (422, "empty_file")
    finally:
        app.state.settings = kept
    assert [path.name for path in settings.imports.iterdir()] == ["other"]
