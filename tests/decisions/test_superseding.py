"""A later resolution replaces what an earlier one decided about the same subjects, and leaves the others."""

from typing import Any

from tests.callers import Callers
from tests.decisions.filing import Filing, about, correct, decide, resolution
from tests.history.making import days_from_today, yesterday


def superseding(path: str) -> dict[str, Any]:
    return {"supersedes_id": path.rpartition("/")[2]}


async def test_the_later_decision_counts_and_on_its_own_day(callers: Callers, filing: Filing) -> None:
    again, kept = filing.assessed(), filing.assessed()
    body = filing.body("subcommittee")
    first, tag = await resolution(callers.secretary, body, days_from_today(-7))
    told = await decide(callers.secretary, first, tag, about(again, "approve"), about(kept, "approve"))
    replaced = told.json()["decisions"][0]["id"]
    later, tag = await resolution(callers.secretary, body, yesterday(), **superseding(first))
    tried = await decide(callers.secretary, later, tag, about(again, "return", reason="budget"), dry_run="true")
    assert tried.status_code == 200, tried.text
    assert again.stands == "plan_approved"
    done = await decide(callers.secretary, later, tag, about(again, "return", reason="budget"))
    assert done.status_code == 200, done.text
    (outcome,) = done.json()["decisions"]
    assert (outcome["before"], outcome["after"], outcome["replaced"]) == ("plan_approved", "returned", [replaced])
    assert [step[0] for step in again.periods][-2:] == ["plan_assessed", "returned"]
    assert again.periods[-1][1] == yesterday()
    assert kept.periods[-1] == ("plan_approved", days_from_today(-7), "infinity")
    assert [event[2] for event in again.events if event[0] == 1][-1] == "plan_approved"
    shown = (await callers.public.get(first)).json()
    assert [one["id"] for one in shown["superseded_by"]] == [later.rpartition("/")[2]]


async def test_deferring_takes_the_earlier_approval_back(callers: Callers, filing: Filing) -> None:
    plan, body = filing.assessed(), filing.body("subcommittee")
    first, tag = await resolution(callers.secretary, body, days_from_today(-7))
    await decide(callers.secretary, first, tag, about(plan, "approve"))
    later, tag = await resolution(callers.secretary, body, yesterday(), **superseding(first))
    done = await decide(callers.secretary, later, tag, about(plan, "defer", reason="not ready"))
    assert done.status_code == 200, done.text
    assert plan.stands == "plan_assessed"


async def test_what_has_gone_on_since_is_not_left_without_its_ground(callers: Callers, filing: Filing) -> None:
    gone_on, waiting = filing.planned(), filing.planned()
    group = filing.body("working_group")
    first, tag = await resolution(callers.secretary, group, days_from_today(-7))
    await decide(callers.secretary, first, tag, about(gone_on, "approve"), about(waiting, "approve"))
    gone_on.decides("plan_approved", "subcommittee", "approve", days_from_today(-3))
    later, tag = await resolution(callers.secretary, group, yesterday(), **superseding(first))
    told = [about(waiting, "reject", reason="x"), about(gone_on, "approve")]
    refused = await decide(callers.secretary, later, tag, *told)
    assert refused.status_code == 409, refused.text
    assert [(one["pointer"], one["value"]) for one in refused.json()["errors"]] == [
        ("/decisions/1", f"proposals/{gone_on.id}")
    ]
    assert (waiting.stands, gone_on.stands) == ("plan_assessed", "plan_approved")


async def test_a_city_stays_one_and_may_be_granted_anew(callers: Callers, filing: Filing) -> None:
    plan, board = filing.approved(), filing.body("board")
    first, tag = await resolution(callers.secretary, board, days_from_today(-7))
    await decide(callers.secretary, first, tag, about(plan, "grant"))
    city = filing.city_of(plan)[0]
    later, tag = await resolution(callers.secretary, board, yesterday(), **superseding(first))
    refused = await decide(callers.secretary, later, tag, about(plan, "consider", reason="x"))
    assert refused.status_code == 409, refused.text
    assert city in refused.json()["detail"]
    done = await decide(callers.secretary, later, tag, about(plan, "grant", reason="anew"))
    assert done.status_code == 200, done.text
    assert filing.city_of(plan) == (city, "granted", yesterday())


async def test_no_resolution_supersedes_a_later_one(callers: Callers, filing: Filing) -> None:
    body = filing.body("subcommittee")
    first, _ = await resolution(callers.secretary, body, yesterday())
    earlier, tag = await resolution(callers.secretary, body, days_from_today(-7), publish=False, **superseding(first))
    answer = await callers.secretary.post(f"{earlier}/publish", headers={"If-Match": tag})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/supersedes_id"


async def test_what_replaced_nothing_after_all_lets_the_earlier_decision_count_again(
    callers: Callers, filing: Filing
) -> None:
    plan, body = filing.assessed(), filing.body("subcommittee")
    first, tag = await resolution(callers.secretary, body, days_from_today(-7))
    await decide(callers.secretary, first, tag, about(plan, "approve"))
    later, tag = await resolution(callers.secretary, body, yesterday(), **superseding(first))
    await decide(callers.secretary, later, tag, about(plan, "return", reason="another city's"))
    assert plan.stands == "returned"
    moot = await correct(callers.secretary, first, decisions=[{"position": 1, "action": "defer"}])
    assert (moot.status_code, moot.json()["effects"]) == (200, [])
    back = await correct(callers.secretary, first, decisions=[{"position": 1, "action": "approve"}])
    assert (back.status_code, plan.stands) == (200, "returned")
    done = await correct(callers.secretary, later, decisions=[{"position": 1, "remove": True}])
    assert done.status_code == 200, done.text
    assert plan.periods[-1] == ("plan_approved", days_from_today(-7), "infinity")


async def test_superseding_needs_a_reason(callers: Callers, filing: Filing) -> None:
    plan, body = filing.assessed(), filing.body("subcommittee")
    first, tag = await resolution(callers.secretary, body, days_from_today(-7))
    await decide(callers.secretary, first, tag, about(plan, "approve"))
    later, tag = await resolution(callers.secretary, body, yesterday(), **superseding(first))
    refused = await decide(callers.secretary, later, tag, about(plan, "defer"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/decisions/0/reason")
    done = await decide(callers.secretary, later, tag, about(plan, "defer"), change_reason="the budget was wrong")
    assert done.status_code == 200, done.text
