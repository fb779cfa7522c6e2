"""Durations of histories that the made areas do not have."""

from typing import Any

import httpx
import psycopg
import pytest
from tests.statistics.counting import got
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

AGAIN = """
INSERT INTO stage_period (subject_id, position, subject_type, stage, starts_on, ends_before)
SELECT id, position, 'proposals', stage, starts_on, ends_before
  FROM (SELECT id FROM proposal WHERE is_public ORDER BY id LIMIT 2) AS two,
       (VALUES (1, 'submitted', '2021-01-01'::date, '2021-01-11'::date), (2, 'returned', '2021-01-11', '2021-01-31'),
               (3, 'submitted', '2021-01-31', '2021-01-31'), (4, 'eligible', '2021-01-31', '2021-02-10'),
               (5, 'returned', '2021-02-10', 'infinity')) AS period(position, stage, starts_on, ends_before)
"""


@pytest.fixture
def settings(cluster: Cluster, own_database: str) -> Settings:
    """The service on the test's own database."""
    return settings_for(cluster, own_database)


async def test_a_step_that_comes_again_counts_from_its_first_day(
    client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("DELETE FROM stage_period")
    owner.execute(AGAIN)
    items = (await got(client, "durations", of="proposals"))["items"]
    assert [tuple(one.values()) for one in items] == [
        ("submitted", "eligible", 2, 30, 30),
        ("submitted", "returned", 2, 10, 10),
        ("returned", "eligible", 2, 20, 20),
    ]
