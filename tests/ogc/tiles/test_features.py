"""Tiles show the records of the lists, for the same filters and days, and no others."""

from typing import Any

import httpx
import pytest
from tests.ogc.features.reading import features as items
from tests.ogc.tiles.reading import SET, Reader, ids, over, tiles
from tests.support import listed

from smartcity_api.ogc.collections import COLLECTIONS

BOX = (100.3, 13.5, 100.95, 14.2)
"""Around Bangkok."""


async def placed(client: httpx.AsyncClient, collection: str, **params: Any) -> list[str]:
    """The ids of the records that are somewhere."""
    if collection == "milestones":
        found = await items(client, collection, **params)
        return sorted(one["properties"]["id"] for one in found if one["geometry"])
    return sorted(one["id"] for one in await listed(client, collection, **params) if one["location"])


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_all_tiles_together_have_every_record_and_one_label_for_each(
    client: httpx.AsyncClient, reader: Reader, collection: str
) -> None:
    found = await reader.all(f"collections/{collection}/{SET}", 6)
    expected = await placed(client, collection)
    assert sorted({*ids(found[collection])}) == expected
    assert ids(found[f"{collection}-labels"]) == expected, "each once, however many tiles it lies in"
    assert set(found) == {collection, f"{collection}-labels"}


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if name != "milestones"])
async def test_the_tiles_of_a_box_have_every_record_of_the_box(
    client: httpx.AsyncClient, reader: Reader, collection: str
) -> None:
    inside = {one["id"] for one in await listed(client, collection, bbox=",".join(map(str, BOX)))}
    found = set()
    for row, col in over(*BOX, zoom=9):
        tile = await reader.tile(f"collections/{collection}/{SET}", 9, row, col)
        found |= {feature.told["id"] for feature in tile.get(collection, [])}
    assert inside
    assert inside <= found


@pytest.mark.parametrize(
    ("collection", "params"),
    [
        ("provinces", {"region": "ngc6:south"}),
        ("districts", {"province": "83"}),
        ("proposals", {"stage": "certified", "province": ["20", "83"]}),
        ("promotion-zones", {"q": "หนองคาย"}),
        ("certified-cities", {"batch": "1"}),
        ("certified-cities", {"status": "granted", "as_of": "2022-11-09"}),
        ("certified-cities", {"reached": "plan_approved", "as_of": "2021-09-23"}),
        ("certified-cities", {"intersects": "provinces/83"}),
        ("certified-cities", {"near": "100.5018,13.7563,50000"}),
        ("certified-cities", {"updated_since": "2020-01-01T00:00:00Z"}),
        ("pilot-areas", {"as_of": "2018-12-31"}),
        ("milestones", {"province": "50"}),
    ],
)
async def test_filters_are_those_of_v1(
    client: httpx.AsyncClient, reader: Reader, collection: str, params: dict[str, Any]
) -> None:
    found = await reader.all(f"collections/{collection}/{SET}", 5, **params)
    expected = await placed(client, collection, **params)
    assert expected
    assert ids(found[f"{collection}-labels"]) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"filter": "batch = 1"}, {"batch": "1"}),
        ({"filter": '{"op":"=","args":[{"property":"batch"},1]}', "filter-lang": "cql2-json"}, {"batch": "1"}),
        ({"filter": "status = 'granted'", "as_of": "2021-11-05"}, {"status": "granted", "as_of": "2021-11-05"}),
    ],
)
async def test_cql2_chooses_what_tiles_show(
    client: httpx.AsyncClient, reader: Reader, params: dict[str, str], expected: dict[str, str]
) -> None:
    found = await reader.all(f"collections/certified-cities/{SET}", 5, **params)
    assert ids(found["certified-cities-labels"]) == await placed(client, "certified-cities", **expected)


@pytest.mark.parametrize(
    ("day", "count"), [("2021-11-05", 15), ("2022-11-09", 30), ("2023-08-31", 36), ("2025-08-19", 37)]
)
async def test_as_of_shows_the_cities_of_that_day_in_both_tilesets(
    client: httpx.AsyncClient, reader: Reader, day: str, count: int
) -> None:
    cities = await listed(client, "certified-cities", as_of=day)
    assert len(cities) == count
    expected = sorted(one["id"] for one in cities if one["location"])
    status = {one["id"]: one["status"] for one in cities}
    for path, asked in ((SET, {"as_of": day}), (f"collections/certified-cities/{SET}", {"datetime": day})):
        labels = (await reader.all(path, 5, **asked))["certified-cities-labels"]
        assert ids(labels) == expected
        assert {feature.told["id"]: feature.told["status"] for feature in labels}.items() <= status.items()


async def test_datetime_has_what_is_undated_too(reader: Reader) -> None:
    path = f"collections/promotion-zones/{SET}"
    dated = await reader.all(path, 5, as_of="2016-01-01")
    wide = await reader.all(path, 5, datetime="2016-01-01")
    assert dated == {}
    assert {feature.told["id"] for feature in wide["promotion-zones-labels"]}


async def test_the_tileset_of_all_has_them_all_and_districts_when_there_is_room(reader: Reader) -> None:
    every = {name for one in COLLECTIONS for name in (one, f"{one}-labels")}
    assert set(await reader.all(SET, 6)) == every - {"districts", "districts-labels"}
    assert set(await reader.all(SET, 7, collections="districts,provinces")) == {
        "provinces", "provinces-labels", "districts", "districts-labels",
    }  # fmt: skip


async def test_collections_are_chosen_by_id_or_by_url(reader: Reader) -> None:
    url = "http://register.test/ogc/collections/pilot-areas"
    found = await reader.tile(SET, 4, 7, 12, collections=f"provinces,{url}")
    assert set(found) == {"provinces", "provinces-labels", "pilot-areas", "pilot-areas-labels"}


async def test_labels_are_in_thai_and_english(reader: Reader) -> None:
    labels = (await reader.all(f"collections/provinces/{SET}", 4))["provinces-labels"]
    (phuket,) = (feature.told for feature in labels if feature.told["name_en"] == "Phuket")
    assert phuket["label"] == phuket["name_th"] == "ภูเก็ต"


async def test_a_tile_without_anything_in_it_is_an_empty_one(client: httpx.AsyncClient) -> None:
    row, col = next(tiles(8))
    answer = await client.get(f"/ogc/collections/pilot-areas/{SET}/8/{row}/{col}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"]
