"""Search by name and locate by place, over HTTP."""

from typing import Any

import httpx
import pytest


async def hits(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    """What a search finds."""
    answer = await client.get("/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ภูเก็ต", ("provinces", "83")),
        ("chiang mai", ("provinces", "50")),
        ("CHAING MAI", ("provinces", "50")),
        ("เขตพระนคร", ("districts", "1001")),
        ("Mueang Phuket", ("districts", "8301")),
        ("ขอนแกน", ("provinces", "40")),
        ("กรุงเทพฯ", ("provinces", "10")),
    ],
)
async def test_the_best_hit_comes_first(client: httpx.AsyncClient, words: str, first: tuple[str, str]) -> None:
    best = (await hits(client, q=words))[0]
    assert (best["resource"], best["id"]) == first


async def test_whole_names_beat_beginnings_and_parts(client: httpx.AsyncClient) -> None:
    scores = [hit["score"] for hit in await hits(client, q="เมือง", limit=100)]
    assert scores == sorted(scores, reverse=True)
    found = {hit["name_th"]: hit["score"] for hit in await hits(client, q="ชลบุรี")}
    assert found["ชลบุรี"] == 1000
    assert found["เมืองชลบุรี"] == 800


async def test_a_hit_leads_to_its_record(client: httpx.AsyncClient) -> None:
    best = (await hits(client, q="ถลาง"))[0]
    record = (await client.get(best["href"])).json()
    assert (record["name_th"], [record["province"]]) == ("ถลาง", best["provinces"])


async def test_a_search_can_be_kept_to_one_resource(client: httpx.AsyncClient) -> None:
    assert {hit["resource"] for hit in await hits(client, q="ระยอง", resource="districts")} == {"districts"}


async def test_pages_of_a_search_join_without_a_gap(client: httpx.AsyncClient) -> None:
    whole = await hits(client, q="เมือง", limit=100)
    joined: list[dict[str, Any]] = []
    url: str | None = "/v1/search?q=เมือง&limit=7"
    while url and len(joined) < len(whole):
        found = (await client.get(url)).json()
        joined += found["items"]
        url = found["next"]
    assert [hit["id"] for hit in joined][: len(whole)] == [hit["id"] for hit in whole]


async def test_nothing_found_is_an_empty_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/search", params={"q": "qqqqqqqq"})).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("lon", "lat", "province", "district"),
    [
        (98.3981, 7.89059, "83", "8301"),
        (100.526, 13.742, "10", "1007"),
        (98.98468, 18.79038, "50", "5001"),
        (101.52303, 12.93646, "21", "2104"),
        (0.0, 0.0, None, None),
        (100.5, 11.0, None, None),
    ],
)
async def test_a_place_lies_in_a_province_and_a_district(
    client: httpx.AsyncClient, lon: float, lat: float, province: str | None, district: str | None
) -> None:
    found = (await client.get("/v1/locate", params={"lon": lon, "lat": lat})).json()
    assert (found["lon"], found["lat"]) == (lon, lat)
    assert (found["province"] or {}).get("code") == province
    assert (found["district"] or {}).get("code") == district


@pytest.mark.parametrize(
    ("lon", "lat", "parameter", "code"),
    [
        ("7.89", "98.39", "lat", "swapped_coordinates"),
        ("13.75", "100.5", "lat", "swapped_coordinates"),
        ("nan", "7", "lon", "finite_number"),
        ("98", "91", "lat", "out_of_range"),
        ("181", "7", "lon", "less_than_equal"),
        ("east", "7", "lon", "float_parsing"),
        ("98", "", "lat", "float_parsing"),
    ],
)
async def test_what_is_no_place_is_refused(
    client: httpx.AsyncClient, lon: str, lat: str, parameter: str, code: str
) -> None:
    answer = await client.get("/v1/locate", params={"lon": lon, "lat": lat})
    assert answer.status_code == 400
    assert (parameter, code) in [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_point_on_a_shared_border_has_one_answer(client: httpx.AsyncClient) -> None:
    ring = (await client.get("/v1/provinces/83")).json()["boundary"]["coordinates"][0][0]
    answers = [(await client.get("/v1/locate", params={"lon": lon, "lat": lat})).json() for lon, lat in ring[:5]]
    assert all(answer["province"]["code"] == "83" for answer in answers)


async def test_an_organisation_is_found_by_what_it_is_called_for_short(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/search", params={"q": "depa", "resource": "organisations"})
    assert "Digital Economy Promotion Agency" in {hit["name_en"] for hit in answer.json()["items"]}
