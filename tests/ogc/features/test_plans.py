"""Boxes and tiles of the OGC API are read by the index of shapes, by PostgreSQL's own word on large tables."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks import programme
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.support import cloned, settings_for

from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.settings import Settings

ROWS = 20_000
MOST = ROWS // 4
"""Looking at more rows than this for a page is no better than looking at all."""
LARGE = ("proposal", "certified_city", "milestone", "event", "stage_period")

MILESTONES = f"""
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on)
SELECT md5('milestone ' || n)::uuid, 'Milestone ' || n, 'proposals', p.id::text, 'report', '2022', '2030'
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM proposal) AS p WHERE n <= {ROWS};
"""


@pytest.fixture(scope="module")
def large_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with so many proposals and milestones that the planner minds how it finds them."""
    with cloned(cluster, template, f"large_ogc_{worker_id}") as name:
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            programme.fill(owner, ROWS, certified=400)
            owner.execute("ALTER TABLE milestone DISABLE TRIGGER USER")
            owner.execute(MILESTONES)
            owner.execute("VACUUM ANALYZE milestone")
        yield name


@pytest.fixture
def settings(cluster: Cluster, large_database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, large_database, cache_size=0)


BOX = "bbox=98.2,7.8,98.5,8.1"
UTM = "bbox=410000,860000,440000,890000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32647"
ASKED = [
    *(f"{name}/items?{query}" for name in ("proposals", "milestones") for query in (BOX, UTM, f"{BOX}&limit=10")),
    f"proposals/items?{BOX}&datetime=2022-01-01/..",
    f"proposals/items?{BOX}&as_of=2022-01-01",
    "proposals/items?bbox=179,7.8,98.3,8.1",
    "proposals/items?sortby=-updated_at",
    "proposals/items?filter=id%20%3D%20%2700000000-0000-4000-8000-000000000000%27",
    "milestones/items?filter=id%20IN%20(%2700000000-0000-4000-8000-000000000000%27)",
    "milestones/items?",
    *(f"{name}/tiles/WebMercatorQuad/8/118/198" for name in ("proposals", "milestones")),
    "proposals",
    "milestones",
    "promotion-zones",
    "certified-cities",
]


@pytest.mark.parametrize("asked", ASKED)
async def test_no_large_table_is_scanned(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], asked: str
) -> None:
    answer = await client.get(f"/ogc/collections/{asked}")
    assert answer.status_code == 200, answer.text
    looked = 0
    for use in (1, LATER):
        with reader.transaction():
            for statement, parameters in statements:
                if statement.startswith("SET LOCAL"):
                    reader.execute(statement)
                    continue
                for node in nodes_of(explained(reader, statement, parameters, use)["Plan"]):
                    if node.get("Relation Name") in LARGE:
                        looked += 1
                        assert node["Node Type"] != "Seq Scan", (node["Relation Name"], statement)
                        assert rows_read(node) <= MOST, (node, statement)
    assert looked or "/" not in asked, "a large table was read"
