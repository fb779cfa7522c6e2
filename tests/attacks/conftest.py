"""The service on a database that may be written to."""

import pytest
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)
