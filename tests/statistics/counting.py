"""The same counts once more, in plain Python, out of what the lists answer."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import httpx
from tests.support import listed

Row = dict[str, Any]
Tally = tuple[int, int]

FIRST: dict[str, Callable[[Row], str | None]] = {
    "pilot-areas": lambda row: row["selected_on"],
    "promotion-zones": lambda row: row["announced_on"] or row["certificate_on"],
    "proposals": lambda row: next((event["on"] for event in row["events"] if event["on"]), None),
    "certified-cities": lambda row: row["in_force_on"],
}
"""Since when a record exists."""


async def got(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    """The JSON of the statistics; anything but 200 fails with the problem's text."""
    answer = await client.get(f"/v1/statistics/{path}", params=params)
    assert answer.status_code == 200, f"{answer.request.url}: {answer.text}"
    return answer.json()


async def rows(client: httpx.AsyncClient, of: str, **filters: Any) -> list[Row]:
    """The whole list with these filters."""
    return await listed(client, of, geometry="none", **filters)


async def regions(client: httpx.AsyncClient) -> dict[str, dict[str, str]]:
    """The regions of each province."""
    found = await listed(client, "provinces", geometry="none", fields="regions")
    return {row["code"]: row["regions"] for row in found}


def tally(found: Iterable[Row]) -> Tally:
    """Areas and provinces, each once."""
    areas = list(found)
    return len(areas), len({code for row in areas for code in row["provinces"]})


def grouped(found: Iterable[Row], of: str, by: str, where: dict[str, dict[str, str]]) -> dict[Any, Tally]:
    """Areas and provinces of each group that has any."""
    groups = defaultdict(list)
    for row in found:
        for value in _values(row, of, by, where):
            groups[value].append(row)
    return {value: tally(members) for value, members in groups.items()}


def _values(row: Row, of: str, by: str, where: dict[str, dict[str, str]]) -> set[Any]:
    if by == "province":
        return set(row["provinces"])
    if by.startswith("region:"):
        scheme = by.partition(":")[2]
        return {f"{scheme}:{where[code][scheme]}" for code in row["provinces"]}
    if by == "year":
        first = FIRST[of](row)
        return {int(first[:4]) if first else None}
    if by == "city_type" and "city_type" in row:
        return {row["city_type"]}
    if by in ("city_type", "dimension"):
        return set(row[f"{by}s"]) or {None}
    return {row[by]}
