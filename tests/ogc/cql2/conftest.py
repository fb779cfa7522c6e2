"""A connection for plain SQL beside the application."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from smartcity_api.local_cluster import OWNER, Cluster


@pytest.fixture
def plain(cluster: Cluster, shared_database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's, who sees every row; on the register all of them are public."""
    with psycopg.connect(cluster.url(OWNER, shared_database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection
