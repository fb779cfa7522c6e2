"""Every collection pages to its end, over the same records as its list in /v1."""

import httpx
import pytest
from tests.ogc.features.reading import COUNTS, features, ids, linked, read
from tests.support import listed

from smartcity_api.ogc.collections import COLLECTIONS


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_pages_have_each_id_once_and_the_records_of_v1(client: httpx.AsyncClient, collection: str) -> None:
    limit = 7 if COUNTS[collection] < 100 else 200
    found = await features(
        client, collection, limit=limit, **({} if collection == "milestones" else {"geometry": "point"})
    )
    keys = [one["id"] for one in found]
    assert len(keys) == len(set(keys)) == COUNTS[collection]
    known = {str(one.get("code", one["id"])): one for one in await listed(client, collection)}
    assert keys == list(known), "the same order"
    for one in found:
        expected = {name: value for name, value in known[one["id"]].items() if name not in ("location", "boundary")}
        assert one["properties"] == expected


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_sorts_are_those_of_v1_both_ways(client: httpx.AsyncClient, collection: str) -> None:
    layer = COLLECTIONS[collection].layer
    for name in (*layer.sorts, str(layer.key.key)):
        up, down = [await ids(client, collection, sortby=f"{sign}{name}") for sign in ("+", "-")]
        assert sorted(up) == sorted(down)
        assert len(up) == COUNTS[collection]
    name = next(iter(layer.sorts))
    expected = [str(one.get("code", one["id"])) for one in await listed(client, collection, sort=f"-{name}")]
    assert await ids(client, collection, sortby=f"-{name}") == expected


async def test_a_limit_above_the_most_is_the_most(client: httpx.AsyncClient) -> None:
    page = await read(client, "/collections/districts/items", limit=100_000, geometry="none")
    assert page["numberReturned"] == page["numberMatched"] == 928
    assert linked(page, "next") is None


async def test_how_many_match_is_told_when_it_is_known_or_asked_for(client: httpx.AsyncClient) -> None:
    path = "/collections/districts/items"
    first = await read(client, path, limit=10, geometry="none")
    assert "numberMatched" not in first
    assert "timeStamp" not in first
    assert (await read(client, path, limit=10, geometry="none", count="exact"))["numberMatched"] == 928
    estimate = (await read(client, path, limit=10, geometry="none", count="estimate"))["numberMatched"]
    assert 800 < estimate < 1000
    last = (await client.get(linked(await read(client, path, limit=900, geometry="none"), "next") or "")).json()
    assert last["numberReturned"] == 28
    assert "numberMatched" not in last, "only those of this page are known"


async def test_a_cursor_is_of_one_list(client: httpx.AsyncClient) -> None:
    page = await read(client, "/collections/districts/items", limit=3, geometry="none")
    following = httpx.URL(linked(page, "next") or "")
    other = await client.get(following.copy_set_param("province", "83"))
    assert other.status_code == 400
    assert other.json()["type"] == "/problems/invalid-cursor"
    in_v1 = await client.get("/v1/districts", params={"after": following.params["after"]})
    assert in_v1.status_code == 400


async def test_only_the_asked_properties_and_the_key(client: httpx.AsyncClient) -> None:
    page = await read(client, "/collections/certified-cities/items", properties="status,batch", limit=2)
    assert [set(one["properties"]) for one in page["features"]] == [{"id", "batch", "status"}] * 2
    assert all(one["geometry"] for one in page["features"])


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("certified-cities", {"status": "renewed"}),
        ("certified-cities", {"province": "83"}),
        ("certified-cities", {"reached": "plan_approved"}),
        ("certified-cities", {"city_type": "newable", "batch": "1"}),
        ("certified-cities", {"region": "ngc6:south"}),
        ("certified-cities", {"q": "phukett"}),
        ("certified-cities", {"near": "100.5018,13.7563,20000"}),
        ("certified-cities", {"intersects": "provinces/83"}),
        ("certified-cities", {"updated_since": "2020-01-01T00:00:00Z"}),
        ("proposals", {"stage": "plan_approved", "as_of": "2021-09-23"}),
        ("proposals", {"reached": "plan_approved", "as_of": "2021-09-23"}),
        ("promotion-zones", {"dimension": "environment"}),
        ("milestones", {"overdue": "true"}),
        ("milestones", {"province": "83"}),
        ("milestones", {"subject": "provinces/83"}),
        ("districts", {"province": "83"}),
    ],
)
async def test_filters_of_v1_select_the_same(client: httpx.AsyncClient, collection: str, query: dict[str, str]) -> None:
    expected = [str(one.get("code", one["id"])) for one in await listed(client, collection, **query)]
    assert await ids(client, collection, **query) == expected
    assert len(expected) < COUNTS[collection] or "updated_since" in query


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_one_item_is_what_its_page_has(client: httpx.AsyncClient, collection: str) -> None:
    page = await read(client, f"/collections/{collection}/items", limit=1)
    (first,) = page["features"]
    one = await read(client, f"/collections/{collection}/items/{first['id']}")
    assert {name: value for name, value in one.items() if name != "links"} == first
    assert (
        linked(one, "collection") == linked(page, "collection") == f"http://register.test/ogc/collections/{collection}"
    )


REFUSED = [
    "limit=0", "limit=-1", "limit=unlimited", "limit=1_0", "limit=3&limit=3", "nothing=1", "fields=id", "sort=batch",
    "bom=true", "sortby=nothing", "sortby=batch,status", "properties=nothing", "after=x", "f=geojson&f=html",
    "stage=draft", "filter-lang=ecql", "filter=batch%20%3D", "filter=nothing%20%3D%201",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/collections/cities/items", 404),
        ("/collections/cities", 404),
        ("/collections/cities/queryables", 404),
        ("/collections/provinces/items/99", 404),
        ("/collections/provinces/items/%00", 404),
        ("/collections/proposals/items/no-uuid", 404),
        ("/collections/proposals/items/00000000-0000-4000-8000-000000000000", 404),
        ("/nothing", 404),
        ("/collections/provinces/items?f=csv", 400),
        ("/collections?f=xml", 400),
        ("?limit=1", 400),
        ("/static/style.css?v=1", 400), ("/static/tiles.css?v=1", 400), ("/static/tiles.js?v=1", 400),
        ("/static/outline-country.svg?v=1", 400),
        ("/collections/provinces/items/10?bbox=1,2,3,4", 400),
        *(
            (f"/collections/certified-cities/items?{query}", 400)
            for query in REFUSED
        ),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_a_problem(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(f"/ogc{path}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_formats_that_are_not_offered_are_not_acceptable(client: httpx.AsyncClient) -> None:
    for path in (
        "/ogc",
        "/ogc/collections/provinces/items?limit=1",
        "/ogc/collections/provinces/queryables",
        "/ogc/api",
    ):
        answer = await client.get(path, headers={"Accept": "image/png"})
        assert answer.status_code == 406, path
        assert (await client.get(path, headers={"Accept": "application/json"})).status_code == 200


async def test_other_methods_are_refused_with_those_that_there_are(client: httpx.AsyncClient) -> None:
    answer = await client.post("/ogc/collections/provinces/items")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    head = await client.head("/ogc/collections/provinces/items?limit=1")
    assert head.status_code == 200
    assert head.content == b""
