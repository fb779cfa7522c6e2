"""Certified cities are changed, and what happened to them is told, by the secretary; no request makes one."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.callers import HOME, Callers
from tests.decisions.filing import Filing, filing_on
from tests.history.making import days_from_today, today
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)


@pytest.fixture
def filing(cluster: Cluster, written_database: str) -> Iterator[Filing]:
    """What is filed already, and what stands in the database afterwards."""
    with filing_on(cluster, written_database) as made:
        yield made


async def told(client: httpx.AsyncClient, city: object, tag: str = "*", **content: Any) -> httpx.Response:
    return await client.post(f"/v1/certified-cities/{city}/events", json=content, headers={"If-Match": tag})


async def test_what_is_known_of_a_city_is_changed(callers: Callers, filing: Filing) -> None:
    path = f"/v1/certified-cities/{filing.city().id}"
    tag = (await callers.public.get(path)).headers["etag"]
    change = {
        "name_th": "เมืองทดสอบ",
        "batch": 90,
        "batch_position": 1,
        "city_type": "newable",
        "operator_id": str(HOME),
        "valid_until": "2030",
        "policy_review_due_on": "2028-01",
        "districts": ["8301"],
        "boundary_kind": "representative_point",
        "location": {"type": "Point", "coordinates": [98.39, 7.89]},
    }
    answer = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in change} == change
    fixed: list[dict[str, Any]] = [{"status": "revoked"}, {"in_force_on": "2020"}, {"proposal_id": None}]
    for wrong in (*fixed, {"provinces": []}):
        refused = await callers.secretary.patch(path, json=wrong, headers={"If-Match": "*"})
        assert refused.status_code == 422, wrong


async def test_no_request_makes_or_deletes_a_city(callers: Callers, filing: Filing) -> None:
    made = await callers.secretary.post("/v1/certified-cities", json={"name_en": "x", "provinces": ["83"]})
    assert made.status_code == 405
    gone = await callers.secretary.delete(f"/v1/certified-cities/{filing.city().id}", headers={"If-Match": "*"})
    assert gone.status_code == 405


async def test_events_come_in_any_order_and_stand_where_their_day_belongs(callers: Callers, filing: Filing) -> None:
    city = filing.city().id
    first = await told(callers.secretary, city, event="ceremony", award_year=2025)
    assert first.status_code == 200, first.text
    unsaid = await told(callers.secretary, city, event="cabinet", on=days_from_today(-9))
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/change_reason")
    reason = {"change_reason": "from the minutes"}
    await told(callers.secretary, city, event="cabinet", on=days_from_today(-9), **reason)
    last = await told(callers.secretary, city, event="announced", on=days_from_today(-20), note="on paper", **reason)
    assert last.status_code == 200, last.text
    events = last.json()["events"]
    assert [(event["event"], event["on"]) for event in events][2:] == [
        ("announced", days_from_today(-20)),
        ("cabinet", days_from_today(-9)),
        ("ceremony", today()),
    ]
    assert (events[-1]["award_year"], events[2]["note"]) == (2025, "on paper")
    assert last.json()["status"] == "granted"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"event": "ceremony", "on": 1}, 422),
        ({"event": "ceremony", "on": "2026-01"}, 422),
        ({"event": "ceremony", "on": "2569-01-01"}, 422),
        ({"event": "revoked"}, 422),
        ({}, 422),
        ({"event": "ceremony", "on": -30, "change_reason": "late"}, 200),
        ({"event": "ceremony", "on": -60, "change_reason": "before its certificate"}, 200),
    ],
)
async def test_an_event_has_its_day(callers: Callers, filing: Filing, content: dict[str, Any], status: int) -> None:
    if isinstance(content.get("on"), int):
        content = {**content, "on": days_from_today(content["on"])}
    answer = await told(callers.secretary, filing.city().id, **content)
    assert answer.status_code == status, answer.text


async def test_an_event_names_the_version_and_needs_the_right(callers: Callers, filing: Filing) -> None:
    city = filing.city().id
    path = f"/v1/certified-cities/{city}"
    assert (await callers.secretary.post(f"{path}/events", json={"event": "announced"})).status_code == 428
    assert (await told(callers.secretary, city, '"999-0"', event="announced")).status_code == 412
    for client, status in ((callers.public, 401), (callers.agency, 403), (callers.reviewer, 403)):
        assert (await told(client, city, event="announced")).status_code == status
        changed = await client.patch(path, json={"batch": 1}, headers={"If-Match": "*"})
        assert changed.status_code == status


async def test_nothing_happens_to_a_revoked_city(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    city.decides("revoked", "board", "revoke")
    answer = await told(callers.secretary, city.id, event="announced")
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == "/problems/illegal-move"
