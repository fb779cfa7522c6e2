"""A database that is away, goes away, is slow, is busy or is not what it should be; and one that cannot be written."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text
from tests.kit.refusals import Wire, is_thai, lengthen, refused
from tests.support import blocked, cloned, serving, settings_for

from smartcity_api import schema
from smartcity_api.app import create_app
from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings

RECORD = "/v1/provinces/83?geometry=none"
READS = ["/v1/provinces", "/v1/provinces?f=ndjson", "/v1/provinces?count=estimate", RECORD, "/v1/search?q=a"]
READS += ["/v1/locate?lon=100&lat=14", "/readyz"]


@asynccontextmanager
async def talking(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application with these settings."""
    app = create_app(settings, connect(settings))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
        yield client
    await app.state.database.close()


def owning(cluster: Cluster, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(cluster.url(OWNER, database).replace("+psycopg", ""))


class TestOutage:
    """A cluster of its own, which is stopped and started."""

    @pytest.fixture(scope="class")
    @classmethod
    def cluster(cls) -> Iterator[Cluster]:
        with tempfile.TemporaryDirectory(prefix="smartcity-outage-") as place:
            Path(place).chmod(0o755)
            cluster = Cluster(Path(place) / "pg", durable=False)
            cluster.start()
            yield cluster
            cluster.remove(force=True)

    @pytest.fixture
    def settings(self, cluster: Cluster) -> Settings:
        cluster.start()
        cluster.ensure_database("outage")
        schema.migrate(cluster.url(OWNER, "outage"))
        return settings_for(cluster, "outage", database_pool_size=4)

    async def test_it_says_so_and_recovers_by_itself(self, cluster: Cluster, settings: Settings) -> None:
        async with talking(settings) as client:
            # Several connections in the pool, all of which will be dead.
            await asyncio.gather(*(client.get(path) for path in READS))
            assert (await client.get("/readyz")).json()["status"] == "ready"
            for _ in range(2):
                cluster.stop(force=True)
                for path in READS:
                    answer = await client.get(path, headers={"Accept-Language": "th"})
                    assert is_thai(refused(answer, "database-unavailable"))
                    assert int(answer.headers["retry-after"]) > 0
                assert (await client.get("/healthz")).status_code == 200
                assert (await client.get("/v1/provinces?limit=0")).status_code == 400
                cluster.start()
                for _ in range(6):
                    assert (await client.get("/v1/sources")).status_code == 200

    async def test_a_restart_that_nobody_noticed_costs_one_answer_at_most(
        self, cluster: Cluster, settings: Settings
    ) -> None:
        async with talking(settings) as client:
            await asyncio.gather(*(client.get("/v1/sources") for _ in range(8)))
            cluster.stop(force=True)
            cluster.start()
            statuses = [(await client.get("/v1/sources")).status_code for _ in range(6)]
            assert statuses[1:] == [200] * 5
            assert statuses[0] in (200, 503)

    def test_a_stream_that_loses_the_database_is_broken_off(self, cluster: Cluster, settings: Settings) -> None:
        with owning(cluster, "outage") as owner:
            lengthen(owner)
        for coding in ("identity", "gzip"):
            with serving(settings) as url, Wire(url, receive_buffer=4096) as wire:
                wire.send("GET /v1/sources?f=ndjson HTTP/1.1", "Host: x", f"Accept-Encoding: {coding}")
                assert wire.socket.recv(100).startswith(b"HTTP/1.1 200")
                if coding == "identity":
                    cluster.stop(force=True)
                    assert not wire.holds_a_whole_stream()
                    with Wire(url) as other:
                        assert other.get("/v1/sources")[0] == 503
                    cluster.start()
                with Wire(url) as other:
                    assert other.get("/v1/sources?limit=1")[0] == 200


class TestTrouble:
    """A database of its own in the shared cluster."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database, database_pool_size=1, database_pool_timeout=0.2)

    @pytest.mark.parametrize("path", ["/v1/provinces", "/v1/provinces?f=csv", RECORD, "/v1/search?q=a"])
    async def test_a_query_that_takes_too_long_is_cut(
        self, cluster: Cluster, own_database: str, settings: Settings, path: str
    ) -> None:
        impatient = settings.model_copy(update={"statement_timeout": 0.2})
        async with talking(impatient) as client:
            with owning(cluster, own_database) as owner:
                owner.execute("LOCK TABLE province IN ACCESS EXCLUSIVE MODE")
                answer = await client.get(path, headers={"Accept-Language": "th"})
                assert is_thai(refused(answer, "query-too-slow"))
                assert answer.headers["retry-after"] == "30"
            assert (await client.get(path)).status_code == 200

    async def test_a_legitimate_question_can_be_too_heavy(self, settings: Settings) -> None:
        tiny = settings.model_copy(update={"statement_timeout": 0.001, "database_pool_timeout": 20.0})
        async with talking(tiny) as client:
            answer = await client.get("/v1/districts?f=geojson&limit=1000")
            refused(answer, "query-too-slow")

    async def test_a_pool_that_is_exhausted_is_busy(
        self, cluster: Cluster, own_database: str, settings: Settings
    ) -> None:
        async with talking(settings) as client:
            with owning(cluster, own_database) as owner:
                owner.execute("LOCK TABLE province IN ACCESS EXCLUSIVE MODE")
                waiting = asyncio.create_task(client.get(RECORD))
                await blocked(cluster, own_database)
                for path in ("/v1/sources", "/v1/sources?f=csv", "/readyz", "/v1/locate?lon=100&lat=14"):
                    answer = await client.get(path, headers={"Accept-Language": "th"})
                    assert is_thai(refused(answer, "database-busy"))
                    assert answer.headers["retry-after"] == "1"
                assert (await client.get("/healthz")).status_code == 200
            assert (await waiting).status_code == 200
            assert (await client.get("/v1/sources")).status_code == 200

    async def test_a_connection_that_is_ended_in_the_middle_is_an_outage(
        self, cluster: Cluster, own_database: str, settings: Settings
    ) -> None:
        async with talking(settings) as client:
            with owning(cluster, own_database) as owner:
                owner.execute("LOCK TABLE province IN ACCESS EXCLUSIVE MODE")
                waiting = asyncio.create_task(client.get(RECORD))
                await blocked(cluster, own_database)
                mine = f"usename = '{APP}' AND datname = '{own_database}'"
                cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
                refused(await waiting, "database-unavailable")
            assert (await client.get(RECORD)).status_code == 200

    async def test_a_whole_stream_gives_its_connection_back(
        self, owner: psycopg.Connection[Any], settings: Settings
    ) -> None:
        app = create_app(settings, connect(settings))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
            for query in ("f=ndjson", "f=csv&limit=3", "f=ndjson&after=x", "f=ndjson&province=99", "f=json"):
                await client.get(f"/v1/districts?{query}")
                await client.head(f"/v1/districts?{query}")
        assert app.state.database.in_use == 0
        row = owner.execute(
            "SELECT count(*) FILTER (WHERE state <> 'idle'), count(*) FROM pg_stat_activity "
            "WHERE application_name = 'smartcity-api' AND datname = current_database()"
        ).fetchone()
        assert row == (0, 2), "one to read by, and one that names the state"
        await app.state.database.close()


class TestReadiness:
    """Databases that are not what the service needs."""

    async def test_an_empty_database_is_not_ready(self, cluster: Cluster, worker_id: str) -> None:
        with cloned(cluster, "template0", f"empty_{worker_id}") as name:
            await self.is_not_ready(settings_for(cluster, name), "schema")

    async def test_an_old_schema_is_not_ready(self, cluster: Cluster, worker_id: str) -> None:
        with cloned(cluster, "template0", f"old_{worker_id}") as name:
            cluster.ensure_database(name)
            schema.migrate(cluster.url(OWNER, name), "0001")
            await self.is_not_ready(settings_for(cluster, name), "0001")

    async def test_a_database_that_is_blind_to_thai_is_not_ready(self, cluster: Cluster, worker_id: str) -> None:
        name = f"blind_{worker_id}"
        cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' OWNER {OWNER}")
        cluster.ensure_database(name)
        schema.migrate(cluster.url(OWNER, name))
        await self.is_not_ready(settings_for(cluster, name), "C.UTF-8")
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")

    async def test_a_database_that_does_not_exist_is_unavailable(self, cluster: Cluster) -> None:
        async with talking(settings_for(cluster, "nowhere")) as client:
            refused(await client.get("/readyz"), "database-unavailable")
            refused(await client.get(RECORD), "database-unavailable")

    async def is_not_ready(self, settings: Settings, reason: str) -> None:
        async with talking(settings) as client:
            problem = refused(await client.get("/readyz"), "not-ready")
            assert reason in problem["detail"]
            thai = await client.get("/readyz", headers={"Accept-Language": "th"})
            assert is_thai(refused(thai, "not-ready"))
            assert int(thai.headers["retry-after"]) > 0
            if reason != "C.UTF-8":
                refused(await client.get("/v1/provinces"), "not-ready")
            assert (await client.get("/healthz")).json()["status"] == "alive"


class TestReadingOnly:
    """PostgreSQL itself refuses what a programming error would write."""

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM province",
            "UPDATE source SET title = title",
            "CREATE TABLE t (n int)",
            "SELECT * FROM province FOR UPDATE",
        ],
    )
    async def test_a_reading_session_writes_nothing(self, app: Any, statement: str) -> None:
        for reading in (app.state.database.statement, app.state.database.snapshot):
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                async with reading() as snapshot:
                    await snapshot.execute(text(statement))

    async def test_a_reading_session_is_read_only_and_sees_one_snapshot(self, app: Any) -> None:
        shown = text("SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation')")
        async with app.state.database.snapshot() as snapshot:
            assert await snapshot.rows(shown) == [(b"on", b"repeatable read")]

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO province DEFAULT VALUES",
            "UPDATE province SET name_en = 'x'",
            "DELETE FROM district",
            "TRUNCATE district",
            "DROP TABLE district",
            "ALTER TABLE province ADD COLUMN x int",
            "CREATE TABLE t (n int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
            "UPDATE alembic_version SET version_num = 'x'",
            "CREATE SCHEMA mine",
            "CREATE ROLE mine",
            f"SET ROLE {OWNER}",
        ],
    )
    def test_the_services_role_may_not_write_or_create(
        self, cluster: Cluster, own_database: str, statement: str
    ) -> None:
        url = cluster.url(APP, own_database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
