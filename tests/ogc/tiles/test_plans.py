"""Tiles find their rows by the index of shapes, by PostgreSQL's own word on a large table."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.ogc.tiles.reading import SET, Reader
from tests.support import settings_for, stocked
from tests.test_plans import FILL, MOST

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture(scope="module")
def large_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with many small districts all over the country."""
    with stocked(cluster, template, f"tiles_{worker_id}", FILL, "VACUUM ANALYZE district") as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, large_database: str) -> Settings:
    """The service on the large database."""
    return settings_for(cluster, large_database)


@pytest.mark.parametrize("use", [1, LATER])
@pytest.mark.parametrize(
    "path",
    [
        f"{SET}/9/236/399",
        f"{SET}/12/1890/3193?as_of=2021-11-05",
        f"collections/districts/{SET}/9/236/399",
        f"collections/districts/{SET}/11/945/1596?province=10",
        f"collections/districts/{SET}/11/945/1596?filter=area_km2%20%3E%201",
    ],
)
async def test_a_tile_reads_its_own_rows(
    client: httpx.AsyncClient, settings: Settings, statements: list[tuple[str, Any]], path: str, use: int
) -> None:
    answer = await client.get(f"/ogc/{path}", headers={"Cache-Control": "no-cache"})
    assert answer.status_code == 200, answer.text
    looked = 0
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as connection:
        for text, values in statements:
            if "ST_AsMVT" in text:
                for node in nodes_of(explained(connection, text, values, use)["Plan"]):
                    if node.get("Relation Name") == "district":
                        assert node["Node Type"] != "Seq Scan", (node, values)
                        assert rows_read(node) <= MOST
                        looked += 1
    assert looked >= 2, "the shapes and their labels"


@pytest.mark.parametrize(("tile", "planned_anew"), [("5/14/24", True), ("7/58/99", True), ("8/118/198", False)])
async def test_a_tile_of_much_is_planned_for_itself(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]], tile: str, planned_anew: bool
) -> None:
    answer = await client.get(f"/ogc/collections/districts/{SET}/{tile}", headers={"Cache-Control": "no-cache"})
    assert answer.status_code == 200, answer.text
    assert any("force_custom_plan" in text for text, _ in statements) is planned_anew


async def test_a_tile_of_many_is_bounded(reader: Reader) -> None:
    found = await reader.tile(f"collections/districts/{SET}", 4, 7, 12)
    assert len(found["districts"]) <= 10_000
    assert 500 < len(found["districts-labels"]) <= 1_000
