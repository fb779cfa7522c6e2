"""The service on a database with hidden proposals."""

from collections.abc import Iterator

import pytest
from tests.support import settings_for, stocked
from tests.visibility.stock import ROWS

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture(scope="package")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with two of them, and all that is about them."""
    with stocked(cluster, template, f"hidden_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)
