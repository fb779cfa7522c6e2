"""The service on a database with rows beside the register's, for all tests of dossiers."""

from collections.abc import Iterator

import pytest
from tests.dossiers.stock import ROWS
from tests.support import settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture(scope="package")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with an area's whole life."""
    with stocked(cluster, template, f"dossiers_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)
