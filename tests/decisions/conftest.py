"""The service on a database that may be written to, and a maker of what decisions are about."""

from collections.abc import Iterator

import pytest
from tests.decisions.filing import Filing, filing_on
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)


@pytest.fixture
def filing(cluster: Cluster, written_database: str) -> Iterator[Filing]:
    """What is filed already, and what stands in the database afterwards."""
    with filing_on(cluster, written_database) as made:
        yield made
