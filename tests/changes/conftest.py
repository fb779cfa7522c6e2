"""Fixtures: the application and its callers on a database that the test may write to."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from tests.changes.feeding import seal
from tests.history.making import Making
from tests.support import settings_for

from smartcity_api.local_cluster import APP, Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, own_database: str) -> Settings:
    """The service's settings on the test's own database."""
    return settings_for(cluster, own_database)


@pytest.fixture
def sealing(cluster: Cluster, own_database: str) -> Callable[[], int]:
    """Seals everything that is committed."""
    return lambda: seal(cluster, own_database)


@pytest.fixture
def as_app(cluster: Cluster, own_database: str) -> Iterator[psycopg.Connection[Any]]:
    """The application role's connection, in autocommit."""
    with psycopg.connect(cluster.url(APP, own_database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def making(owner: psycopg.Connection[Any]) -> Making:
    """Makes histories as the owner."""
    return Making(owner, owner)
