"""Many at once: who waits shuts nobody else out, and together they do nothing that none of them may alone."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from tests.callers import Callers, calling
from tests.support import application

from smartcity_api.kit.database import Database
from smartcity_api.settings import Settings

ANY = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}


async def test_callers_are_recognised_while_every_writer_waits(settings: Settings) -> None:
    impatient = settings.model_copy(update={"database_pool_timeout": 1.5})
    async with application(impatient) as app, calling(app) as callers, AsyncExitStack() as waiting:
        database: Database = app.state.database
        for _ in range(database.size):
            await waiting.enter_async_context(database.transaction(text("SELECT 1")))
        read = await callers.agency.get("/v1/provinces", params={"limit": 1})
        written = await callers.agency.post("/v1/proposals", json={"title_en": "Waits", "provinces": ["83"]})
    assert (read.status_code, written.status_code) == (200, 503)
    assert written.headers["retry-after"].isdigit()


async def test_the_trail_is_verified_for_one_at_a_time(app: FastAPI, callers: Callers) -> None:
    database: Database = app.state.database
    asked = [asyncio.create_task(callers.public.get("/v1/audit/verify")) for _ in range(6)]
    in_use = []
    while not all(task.done() for task in asked):
        in_use.append(database.in_use)
        await asyncio.sleep(0.01)
    assert max(in_use) == 1
    assert 200 in {task.result().status_code for task in asked}


@pytest.mark.parametrize(("path", "kind"), [("/v1/bodies", "committee"), ("/v1/organisations", "agency")])
async def test_two_records_do_not_come_to_be_part_of_each_other(callers: Callers, path: str, kind: str) -> None:
    for _ in range(5):
        made = [await callers.secretary.post(path, json={"kind": kind, "name_en": name}) for name in ("One", "Other")]
        one, other = (answer.json()["id"] for answer in made)
        answers = await asyncio.gather(
            callers.secretary.patch(f"{path}/{one}", json={"parent_id": other}, headers=ANY),
            callers.secretary.patch(f"{path}/{other}", json={"parent_id": one}, headers=ANY),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        itself = await callers.secretary.patch(f"{path}/{one}", json={"parent_id": one}, headers=ANY)
        assert itself.json()["errors"][0]["code"] == "circle"
