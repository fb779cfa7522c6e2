"""A line asks its one question whatever became of its connection, and never gives another question's answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from psycopg import errors
from sqlalchemy import text
from tests.support import settings_for

from smartcity_api.kit.database import Database
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect

WHO = "SELECT pg_backend_pid()::text"


@pytest.fixture
async def database(cluster: Cluster, own_database: str) -> AsyncIterator[Database]:
    """The application's database, with a time limit that can be waited for."""
    settings = settings_for(cluster, own_database).model_copy(update={"statement_timeout": 0.3})
    database = connect(settings)
    yield database
    await database.close()


async def test_it_keeps_its_connection(database: Database) -> None:
    line = database.line(text(WHO))
    assert len({await line.ask() for _ in range(20)}) == 1


async def test_it_opens_another_when_that_one_was_ended(database: Database, cluster: Cluster) -> None:
    line = database.line(text(WHO))
    first = await line.ask()
    cluster.sql(f"SELECT pg_terminate_backend({first.decode()})")
    for _ in range(100):  # the end of the connection is heard of while nobody asks
        await asyncio.sleep(0.01)
    assert await line.ask() != first


async def test_who_asks_while_it_ends_is_told(database: Database, cluster: Cluster) -> None:
    sleeper = database.line(text("SELECT pg_backend_pid()::text || pg_sleep(0.2)::text"))
    asked = asyncio.create_task(sleeper.ask())
    await asyncio.sleep(0.1)
    cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.2)%'"
                " AND pid <> pg_backend_pid()")  # fmt: skip
    with pytest.raises(errors.OperationalError):
        await asked
    assert (await sleeper.ask()).isdigit()


async def test_a_statement_that_takes_too_long_is_an_error_and_the_next_one_is_not(database: Database) -> None:
    line = database.line(text("SELECT clock_timestamp()::text || pg_sleep(CASE WHEN random() < 2 THEN 1 END)::text"))
    for _ in range(2):
        with pytest.raises(errors.QueryCanceled):
            await line.ask()


async def test_who_goes_away_leaves_no_answer_behind(database: Database) -> None:
    line = database.line(text("SELECT pg_backend_pid()::text || pg_sleep(0.1)::text"))
    first = await line.ask()
    asked = asyncio.create_task(line.ask())
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    second = await line.ask()
    assert second.isdigit()
    assert second != first
