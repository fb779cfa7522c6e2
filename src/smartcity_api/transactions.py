"""The transactions that a request can have; nobody else begins, commits or rolls back."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from smartcity_api.kit.database import Database, Snapshot


async def _reading(request: Request) -> AsyncIterator[Snapshot]:
    database: Database = request.app.state.database
    async with database.snapshot() as snapshot:
        yield snapshot


# Function scope: the transaction ends before the answer is sent, so a slow client holds no connection.
Reading = Annotated[Snapshot, Depends(_reading, scope="function")]
