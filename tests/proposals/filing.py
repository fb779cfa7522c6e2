"""Filing proposals over HTTP and leading them on, as agencies and the secretariat do."""

from datetime import date, timedelta
from typing import Any

import httpx
from tests.callers import HOME, Callers

from smartcity_api.kit.days import today

PROPOSALS = "/v1/proposals"
CRITERIA = (
    "boundary_and_goals",
    "infrastructure_plan",
    "city_data_platform",
    "services_and_solutions",
    "sustainable_management",
)
PLAN = {"budget_thb": "1250000.5", "criteria": {code: f"เรื่อง {code}" for code in CRITERIA}}
REASON = {"change_reason": "ตามหนังสือของเทศบาล"}
ZONE = {"name_th": "เขตส่งเสริมเมืองอัจฉริยะทดสอบ", "name_en": "A zone made for a test"}


def day(days: int) -> str:
    """So many days from today in Bangkok."""
    return (today() + timedelta(days)).isoformat()


def complete(**changes: Any) -> dict[str, Any]:
    """All that a submission needs."""
    return {
        "title_th": "เมืองอัจฉริยะทดสอบ",
        "title_en": "Smart City made for a test",
        "proponent_id": str(HOME),
        "city_types": ["livable"],
        "dimensions": ["environment", "mobility"],
        "provinces": ["83"],
        "boundary_kind": "representative_point",
        "location": {"type": "Point", "coordinates": [98.39, 7.89]},
        **changes,
    }


async def open_call(callers: Callers, opens: int = -30, closes: int = 30) -> str:
    """The id of a call that is open these days."""
    told = {"title_en": "A round made for a test", "opens_on": day(opens), "closes_on": day(closes)}
    answer = await callers.secretary.post("/v1/calls", json=told)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def filed(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    """A draft."""
    answer = await client.post(PROPOSALS, json=complete(**changes))
    assert answer.status_code == 201, answer.text
    return answer


async def act(client: httpx.AsyncClient, before: httpx.Response, operation: str, **content: Any) -> httpx.Response:
    """An operation on the proposal as that answer has it."""
    path = f"{PROPOSALS}/{before.json()['id']}/{operation}"
    return await client.post(path, json=content, headers={"If-Match": before.headers["etag"]})


async def acted(client: httpx.AsyncClient, before: httpx.Response, operation: str, **content: Any) -> httpx.Response:
    """The same, where it must succeed."""
    answer = await act(client, before, operation, **content)
    assert answer.status_code == 200, answer.text
    return answer


async def patched(client: httpx.AsyncClient, before: httpx.Response, change: Any) -> httpx.Response:
    """A change of the proposal as that answer has it."""
    path = f"{PROPOSALS}/{before.json()['id']}"
    return await client.patch(path, json=change, headers={"If-Match": before.headers["etag"]})


async def submitted(callers: Callers, **changes: Any) -> httpx.Response:
    """A proposal that was just submitted."""
    draft = await filed(callers.agency, call_id=await open_call(callers), **changes)
    return await acted(callers.agency, draft, "submit")


async def in_zone(callers: Callers, **changes: Any) -> httpx.Response:
    """A proposal in its promotion zone."""
    eligible = await acted(callers.secretary, await submitted(callers, **changes), "screen", outcome="accept")
    return await acted(callers.secretary, eligible, "announce-zone", **ZONE)


def stages(answer: httpx.Response) -> list[tuple[str, str]]:
    """The stages of its history, and their days."""
    return [(event["stage"], event["on"]) for event in answer.json()["events"]]


def pointers(answer: httpx.Response) -> list[str]:
    """What the problem points at."""
    return [fault.get("pointer") for fault in answer.json()["errors"]]


def be_year(on: date) -> int:
    """The Buddhist year of a day."""
    return on.year + 543
