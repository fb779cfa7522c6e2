"""What nobody can write, by the application's role: every way around the table of moves."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation
from tests.history.making import (
    ACCEPT,
    APPROVE,
    ASSESS,
    CITIES,
    CREATE,
    GRANT,
    PLAN,
    PROPOSALS,
    REJECT,
    RETURN,
    SUBMIT,
    TO_THE_PLAN,
    WITHDRAW,
    ZONE,
    Making,
    Subject,
    days_from_today,
    today,
)

STEPS = (CREATE, SUBMIT, ACCEPT, ZONE, PLAN, RETURN, REJECT, WITHDRAW, ASSESS, APPROVE, GRANT)
ALLOWED = {
    (): {CREATE},
    (CREATE,): {SUBMIT, WITHDRAW},
    (CREATE, SUBMIT): {ACCEPT, RETURN, REJECT, WITHDRAW},
    (CREATE, SUBMIT, RETURN): {SUBMIT, WITHDRAW},
    (CREATE, SUBMIT, ACCEPT): {ZONE, WITHDRAW},
    (CREATE, SUBMIT, ACCEPT, ZONE): {PLAN, WITHDRAW},
    TO_THE_PLAN: {ASSESS, WITHDRAW},
    (*TO_THE_PLAN, ASSESS): {APPROVE, WITHDRAW},
    (*TO_THE_PLAN, ("returned", "working_group", "return")): {PLAN, WITHDRAW},
    (CREATE, SUBMIT, REJECT): set(),
    (CREATE, WITHDRAW): set(),
}


def refusal(what: str) -> pytest.RaisesExc[CheckViolation]:
    """The judge's refusal, for that reason."""

    def by_the_judge(error: CheckViolation) -> bool:
        return error.diag.constraint_name == "ck_event_is_legal" and error.diag.table_name == "event"

    return pytest.RaisesExc(CheckViolation, match=what, check=by_the_judge)


@pytest.mark.parametrize("begun", ALLOWED, ids=lambda steps: steps[-1][0] if steps else "nothing")
def test_no_stage_is_skipped_and_closed_ones_are_final(
    service: Making, begun: tuple[tuple[str, str, str], ...]
) -> None:
    proposal = service.proposal().go(*begun)
    for step in STEPS:
        if step not in ALLOWED[begun]:
            with pytest.raises(CheckViolation, match="leads there from"):
                proposal.go(step)
    assert [stage for *_, stage, _ in proposal.events] == [stage for stage, *_ in begun]


def test_a_refusal_says_where_and_why(service: Making) -> None:
    proposal = service.proposal().go(CREATE)
    place = f"proposals/{proposal.id} event 2 (eligible): "
    why = "under the procedure of 2568 no secretariat's accept leads there from draft"
    with refusal(f"^{re.escape(place + why)}(\n|$)"):
        proposal.go(ACCEPT)


def test_a_certified_proposal_moves_no_more(service: Making) -> None:
    proposal, city = service.certified()
    for step in STEPS:
        with refusal("leads there from certified"):
            proposal.go(step)
    city.go(("revoked", "board", "revoke"))
    for stage, action in (
        ("renewed", "renew"),
        ("suspended", "suspend"),
        ("reinstated", "reinstate"),
        ("revoked", "revoke"),
    ):
        with refusal("leads there from revoked"):
            city.decides(stage, "board", action)
    with refusal("leads there from revoked"):
        city.acts("ceremony", "secretariat", "record_ceremony")


@pytest.mark.parametrize(
    ("stage", "mandate", "action"),
    [
        ("renewed", "committee", "renew"),
        ("reinstated", "board", "reinstate"),
        ("granted", "board", "grant"),
        ("cabinet", "board", "acknowledge"),
        ("cabinet", "subcommittee", "consider"),
        ("suspended", "board", "renew"),
        ("ceremony", "board", "announce"),
    ],
)
def test_a_city_moves_only_by_the_right_body_and_action(service: Making, stage: str, mandate: str, action: str) -> None:
    _, city = service.certified()
    with refusal("leads there from granted"):
        city.decides(stage, mandate, action)
    assert city.events == []


def test_a_city_that_nothing_certified_cannot_move(register: Making, service: Making) -> None:
    with service.writer.transaction(force_rollback=True):
        city = service.city(service.proposal().go(CREATE))
        for stage, kind in (("ceremony", "secretariat"), ("announced", "secretariat")):
            with refusal("leads there from the beginning"), service.writer.transaction():
                city.acts(stage, kind, f"record_{stage}")


@pytest.mark.parametrize(
    ("stage", "begun", "mandate", "action"),
    [
        ("plan_approved", (*TO_THE_PLAN, ASSESS), "working_group", "approve"),
        ("plan_approved", (*TO_THE_PLAN, ASSESS), "committee", "approve"),
        ("plan_approved", (*TO_THE_PLAN, ASSESS), "subcommittee", "approve_in_principle"),
        ("certified", (*TO_THE_PLAN, ASSESS, APPROVE), "committee", "acknowledge"),
        ("certified", (*TO_THE_PLAN, ASSESS, APPROVE), "board", "acknowledge"),
        ("certified", (*TO_THE_PLAN, ASSESS, APPROVE), "subcommittee", "grant"),
    ],
)
def test_only_the_entitled_body_decides(
    service: Making, stage: str, begun: tuple[tuple[str, str, str], ...], mandate: str, action: str
) -> None:
    with refusal(f"no {mandate}'s {action} leads there"):
        service.proposal().go(*begun).decides(stage, mandate, action)


def test_a_body_without_a_mandate_decides_nothing_that_needs_one(service: Making) -> None:
    service.bodies["none"] = service.body(None, kind="subcommittee")
    with refusal("no approve leads there"):
        service.proposal().go(*TO_THE_PLAN, ASSESS).decides("plan_approved", "none", "approve")


def assessed(service: Making) -> Subject:
    return service.proposal().go(*TO_THE_PLAN, ASSESS)


def test_an_unpublished_resolution_opens_nothing(service: Making) -> None:
    proposal = assessed(service)
    resolution = service.resolution(service.body("subcommittee"), today(), published=False)
    with refusal("its resolution is not published"):
        proposal.event("plan_approved", "decision", service.decision(resolution, "approve", proposal), today())


@pytest.mark.parametrize(
    "validity",
    [
        lambda: {"valid_from_on": "2019", "valid_until_on": days_from_today(-1)},
        lambda: {"valid_from_on": days_from_today(1)},
        lambda: {"valid_until_on": "2025"},
    ],
    ids=["no longer", "not yet", "not since a year"],
)
def test_a_body_decides_only_while_it_exists(service: Making, validity: Callable[[], dict[str, str]]) -> None:
    service.bodies["subcommittee"] = service.body("subcommittee", **validity())
    proposal = service.proposal().go(*TO_THE_PLAN, ASSESS)
    with refusal("the body did not exist on that day"):
        proposal.go(APPROVE)


def test_a_body_may_begin_and_end_that_day_or_who_knows_when(service: Making) -> None:
    for validity in ({"valid_from_on": today(), "valid_until_on": today()}, {"valid_until_on": today()[:4]}, {}):
        service.bodies["subcommittee"] = service.body("subcommittee", **validity)
        assert assessed(service).go(APPROVE).stands == "plan_approved"


def test_a_decision_opens_only_its_own_subject(service: Making) -> None:
    proposal, other = assessed(service), assessed(service)
    decision = service.decided("subcommittee", "approve", other)
    with refusal("the decision is about another subject"):
        proposal.event("plan_approved", "decision", decision, today())
    nobody = service.decision(service.resolution(service.bodies["subcommittee"], today()), "approve", None)
    with refusal("the decision is about another subject"):
        proposal.event("plan_approved", "decision", nobody, today())


def test_a_decision_takes_effect_on_the_day_of_its_resolution(service: Making) -> None:
    proposal = assessed(service)
    earlier = service.decided("subcommittee", "approve", proposal, days_from_today(-1))
    for day in (today(), today()[:7]):
        with refusal(f"on the day of its resolution, {days_from_today(-1)}"):
            proposal.event("plan_approved", "decision", earlier, day)


def test_a_decision_of_an_unknown_day_opens_nothing(service: Making) -> None:
    proposal = assessed(service)
    undated = service.decision(service.resolution(service.body("subcommittee"), None), "approve", proposal)
    with refusal("its day must be known"):
        proposal.event("plan_approved", "decision", undated, None)
    with refusal("the day of its resolution, which is not known"):
        proposal.event("plan_approved", "decision", undated, today())


def test_what_opens_an_event_must_exist(service: Making) -> None:
    proposal = service.proposal()
    for kind in ("act", "decision"):
        with refusal(f"there is no {kind}"):
            proposal.event("draft", kind, uuid4(), today())
    stranger = Subject(service, PROPOSALS, uuid4())
    with refusal("there is no such subject"):
        stranger.go(CREATE)


def test_an_act_opens_only_its_own_subject(service: Making) -> None:
    other, city = service.proposal(), Subject(service, CITIES, uuid4())
    for stranger in (other.act("applicant", "create"), city.act("applicant", "create")):
        with refusal("the act is about another subject"):
            service.proposal().event("draft", "act", stranger, today())


def test_an_act_or_a_decision_opens_one_event(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN)
    back = service.decided("working_group", "return", proposal)
    proposal.event("returned", "decision", back, today())
    plan = proposal.act("applicant", "submit_plan")
    proposal.event("plan_submitted", "act", plan, today())
    with refusal("the same decision opens event 6 already"):
        proposal.event("returned", "decision", back, today())
    proposal.decides("returned", "working_group", "return")
    with refusal("the same act opens event 7 already"):
        proposal.event("plan_submitted", "act", plan, today())


def test_no_statement_opens_a_strict_event(service: Making, register: Making) -> None:
    paper = register.source()
    for origin in ("application", "register"):
        with refusal("may rest on a statement"):
            service.proposal(origin=origin).states("draft", "2021-05-06", paper)


@pytest.mark.parametrize("by", ["applicant", "secretariat"])
def test_only_who_may_acts(service: Making, by: str) -> None:
    other = {"applicant": "secretariat", "secretariat": "applicant"}[by]
    proposal = service.proposal().go(CREATE)
    with refusal(f"no {other}'s"):
        proposal.acts("submitted", other, "submit") if by == "applicant" else proposal.go(SUBMIT).acts(
            "eligible", other, "accept"
        )
