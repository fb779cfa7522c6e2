"""A migrated and loaded PostGIS, cloned for every worker, and the application on it, in process or on a port."""

import fcntl
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.callers import Callers, calling
from tests.support import Warm, application, cloned, let_the_day_end, serving, settings_for

from smartcity_api import schema
from smartcity_api.kit.database import Database
from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.register import actions as register
from smartcity_api.server import connect
from smartcity_api.settings import Settings

TEMPLATE = "loaded"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """No test begins when the day is about to end."""
    let_the_day_end()


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Programs that tests start can be interrupted, also where tests run in the background: SIGINT is ignored there."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The event loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def cluster(testrun_uid: str) -> Iterator[Cluster]:
    """One throw-away cluster for all workers of this run; the last to leave removes it."""
    cluster = Cluster(Path(tempfile.gettempdir()) / f"smartcity-tests-{testrun_uid[:12]}", durable=False)
    with cluster.use():
        yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A database with the schema and the register, made once; clone it, never connect to it."""
    with (cluster.home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if TEMPLATE not in cluster.sql("SELECT datname FROM pg_database").splitlines():
            cluster.ensure_database("loading")
            owner = cluster.url(OWNER, "loading")
            schema.migrate(owner)
            register.load(owner)
            cluster.sql("VACUUM ANALYZE", database="loading")
            cluster.sql(f"ALTER DATABASE loading RENAME TO {TEMPLATE}")
    return TEMPLATE


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """This worker's database for tests that only read."""
    with cloned(cluster, template, f"shared_{worker_id}") as name:
        yield name


@pytest.fixture(scope="session")
def written_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """This worker's database for tests that write records of their own over HTTP and do not count others'."""
    with cloned(cluster, template, f"written_{worker_id}") as name:
        yield name


@pytest.fixture
def own_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A fresh database for one test that writes."""
    with cloned(cluster, template, f"own_{worker_id}") as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, shared_database: str) -> Settings:
    """The service's settings on the shared database; override to test others."""
    return settings_for(cluster, shared_database)


@pytest.fixture(scope="session")
async def warm() -> AsyncIterator[Warm]:
    """Keeps an application from one test to the next, and with it the event loop of all."""
    warm = Warm()
    yield warm
    await warm.close()


@pytest.fixture
async def app(settings: Settings, warm: Warm, request: pytest.FixtureRequest) -> AsyncIterator[FastAPI]:
    """The application in this process: that of the test before, where its database is not this test's alone."""
    if "own_database" in request.fixturenames:
        async with application(settings) as app:
            yield app
    else:
        app = await warm.app(settings)
        hear = app.state.database.listener
        yield app
        app.state.database.listener = hear


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application in this process; a failure of the service is an answer, not an exception."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
        yield client


@pytest.fixture
async def callers(app: FastAPI) -> AsyncIterator[Callers]:
    """Clients of the application in this process, one of every role; for databases that may be written to."""
    async with calling(app) as made:
        yield made


@pytest.fixture
def live_url(settings: Settings) -> Iterator[str]:
    """The URL of a real server, for what only a socket shows."""
    with serving(settings) as url:
        yield url


@pytest.fixture
def owner(cluster: Cluster, own_database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to the test's own database, in autocommit."""
    url = cluster.url(OWNER, own_database).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def reader(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the application's role."""
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as connection:
        yield connection


@pytest.fixture
async def patient(cluster: Cluster, own_database: str) -> AsyncIterator[Database]:
    """The application's database, which lets a statement wait for as long as a test needs."""
    database = connect(settings_for(cluster, own_database, statement_timeout=60))
    yield database
    await database.close()


@pytest.fixture
def statements(app: FastAPI) -> Iterator[list[tuple[str, Any]]]:
    """Every SQL statement that the application sends, with its values, in order; no answer is given from memory."""
    sent: list[tuple[str, Any]] = []
    app.state.database.listener = lambda text, values: sent.append((text, values))
    room, app.state.answers.room = app.state.answers.room, 0
    yield sent
    app.state.answers.room = room
