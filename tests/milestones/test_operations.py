"""Milestones are set, re-planned, reported on and met over HTTP, by who may and in an order without circles."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.callers import HOME, Callers
from tests.support import settings_for

from smartcity_api.kit.days import today
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

SOURCE = str(register_id("sources", "doc-001"))
PLAN = str(register_id("plans", "phase-plan-2562-03"))
REASON = {"change_reason": "คณะกรรมการเลื่อนกำหนด"}


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service on this worker's database for writing."""
    return settings_for(cluster, written_database)


async def set_one(callers: Callers, **changes: Any) -> httpx.Response:
    draft = {
        "title_th": "รายงานความก้าวหน้า",
        "subject": {"type": "plans", "id": PLAN},
        "kind": "report",
        "set_on": "2024-01-31",
        "horizon": "P5Y",
        "due_on": "2024-06",
        "sources": [{"source_id": SOURCE, "field": "due_on"}],
    }
    answer = await callers.secretary.post("/v1/milestones", json={**draft, **changes})
    assert answer.status_code == 201, answer.text
    return answer


async def do(
    client: httpx.AsyncClient,
    answer: httpx.Response,
    name: str,
    content: dict[str, Any],
    tag: str = "*",
    query: str = "",
) -> httpx.Response:
    path = f"/v1/milestones/{answer.json()['id']}/{name}{query}"
    return await client.post(path, json=content, headers={"If-Match": tag})


async def test_a_milestone_is_set_changed_and_deleted(callers: Callers) -> None:
    resolution = str(register_id("resolutions", "steering-committee-2560-2-2561"))
    answer = await set_one(callers, resolution_id=resolution, title_en="Report")
    path, tag = answer.headers["location"], answer.headers["etag"]
    found = answer.json()
    assert (found["status"], found["met_on"], found["progress"], found["evidence"]) == ("scheduled", None, None, [])
    assert (found["overdue"], found["versions"], found["resolution"]["id"]) == (True, [], resolution)
    assert (await callers.public.get(path)).json() == found
    change = {"title_en": None, "kind": "delivery", "subject": {"type": "provinces", "id": "83"}, "resolution_id": None}
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert {name: changed.json()[name] for name in change} == change
    assert changed.json()["versions"][0]["due_on"] == "2024-06"
    gone = await callers.secretary.delete(path, headers={"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204
    assert (await callers.public.get(path)).status_code == 410


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"due_on": "2025"}, "/due_on"),
        ({"due_on": None}, "/due_on"),
        ({"set_on": "2567-01-31"}, "/set_on"),
        ({"set_on": "2025"}, "/due_on"),
        ({"subject": {"type": "plans", "id": "83"}}, "/subject"),
        ({"subject": None}, "/subject"),
        ({"kind": "party"}, "/kind"),
        ({"horizon": "5Y"}, "/horizon"),
        ({"status": "met"}, "/status"),
        ({"depends_on": [PLAN]}, "/depends_on"),
        ({"depends_on": ["x"]}, "/depends_on/0"),
        ({"resolution_id": PLAN}, "/resolution_id"),
    ],
)
async def test_what_is_wrong_is_refused_where_it_stands(callers: Callers, change: dict[str, Any], pointer: str) -> None:
    answer = await set_one(callers)
    refused = await callers.secretary.patch(answer.headers["location"], json=change, headers={"If-Match": "*"})
    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer], refused.text


async def test_another_day_needs_a_reason_and_keeps_the_old_one(callers: Callers) -> None:
    answer = await set_one(callers)
    tag = answer.headers["etag"]
    later = {"due_on": "2199-12-31"}
    assert (await callers.secretary.post(f"{answer.headers['location']}/replan", json=later)).status_code == 428
    silent = await do(callers.secretary, answer, "replan", later)
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/change_reason")
    trial = await do(callers.secretary, answer, "replan", {**later, **REASON}, tag, "?dry_run=true")
    assert (trial.status_code, trial.json()["due_on"]) == (200, "2199-12-31")
    assert (await callers.public.get(answer.headers["location"])).json() == answer.json()
    done = await do(callers.secretary, answer, "replan", {**later, **REASON}, tag)
    assert (done.status_code, done.json()["overdue"], done.json()["version"]) == (200, False, 2), done.text
    assert done.json()["days_left"] > 60_000
    (old,) = done.json()["versions"]
    assert (old["due_on"], old["change_reason"]) == ("2024-06", REASON["change_reason"])
    again = await do(callers.secretary, answer, "replan", {"due_on": "2024-12", "change_reason": "เร่ง"}, tag)
    assert again.status_code == 412
    again = await do(callers.secretary, answer, "replan", {"due_on": "2024-12", "change_reason": "เร่ง"})
    assert again.json()["overdue"] is True
    assert [(one["due_on"], one["change_reason"]) for one in again.json()["versions"]] == [
        ("2024-06", REASON["change_reason"]),
        ("2199-12-31", "เร่ง"),
    ]
    early = await do(callers.secretary, answer, "replan", {"due_on": "2023", **REASON})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/due_on")


async def test_progress_is_reported_with_evidence_until_it_is_met(callers: Callers) -> None:
    answer = await set_one(callers)
    half = {"title": "รายงานครึ่งทาง", "url": "https://register.example/half", "source_id": SOURCE}
    sent = {"progress": 50.5, "status": "partially_met", "evidence": [half], "note": "ครึ่งทาง"}
    told = await do(callers.secretary, answer, "progress", sent, answer.headers["etag"])
    assert told.status_code == 200, told.text
    found = told.json()
    assert (found["progress"], found["status"], found["evidence"]) == (50.5, "partially_met", [half])
    assert found["versions"][0]["change_reason"] == "ครึ่งทาง"
    end = {"title": "รายงานฉบับสมบูรณ์"}
    met = await do(callers.secretary, answer, "meet", {"evidence": [half, end]}, told.headers["etag"])
    assert met.status_code == 200, met.text
    found = met.json()
    assert (found["status"], found["met_on"], found["progress"]) == ("met", today().isoformat(), 100)
    assert (found["evidence"], found["overdue"], found["days_left"]) == ([half, end], False, None)
    for name, content in (("meet", {}), ("progress", {"progress": 10})):
        assert (await do(callers.secretary, answer, name, content)).status_code == 409
    reopened = await do(callers.secretary, answer, "replan", {"due_on": "2024-07", **REASON})
    assert (reopened.json()["status"], reopened.json()["met_on"]) == ("scheduled", None)
    assert reopened.json()["versions"][-1]["met_on"] == today().isoformat()


@pytest.mark.parametrize(
    ("name", "content", "pointer"),
    [
        ("meet", {"met_on": "2199-01-01"}, "/met_on"),
        ("meet", {"met_on": "2567-01-01"}, "/met_on"),
        ("meet", {"evidence": [{"url": "https://register.example"}]}, "/evidence/0/title"),
        ("meet", {"evidence": [{"title": "x", "source_id": PLAN}]}, "/evidence"),
        ("progress", {"progress": 101}, "/progress"),
        ("progress", {"progress": "50"}, "/progress"),
        ("progress", {"status": "met"}, "/status"),
        ("replan", {"due_on": "2567", **REASON}, "/due_on"),
        ("replan", REASON, "/due_on"),
    ],
)
async def test_wrong_reports_are_refused_where_they_stand(
    callers: Callers, name: str, content: dict[str, Any], pointer: str
) -> None:
    answer = await set_one(callers)
    refused = await do(callers.secretary, answer, name, content)
    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer], refused.text


async def test_agencies_report_on_what_is_their_own(callers: Callers) -> None:
    zone = {
        "name_th": "เขตของหน่วยงาน",
        "provinces": ["83"],
        "operator_id": str(HOME),
        "announced_on": "2024-01",
    }
    made = await callers.secretary.post("/v1/promotion-zones", json=zone)
    subject = {"type": "promotion-zones", "id": made.json()["id"]}
    own, other = await set_one(callers, subject=subject), await set_one(callers)
    assert (await callers.agency.post("/v1/milestones", json={})).status_code == 403
    for client, status in (
        (callers.agency, 200),
        (callers.foreign, 403),
        (callers.public, 401),
        (callers.auditor, 403),
    ):
        told = await do(client, own, "progress", {"progress": 20})
        assert told.status_code == status, told.text
    assert (await do(callers.agency, other, "progress", {"progress": 20})).status_code == 403
    assert (await do(callers.agency, other, "meet", {})).status_code == 403
    assert (await do(callers.agency, own, "replan", {"due_on": "2030", **REASON})).status_code == 403
    assert (await do(callers.agency, own, "meet", {"met_on": "2024-05"})).json()["met_on"] == "2024-05"
    nowhere = await callers.agency.post(f"/v1/milestones/{PLAN}/meet", json={}, headers={"If-Match": "*"})
    assert nowhere.status_code == 404


async def test_those_that_come_before_are_met_before(callers: Callers) -> None:
    first = await set_one(callers)
    second = await set_one(callers, depends_on=[first.json()["id"]])
    refused = await do(callers.secretary, second, "meet", {})
    assert refused.status_code == 409
    assert first.json()["id"] in refused.json()["detail"]
    kept = await callers.secretary.delete(first.headers["location"], headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["type"]) == (409, "/problems/still-referenced")
    assert f"milestones/{second.json()['id']}" in kept.json()["detail"]
    excused = await do(callers.secretary, second, "meet", {"change_reason": "ทำพร้อมกัน"}, query="?dry_run=true")
    assert excused.status_code == 200, excused.text
    assert (await do(callers.secretary, first, "meet", {})).status_code == 200
    assert (await do(callers.secretary, second, "meet", {})).status_code == 200


async def test_no_circle_comes_about(callers: Callers) -> None:
    a = (await set_one(callers)).json()["id"]
    b = (await set_one(callers, depends_on=[a])).json()["id"]
    c = (await set_one(callers, depends_on=[b, a])).json()["id"]

    async def follow(one: str, others: list[str]) -> httpx.Response:
        path = f"/v1/milestones/{one}"
        return await callers.secretary.patch(path, json={"depends_on": others}, headers={"If-Match": "*"})

    refused = await follow(a, [c])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/depends_on")
    assert refused.json()["detail"].endswith((f"{a} → {c} → {b} → {a}", f"{a} → {c} → {a}"))
    itself = await follow(b, [a, b])
    assert itself.status_code == 422
    assert f"{b} → {b}" in itself.json()["detail"]
    assert (await follow(c, [a])).status_code == 200
    both = await asyncio.gather(follow(b, [c]), follow(c, [b]))
    assert sorted(answer.status_code for answer in both) == [200, 422]


async def test_of_two_reports_on_one_version_one_wins(callers: Callers) -> None:
    answer = await set_one(callers)
    tag = answer.headers["etag"]
    told = await asyncio.gather(
        *(do(callers.secretary, answer, "progress", {"progress": number}, tag) for number in range(1, 11))
    )
    assert sorted(one.status_code for one in told) == [200] + [412] * 9
