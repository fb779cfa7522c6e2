"""Every filter and sort of a list finds its rows by an index, by PostgreSQL's own word on a large table."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks import cases, programme
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.support import cloned, settings_for

from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.provinces.queries import DISTRICTS
from smartcity_api.settings import Settings

ROWS = 20_000
MOST = ROWS // 4
"""Looking at more rows than this for a page is no better than looking at all."""

# Districts beyond those that exist, in their provinces; the rules of real codes and the memory of sources stand aside.
FILL = f"""
ALTER TABLE district DISABLE TRIGGER USER, DROP CONSTRAINT ck_district_code_has_four_digits;
SELECT setseed(0.42);
INSERT INTO district (id, code, province_code, name_th, name_en, updated_at, location, boundary, boundary_medium,
                      boundary_low)
SELECT md5('district ' || n)::uuid, p.code || lpad(n::text, 6, '0'), p.code, p.name_th || ' ' || n,
       p.name_en || ' ' || n, TIMESTAMPTZ '2020-01-01Z' + n * interval '1 hour', spot, shape, shape, shape
  FROM generate_series(1, {ROWS}) AS n
  JOIN (SELECT code, name_th, name_en, row_number() OVER (ORDER BY code) - 1 AS turn FROM province) AS p
    ON p.turn = mod(n, 77)
 CROSS JOIN LATERAL (SELECT 97.4 + random() * 8.2 + 0 * n, 5.7 + random() * 14.7) AS place(lon, lat)
 CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326)) AS point(spot)
 CROSS JOIN LATERAL (SELECT ST_Multi(ST_Expand(spot, 0.01))) AS square(shape);
"""

LISTS = [
    "bbox=99.4,7.7,99.6,7.9",
    "near=100.5018,13.7563,20000",
    "intersects=provinces/83",
    "q=เชียงใหม่ 2345",
    "q=chaing mai 2345",
    "province=83",
    "district=8301",
    "region=ngc6:south&province=83",
    "updated_since=2022-04-01T00:00:00Z",
    "bbox=99.4,7.7,99.6,7.9&count=exact",
    "bbox=99.4,7.7,99.6,7.9&province=83&sort=-name_th",
    *(f"sort={sign}{name}" for name in DISTRICTS.sorts for sign in ("", "-")),
]


@pytest.fixture(scope="module")
def large_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with so many districts, proposals and cities that the planner minds how it finds them."""
    with cloned(cluster, template, f"large_{worker_id}") as name:
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            programme.fill(owner, ROWS, certified=400)  # before: its areas lie in districts that exist
            owner.execute(FILL)
            owner.execute("VACUUM ANALYZE district")
        yield name


@pytest.fixture
def settings(cluster: Cluster, large_database: str) -> Settings:
    """The service on the large database."""
    return settings_for(cluster, large_database)


def assert_led_by_an_index(reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], use: int) -> None:
    looked = 0
    for statement, parameters in statements:
        if statement.startswith("SET LOCAL"):
            reader.execute(statement)
        elif "FROM district" in statement:
            for node in nodes_of(explained(reader, statement, parameters, use)["Plan"]):
                if node.get("Relation Name") == "district":
                    assert node["Node Type"] != "Seq Scan", statement
                    assert rows_read(node) <= MOST, statement
                    looked += 1
    assert looked, "the list was read from the table"


@pytest.mark.parametrize("query", LISTS)
async def test_a_list_is_read_by_an_index_at_its_first_use_and_later(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], query: str
) -> None:
    answer = await client.get(f"/v1/districts?{query}")
    assert answer.status_code == 200, answer.text
    for use in (1, LATER):
        assert_led_by_an_index(reader, statements, use)


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in DISTRICTS.sorts for sign in ("", "-")])
async def test_a_deep_page_costs_no_more_than_the_first(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], sort: str
) -> None:
    path = f"/v1/districts?sort={sort}&geometry=none&fields=code&limit=1000"
    for _ in range(8):
        path = (await client.get(path)).json()["next"]
    statements.clear()
    assert (await client.get(path)).status_code == 200
    for use in (1, LATER):
        assert_led_by_an_index(reader, statements, use)


HISTORY = ("event", "stage_period")
PAGE = 51
"""The rows of a page, and the one that says that there are more."""
TOLD = 8
"""No made-up city has more events, its proposal's included."""


def assert_led(reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], table: str, use: int) -> None:
    """No table is scanned, and few rows are read; what is told of each row is read for those of the page alone."""
    looked = 0
    for statement, parameters in statements:
        if statement.startswith("SET LOCAL"):
            reader.execute(statement)
        elif f"FROM {table}" in statement and "ORDER BY" in statement:
            for node in nodes_of(explained(reader, statement, parameters, use)["Plan"]):
                read = node.get("Relation Name")
                if read in (table, *HISTORY):
                    assert node["Node Type"] != "Seq Scan", (read, statement)
                if read == table:
                    looked += 1
                    assert rows_read(node) <= MOST, (rows_read(node), statement)
                if read == "event" and "reached" not in parameters:
                    assert node["Actual Loops"] <= PAGE * TOLD, statement
    assert looked, "the list was read from the table"


ASKED = [
    (layer.name, query, sort)
    for layer in cases.LAYERS
    for query in cases.FILTERS[layer.name].values()
    for sort in cases.sorts(layer)
    if sort in ("-display_title", "batch") or not query
]


@pytest.mark.parametrize(("resource", "query", "sort"), ASKED)
async def test_what_has_a_history_is_read_by_an_index(
    client: httpx.AsyncClient,
    reader: psycopg.Connection[Any],
    statements: list[tuple[str, Any]],
    resource: str,
    query: str,
    sort: str,
) -> None:
    path: str | None = f"/v1/{resource}?{query}&sort={sort}"
    while path:
        statements.clear()
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        with reader.transaction():
            assert_led(reader, statements, cases.TABLES[resource], LATER)
        path = answer.json()["next"] if "after=" not in path else None
