"""The register's own history: full of gaps, but never backwards nor out of a closed stage, and only before its day."""

from uuid import UUID

import pytest
from psycopg.errors import CheckViolation
from tests.history.making import CREATE, PLAN, SUBMIT, Making, today
from tests.history.test_refusals import refusal


@pytest.mark.parametrize(
    "stages",
    [
        ["certified"],
        ["plan_approved", "certified"],
        ["rejected"],
        ["withdrawn"],
        ["returned", "submitted", "eligible"],
        ["draft", "plan_approved"],
        ["plan_submitted", "approved_in_principle", "plan_submitted", "plan_assessed"],
        ["plan_submitted", "returned", "plan_submitted", "returned", "plan_assessed"],
        ["submitted", "returned", "submitted", "returned", "in_promotion_zone", "certified"],
        ["eligible", "withdrawn"],
    ],
    ids="-".join,
)
def test_it_may_begin_anywhere_and_skip_what_nobody_documented(
    register: Making, paper: UUID, stages: list[str]
) -> None:
    proposal = register.proposal(origin="register")
    for stage in stages:
        proposal.states(stage, "2021", paper)
    assert proposal.stands == stages[-1]


@pytest.mark.parametrize(
    ("stages", "refused"),
    [
        (["plan_approved"], "draft"),
        (["plan_approved"], "plan_approved"),
        (["plan_submitted", "returned"], "submitted"),
        (["plan_submitted", "returned"], "in_promotion_zone"),
        (["submitted", "returned"], "draft"),
        (["certified"], "withdrawn"),
        (["certified"], "certified"),
        (["rejected"], "certified"),
        (["withdrawn"], "submitted"),
        (["draft"], "granted"),
        ([], "granted"),
        ([], "nonsense"),
    ],
    ids=str,
)
def test_it_never_goes_back_nor_out_of_a_closed_stage(
    register: Making, paper: UUID, stages: list[str], refused: str
) -> None:
    proposal = register.proposal(origin="register")
    for stage in stages:
        proposal.states(stage, "2021", paper)
    with refusal("no statement leads there"):
        proposal.states(refused, "2021", paper)


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        (["granted"], "granted"),
        (["renewed"], "granted"),
        (["renewed"], "acknowledged"),
        (["revoked"], "renewed"),
        (["revoked"], "ceremony"),
        ([], "draft"),
        ([], "certified"),
    ],
    ids=str,
)
def test_a_city_is_granted_once_and_revoked_for_good(
    register: Making, paper: UUID, events: list[str], refused: str
) -> None:
    city = register.city(origin="register")
    for event in events:
        city.states(event, "2021", paper)
    with refusal("no statement leads there"):
        city.states(refused, "2021", paper)


def test_a_city_with_a_certified_proposal_is_not_granted_again(register: Making, paper: UUID) -> None:
    proposal = register.proposal(origin="register")
    proposal.states("certified", "2023-08", paper)
    city = register.city(proposal, origin="register")
    with refusal("no board's grant leads there from granted"):
        city.decides("granted", "board", "grant", "2025-08-19")
    city.decides("renewed", "board", "renew", "2025-08-19")
    assert city.periods == [("granted", "2023-08-31", "2025-08-19"), ("renewed", "2025-08-19", "infinity")]


def test_a_city_may_be_granted_without_a_proposal(register: Making) -> None:
    by_board, by_committee = register.city(origin="register"), register.city(origin="register")
    by_board.decides("granted", "board", "grant", "2025-08-19")
    by_committee.decides("granted", "committee", "acknowledge", "2021-11-05")
    statement = "SELECT in_force_on, in_force_basis ->> 'event' FROM certified_city WHERE id = %s"
    assert register.owner.execute(statement, [by_board.id]).fetchone() == ("2025-08-19", "granted")
    assert register.owner.execute(statement, [by_committee.id]).fetchone() == ("2021-11-05", "acknowledged")


def test_decisions_must_be_real_there_too(register: Making) -> None:
    proposal = register.proposal(origin="register")
    with refusal("no committee's approve leads there"):
        proposal.decides("plan_approved", "committee", "approve", "2021-05-06")
    with refusal("under the procedure of 2562 no board's grant"):
        proposal.decides("certified", "board", "grant", "2021-05-06")
    register.bodies["subcommittee"] = register.body("subcommittee", valid_until_on="2021-05-05")
    with refusal("the body did not exist on that day"):
        proposal.decides("plan_approved", "subcommittee", "approve", "2021-05-06")


def test_a_decision_of_a_vague_day_may_be_of_either_procedure(register: Making) -> None:
    for mandate, action in (("committee", "acknowledge"), ("board", "grant")):
        proposal = register.proposal(origin="register")
        proposal.decides("certified", mandate, action, "2025")
        assert proposal.stands == "certified"


def test_no_event_rests_on_a_doubtful_source(register: Making) -> None:
    with refusal("of reliability D alone"):
        register.proposal(origin="register").states("certified", "2023", register.source("D"))


def test_the_application_writes_no_loose_event(service: Making, paper: UUID) -> None:
    proposal = service.proposal(origin="register")
    with refusal("may rest on a statement"):
        proposal.states("certified", "2023-08", paper)
    with refusal("leads there from the beginning"):
        proposal.decides("plan_approved", "subcommittee", "approve", "2021-05-06")
    with refusal("no board's grant leads there from granted"):
        service.city(origin="register").decides("granted", "board", "grant", "2025-08-19")


def test_only_the_registers_own_subjects_are_loose(register: Making, paper: UUID) -> None:
    with refusal("may rest on a statement"):
        register.proposal().states("certified", "2023-08", paper)
    with refusal("leads there from the beginning"):
        register.proposal().decides("plan_approved", "subcommittee", "approve", "2021-05-06")


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01", "2026", "2025-12-31"])
def test_from_its_day_on_the_register_is_strict_too(register: Making, paper: UUID, day: str) -> None:
    proposal = register.proposal(origin="register")
    proposal.states("eligible", "2025", paper)
    if day < "2026":
        proposal.states("plan_approved", day, paper)
        assert proposal.stands == "plan_approved"
        return
    with refusal("may rest on a statement"):
        proposal.states("plan_approved", day, paper)
    with refusal("leads there from eligible"):
        proposal.decides("plan_approved", "subcommittee", "approve", day)


def test_an_undated_event_is_as_loose_as_the_one_before_it(register: Making, paper: UUID) -> None:
    proposal = register.proposal(origin="register")
    proposal.states("submitted", None, paper)
    proposal.states("eligible", "2025-12", paper)
    proposal.states("in_promotion_zone", None, paper)
    proposal.go(PLAN)
    with refusal("its day must be known"):
        proposal.states("plan_assessed", None, paper)
    assert proposal.periods == [("eligible", "2025-12-31", today()), ("plan_submitted", today(), "infinity")]


def test_the_application_goes_on_where_the_register_ends(service: Making, register: Making, paper: UUID) -> None:
    loose = register.proposal(origin="register")
    loose.states("in_promotion_zone", "2024", paper)
    proposal = type(loose)(service, loose.type, loose.id)
    with refusal("leads there from in_promotion_zone"):
        proposal.go(SUBMIT)
    assert proposal.go(PLAN).stands == "plan_submitted"
    city = type(loose)(service, "certified-cities", register.city(origin="register").id)
    assert city.go(("suspended", "board", "suspend"), ("reinstated", "board", "reinstate")).stands == "granted"


def test_the_owner_makes_the_register_strict_from_another_day(register: Making, paper: UUID) -> None:
    with register.owner.transaction(force_rollback=True):
        register.owner.execute("UPDATE procedure SET strict_from = '2021-01-01'")
        with refusal("may rest on a statement"), register.owner.transaction():
            register.proposal(origin="register").states("certified", "2021-01-01", paper)
        proposal = register.proposal(origin="register")
        proposal.states("plan_approved", "2020-12-31", paper)
        assert proposal.stands == "plan_approved"


def test_a_strict_life_is_strict_for_the_owner_too(register: Making) -> None:
    with pytest.raises(CheckViolation, match="leads there from draft"):
        register.proposal().go(CREATE, PLAN)
