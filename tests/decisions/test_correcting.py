"""A clerk's error in a resolution is mended with all histories that rest on it, or not at all."""

from tests.callers import Callers
from tests.decisions.filing import Filing, about, correct, decide, resolution
from tests.history.making import days_from_today, today, yesterday


async def test_the_day_is_corrected_with_every_history(callers: Callers, filing: Filing) -> None:
    plans = [filing.assessed() for _ in range(3)]
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    assert (await decide(callers.secretary, path, tag, *(about(plan, "approve") for plan in plans))).status_code == 200
    tried = await correct(callers.secretary, path, decided_on=yesterday(), dry_run=True)
    assert tried.status_code == 200, tried.text
    effects = tried.json()["effects"]
    assert {one["subject"]["id"] for one in effects} == {str(plan.id) for plan in plans}
    assert [one["events_before"][-1]["on"] for one in effects] == [today()] * 3
    assert [one["events_after"][-1]["on"] for one in effects] == [yesterday()] * 3
    assert {plan.periods[-1][1] for plan in plans} == {today()}
    done = await correct(callers.secretary, path, decided_on=yesterday())
    assert done.status_code == 200, done.text
    assert done.json()["effects"] == effects
    assert {plan.periods[-1] for plan in plans} == {("plan_approved", yesterday(), "infinity")}
    shown = (await callers.public.get(path)).json()
    assert (shown["decided_on"], shown["version"]) == (yesterday(), done.json()["version"])
    again = await correct(callers.secretary, path, decided_on=yesterday())
    assert again.json()["effects"] == []


async def test_the_day_of_a_meeting_is_that_of_all_its_resolutions(callers: Callers, filing: Filing) -> None:
    body = filing.body("subcommittee")
    meeting = (await callers.secretary.post("/v1/meetings", json={"body_id": body, "held_on": today()})).json()["id"]
    plans = [filing.assessed() for _ in range(2)]
    resolutions = [await resolution(callers.secretary, body, "", meeting_id=meeting) for _ in plans]
    for (path, tag), plan in zip(resolutions, plans, strict=True):
        assert (await decide(callers.secretary, path, tag, about(plan, "approve"))).status_code == 200
    done = await correct(callers.secretary, resolutions[0][0], decided_on=yesterday())
    assert done.status_code == 200, done.text
    assert len(done.json()["resolutions"]) == 2
    assert {one["subject"]["id"] for one in done.json()["effects"]} == {str(plan.id) for plan in plans}
    assert [plan.periods[-1][1] for plan in plans] == [yesterday()] * 2
    assert (await callers.public.get(f"/v1/meetings/{meeting}")).json()["held_on"] == yesterday()


async def test_a_day_that_some_history_cannot_have_is_refused(callers: Callers, filing: Filing) -> None:
    plans = [filing.assessed() for _ in range(2)]
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    await decide(callers.secretary, path, tag, *(about(plan, "approve") for plan in plans))
    refused = await correct(callers.secretary, path, decided_on=days_from_today(-40))
    assert refused.status_code == 409, refused.text
    assert {one["value"] for one in refused.json()["errors"]} == {f"proposals/{plan.id}" for plan in plans}
    assert (await correct(callers.secretary, path, decided_on=days_from_today(1))).status_code == 422
    assert {plan.periods[-1][1] for plan in plans} == {today()}
    assert (await callers.public.get(path)).json()["decided_on"] == today()


async def test_a_decision_that_was_never_taken_is_removed(callers: Callers, filing: Filing) -> None:
    right, wrong = filing.assessed(), filing.assessed()
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    await decide(callers.secretary, path, tag, about(right, "approve"), about(wrong, "approve"))
    done = await correct(callers.secretary, path, decisions=[{"position": 2, "remove": True}])
    assert done.status_code == 200, done.text
    (effect,) = done.json()["effects"]
    assert (effect["subject"]["id"], effect["before"], effect["after"]) == (
        str(wrong.id), "plan_approved", "plan_assessed",
    )  # fmt: skip
    assert (right.stands, wrong.stands) == ("plan_approved", "plan_assessed")
    assert [one["position"] for one in (await callers.public.get(path)).json()["decisions"]] == [1]


async def test_another_action_was_decided_in_fact(callers: Callers, filing: Filing) -> None:
    approved, deferred = filing.assessed(), filing.assessed()
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    await decide(callers.secretary, path, tag, about(approved, "approve"), about(deferred, "defer"))
    told = [{"position": 1, "action": "defer", "conditions": "until May"}, {"position": 2, "action": "approve"}]
    done = await correct(callers.secretary, path, decisions=told)
    assert done.status_code == 200, done.text
    assert (approved.stands, deferred.stands) == ("plan_assessed", "plan_approved")
    kept = (await callers.public.get(path)).json()["decisions"]
    assert [(one["action"], one["conditions"]) for one in kept] == [("defer", "until May"), ("approve", None)]


async def test_a_certification_can_be_dated_anew_and_turn_up_but_not_go(callers: Callers, filing: Filing) -> None:
    plan, late = filing.approved(), filing.approved()
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    await decide(callers.secretary, path, tag, about(plan, "grant"), about(late, "consider"))
    city = filing.city_of(plan)[0]
    for wrong in ({"remove": True}, {"action": "consider"}):
        refused = await correct(callers.secretary, path, decisions=[{"position": 1, **wrong}])
        assert refused.status_code == 409, refused.text
        assert city in refused.json()["errors"][0]["message"]
        assert refused.json()["errors"][0]["pointer"] == "/decisions/0"
    done = await correct(
        callers.secretary, path, decided_on=yesterday(), decisions=[{"position": 2, "action": "grant"}]
    )
    assert done.status_code == 200, done.text
    assert [filing.city_of(one)[1:] for one in (plan, late)] == [("granted", yesterday())] * 2
    due = (await callers.public.get(f"/v1/certified-cities/{city}")).json()["policy_review_due_on"]
    assert due[4:] == yesterday()[4:].replace("02-29", "02-28")


async def test_words_are_corrected_without_touching_histories(callers: Callers, filing: Filing) -> None:
    plan = filing.assessed()
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    done = await decide(callers.secretary, path, tag, about(plan, "approve"))
    events = len(plan.events)
    told = {"title_en": "Resolved in fact", "votes": {"for": 9}, "item_no": "3.1"}
    fixed = await correct(callers.secretary, path, tag=done.headers["etag"], **told)
    assert fixed.status_code == 200, fixed.text
    shown = (await callers.public.get(path)).json()
    assert {name: shown[name] for name in told} == told
    assert (fixed.json()["effects"], len(plan.events)) == ([], events)
    assert (await correct(callers.secretary, path, tag=tag, title_en="stale")).status_code == 412


async def test_another_body_must_be_entitled_too(callers: Callers, filing: Filing) -> None:
    plan = filing.assessed()
    path, tag = await resolution(callers.secretary, filing.body("subcommittee"), today())
    await decide(callers.secretary, path, tag, about(plan, "approve"))
    refused = await correct(callers.secretary, path, body_id=filing.body("committee"))
    assert refused.status_code == 409, refused.text
    assert refused.json()["errors"][0]["value"] == f"proposals/{plan.id}"
    done = await correct(callers.secretary, path, body_id=filing.body("subcommittee"))
    assert done.status_code == 200, done.text


async def test_what_is_wrong_with_a_correction_is_said(callers: Callers, filing: Filing) -> None:
    path, _ = await resolution(callers.secretary, filing.body("board"), today())
    anything = {"If-Match": "*"}
    unsaid = await callers.secretary.post(f"{path}/correct", json={"title_en": "x"}, headers=anything)
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/change_reason")
    for told in (
        {"decisions": [{"position": 1, "remove": True}]},
        {"decisions": [{"position": 1}]},
        {"decisions": [{"position": 1, "remove": True, "action": "grant"}]},
        {"published_at": None},
        {"title_en": None},
        {"decided_on": None},
    ):
        answer = await correct(callers.secretary, path, **told)
        assert answer.status_code == 422, (told, answer.text)
    draft, _ = await resolution(callers.secretary, filing.body("board"), today(), publish=False)
    answer = await correct(callers.secretary, draft, title_en="x")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-published")


async def test_the_only_event_of_a_city_is_not_taken_away(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    await decide(callers.secretary, path, tag, about(city, "suspend", reason="a mistake"))
    refused = await correct(callers.secretary, path, decisions=[{"position": 1, "remove": True}])
    assert refused.status_code == 409
    assert "another resolution" in refused.json()["detail"]
    assert city.stands == "suspended"
