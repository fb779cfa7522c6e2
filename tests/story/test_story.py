"""One story over HTTP: from the draft of a municipality to fifteen cities, late milestones, a renewal and an end."""

from collections.abc import Sequence
from typing import Any

import httpx
from tests.callers import HOME, Callers
from tests.history.making import days_from_today, today, yesterday

from smartcity_api.kit.ids import register_id

SUBCOMMITTEE = str(register_id("bodies", "subcommittee-2568"))
BOARD = str(register_id("bodies", "digital-board"))
CRITERIA = (
    "boundary_and_goals",
    "infrastructure_plan",
    "city_data_platform",
    "services_and_solutions",
    "sustainable_management",
)
Json = dict[str, Any]


async def done(answer: httpx.Response) -> Json:
    """The record in an answer that must be a success."""
    assert answer.is_success, answer.text
    return {**answer.json(), "etag": answer.headers["etag"]}


async def step(who: httpx.AsyncClient, record: Json, path: str, content: Json | None = None) -> Json:
    """One operation on a record as it was last seen."""
    return await done(await who.post(path, json=content or {}, headers={"If-Match": record["etag"]}))


async def on_proposal(who: httpx.AsyncClient, proposal: Json, verb: str, content: Json | None = None) -> Json:
    return await step(who, proposal, f"/v1/proposals/{proposal['id']}/{verb}", content)


async def resolved(secretary: httpx.AsyncClient, body: str, title: str) -> Json:
    """A published resolution of today."""
    meeting = await done(await secretary.post("/v1/meetings", json={"body_id": body, "held_on": today()}))
    drafted = await secretary.post(
        "/v1/resolutions", json={"body_id": body, "meeting_id": meeting["id"], "title_th": title}
    )
    resolution = await done(drafted)
    return await step(secretary, resolution, f"/v1/resolutions/{resolution['id']}/publish")


async def decide(
    secretary: httpx.AsyncClient, body: str, title: str, action: str, kind: str, keys: Sequence[str], **told: Any
) -> httpx.Response:
    """The same decision about each of these, in one resolution."""
    resolution = await resolved(secretary, body, title)
    decisions = [{"subject": {"type": kind, "id": key}, "action": action, **told} for key in keys]
    path = f"/v1/resolutions/{resolution['id']}/decisions"
    return await secretary.post(
        path,
        json={"decisions": decisions, "change_reason": "as the meeting resolved"},
        headers={"If-Match": resolution["etag"]},
    )


def plan(number: int) -> Json:
    return {
        "title_th": f"เมืองอัจฉริยะแห่งที่ {number}",
        "title_en": f"Smart city number {number}",
        "proponent_id": str(HOME),
        "city_types": ["livable"],
        "dimensions": ["environment", "mobility"],
        "provinces": ["83"],
        "boundary_kind": "representative_point",
        "location": {"type": "Point", "coordinates": [98.30 + number / 100, 7.89]},
    }


async def filed(callers: Callers, number: int) -> Json:
    """A proposal on its way to the zone, its plan submitted."""
    proposal = await done(await callers.agency.post("/v1/proposals", json=plan(number)))
    submit = {"change_reason": "accepted outside a call"}
    proposal = await on_proposal(callers.secretary, proposal, "submit", submit)
    proposal = await on_proposal(callers.secretary, proposal, "screen", {"outcome": "accept"})
    zone = {"name_th": f"เขตส่งเสริมเมืองอัจฉริยะแห่งที่ {number}"}
    proposal = await on_proposal(callers.secretary, proposal, "announce-zone", zone)
    missing = await callers.agency.post(
        f"/v1/proposals/{proposal['id']}/submit-plan", json={}, headers={"If-Match": proposal["etag"]}
    )
    assert missing.status_code == 422  # no budget yet, and nothing about the five criteria
    completed = {"budget_thb": "125000000.50", "criteria": dict.fromkeys(CRITERIA, "ตามแผน")}
    path = f"/v1/proposals/{proposal['id']}"
    proposal = await done(await callers.agency.patch(path, json=completed, headers={"If-Match": proposal["etag"]}))
    return await on_proposal(callers.agency, proposal, "submit-plan")


async def stage_of(who: httpx.AsyncClient, key: str) -> str:
    return str((await who.get(f"/v1/proposals/{key}")).json()["stage"])


async def test_fifteen_plans_become_fifteen_cities(callers: Callers) -> None:
    # A municipality files; nobody else sees it until its zone is announced.
    draft = await done(await callers.agency.post("/v1/proposals", json=plan(0)))
    assert (await callers.public.get(f"/v1/proposals/{draft['id']}")).status_code == 404
    await on_proposal(callers.agency, draft, "withdraw")
    proposals = [await filed(callers, number) for number in range(1, 16)]
    keys = [str(proposal["id"]) for proposal in proposals]
    assert [await stage_of(callers.public, key) for key in keys] == ["plan_submitted"] * 15
    assert len({proposal["reference_number"] for proposal in proposals}) == 15

    # The working group asks one of them for a revision, and then finds all of them good.
    made = {"name_en": "Evaluation working group", "kind": "working_group", "mandate": "working_group"}
    group = (await done(await callers.secretary.post("/v1/bodies", json=made)))["id"]
    asked = await decide(callers.secretary, group, "ขอให้ปรับปรุงแผน", "approve_in_principle", "proposals", keys[:1])
    assert asked.is_success, asked.text
    assert await stage_of(callers.public, keys[0]) == "approved_in_principle"
    again = await callers.agency.get(f"/v1/proposals/{keys[0]}")
    await on_proposal(callers.agency, {**again.json(), "etag": again.headers["etag"]}, "submit-plan")
    assessed = await decide(callers.secretary, group, "ประเมินแผนแล้ว", "approve", "proposals", keys)
    assert assessed.is_success, assessed.text

    # The board cannot grant what the subcommittee has not approved, and then it is all or nothing.
    early = await decide(callers.secretary, BOARD, "เร็วเกินไป", "grant", "proposals", keys)
    assert early.status_code == 409
    approved = await decide(callers.secretary, SUBCOMMITTEE, "เห็นชอบ 15 แผน", "approve", "proposals", keys)
    assert approved.is_success, approved.text
    before = (await callers.public.get("/v1/certified-cities?count=exact&limit=1")).json()["matched"]
    granted = await decide(callers.secretary, BOARD, "มอบตราสัญลักษณ์", "grant", "proposals", keys)
    assert granted.is_success, granted.text
    after = (await callers.public.get("/v1/certified-cities?count=exact&limit=1")).json()["matched"]
    assert after == before + 15
    cities = [(await callers.public.get(f"/v1/proposals/{key}")).json()["certified_city_id"] for key in keys]
    first = (await callers.public.get(f"/v1/certified-cities/{cities[0]}")).json()
    assert (first["status"], first["in_force_on"], first["in_force_basis"]["event"]) == ("granted", today(), "granted")

    # A milestone comes due and is late; it is planned anew with a reason, reported on, and met.
    due = {
        "subject": {"type": "certified-cities", "id": cities[0]},
        "title_en": "City data platform",
        "kind": "delivery",
        "due_on": yesterday(),
        "set_on": yesterday(),
    }
    milestone = await done(await callers.secretary.post("/v1/milestones", json=due))
    late = (await callers.public.get(f"/v1/milestones?overdue=true&subject=certified-cities/{cities[0]}")).json()
    assert [one["id"] for one in late["items"]] == [milestone["id"]]
    path = f"/v1/milestones/{milestone['id']}"
    replanned = {"due_on": days_from_today(365), "change_reason": "the tender failed"}
    milestone = await step(callers.secretary, milestone, f"{path}/replan", replanned)
    assert milestone["versions"][0]["due_on"] == yesterday()
    milestone = await step(callers.secretary, milestone, f"{path}/progress", {"progress": 40})

    # Forty percent is not enough for a renewal; the decision that states sixty is.
    refused = await decide(callers.secretary, BOARD, "ต่ออายุ", "renew", "certified-cities", cities[:1])
    assert refused.status_code == 409
    assert "40" in refused.text
    renewed = await decide(callers.secretary, BOARD, "ต่ออายุ", "renew", "certified-cities", cities[:1], progress=60)
    assert renewed.is_success, renewed.text
    await step(callers.secretary, milestone, f"{path}/meet")

    # One city loses its certificate; its history says when, and by which resolution, and what it was before.
    revoked = await decide(callers.secretary, BOARD, "เพิกถอน", "revoke", "certified-cities", cities[1:2])
    assert revoked.is_success, revoked.text
    statuses = [(await callers.public.get(f"/v1/certified-cities/{city}")).json()["status"] for city in cities[:3]]
    assert statuses == ["renewed", "revoked", "granted"]
    events = (await callers.public.get(f"/v1/certified-cities/{cities[1]}")).json()["events"]
    assert [event["event"] for event in events] == ["plan_approved", "granted", "revoked"]
    assert all(event["opened_by"]["resolution_id"] for event in events)
