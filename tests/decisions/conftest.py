"""The service on a database that may be written to, and a maker of what decisions are about."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.decisions.filing import Filing
from tests.support import settings_for

from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)


@pytest.fixture
def filing(cluster: Cluster, written_database: str) -> Iterator[Filing]:
    """What is filed already, and what stands in the database afterwards."""
    urls = (cluster.url(role, written_database).replace("+psycopg", "") for role in (APP, OWNER))
    writer, owner = (psycopg.connect(url, autocommit=True) for url in urls)
    with writer, owner:
        yield Filing(writer, owner)
