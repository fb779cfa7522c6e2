"""Who may see few of many changes finds them by an index of his own, by PostgreSQL's own word."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.callers import HOME, Callers

from smartcity_api.local_cluster import APP, Cluster

ROWS = 40_000
# One in a thousand is an agency's own, one in two thousand anybody's.
FILL = f"""
INSERT INTO audit_entry (resource, subject_id, op, version, at, actor, after, served, public_before, public_after,
                         organisation_after, number, hash)
SELECT 'proposals', md5(n::text), 'insert', 1, now(), 'x', '{{}}', true, false, n % 2000 = 0,
       CASE WHEN n % 1000 = 1 THEN '{HOME}' ELSE '00000000-0000-0000-0000-000000000001' END::uuid, n, '\\x00'
  FROM generate_series(1, {ROWS}) AS n;
INSERT INTO audit_entry (resource, subject_id, op, version, at, actor, after, served, public_before, public_after,
                         number, hash)
SELECT 'events', md5(n::text), 'insert', 1, now(), 'x', '{{}}', false, false, true, {ROWS} + n, '\\x00'
  FROM generate_series(1, {ROWS}) AS n
"""


@pytest.mark.parametrize(("name", "found"), [("public", 20), ("agency", 60), ("secretary", 100)])
async def test_nobody_reads_past_what_others_may_see(
    callers: Callers, cluster: Cluster, own_database: str, statements: list[tuple[str, Any]], name: str, found: int
) -> None:
    cluster.sql("SET session_replication_role = replica", "TRUNCATE audit_entry", FILL, database=own_database)
    cluster.sql("VACUUM ANALYZE audit_entry", database=own_database)
    statements.clear()
    answer = await getattr(callers, name).get("/v1/changes", params={"limit": 100})
    assert len(answer.json()["items"]) == found
    told = [(text, values) for text, values in statements if "FROM audit_entry" in text or text.startswith("SET LOCAL")]
    with psycopg.connect(cluster.url(APP, own_database).replace("+psycopg", "")) as reader:
        for use in (1, LATER):
            looked = [node for node in planned(reader, told, use) if node.get("Relation Name") == "audit_entry"]
            assert looked
            assert "Seq Scan" not in {node["Node Type"] for node in looked}
            assert max(map(rows_read, looked)) <= found


def planned(reader: psycopg.Connection[Any], told: list[tuple[str, Any]], use: int) -> Iterator[Any]:
    """The nodes of their plans at that use."""
    for text, values in told:
        if text.startswith("SET LOCAL"):
            reader.execute(text.encode())
        else:
            yield from nodes_of(explained(reader, text, values, use)["Plan"])
