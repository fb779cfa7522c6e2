"""The transactions that a request can have; nobody else begins, commits or rolls back."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from smartcity_api.kit.database import Database


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.reading() as session, session.begin():
        yield session


# Function scope: the transaction ends before the answer is sent, so a slow client holds no connection.
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
