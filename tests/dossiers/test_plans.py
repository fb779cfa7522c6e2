"""A dossier, a search and a place are answered by indexes, by PostgreSQL's own word on large tables."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.support import settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

ROWS = 20_000
MOST = ROWS // 4
"""Looking at more rows than this for one record, name or place is no better than looking at all."""

LARGE = {"proposal", "certified_city", "link", "milestone", "claim", "decision"}

# Triggers stand aside: the judge of events would take longer than all tests together.
FILL = f"""
ALTER TABLE proposal DISABLE TRIGGER USER;
ALTER TABLE certified_city DISABLE TRIGGER USER;
ALTER TABLE link DISABLE TRIGGER USER;
ALTER TABLE milestone DISABLE TRIGGER USER;
ALTER TABLE claim DISABLE TRIGGER USER;
ALTER TABLE decision DISABLE TRIGGER USER;
SELECT setseed(0.42);
CREATE TEMP TABLE made AS
SELECT n, md5('proposal ' || n)::uuid AS id, md5('city ' || n)::uuid AS city, p.code, p.name_th, p.name_en,
       ST_SetSRID(ST_MakePoint(97.4 + random() * 8, 5.7 + random() * 14), 4326) AS spot, mod(n, 2) = 0 AS bounded
  FROM generate_series(1, {ROWS}) AS n
  JOIN (SELECT code, name_th, name_en, row_number() OVER (ORDER BY code) - 1 AS turn FROM province) AS p
    ON p.turn = mod(n, 77);
INSERT INTO proposal (id, is_public, title_th, title_en, provinces, location, boundary, boundary_kind)
SELECT id, true, name_th || ' แผน ' || n, name_en || ' plan ' || n, ARRAY[code], spot,
       CASE WHEN bounded THEN ST_Multi(ST_Expand(spot, 0.01)) END,
       CASE WHEN bounded THEN 'surveyed' ELSE 'representative_point' END FROM made;
INSERT INTO certified_city (id, name_th, name_en, provinces, location, boundary, boundary_kind, proposal_id)
SELECT city, name_th || ' ลอง ' || n, name_en || ' city ' || n, ARRAY[code], spot,
       CASE WHEN bounded THEN ST_Multi(ST_Expand(spot, 0.01)) END,
       CASE WHEN bounded THEN 'surveyed' ELSE 'representative_point' END, id FROM made;
INSERT INTO link (id, type, from_type, from_id, to_type, to_id, confidence)
SELECT md5(type || n)::uuid, type, 'proposals', id, 'proposals', md5('proposal ' || n + 1)::uuid, 'assumed'
  FROM made, unnest(ARRAY['became', 'part_of', 'same_area_as']) AS type WHERE mod(n, 3) > 0 AND n < {ROWS};
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, due_on)
SELECT md5(year || ' milestone ' || n)::uuid, 'Report ' || n, 'proposals', id, 'report', year::text
  FROM made, generate_series(2022, 2024) AS year;
INSERT INTO claim (id, source_id, metric, value, subject_type, subject_id)
SELECT md5('claim ' || n)::uuid, source.id, 'areas', '1', 'proposals', made.id
  FROM made, (SELECT id FROM source LIMIT 1) AS source;
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id)
SELECT md5('decision ' || n)::uuid, resolution.id, 1000 + n, 'consider', 'proposals', made.id
  FROM made, (SELECT id FROM resolution LIMIT 1) AS resolution
"""

ASKED = [
    "proposals/{proposal}/timeline",
    "proposals/{proposal}/timeline?as_of=2022-12-31",
    "certified-cities/{city}/timeline",
    "provinces/83/timeline",
    "proposals/{proposal}/lineage",
    "certified-cities/{city}/lineage",
    "proposals/{proposal}/citations",
    "certified-cities/{city}/citations",
    "provinces/83/overview",
    "search?q=เชียงใหม่ ลอง 2345",
    "search?q=chaing mai city 2345",
    "locate?lon=98.98&lat=18.79",
]


@pytest.fixture(scope="module")
def large_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with so many proposals and cities that the planner minds how it finds them."""
    with stocked(cluster, template, f"many_{worker_id}", FILL, "VACUUM ANALYZE") as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, large_database: str) -> Settings:
    """The service on the large database."""
    return settings_for(cluster, large_database)


@pytest.mark.parametrize("asked", ASKED)
async def test_no_large_table_is_read_from_one_end_to_the_other(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], asked: str
) -> None:
    ids = "SELECT proposal_id, id FROM certified_city WHERE proposal_id = md5(%s)::uuid"
    row = reader.execute(ids, ("proposal 7",)).fetchone()
    assert row is not None
    answer = await client.get("/v1/" + asked.format(proposal=row[0], city=row[1]))
    assert answer.status_code == 200, answer.text
    looked = 0
    for statement, parameters in statements:
        if statement.startswith("SET LOCAL"):
            reader.execute(statement)
            continue
        for use in (1, LATER):
            for node in nodes_of(explained(reader, statement, parameters, use)["Plan"]):
                if node.get("Relation Name") in LARGE and node["Actual Loops"]:
                    assert node["Node Type"] != "Seq Scan", (node["Relation Name"], node.get("Filter"), use)
                    assert rows_read(node) <= MOST, node
                    looked += 1
    assert looked, "a large table was asked"
