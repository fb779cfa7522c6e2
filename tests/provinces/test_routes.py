"""Provinces and districts over HTTP."""

import httpx


async def test_there_are_77_provinces_and_928_districts(client: httpx.AsyncClient) -> None:
    for path, number in (("provinces", 77), ("districts", 928)):
        page = (await client.get(f"/v1/{path}", params={"count": "exact", "limit": 1})).json()
        assert page["matched"] == number


async def test_a_province_is_found_by_its_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces/83")
    assert answer.status_code == 200
    province = answer.json()
    assert (province["name_th"], province["name_en"], province["iso_3166_2"]) == ("ภูเก็ต", "Phuket", "TH-83")
    assert province["regions"] == {"ngc6": "south", "four": "south", "nso7": "southern", "nesdc6": "south"}
    assert province["boundary"]["type"] == "MultiPolygon"
    assert answer.headers["etag"].startswith('"1-')
