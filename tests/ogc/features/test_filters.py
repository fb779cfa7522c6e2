"""CQL2 filters beside the other parameters of items: the same items as boxes and lists select, on any day."""

import httpx
import pytest
from tests.ogc.features.reading import EPSG, ids, linked, read

CORNERS = {
    "4326": "7.7,98.2,8.25,98.5",
    "3857": "10931574,860003,10964971,921994",
    "32647": "411820,851129,445026,911936",
    "24047": "412152,850823,445359,911631",
}
"""About one box, around Phuket, in several systems."""


@pytest.mark.parametrize("code", CORNERS)
async def test_geometries_of_filters_are_in_the_system_of_the_filter(client: httpx.AsyncClient, code: str) -> None:
    crs = f"{EPSG}{code}"
    by_filter = await ids(client, "districts", filter=f"S_INTERSECTS(geometry,BBOX({CORNERS[code]}))", filter_crs=crs)
    assert sorted(by_filter) == sorted(await ids(client, "districts", bbox=CORNERS[code], bbox_crs=crs))
    assert "8301" in by_filter
    assert len(by_filter) < 12


async def test_the_system_of_old_maps_is_the_same_in_filters_and_answers(client: httpx.AsyncClient) -> None:
    """Five metres around a point, in the coordinates that the service itself told."""
    crs = f"{EPSG}24047"
    features = (await read(client, "/collections/certified-cities/items", crs=crs, limit=50))["features"]
    x, y = next(one["geometry"]["coordinates"] for one in features if one["geometry"]["type"] == "Point")
    box = f"BBOX({x - 5},{y - 5},{x + 5},{y + 5})"
    found = await ids(client, "certified-cities", filter=f"S_INTERSECTS(geometry,{box})", filter_crs=crs)
    assert len(found) >= 1


async def test_filters_speak_of_the_day_that_is_asked(client: httpx.AsyncClient) -> None:
    for day in ("2021-09-23", "2022-08-05", "2023-07-26"):
        expected = await ids(client, "proposals", stage="plan_approved", as_of=day)
        for name in ("as_of", "datetime"):
            assert await ids(client, "proposals", filter="stage = 'plan_approved'", **{name: day}) == expected != []


async def test_filters_go_with_all_else_and_from_page_to_page(client: httpx.AsyncClient) -> None:
    query = {"filter": "batch >= 1 AND status <> 'revoked'", "province": ["83", "50", "10"], "sortby": "-display_name"}
    every = await ids(client, "certified-cities", **query)
    assert await ids(client, "certified-cities", **{**query, "limit": 1}) == every
    assert len(every) > 1
    page = await read(client, "/collections/certified-cities/items", **query, limit=1, count="exact")
    assert page["numberMatched"] == len(every)
    assert "filter=" in (linked(page, "next") or "")


async def test_text_and_json_say_the_same(client: httpx.AsyncClient) -> None:
    as_json = '{"op":"=","args":[{"property":"status"},"renewed"]}'
    expected = await ids(client, "certified-cities", status="renewed")
    assert await ids(client, "certified-cities", filter=as_json, filter_lang="cql2-json") == expected
    assert await ids(client, "certified-cities", filter="status = 'renewed'") == expected
    assert await ids(client, "certified-cities", filter="status = 'renewed'", filter_lang="cql2-text") == expected


@pytest.mark.parametrize("collection", ["proposals", "milestones"])
async def test_what_is_wrong_in_a_filter_is_named(client: httpx.AsyncClient, collection: str) -> None:
    for wrong in ("nothing = 1", "version = ", "version", "S_INTERSECTS(geometry, 1)", "version = 'a'"):
        answer = await client.get(f"/ogc/collections/{collection}/items", params={"filter": wrong})
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["parameter"] == "filter"
