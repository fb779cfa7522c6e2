"""One database with made areas for all tests of the statistics, which only read it."""

from collections.abc import Iterator

import pytest
from tests.statistics.rows import populated
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture(scope="session")
def statistics_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """This worker's database with the register and the made areas."""
    with populated(cluster, template, f"statistics_{worker_id}") as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, statistics_database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, statistics_database)
