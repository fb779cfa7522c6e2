"""Neighbours share their borders at every zoom: nothing between them, and nothing of one upon the other.

Where a wedge is thinner than a unit of the tile, an eighth of a pixel, its point may end on the other side.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.ogc.tiles.reading import SET, Reader, over, tiles

from smartcity_api.local_cluster import OWNER, Cluster

COVERED = """
WITH shape AS (
  SELECT n, ST_MakeValid(ST_GeomFromWKB(wkb)) AS g FROM unnest(%s::bytea[]) WITH ORDINALITY AS given(wkb, n)
), twice AS (
  SELECT ST_CollectionExtract(ST_Intersection(a.g, b.g), 3) AS g
    FROM shape AS a JOIN shape AS b ON a.n < b.n AND ST_Intersects(a.g, b.g)
), never AS (
  SELECT ST_MakePolygon(ST_InteriorRingN(part.geom, n)) AS g
    FROM (SELECT ST_Union(g) AS g FROM shape) AS whole, ST_Dump(whole.g) AS part,
         generate_series(1, ST_NumInteriorRings(part.geom)) AS n
)
SELECT (SELECT coalesce(sum(ST_Area(ST_Buffer(g, -0.5))), 0) FROM twice),
       (SELECT coalesce(sum(ST_Area(ST_Buffer(g, -0.5))), 0) FROM never)
"""
"""How much is covered twice, and how much of what is surrounded is not covered, but for what is thinner than a unit."""

BORDER = """
WITH a AS (SELECT (ST_DumpPoints(ST_GeomFromWKB(%s))).geom AS p), b AS (SELECT ST_GeomFromWKB(%s) AS g)
SELECT count(*) FILTER (WHERE d = 0), count(*) FILTER (WHERE d > 0 AND d < 1)
  FROM (SELECT ST_Distance(p, ST_Points(g)) AS d FROM a, b) AS apart
"""
"""Vertices that two have in common, and vertices of the one that are near one of the other, but not on it."""


@pytest.fixture
def postgis(cluster: Cluster, shared_database: str) -> Iterator[psycopg.Connection[Any]]:
    """What reckons with shapes."""
    with psycopg.connect(cluster.url(OWNER, shared_database).replace("+psycopg", "")) as connection:
        yield connection


@pytest.mark.parametrize("zoom", range(2, 12))  # before, bays of the sea close, which are nobody's
@pytest.mark.parametrize("collection", ["provinces", "districts"])
async def test_units_leave_no_gap_and_do_not_overlap(
    reader: Reader, postgis: psycopg.Connection[Any], collection: str, zoom: int
) -> None:
    around_bangkok = over(100.3, 13.5, 100.95, 14.2, zoom)
    for row, col in tiles(zoom) if zoom < 7 else around_bangkok:
        found = (await reader.tile(f"collections/{collection}/{SET}", zoom, row, col)).get(collection, [])
        if not found:
            continue
        (measured,) = postgis.execute(COVERED, [[feature.shape for feature in found]]).fetchall()
        assert measured == (0, 0), (row, col)


@pytest.mark.parametrize("zoom", [4, 5, 6, 7, 8, 9, 10])
async def test_two_neighbours_have_the_same_vertices_on_their_border(
    reader: Reader, postgis: psycopg.Connection[Any], zoom: int
) -> None:
    shared = 0
    for row, col in over(98.9, 18.3, 99.3, 18.9, zoom):
        found = (await reader.tile(f"collections/provinces/{SET}", zoom, row, col))["provinces"]
        shapes = {feature.told["name_en"]: feature.shape for feature in found}
        if {"Chiang Mai", "Lamphun"} <= shapes.keys():
            pair = [shapes["Chiang Mai"], shapes["Lamphun"]]
            ((same, almost),) = postgis.execute(BORDER, pair).fetchall()
            assert almost == 0
            shared += same
    assert shared > 10


@pytest.mark.parametrize("zoom", [5, 7, 9])
async def test_an_area_of_whole_provinces_lies_on_their_borders(
    reader: Reader, postgis: psycopg.Connection[Any], zoom: int
) -> None:
    compared = 0
    for row, col in over(99.9, 16.4, 101.0, 17.7, zoom):
        found = await reader.tile(SET, zoom, row, col, collections="provinces,certified-cities")
        cities = [one for one in found.get("certified-cities", []) if one.told["boundary_kind"] == "administrative"]
        for city in cities:
            if "พิษณุโลก" in city.told["display_name"]:
                (province,) = (one for one in found["provinces"] if one.told["name_en"] == "Phitsanulok")
                query = "SELECT ST_Area(ST_SymDifference(ST_GeomFromWKB(%s), ST_GeomFromWKB(%s)))"
                ((apart,),) = postgis.execute(query, [city.shape, province.shape]).fetchall()
                assert apart < 1
                compared += 1
    assert compared
