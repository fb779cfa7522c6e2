"""Proposals are filed, screened, announced and planned over HTTP, by who may and as far as the rules allow."""

import re
from typing import Any

import httpx
import pytest
from tests.callers import ELSEWHERE, HOME, Callers
from tests.proposals.filing import (
    CRITERIA,
    PLAN,
    PROPOSALS,
    REASON,
    ZONE,
    act,
    acted,
    be_year,
    complete,
    day,
    filed,
    in_zone,
    open_call,
    patched,
    pointers,
    stages,
    submitted,
)

from smartcity_api.history.lifecycle import MOVES
from smartcity_api.kit.days import today
from smartcity_api.proposals.lifecycle import WAYS


async def test_the_whole_way_to_a_submitted_plan(callers: Callers) -> None:
    draft = await filed(callers.agency, call_id=await open_call(callers))
    assert (draft.json()["stage"], draft.json()["reference_number"]) == ("draft", None)
    assert draft.json()["proponent_id"] == str(HOME)
    applied = await acted(callers.agency, draft, "submit")
    number = applied.json()["reference_number"]
    assert re.fullmatch(f"SCP-{be_year(today())}-[1-9][0-9]*", number)
    back = await acted(callers.secretary, applied, "screen", outcome="return", **REASON)
    again = await acted(callers.agency, back, "submit")
    eligible = await acted(callers.secretary, again, "screen", outcome="accept")
    path = f"{PROPOSALS}/{draft.json()['id']}"
    assert (await callers.public.get(path)).status_code == 404
    announced = await acted(callers.secretary, eligible, "announce-zone", **ZONE)
    assert (await callers.public.get(path)).status_code == 200
    planned = await patched(callers.agency, announced, PLAN)
    assert (planned.status_code, planned.json()["budget_thb"]) == (200, "1250000.50")
    sent = await acted(callers.agency, planned, "submit-plan")
    assert sent.json()["reference_number"] == number
    way = ["draft", "submitted", "returned", "submitted", "eligible", "in_promotion_zone", "plan_submitted"]
    assert stages(sent) == [(stage, day(0)) for stage in way]
    read = await callers.public.get(path)
    assert read.json() == sent.json()
    assert read.headers["etag"] == sent.headers["etag"]


async def test_the_zone_is_made_from_its_proposal(callers: Callers) -> None:
    told = {"announced_by_id": str(ELSEWHERE), "operator_id": str(HOME)}
    eligible = await acted(callers.secretary, await submitted(callers), "screen", outcome="accept")
    assert pointers(await act(callers.secretary, eligible, "announce-zone")) == [""]
    assert pointers(await act(callers.secretary, eligible, "announce-zone", **ZONE, announced_on=day(2))) == [
        "/announced_on"
    ]
    announced = await acted(callers.secretary, eligible, "announce-zone", **ZONE, **told)
    zone = (await callers.public.get(f"/v1/promotion-zones/{announced.json()['promotion_zone_id']}")).json()
    for name in ("provinces", "districts", "boundary_kind", "location", "boundary", "city_types", "dimensions"):
        assert zone[name] == announced.json()[name]
    assert {name: zone[name] for name in (*ZONE, *told)} == {**ZONE, **told}
    assert zone["announced_on"] == day(0)
    lineage = (await callers.public.get(f"/v1/promotion-zones/{zone['id']}/lineage")).json()
    assert announced.json()["id"] in str(lineage)


EMPTY = {"provinces": ["83"], "title_th": "ร่าง"}
APPLICATION = ["/title_en", "/city_types", "/dimensions", "/location"]


async def test_all_that_an_application_lacks_is_listed_at_once(callers: Callers) -> None:
    made = await callers.agency.post(PROPOSALS, json=EMPTY)
    assert made.status_code == 201, made.text
    refused = await act(callers.agency, made, "submit")
    assert (refused.status_code, pointers(refused)) == (422, APPLICATION)
    assert {fault["code"] for fault in refused.json()["errors"]} == {"missing"}
    nobodys = await callers.secretary.post(PROPOSALS, json=EMPTY)
    assert pointers(await act(callers.secretary, nobodys, "submit")) == [
        "/title_en",
        "/proponent_id",
        *APPLICATION[1:],
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title_th": None}, "/title_th"),
        ({"city_types": []}, "/city_types"),
        ({"dimensions": ["environment"]}, "/dimensions"),
        ({"dimensions": ["mobility", "people"]}, "/dimensions"),
        ({"boundary_kind": None, "location": None}, "/location"),
    ],
)
async def test_what_an_application_lacks_is_named(callers: Callers, change: dict[str, Any], pointer: str) -> None:
    draft = await filed(callers.agency, **change)
    assert pointers(await act(callers.agency, draft, "submit")) == [pointer]


async def test_a_plan_needs_a_budget_and_a_text_to_every_criterion(callers: Callers) -> None:
    announced = await in_zone(callers)
    refused = await act(callers.agency, announced, "submit-plan")
    assert refused.status_code == 422
    assert pointers(refused) == ["/budget_thb", *(f"/criteria/{code}" for code in CRITERIA)]
    planned = await patched(callers.agency, announced, {**PLAN, "city_types": []})
    gone = await patched(callers.agency, planned, {"criteria": {CRITERIA[2]: None}})
    assert pointers(await act(callers.agency, gone, "submit-plan")) == ["/city_types", f"/criteria/{CRITERIA[2]}"]


async def test_no_stage_is_skipped_or_left_again(callers: Callers) -> None:
    draft = await filed(callers.agency)
    for operation, content in (
        ("screen", {"outcome": "accept"}),
        ("announce-zone", ZONE),
        ("submit-plan", {}),
    ):
        refused = await act(callers.secretary, draft, operation, **content)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/illegal-move")
        assert "draft" in refused.json()["detail"]
    gone = await acted(callers.agency, draft, "withdraw")
    assert (gone.json()["stage"], gone.json()["reference_number"]) == ("withdrawn", None)
    for operation in ("submit", "withdraw", "submit-plan"):
        assert (await act(callers.agency, gone, operation)).status_code == 409
    assert (await patched(callers.agency, gone, {"title_en": "x"})).status_code == 409


async def test_what_is_under_examination_is_not_changed(callers: Callers) -> None:
    applied = await submitted(callers)
    assert (await patched(callers.agency, applied, {"title_en": "x"})).status_code == 409
    back = await acted(callers.secretary, applied, "screen", outcome="return", **REASON)
    changed = await patched(callers.agency, back, {"title_en": "Another title"})
    assert (changed.status_code, changed.json()["title_en"]) == (200, "Another title")


@pytest.mark.parametrize("outcome", ["return", "reject"])
async def test_returning_and_rejecting_need_a_reason(callers: Callers, outcome: str) -> None:
    applied = await submitted(callers)
    refused = await act(callers.secretary, applied, "screen", outcome=outcome)
    assert (refused.status_code, pointers(refused)) == (422, ["/change_reason"])
    done = await acted(callers.secretary, applied, "screen", outcome=outcome, **REASON)
    assert done.json()["stage"] == {"return": "returned", "reject": "rejected"}[outcome]


async def test_an_agency_acts_for_itself_only(callers: Callers) -> None:
    foreign = await callers.foreign.post(PROPOSALS, json=complete())
    assert (foreign.status_code, foreign.json()["type"]) == (403, "/problems/forbidden")
    hidden = await filed(callers.agency)
    for operation in ("submit", "withdraw"):
        assert (await act(callers.foreign, hidden, operation)).status_code == 404
    assert (await patched(callers.foreign, hidden, {"title_en": "x"})).status_code == 404
    assert (await patched(callers.agency, hidden, {"proponent_id": str(ELSEWHERE)})).status_code == 403
    assert (await patched(callers.agency, hidden, {"proponent_id": None})).status_code == 403
    public = await in_zone(callers)
    assert (await act(callers.foreign, public, "submit-plan")).status_code == 403
    assert (await act(callers.foreign, public, "withdraw")).status_code == 403
    assert (await patched(callers.foreign, public, PLAN)).status_code == 403
    assert (await patched(callers.secretary, public, PLAN)).status_code == 200


@pytest.mark.parametrize("who", ["agency", "reviewer", "auditor", "admin"])
async def test_only_the_secretary_screens(callers: Callers, who: str) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    assert (await act(client, await submitted(callers), "screen", outcome="accept")).status_code == 403


async def test_a_version_and_a_key_are_needed(callers: Callers) -> None:
    draft = await filed(callers.agency)
    path = f"{PROPOSALS}/{draft.json()['id']}/withdraw"
    assert (await callers.agency.post(path, json={})).status_code == 428
    assert (await callers.agency.post(path, json={}, headers={"If-Match": '"77-0"'})).status_code == 412
    assert (await callers.public.post(path, json={}, headers={"If-Match": "*"})).status_code == 401


async def test_moves_say_what_is_possible_and_why_not(callers: Callers) -> None:
    made = await callers.agency.post(PROPOSALS, json=EMPTY)
    path = f"{PROPOSALS}/{made.json()['id']}/moves"

    async def moves(client: httpx.AsyncClient, **headers: str) -> dict[str, Any]:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return {
            move["name"] if move["by"] in ("applicant", "secretariat") else "": move for move in answer.json()["moves"]
        }

    mine = await moves(callers.agency)
    assert {name for name, move in mine.items() if move["allowed"]} == {"change", "delete", "withdraw"}
    assert [bar["pointer"] for bar in mine["submit"]["closed_by"] if bar["code"] == "missing"] == APPLICATION
    assert [bar["code"] for bar in mine["accept"]["closed_by"]] == ["role", "stage"]
    theirs = await moves(callers.secretary, **{"Accept-Language": "th"})
    assert theirs["withdraw"]["allowed"]
    assert "ทำได้จากขั้น" in theirs["accept"]["closed_by"][0]["message"]
    assert not any(move["allowed"] for move in (await moves(callers.reviewer)).values())
    assert (await callers.public.get(path)).status_code == 404
    assert (await callers.foreign.get(path)).status_code == 404


async def test_every_open_move_can_be_made_and_no_closed_one(callers: Callers) -> None:
    now = await submitted(callers)
    for stage in ("submitted", "in_promotion_zone"):
        if stage == "in_promotion_zone":
            now = await patched(callers.agency, await in_zone(callers), PLAN)
        assert now.json()["stage"] == stage
        told = await callers.secretary.get(f"{PROPOSALS}/{now.json()['id']}/moves")
        for move in told.json()["moves"]:
            if move["method"] != "POST" or move["path"].startswith("/v1/resolutions"):
                continue
            outcome = {"outcome": move["name"]} if "screen" in move["path"] else {}
            names = ZONE if move["name"] == "announce_zone" else {}
            fresh = {"If-Match": '"0-0"'}  # refused before anything happens, unless something else refuses earlier
            answer = await callers.secretary.post(move["path"], json={**outcome, **names, **REASON}, headers=fresh)
            assert answer.status_code == 412, answer.text
            if not move["allowed"]:
                refused = await callers.secretary.post(
                    move["path"], json={**outcome, **names, **REASON}, headers={"If-Match": "*"}
                )
                assert refused.status_code in (409, 422), refused.text


def test_every_act_of_the_table_has_its_way() -> None:
    acts = {move.action for move in MOVES if move.subject == "proposals" and move.kind == "act"}
    assert set(WAYS) == acts - {"create"}
