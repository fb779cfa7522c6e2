"""Boxes and reference systems, against what PostGIS itself says."""

import json
from typing import Any

import httpx
import psycopg
import pytest
from tests.ogc.features.reading import COUNTS, EPSG, features, ids, read
from tests.support import listed

from smartcity_api.ogc.crs import CRS84, SYSTEMS

INDIAN_1975 = "+proj=utm +zone=47 +a=6377276.345 +b=6356075.41314024 +towgs84=210,814,289,0,0,0,0 +units=m +no_defs"
OTHERS = [uri for uri in SYSTEMS if uri != CRS84]


def transformed(reader: psycopg.Connection[Any], shape: dict[str, Any], crs: str) -> Any:
    """The shape in that system, by PostGIS alone."""
    code = int(crs.rpartition("/")[2])
    target: int | str = INDIAN_1975 if code == 24047 else code
    row = reader.execute(
        "SELECT ST_AsGeoJSON(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), %s), 9, 0)::json",
        (json.dumps(shape), target),
    ).fetchone()
    assert row is not None
    return row[0]


def positions(coordinates: Any) -> list[list[float]]:
    if isinstance(coordinates[0], int | float):
        return [coordinates]
    return [one for part in coordinates for one in positions(part)]


@pytest.mark.parametrize("crs", OTHERS)
async def test_geometries_are_transformed_as_postgis_does(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], crs: str
) -> None:
    path = "/collections/certified-cities/items"
    plain, other = [await read(client, path, limit=40, **given) for given in ({}, {"crs": crs})]
    tolerance = 0.0000006 if crs.endswith("/4326") else 0.0051
    compared = 0
    for one, there in zip(plain["features"], other["features"], strict=True):
        assert one["properties"] == there["properties"]
        if one["geometry"] is None:
            continue
        expected = positions(transformed(reader, one["geometry"], crs)["coordinates"])
        if crs.endswith("/4326"):
            expected = [position[::-1] for position in expected]
        found = positions(there["geometry"]["coordinates"])
        assert "crs" not in there["geometry"]
        for here, wanted in zip(found, expected, strict=True):
            assert here == pytest.approx(wanted, abs=tolerance)
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("crs", SYSTEMS)
async def test_the_system_is_named_in_the_header_of_pages_and_items(client: httpx.AsyncClient, crs: str) -> None:
    for path in ("/ogc/collections/provinces/items", "/ogc/collections/provinces/items/83"):
        limit = {"limit": "1"} if path.endswith("items") else {}
        answer = await client.get(path, params={"crs": crs, **limit})
        assert answer.headers["content-crs"] == f"<{crs}>"
        default = await client.get(path, params=limit)
        assert default.headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs", "filter-crs"])
async def test_an_unknown_system_is_refused(client: httpx.AsyncClient, parameter: str) -> None:
    answer = await client.get("/ogc/collections/provinces/items", params={parameter: f"{EPSG}24048", "bbox": "1,2,3,4"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == parameter


async def test_old_thai_maps_lie_three_hundred_metres_off(client: httpx.AsyncClient) -> None:
    """Indian 1975 is about 330 m west and 300 m north of WGS 84 in Bangkok; PROJ's first choice would be 190 m off."""
    here, there = [
        (await read(client, "/collections/provinces/items/10", crs=f"{EPSG}{code}"))["geometry"]["coordinates"]
        for code in (32647, 24047)
    ]
    (x, y), (old_x, old_y) = positions(here)[0], positions(there)[0]
    assert old_x - x == pytest.approx(334, abs=6)
    assert old_y - y == pytest.approx(-303, abs=6)


BOX = "100.3,13.5,101.2,14.1"


@pytest.mark.parametrize("collection", COUNTS)
async def test_a_box_selects_what_touches_it_and_what_is_nowhere(client: httpx.AsyncClient, collection: str) -> None:
    everything = await features(client, collection, limit=1000)
    nowhere = {one["id"] for one in everything if one["geometry"] is None}
    found = set(await ids(client, collection, bbox=BOX))
    assert nowhere <= found
    if collection != "milestones":
        touching = {str(one.get("code", one["id"])) for one in await listed(client, collection, bbox=BOX)}
        assert found == touching | nowhere
    assert found == nowhere or len(found) < COUNTS[collection]


async def test_milestones_lie_where_their_subjects_do(client: httpx.AsyncClient) -> None:
    everything = await features(client, "milestones", limit=1000)
    placed = [one for one in everything if one["properties"]["subject"]["type"] == "provinces"]
    assert placed
    for one in placed:
        code = one["properties"]["subject"]["id"]
        assert one["geometry"] == (await read(client, f"/collections/provinces/items/{code}"))["geometry"]
    nowhere = {one["id"] for one in everything if one["geometry"] is None}
    assert set(await ids(client, "milestones", bbox="98.2,7.7,98.5,8.2")) - nowhere == {
        one["id"] for one in placed if one["properties"]["subject"]["id"] == "83"
    }


async def test_a_box_over_the_date_line_is_two(client: httpx.AsyncClient) -> None:
    west_of_100 = set(await ids(client, "provinces", bbox="170,0,100,30"))
    assert west_of_100 == set(await ids(client, "provinces", bbox="-180,0,100,30"))
    assert 0 < len(west_of_100) < 77
    assert await ids(client, "provinces", bbox="177,65,-177,70") == []


async def test_heights_are_left_out_of_account(client: httpx.AsyncClient) -> None:
    flat, high = [await ids(client, "districts", bbox=box) for box in (BOX, "100.3,13.5,-10,101.2,14.1,9000")]
    assert flat == high
    assert 0 < len(flat) < 928


@pytest.mark.parametrize("crs", OTHERS)
async def test_a_box_in_another_system_is_the_same_box(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], crs: str
) -> None:
    box = {"type": "LineString", "coordinates": [[98.2, 7.7], [98.5, 8.25]]}
    (west, south), (east, north) = transformed(reader, box, crs)["coordinates"]
    sides = (south, west, north, east) if crs.endswith("/4326") else (west, south, east, north)
    found = await ids(client, "districts", bbox=",".join(map(str, sides)), bbox_crs=crs)
    assert found == await ids(client, "districts", bbox="98.2,7.7,98.5,8.25")
    assert "8301" in found


@pytest.mark.parametrize("crs", SYSTEMS)
async def test_a_box_of_everything_is_cut_to_what_can_be_computed(client: httpx.AsyncClient, crs: str) -> None:
    degrees = {CRS84: "-180,-90,180,90", f"{EPSG}4326": "-90,-180,90,180"}
    found = await ids(client, "provinces", bbox=degrees.get(crs, "-1e30,-1e30,1e30,1e30"), bbox_crs=crs)
    assert len(found) == 77


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ("98,7,99", "wrong_number_of_values"), ("98,7,99,8,9", "wrong_number_of_values"), ("98,9,99,7", "bbox_swapped"),
        ("a,b,c,d", "not_a_number"), ("98,7,NaN,8", "not_finite"), ("13,100,14,101", "swapped_coordinates"),
        ("98,7,999,8", "out_of_range"),
    ],
)  # fmt: skip
async def test_a_box_that_is_none_is_refused(client: httpx.AsyncClient, box: str, code: str) -> None:
    answer = await client.get("/ogc/collections/provinces/items", params={"bbox": box})
    assert answer.status_code == 400
    assert [(one["parameter"], one["code"]) for one in answer.json()["errors"]] == [("bbox", code)]
