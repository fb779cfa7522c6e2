"""Fixtures: the application on a database that the test may write to, sealed, and a superuser who tampers."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from tests.changes.feeding import seal
from tests.support import settings_for

from smartcity_api.local_cluster import APP, Cluster
from smartcity_api.settings import Settings

Connection = psycopg.Connection[Any]
Tamper = Callable[..., str]


@pytest.fixture
def settings(cluster: Cluster, own_database: str) -> Settings:
    """The service's settings on the test's own database."""
    return settings_for(cluster, own_database)


@pytest.fixture
def sealing(cluster: Cluster, own_database: str) -> Callable[[], int]:
    """Seals everything that is committed, in blocks of three hundred."""
    return lambda: seal(cluster, own_database, most=300)


@pytest.fixture
def as_app(cluster: Cluster, own_database: str) -> Iterator[Connection]:
    """The application role's connection, in autocommit."""
    with psycopg.connect(cluster.url(APP, own_database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def tamper(cluster: Cluster, own_database: str) -> Tamper:
    """Runs statements as the superuser, with every trigger and foreign key switched off."""
    replica = "SET session_replication_role = replica"
    return lambda *statements: cluster.sql(replica, *statements, database=own_database)
