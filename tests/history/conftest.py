"""Fixtures: one database for all tests of history, since each makes its own subjects, and hands to write in it."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from tests.history.making import Connection, Making
from tests.support import cloned

from smartcity_api.local_cluster import APP, OWNER, Cluster

ROLE = "smartcity_app"


@pytest.fixture(scope="session")
def history_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """This worker's database for tests that write histories of their own."""
    with cloned(cluster, template, f"history_{worker_id}") as name:
        # Rights that would let the application write what follows from histories, were there no guards.
        cluster.sql(
            f"GRANT INSERT, UPDATE, DELETE ON proposal, certified_city, promotion_zone TO {ROLE}", database=name
        )
        yield name


@pytest.fixture
def as_owner(cluster: Cluster, history_database: str) -> Iterator[Connection]:
    """The owner's connection, in autocommit."""
    with psycopg.connect(cluster.url(OWNER, history_database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_app(cluster: Cluster, history_database: str) -> Iterator[Connection]:
    """The application role's connection, in autocommit."""
    with psycopg.connect(cluster.url(APP, history_database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def service(as_app: Connection, as_owner: Connection) -> Making:
    """Acts and events are written by the application's role."""
    return Making(as_app, as_owner)


@pytest.fixture
def register(as_owner: Connection) -> Making:
    """Acts and events are written by the owner, as the loader does."""
    return Making(as_owner, as_owner)


@pytest.fixture
def paper(register: Making) -> UUID:
    """A source that statements may rest on."""
    return register.source()
