"""How the service comes by its connections."""

import asyncio
import os
import signal
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from tests.local_cluster.people import wait_until_gone
from tests.support import ended, given_up, settings_for

from smartcity_api.kit import connections
from smartcity_api.kit.database import Database
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect


async def backend(database: Database, statement: str = "SELECT pg_backend_pid()") -> int:
    """The one number that a statement yields, by its own: the process that answers."""
    async with database.statement() as snapshot:
        ((found,),) = await snapshot.rows(text(statement))
    return int(found)


def requests(database: Database) -> int:
    """How often the pool was asked for a connection to read by."""
    return database._reading._pool.get_stats()["requests_num"]


async def test_many_at_once_never_use_more_than_the_pool_and_one_look(
    cluster: Cluster, own_database: str, anyio_backend: object
) -> None:
    database = Database(str(settings_for(cluster, own_database).database_url), pool_size=3)
    most = 0

    async def ask() -> None:
        nonlocal most
        async with database.snapshot() as snapshot:
            found = cluster.sql(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{own_database}'")
            most = max(most, int(found))
            assert snapshot is not None

    await asyncio.gather(*(ask() for _ in range(30)))
    await database.close()
    assert 1 <= most <= 3 + 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql+psycopg://me@/db?host=%2Ftmp%2Fa%20b&port=5432", "host='/tmp/a b'"),
        ("postgresql+psycopg://me:p%40ss@host.test:5433/db", "password=p@ss"),
        ("postgresql+psycopg://me@/db?host=a:5432&host=b:5433", "host=a,b"),
    ],
)
def test_an_address_reaches_libpq_as_it_was_meant(url: str, expected: str) -> None:
    assert expected in Database(url).conninfo


def test_a_server_that_is_gone_without_a_word_is_noticed_unless_the_address_says_otherwise() -> None:
    assert "tcp_user_timeout=30000" in Database("postgresql+psycopg://me@host.test/db").conninfo
    assert "tcp_user_timeout=5" in Database("postgresql+psycopg://me@host.test/db?tcp_user_timeout=5").conninfo


async def test_a_list_and_a_record_take_one_statement_each(
    client: httpx.AsyncClient, statements: list[tuple[str, object]], app: FastAPI
) -> None:
    for path in ("/v1/provinces?bbox=98,7,99,8", "/v1/provinces/83", "/v1/districts?f=geojson&limit=3"):
        statements.clear()
        assert (await client.get(path)).status_code == 200
        assert len(statements) == 1


async def test_a_connection_rests_between_statements_and_the_pool_sees_it_again(
    patient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "RESTED", 0.2)
    first = await backend(patient)
    assert {await backend(patient) for _ in range(20)} == {first}
    given = requests(patient)
    async with asyncio.timeout(20):
        while requests(patient) == given:  # it went back, so the pool is asked again
            await asyncio.sleep(0.05)
            await backend(patient)


async def test_what_rests_is_not_kept_from_who_waits(cluster: Cluster, own_database: str) -> None:
    database = Database(str(settings_for(cluster, own_database).database_url), pool_size=2, pool_timeout=20.0)
    found = await asyncio.gather(*(backend(database) for _ in range(200)))
    await database.close()
    assert len(set(found)) <= 2


async def test_a_server_that_goes_away_while_nobody_asks_costs_no_request(patient: Database, cluster: Cluster) -> None:
    first = await backend(patient)
    await ended(cluster, first)
    assert await backend(patient) != first


async def test_who_goes_away_ends_his_statement_and_leaves_the_connection(
    patient: Database, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    first = await backend(patient)
    with owner.transaction():
        owner.execute("LOCK TABLE province")
        asked = asyncio.create_task(backend(patient, "SELECT count(*) FROM province"))
        await given_up(asked, cluster, own_database)
    assert await backend(patient) == first


async def test_a_question_that_the_socket_has_no_room_for_is_asked_all_the_same(patient: Database) -> None:
    size = 30_000_000
    async with patient.statement() as snapshot:
        for _ in range(2):
            ((found,),) = await snapshot.rows(text("SELECT length(:long)").bindparams(long="x" * size))
            assert found == size


async def test_a_socket_that_fails_as_it_is_read_is_not_waited_for(patient: Database, cluster: Cluster) -> None:
    for _ in range(3):
        async with patient._reading.one() as held:  # by hand: the pool may have opened another one meanwhile
            process = held.info.backend_pid
            await held.execute("SELECT 1")  # it listens from here on
            os.kill(process, signal.SIGSTOP)
            cluster.sql(f"SELECT pg_terminate_backend({process})")
            asked = asyncio.create_task(held.execute("SELECT 1"))
            await asyncio.sleep(0)
            assert held._news is not None, "the question is on its way"
            os.kill(process, signal.SIGCONT)
            wait_until_gone(process)  # its last words and the reset come together, while the loop stands still
            with pytest.raises(psycopg.OperationalError):
                async with asyncio.timeout(20):
                    await asked


async def test_a_server_that_goes_away_while_the_pool_holds_the_connection_costs_no_request(
    patient: Database, cluster: Cluster
) -> None:
    first = await backend(patient)
    await patient._reading._wake()
    await ended(cluster, first)
    assert await backend(patient) != first


async def test_who_is_stopped_while_giving_back_loses_no_connection(cluster: Cluster, own_database: str) -> None:
    database = Database(str(settings_for(cluster, own_database).database_url), pool_size=1, pool_timeout=20.0)
    first = await backend(database)
    kind = database._reading
    held = await kind.take()
    waiting = asyncio.create_task(backend(database))
    giving = asyncio.create_task(kind.give_back(held, None))
    await asyncio.sleep(0)  # the pool hands it over
    giving.cancel()
    await asyncio.wait([giving])
    assert (await waiting, await backend(database)) == (first, first)
    await database.close()


def test_it_is_the_same_on_another_event_loop(cluster: Cluster, own_database: str) -> None:
    async def ask() -> set[int]:
        database = connect(settings_for(cluster, own_database))
        found = set()
        for _ in range(20):
            found.add(await backend(database))
            await asyncio.sleep(0.001)  # turns of the loop, which may tell again of what was read
        assert requests(database) == 1
        await database.close()
        return found

    assert len(asyncio.run(ask())) == 1
