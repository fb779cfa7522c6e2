"""Decisions of a published resolution move every subject on its day, or none; who may not decide is told why."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.callers import Callers
from tests.decisions.filing import FROM_THE_ARCHIVE, Filing, about, decide, resolution
from tests.history.making import TO_THE_PLAN, days_from_today, today


async def test_fifteen_plans_in_one_resolution_become_fifteen_cities(callers: Callers, filing: Filing) -> None:
    plans = [filing.approved() for _ in range(15)]
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    named = {"name_en": "City of the first plan", "batch": 7, "batch_position": 1, "city_type": "livable"}
    decisions = [about(plan, "grant", conditions="for two years") for plan in plans]
    decisions[0]["city"] = named
    answer = await decide(callers.secretary, path, tag, *decisions)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["position"] for one in told["decisions"]] == list(range(1, 16))
    assert {(one["before"], one["after"], one["effective_on"]) for one in told["decisions"]} == {
        ("plan_approved", "certified", today())
    }
    for plan, one in zip(plans, told["decisions"], strict=True):
        assert filing.city_of(plan) == (one["city_id"], "granted", today())
    first = (await callers.public.get(f"/v1/certified-cities/{told['decisions'][0]['city_id']}")).json()
    assert {name: first[name] for name in named} == named
    assert first["proposal_id"] == str(plans[0].id)
    assert first["policy_review_due_on"] == f"{int(today()[:4]) + 2}{today()[4:].replace('02-29', '02-28')}"
    assert [event["event"] for event in first["events"]] == ["plan_approved", "granted"]
    second = (await callers.public.get(f"/v1/certified-cities/{told['decisions'][1]['city_id']}")).json()
    assert (second["name_en"], second["provinces"], second["batch"]) == ("Made for a test", ["83"], None)
    shown = await callers.public.get(path)
    assert len(shown.json()["decisions"]) == 15
    assert shown.headers["etag"].partition("-")[0] == answer.headers["etag"].partition("-")[0]
    lineage = (await callers.public.get(f"/v1/certified-cities/{first['id']}/lineage")).json()
    assert str(plans[0].id) in {record["id"] for record in lineage["records"]}


async def test_a_whole_way_is_decided_body_by_body(callers: Callers, filing: Filing) -> None:
    plan = filing.planned()
    steps = [
        ("working_group", "approve_in_principle", "approved_in_principle"),
        ("working_group", "approve", "plan_assessed"),
        ("subcommittee", "defer", "plan_assessed"),
        ("subcommittee", "approve", "plan_approved"),
    ]
    for mandate, action, stage in steps:
        if plan.stands == "approved_in_principle":
            plan.acts("plan_submitted", "applicant", "submit_plan")
        path, tag = await resolution(callers.secretary, filing.body(mandate), today())
        answer = await decide(callers.secretary, path, tag, about(plan, action))
        assert answer.status_code == 200, answer.text
        assert answer.json()["decisions"][0]["moved"] is (action != "defer")
        assert plan.stands == stage


async def test_one_subject_that_cannot_move_refuses_all_and_is_named(callers: Callers, filing: Filing) -> None:
    ready, early, wrong = filing.approved(), filing.assessed(), filing.planned()
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    told = [about(ready, "grant"), about(early, "grant"), about(wrong, "grant")]
    answer = await decide(callers.secretary, path, tag, *told)
    assert answer.status_code == 409, answer.text
    problem = answer.json()
    assert problem["type"] == "/problems/illegal-move"
    assert [(one["pointer"], one["value"]) for one in problem["errors"]] == [
        ("/decisions/1", f"proposals/{early.id}"),
        ("/decisions/2", f"proposals/{wrong.id}"),
    ]
    assert "plan_assessed" in problem["errors"][0]["message"]
    assert (ready.stands, early.stands, wrong.stands) == ("plan_approved", "plan_assessed", "plan_submitted")
    shown = await callers.public.get(path)
    assert (shown.json()["decisions"], shown.headers["etag"]) == ([], tag)


@pytest.mark.parametrize(
    ("mandate", "validity", "action", "why"),
    [
        ("subcommittee", {}, "grant", "no subcommittee's grant leads there"),
        ("committee", {}, "acknowledge", "under the procedure of 2568 no committee's acknowledge"),
        ("board", {"valid_from_on": 1}, "grant", "the body did not exist on that day"),
        ("board", {"valid_until_on": -1}, "grant", "the body did not exist on that day"),
        (None, {}, "grant", "leads there from plan_approved"),
        ("board", {}, "renew", "renew leads nowhere from plan_approved"),
    ],
)
async def test_only_a_body_that_is_entitled_on_that_day_decides(
    callers: Callers, filing: Filing, mandate: str | None, validity: dict[str, int], action: str, why: str
) -> None:
    columns = {name: days_from_today(days) for name, days in validity.items()}
    plans = [filing.approved() for _ in range(2)]
    path, tag = await resolution(callers.secretary, filing.body(mandate, **columns), today())
    answer = await decide(callers.secretary, path, tag, *(about(plan, action) for plan in plans))
    assert answer.status_code == 409, answer.text
    found = answer.json()["errors"]
    assert [one["pointer"] for one in found] == ["/decisions/0", "/decisions/1"]
    assert all(why in one["message"] for one in found), found
    path, tag = await resolution(callers.secretary, filing.body(mandate, **columns), today())
    headers = {"If-Match": tag, "Accept-Language": "th"}
    content = {"decisions": [about(plans[0], action)]}
    thai = (await callers.secretary.post(f"{path}/decisions", json=content, headers=headers)).json()
    assert any("\u0e00" <= char <= "\u0e7f" for char in thai["errors"][0]["message"]), thai


async def test_only_published_resolutions_decide(callers: Callers, filing: Filing) -> None:
    plan = filing.approved()
    path, tag = await resolution(callers.secretary, filing.body("board"), today(), publish=False)
    answer = await decide(callers.secretary, path, tag, about(plan, "grant"))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-published")


async def test_versions_of_the_resolution_and_of_subjects_are_checked(callers: Callers, filing: Filing) -> None:
    plans = [filing.approved() for _ in range(2)]
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    missing = await callers.secretary.post(f"{path}/decisions", json={"decisions": [about(plans[0], "grant")]})
    assert missing.status_code == 428
    assert (await decide(callers.secretary, path, '"1-0"', about(plans[0], "grant"))).status_code == 412
    version = (await callers.public.get(f"/v1/proposals/{plans[1].id}")).json()["version"]
    told = [about(plans[0], "grant"), about(plans[1], "grant", subject_version=version - 1)]
    stale = await decide(callers.secretary, path, tag, *told)
    assert stale.status_code == 412, stale.text
    assert [one["pointer"] for one in stale.json()["errors"]] == ["/decisions/1/subject_version"]
    assert str(plans[1].id) in stale.json()["detail"]
    told[1]["subject_version"] = version
    assert (await decide(callers.secretary, path, tag, *told)).status_code == 200


async def test_a_dry_run_shows_what_would_change_and_changes_nothing(callers: Callers, filing: Filing) -> None:
    plan = filing.approved()
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    before = filing.counted("event"), filing.counted("certified_city"), filing.counted("audit_entry")
    answer = await decide(callers.secretary, path, tag, about(plan, "grant"), dry_run="true")
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["decisions"]
    assert (answer.json()["dry_run"], told["before"], told["after"]) == (True, "plan_approved", "certified")
    assert (told["id"], told["city_id"]) == (None, None)
    assert (filing.counted("event"), filing.counted("certified_city"), filing.counted("audit_entry")) == before
    assert plan.stands == "plan_approved"
    refused = await decide(callers.secretary, path, tag, about(filing.planned(), "grant"), dry_run="true")
    assert refused.status_code == 409
    assert (await decide(callers.secretary, path, tag, about(plan, "grant"))).status_code == 200


@pytest.mark.parametrize("action", ["return", "reject"])
async def test_turning_a_plan_down_needs_a_reason(callers: Callers, filing: Filing, action: str) -> None:
    plans = [filing.assessed() for _ in range(2)]
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    told = [about(plans[0], action, reason="no budget"), about(plans[1], action)]
    refused = await decide(callers.secretary, path, tag, *told)
    assert refused.status_code == 422, refused.text
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/decisions/1/reason"]
    answer = await decide(callers.secretary, path, tag, *told, change_reason="not ready")
    assert answer.status_code == 200, answer.text
    events = [(await callers.public.get(f"/v1/proposals/{plan.id}")).json()["events"][-1] for plan in plans]
    assert [event["note"] for event in events] == ["no budget", "not ready"]
    assert events[0]["stage"] == {"return": "returned", "reject": "rejected"}[action]


async def test_what_moves_nothing_is_recorded(callers: Callers, filing: Filing) -> None:
    plan, city = filing.assessed(), filing.city()
    path, tag = await resolution(callers.secretary, filing.body("committee"), today())
    told = [
        about(plan, "consider"),
        about(city, "acknowledge"),
        {"action": "order", "subject": {"type": "provinces", "id": "83"}},
        {"action": "renew", "text": "16 cities renewed", "stated_subjects": 16},
    ]
    answer = await decide(callers.secretary, path, tag, *told)
    assert answer.status_code == 200, answer.text
    assert [one["moved"] for one in answer.json()["decisions"]] == [False] * 4
    kept = (await callers.public.get(path)).json()["decisions"]
    assert [(one["position"], one["action"]) for one in kept] == [
        (1, "consider"), (2, "acknowledge"), (3, "order"), (4, "renew"),
    ]  # fmt: skip
    more = await decide(callers.secretary, path, "*", about(plan, "defer"))
    assert more.json()["decisions"][0]["position"] == 5
    assert (plan.stands, city.stands) == ("plan_assessed", "granted")


async def test_what_is_wrong_with_the_request_is_listed_at_once(callers: Callers, filing: Filing) -> None:
    plan, nobody = filing.assessed(), {"type": "proposals", "id": str(uuid4())}
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    told = [
        {"action": "approve", "subject": nobody},
        {"action": "approve", "subject": {"type": "proposals", "id": "x"}},
        about(plan, "approve", progress=60),
        about(plan, "approve", city={"batch": 1}),
    ]
    answer = await decide(callers.secretary, path, tag, *told)
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [
        "/decisions/0/subject", "/decisions/1/subject", "/decisions/2/progress", "/decisions/3/city",
    ]  # fmt: skip
    empty: list[dict[str, Any]] = [{}, {"decisions": []}, {"decisions": [{"action": "order"}]}]
    for content in (*empty, {"decisions": [about(plan, "bless")]}):
        bad = await callers.secretary.post(f"{path}/decisions", json=content, headers={"If-Match": tag})
        assert bad.status_code == 422, bad.text


async def test_of_two_resolutions_about_overlapping_subjects_one_wins_whole(callers: Callers, filing: Filing) -> None:
    shared, mine, theirs = ([filing.assessed() for _ in range(n)] for n in (4, 3, 3))
    body = filing.body("subcommittee")
    first, second = [await resolution(callers.secretary, body, today()) for _ in range(2)]
    answers = await asyncio.gather(
        decide(callers.secretary, *first, *(about(plan, "approve") for plan in [*mine, *shared])),
        decide(callers.secretary, *second, *(about(plan, "approve") for plan in [*reversed(shared), *theirs])),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    won, lost = (mine, theirs) if answers[0].status_code == 200 else (theirs, mine)
    assert {plan.stands for plan in [*shared, *won]} == {"plan_approved"}
    assert {plan.stands for plan in lost} == {"plan_assessed"}
    refused = next(answer for answer in answers if answer.status_code == 409).json()
    assert {one["value"] for one in refused["errors"]} == {f"proposals/{plan.id}" for plan in shared}


async def test_of_many_resolutions_at_once_each_is_whole_or_nothing(callers: Callers, filing: Filing) -> None:
    plans = [filing.assessed() for _ in range(8)]
    cities = [filing.city() for _ in range(4)]
    body = filing.body("subcommittee")
    sets = [[*plans[n:], *plans[:n], *cities[n % 4 :]][: 5 + n % 3] for n in range(8)]
    paths = [await resolution(callers.secretary, body, today()) for _ in sets]
    answers = await asyncio.gather(
        *(
            decide(
                callers.secretary,
                *path,
                *(about(one, "approve" if one in plans else "suspend", reason="x") for one in wanted),
            )
            for path, wanted in zip(paths, sets, strict=True)
        )
    )
    assert {answer.status_code for answer in answers} == {200, 409}, [answer.text for answer in answers]
    won = [one for answer, wanted in zip(answers, sets, strict=True) if answer.status_code == 200 for one in wanted]
    assert len(won) == len({one.id for one in won})
    moved = [one for one in (*plans, *cities) if one.stands in ("plan_approved", "suspended")]
    assert {one.id for one in moved} == {one.id for one in won}


async def test_a_decision_of_an_earlier_day_stands_where_it_belongs(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    city.acts("ceremony", "secretariat", "record_ceremony")
    path, tag = await resolution(callers.secretary, filing.body("cabinet"), days_from_today(-10))
    answer = await decide(callers.secretary, path, tag, about(city, "acknowledge"))
    assert answer.status_code == 200, answer.text
    assert [event[2:] for event in city.events if event[0] == 2] == [
        ("cabinet", days_from_today(-10)),
        ("ceremony", today()),
    ]
    path, tag = await resolution(callers.secretary, filing.body("board"), days_from_today(-40))
    early = await decide(callers.secretary, path, tag, about(city, "suspend", reason="no data platform"))
    assert early.status_code == 409
    assert f"the city was certified on {FROM_THE_ARCHIVE}, not before" in early.json()["detail"]


async def test_hundreds_of_subjects_are_decided_in_one_request(callers: Callers, filing: Filing) -> None:
    plans = [filing.making.proposal() for _ in range(200)]
    keys = [plan.id for plan in plans]
    for seq, (stage, by, action) in enumerate(TO_THE_PLAN, 1):
        _acted(filing, by, action, keys, seq, stage)
    path, tag = await resolution(callers.secretary, filing.body("working_group"), today())
    answer = await decide(callers.secretary, path, tag, *(about(plan, "approve") for plan in plans))
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["decisions"]) == 200
    assert (plans[0].stands, plans[-1].stands) == ("plan_assessed", "plan_assessed")
    assert (await callers.public.get(path)).json()["version"] == int(tag.strip('"').partition("-")[0]) + 1


def _acted(filing: Filing, by: str, action: str, keys: list[Any], seq: int, stage: str) -> None:
    """An act of every one of them, and the event that it opens."""
    filing.writer.execute(
        "INSERT INTO act (id, subject_type, subject_id, by, action) "
        "SELECT gen_random_uuid(), 'proposals', id, %s, %s FROM unnest(%s::uuid[]) AS id",
        [by, action, keys],
    )
    filing.writer.execute(
        "INSERT INTO event "
        "(subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id) "
        "SELECT 'proposals', subject_id, 1, %s, %s, %s, 'act', id FROM act WHERE action = %s AND subject_id = ANY (%s)",
        [seq, stage, today(), action, keys],
    )


@pytest.mark.parametrize(
    ("who", "status"), [("public", 401), ("agency", 403), ("reviewer", 403), ("auditor", 403), ("admin", 403)]
)
async def test_nobody_else_decides_or_corrects(callers: Callers, filing: Filing, who: str, status: int) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    assert (await decide(client, path, tag, about(filing.approved(), "grant"))).status_code == status
    corrected = await client.post(f"{path}/correct", json={"change_reason": "x"}, headers={"If-Match": tag})
    assert corrected.status_code == status
