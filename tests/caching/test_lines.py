"""A line asks its one question whatever became of its connection, and never gives another question's answer."""

import asyncio
import os
import signal
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text
from tests.support import blocked, ended, given_up, settings_for

from smartcity_api.kit import often
from smartcity_api.kit.database import Database
from smartcity_api.kit.errors import DatabaseUnavailable
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect

WHO = "SELECT pg_backend_pid()::text"
LOCK = "SELECT pg_advisory_xact_lock(7)"
WHO_AT_A_LOCK = f"{WHO} || pg_advisory_xact_lock_shared(7)::text"
"""Answers at once, or when who holds the lock gives it back."""


async def test_it_keeps_its_connection(patient: Database) -> None:
    line = patient.line(text(WHO))
    assert len({await line.ask() for _ in range(20)}) == 1


async def test_it_opens_another_when_that_one_was_ended(patient: Database, cluster: Cluster) -> None:
    line = patient.line(text(WHO))
    first = await line.ask()
    await ended(cluster, int(first))
    assert await line.ask() != first


async def test_who_asks_while_it_ends_is_told(
    patient: Database, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    line = patient.line(text(WHO_AT_A_LOCK))
    with owner.transaction():
        owner.execute(LOCK)
        asked = asyncio.create_task(line.ask())
        await blocked(cluster, own_database)
        cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    f" AND datname = '{own_database}'")  # fmt: skip
        with pytest.raises(errors.OperationalError):
            await asked
    assert (await line.ask()).isdigit()


async def test_a_statement_that_takes_too_long_is_an_error_and_the_next_one_is_not(
    cluster: Cluster, own_database: str
) -> None:
    database = connect(settings_for(cluster, own_database, statement_timeout=0.3))
    line = database.line(text("SELECT clock_timestamp()::text || pg_sleep(CASE WHEN random() < 2 THEN 1 END)::text"))
    for _ in range(2):
        with pytest.raises(errors.QueryCanceled):
            await line.ask()
    await database.close()


async def test_who_goes_away_leaves_no_answer_behind(
    patient: Database, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    line = patient.line(text(WHO_AT_A_LOCK))
    first = await line.ask()
    with owner.transaction():
        owner.execute(LOCK)
        asked = asyncio.create_task(line.ask())
        await given_up(asked, cluster, own_database)
    assert await line.ask() == first


async def test_what_the_server_forgot_is_prepared_anew(patient: Database) -> None:
    line = patient.line(text(WHO))
    (first,) = {await line.ask() for _ in range(often.USES + 1)}
    async with line._connections.one() as connection:
        await connection.execute("DEALLOCATE ALL")
    with pytest.raises(errors.InvalidSqlStatementName):
        await line.ask()
    assert await line.ask() == first


async def test_nobody_waits_for_a_server_that_stands_still(cluster: Cluster, own_database: str) -> None:
    database = connect(settings_for(cluster, own_database, statement_timeout=0.3))
    line = database.line(text(WHO))
    first = int(await line.ask())
    os.kill(first, signal.SIGSTOP)
    try:
        with pytest.raises(DatabaseUnavailable):
            await line.ask()
    finally:
        os.kill(first, signal.SIGCONT)
    assert (await line.ask()).isdigit()
    await database.close()
