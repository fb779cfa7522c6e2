"""Runs that do not end by themselves: the worker ends them once nobody wants them, and goes on."""

import asyncio
import multiprocessing
from datetime import timedelta

import pytest
from tests.callers import Callers
from tests.imports import stuck
from tests.imports.test_importing import csv_of, proposal
from tests.imports.test_killed import ended, standing, until

from smartcity_api.imports.actions import running
from smartcity_api.server import connect
from smartcity_api.settings import Settings


async def test_a_run_that_never_ends_is_ended_when_its_import_is_cancelled(
    callers: Callers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, usual = asyncio.Event(), running._run
    monkeypatch.setattr(running, "LEASE", timedelta(milliseconds=400))
    monkeypatch.setattr(running, "_run", stuck.run)
    answer = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=csv_of(proposal()))
    key = answer.json()["id"]
    worker = asyncio.create_task(running.keep_importing(connect(settings).conninfo, settings.imports, stop, every=0.05))
    try:
        assert await standing(callers.agency, key, "validating")
        await until(lambda: bool(multiprocessing.active_children()))
        cancelled = await callers.agency.post(f"/v1/imports/{key}/cancel", headers={"If-Match": "*"})
        assert cancelled.status_code == 200
        await until(lambda: not multiprocessing.active_children())
        monkeypatch.setattr(running, "_run", usual)
        monkeypatch.setattr(running, "LEASE", timedelta(seconds=20))
        other = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=csv_of(proposal()))
        assert (await ended(callers.agency, other.json()["id"]))["status"] == "validated"
        assert (await callers.agency.get(f"/v1/imports/{key}")).json()["status"] == "cancelled"
    finally:
        stop.set()
        await worker
