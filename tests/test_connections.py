"""How the service comes by its connections."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from tests.support import settings_for

from smartcity_api.kit.database import Database
from smartcity_api.local_cluster import Cluster


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


async def test_a_list_and_a_record_take_one_statement_each(
    client: httpx.AsyncClient, statements: list[tuple[str, object]], app: FastAPI
) -> None:
    for path in ("/v1/provinces?bbox=98,7,99,8", "/v1/provinces/83", "/v1/districts?f=geojson&limit=3"):
        statements.clear()
        assert (await client.get(path)).status_code == 200
        assert len(statements) == 1
