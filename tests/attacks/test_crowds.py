"""Writers who wait for each other shut nobody else out."""

from contextlib import AsyncExitStack

from fastapi import FastAPI
from sqlalchemy import text
from tests.callers import Callers

from smartcity_api.kit.database import Database


async def test_callers_are_recognised_while_every_writer_waits(app: FastAPI, callers: Callers) -> None:
    database: Database = app.state.database
    async with AsyncExitStack() as waiting:
        for _ in range(database.size):
            await waiting.enter_async_context(database.transaction(text("SELECT 1")))
        read = await callers.agency.get("/v1/provinces", params={"limit": 1})
        written = await callers.agency.post("/v1/proposals", json={"title_en": "Waits", "provinces": ["83"]})
    assert (read.status_code, written.status_code) == (200, 503)
    assert written.headers["retry-after"].isdigit()
