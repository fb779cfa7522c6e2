"""What is forgotten: old imports, and files that nothing refers to."""

import os
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.test_importing import csv_of, proposal

from smartcity_api.imports.actions.forgetting import LEFT_BEHIND, forget_imports, sweep
from smartcity_api.server import connect
from smartcity_api.settings import Settings


def age(*paths: Path) -> None:
    then = time.time() - LEFT_BEHIND - 1
    for path in paths:
        os.utime(path, (then, then))


async def test_files_that_nothing_refers_to_are_swept_away(callers: Callers, send: Send, settings: Settings) -> None:
    kept = await send(callers.agency, csv_of(proposal()))
    folder = settings.imports
    mine = folder / f"{kept['id']}.import"
    cut, lost, fresh, foreign = (
        folder / name for name in (f"{uuid4()}.part", f"{uuid4()}.import", f"{uuid4()}.part", "x")
    )
    for path in (cut, lost, fresh, foreign):
        path.write_text("x")
    age(mine, cut, lost, foreign)
    database = connect(settings)
    async with database.transaction(text("SELECT 1")) as transaction:
        assert await sweep(transaction, folder) == 2
    assert sorted(folder.iterdir()) == sorted([mine, fresh, foreign])
    await database.close()


async def test_an_import_is_forgotten_after_its_days(callers: Callers, send: Send, settings: Settings) -> None:
    found = await send(callers.agency, csv_of(proposal()), apply="auto")
    path = f"/v1/imports/{found['id']}"
    (row,) = (await callers.agency.get(f"{path}/rows")).json()["items"]
    database = connect(settings)
    async with database.transaction(text("SELECT 1")) as transaction:
        await forget_imports(transaction, 1)
    assert (await callers.agency.get(path)).status_code == 200
    async with database.transaction(text("SELECT 1")) as transaction:
        await forget_imports(transaction, 0)
    assert (await callers.agency.get(path)).status_code == 404
    assert (await callers.agency.get(f"/v1/proposals/{row['record_id']}")).status_code == 200
    await database.close()
