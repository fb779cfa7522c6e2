"""Reading the OGC API in tests: answers that must be good, and lists page by page."""

from typing import Any

import httpx

ROOT = "/ogc"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COUNTS = {
    "provinces": 77,
    "districts": 928,
    "pilot-areas": 10,
    "promotion-zones": 13,
    "proposals": 36,
    "certified-cities": 37,
    "milestones": 16,
}
"""How many records of each collection every installation has that anybody may see."""


async def read(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    """The JSON of an answer; anything but 200 fails with the problem's text. Underscores in names are hyphens."""
    named = {name.replace("_crs", "-crs").replace("_lang", "-lang"): value for name, value in params.items()}
    answer = await client.get(f"{ROOT}{path}", params=named)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def features(client: httpx.AsyncClient, collection: str, **params: Any) -> list[dict[str, Any]]:
    """All features, by the links from page to page."""
    page = await read(client, f"/collections/{collection}/items", **params)
    found = list(page["features"])
    while following := linked(page, "next"):
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
    return found


async def ids(client: httpx.AsyncClient, collection: str, **params: Any) -> list[str]:
    """The ids of all features, in their order."""
    shown = {"limit": 1000, **params}
    if collection != "milestones":
        shown = {"geometry": "none", **shown}
    return [one["id"] for one in await features(client, collection, **shown)]


def linked(told: dict[str, Any], rel: str) -> str | None:
    """Where the first link with that relation leads."""
    return next((one["href"] for one in told["links"] if one["rel"] == rel), None)
