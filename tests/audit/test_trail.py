"""The trail as it is read: every change by anybody, with who, when, why and the row after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
from tests.callers import Callers
from tests.history.making import insert

Connection = psycopg.Connection[Any]
Sealing = Callable[[], int]


async def entries(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    """All of them, page by page."""
    found: list[dict[str, Any]] = []
    following: str | None = str(httpx.URL("/v1/audit/entries", params=params))
    while following:
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        following = answer.json()["next"]
    return found


async def test_every_change_is_recorded_whoever_makes_it(callers: Callers, owner: Connection, sealing: Sealing) -> None:
    started = (datetime.now(UTC) - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sealing()
    with owner.transaction():
        owner.execute(
            "SELECT set_config('smartcity.actor', 'client/x', true), set_config('smartcity.reason', 'why', true)"
        )
        owner.execute("SELECT set_config('smartcity.request_id', 'r-1', true)")
        call = insert(owner, "call", title_en="A call", name="9/2569")
    owner.execute("UPDATE call SET opens_on = '2026-01-01' WHERE id = %s", [call])
    owner.execute("UPDATE call SET opens_on = opens_on")  # changes nothing
    owner.execute("DELETE FROM call WHERE id = %s", [call])
    sealing()
    told = await entries(callers.auditor, resource="calls", subject=str(call), sort="number", limit=2)
    assert [(one["op"], one["version"], one["actor"], one["request_id"], one["reason"]) for one in told] == [
        ("insert", 1, "client/x", "r-1", "why"),
        ("update", 2, "role/smartcity_owner", None, None),
        ("delete", 2, "role/smartcity_owner", None, None),
    ]
    assert (told[0]["after"]["title_en"], told[1]["after"]["opens_on"], told[2]["after"]) == (
        "A call",
        "2026-01-01",
        None,
    )
    assert "names_folded" not in told[0]["after"]
    numbers = [one["number"] for one in told]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert [one["number"] for one in await entries(callers.auditor, actor="client/x")] == numbers[:1]
    assert [one["number"] for one in await entries(callers.admin, resource="calls", subject=str(call))] == numbers[::-1]
    assert await entries(callers.auditor, since=told[2]["at"], until=told[1]["at"]) == []
    since = await entries(callers.auditor, since=told[1]["at"], resource="calls")
    assert [one["number"] for one in since] == numbers[:0:-1]
    assert numbers[0] not in [one["number"] for one in await entries(callers.auditor, until=started)]


async def test_only_auditors_read_it(callers: Callers) -> None:
    asked = {
        name: (await getattr(callers, name).get("/v1/audit/entries")).status_code
        for name in vars(callers)
        if name[0] != "_"
    }
    assert asked.pop("public") == 401
    assert {name for name, status in asked.items() if status == 200} == {"auditor", "admin"}
    assert set(asked.values()) == {200, 403}


async def test_cursors_and_filters_that_are_none_are_refused(callers: Callers) -> None:
    for params in ({"after": "x"}, {"resource": "X"}, {"since": "today"}, {"limit": 0}, {"sort": "at"}, {"q": "x"}):
        answer = await callers.auditor.get("/v1/audit/entries", params=params)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, next(iter(params)))
    assert (await callers.public.get("/v1/audit/heads", params={"after": "x"})).status_code == 400
