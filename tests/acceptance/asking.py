"""How a stranger's client asks the register: filters, pages, and whatever ids the answers carry."""

from typing import Any

import httpx

Row = dict[str, Any]


async def ask(client: httpx.AsyncClient, url: str, **params: Any) -> Row:
    """One answer; anything but 200 fails with the problem's text."""
    answer = await client.get(url, params=params or None)
    assert answer.status_code == 200, f"{answer.request.url}: {answer.text}"
    found: Row = answer.json()
    return found


async def everything(client: httpx.AsyncClient, resource: str, **filters: Any) -> list[Row]:
    """Every record of a list, page by page, by the links that the answers give."""
    page = await ask(client, f"/v1/{resource}", **filters)
    rows: list[Row] = list(page["items"])
    while page["next"]:
        page = await ask(client, page["next"])
        rows += page["items"]
    return rows


async def only(client: httpx.AsyncClient, resource: str, **filters: Any) -> Row:
    """The one record that the filters leave."""
    rows = await everything(client, resource, **filters)
    assert len(rows) == 1, [row.get("display_name") or row.get("title_en") for row in rows]
    return rows[0]


async def matched(client: httpx.AsyncClient, resource: str, **filters: Any) -> int:
    """How many records a list has, by its exact count alone."""
    page = await ask(client, f"/v1/{resource}", count="exact", limit=1, fields="id", **filters)
    count: int = page["matched"]
    return count


async def cited(client: httpx.AsyncClient, record: Row, field: str | None = None) -> set[str]:
    """The short names of the sources behind a record, or behind one of its fields."""
    ids = {entry["source_id"] for entry in record["sources"] if field is None or entry.get("field") == field}
    return {(await ask(client, f"/v1/sources/{one}"))["slug"] for one in ids}


async def source_id(client: httpx.AsyncClient, name: str) -> str:
    """The id of the source of that short name."""
    found: str = next(row["id"] for row in await everything(client, "sources", limit=1000) if row["slug"] == name)
    return found


async def claims(client: httpx.AsyncClient, source: str, metric: str, **filters: Any) -> list[Row]:
    """What that source claims about that metric; a filter that is None asks for claims that have none."""
    given = {name: value for name, value in filters.items() if value is not None}
    rows = await everything(client, "claims", source=await source_id(client, source), metric=metric, **given)
    return [row for row in rows if all(row[name] is None for name in filters.keys() - given.keys())]


async def claimed(client: httpx.AsyncClient, source: str, metric: str, **filters: Any) -> Any:
    """The value of the one claim of that source about that metric, and how it is meant."""
    rows = await claims(client, source, metric, **filters)
    assert len(rows) == 1, [(row["value"], row["note"]) for row in rows]
    return rows[0]["comparator"], rows[0]["value"]


async def resolved(client: httpx.AsyncClient, day: str, action: str) -> list[Row]:
    """The decisions of that kind that were taken on that day, in order."""
    rows = await everything(client, "resolutions", year=day[:4], action=action, limit=1000)
    return [
        decision
        for row in rows
        if row["decided_on"] == day
        for decision in row["decisions"]
        if decision["action"] == action
    ]


async def subject(client: httpx.AsyncClient, decision: Row) -> Row:
    """The record that a decision is about."""
    return await ask(client, f"/v1/{decision['subject']['type']}/{decision['subject']['id']}")


def titled(case: Any) -> str | None:
    """The name of a test's case: the resource, or the filters; pytest numbers the rest."""
    if isinstance(case, dict):
        return ",".join(f"{key}={value}" for key, value in case.items()) or "no-filter"
    return case if isinstance(case, str) else None
