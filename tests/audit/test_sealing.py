"""Sealing goes on whatever happens to the database, and the chain outlasts a dump and a restore."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client import CollectorRegistry
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState
from tests.changes.feeding import Mirror, seal
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.audit.actions import Lag, keep_sealing
from smartcity_api.local_cluster import APP, OWNER, Cluster, binaries
from smartcity_api.local_cluster.account import account_for
from smartcity_api.local_cluster.place import PORT
from smartcity_api.server import connect

Connection = psycopg.Connection[Any]
LEFT = "SELECT count(*) FROM audit_entry WHERE number IS NULL"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens in another task; it happens, or the test never ends."""
    for _ in itertools.takewhile(lambda _: not condition(), itertools.count()):
        await asyncio.sleep(0.05)


async def test_sealing_outlives_its_connections(cluster: Cluster, own_database: str, owner: Connection) -> None:
    def left() -> int:
        return int(cluster.sql(LEFT, database=own_database))

    stop, lag = asyncio.Event(), Lag()
    registry = CollectorRegistry()
    lag.publish(registry)
    conninfo = cluster.url(APP, own_database).replace("+psycopg", "")
    sealers = [asyncio.create_task(keep_sealing(conninfo, stop, lag=lag, every=0.05)) for _ in range(2)]
    await until(lambda: left() == 0 and lag.entries == 0)
    for turn in range(3):
        cluster.sql(
            f"ALTER DATABASE {own_database} ALLOW_CONNECTIONS false",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'smartcity-sealer'",
        )
        owner.execute("UPDATE province SET name_en = %s WHERE code = '83'", [f"Turn {turn}"])
        await asyncio.sleep(0.2)
        assert owner.execute(LEFT).fetchone() == (1,)
        cluster.sql(f"ALTER DATABASE {own_database} ALLOW_CONNECTIONS true")
        await until(lambda: owner.execute(LEFT).fetchone() == (0,))
    stop.set()
    assert await asyncio.gather(*sealers) == [None, None]
    assert registry.get_sample_value("audit_unsealed_entries") == 0
    assert (registry.get_sample_value("audit_seal_lag_seconds") or 0) >= 0


@contextmanager
def restored(cluster: Cluster, database: str, name: str) -> Iterator[str]:
    """A copy of a database, made by a dump and its restore."""
    programs, account, dump = binaries.find(None), account_for(cluster.home), cluster.home / f"{name}.dump"
    reach = ["-h", str(cluster.status().socket), "-p", str(PORT), "-U", "postgres"]
    account.check([programs.program("pg_dump"), *reach, "-Fc", "-f", str(dump), database], cwd=cluster.home)
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0 OWNER {OWNER}")
    try:
        account.check([programs.program("pg_restore"), *reach, "-d", name, str(dump)], cwd=cluster.home)
        yield name
    finally:
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")
        Path(dump).unlink()


async def test_a_dump_and_its_restore_keep_chain_and_cursors(
    cluster: Cluster, own_database: str, owner: Connection, worker_id: str
) -> None:
    seal(cluster, own_database)
    async with serving(cluster, own_database) as client:
        mirror = Mirror(client)
        await mirror.catch_up()
    owner.execute("UPDATE province SET name_en = 'Puket' WHERE code = '83'")
    seal(cluster, own_database)
    owner.execute("UPDATE province SET name_en = 'Krabee' WHERE code = '81'")  # not sealed when it is dumped
    with restored(cluster, own_database, f"restored_{worker_id}") as copy:
        cluster.sql("UPDATE district SET name_en = 'Kathoo' WHERE code = '8302'", database=copy)
        seal(cluster, copy)
        async with serving(cluster, copy) as client:
            mirror.client = client
            told = [(one["resource"], one["id"], one["version"]) for one in await mirror.catch_up()]
            verified = (await client.get("/v1/audit/verify")).json()
    assert told == [("provinces", "83", 2), ("provinces", "81", 2), ("districts", "8302", 2)]
    assert (verified["ok"], verified["faults"]) == (True, [])


def serving(cluster: Cluster, database: str) -> httpx.AsyncClient:
    """A client of an application on that database."""
    settings = settings_for(cluster, database)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(settings, connect(settings))), base_url="http://x"
    )


@pytest.mark.parametrize("table", ["audit_entry", "audit_block"])
def test_nobody_changes_the_trail(owner: Connection, cluster: Cluster, own_database: str, table: str) -> None:
    seal(cluster, own_database)
    column = {"audit_entry": "actor = 'x'", "audit_block": "entries = 0"}[table]
    renumber = f"UPDATE {table} SET number = number + 1"
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table}", renumber):
        with pytest.raises(ObjectNotInPrerequisiteState, match="the trail is never changed"):
            owner.execute(statement)
    with pytest.raises(ObjectNotInPrerequisiteState, match="delete the rows, so that the audit tells of each"):
        owner.execute("TRUNCATE activity")
    with pytest.raises(ObjectNotInPrerequisiteState, match="a record keeps its key"):
        owner.execute("UPDATE source SET id = gen_random_uuid()")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_entry (resource) VALUES ('x')",
        "INSERT INTO audit_block (number) VALUES (1)",
        "CREATE TEMPORARY TABLE t (id uuid); CREATE TRIGGER t AFTER INSERT ON t REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION smartcity_audit('proposals', '{id}', '{}', 'true')",
    ],
)
def test_the_application_cannot_write_the_trail_itself(cluster: Cluster, own_database: str, statement: str) -> None:
    url = cluster.url(APP, own_database).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as as_app, pytest.raises(InsufficientPrivilege):
        as_app.execute(statement)
