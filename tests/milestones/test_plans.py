"""The lists of milestones are read by their indexes, by PostgreSQL's own word on a large table."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.support import settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.milestones.queries import MILESTONES
from smartcity_api.settings import Settings

ROWS = 20_000
MOST = ROWS // 10
"""Looking at more rows than this for a page is no better than looking at all."""

# One a day from 2010 on, so that most were due; the newest tenth is not met.
FILL = f"""
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, status, met_on)
SELECT md5('milestone ' || n)::uuid, 'Trial ' || n, 'districts', d.code, 'report', '2009-12-31',
       to_char(date '1990-01-01' + n, 'YYYY-MM-DD'),
       CASE WHEN n > {ROWS} * 0.6 THEN 'scheduled' ELSE 'met' END,
       CASE WHEN n > {ROWS} * 0.6 THEN NULL ELSE to_char(date '1990-01-01' + n, 'YYYY-MM-DD') END
  FROM generate_series(1, {ROWS}) AS n
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS turn FROM district) AS d ON d.turn = mod(n, 900);
ANALYZE milestone;
"""

ASKED = [
    *(f"sort={sign}{name}" for name in MILESTONES.sorts for sign in ("", "-")),
    *(f"due_before=1990-06-01&sort={sign}due_on" for sign in ("", "-")),
    *(f"due_after=2044-06-01&sort={sign}due_on" for sign in ("", "-")),
    *(f"due_after=2010-06-01&due_before=2010-08-01&sort={sign}due_on" for sign in ("", "-")),
    *(f"overdue=true&sort={sign}due_on" for sign in ("", "-")),
    *(f"due_within_days=20&sort={sign}due_on" for sign in ("", "-")),
    *(f"due_within_days=20&as_of=2025-01-01&sort={sign}due_on" for sign in ("", "-")),
    "subject=districts/8301",
]


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with so many milestones that the planner minds how it finds them."""
    with stocked(cluster, template, f"milestone_plans_{worker_id}", FILL) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


@pytest.mark.parametrize("query", ASKED)
async def test_a_page_reads_little_more_than_it_shows(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], query: str
) -> None:
    path: str | None = f"/v1/milestones?{query}&fields=id"
    while path:
        statements.clear()
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        (text, values) = next((text, values) for text, values in statements if "ORDER BY" in text)
        for use in (1, LATER):
            nodes = list(nodes_of(explained(reader, text, values, use)["Plan"]))
            read = [node for node in nodes if node.get("Relation Name") == "milestone"]
            assert read
            assert all(node["Node Type"] != "Seq Scan" and rows_read(node) <= MOST for node in read), text
        path = answer.json()["next"] if "after=" not in path else None
