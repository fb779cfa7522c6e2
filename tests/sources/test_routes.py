"""Sources over HTTP."""

import httpx


async def test_sources_say_where_facts_were_read_and_under_which_licence(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/sources", params={"count": "exact", "limit": 1000})).json()
    assert items["matched"] == len(items["items"]) >= 8
    boundaries = next(item for item in items["items"] if item["slug"] == "geoboundaries-tha-adm2")
    assert boundaries["licence"] == "CC BY 3.0 IGO"
    assert "Royal Thai Survey Department" in boundaries["attribution"]


async def test_sources_are_filtered_by_trust_and_words(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/sources", params={"reliability": "B", "q": "geoboundaries"})).json()["items"]
    assert [item["slug"] for item in items] == ["geoboundaries-tha-adm2"]


async def test_a_source_has_no_shape(client: httpx.AsyncClient) -> None:
    for query in ("f=geojson", "bbox=1,2,3,4", "geometry=none"):
        assert (await client.get(f"/v1/sources?{query}")).status_code == 400
