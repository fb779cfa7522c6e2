"""Whole lives, lived by the application's role: a proposal from its draft to the certificate, and the city after it."""

import pytest
from psycopg import Connection
from tests.history.making import (
    ACCEPT,
    APPROVE,
    ASSESS,
    CREATE,
    GRANT,
    IMPROVE,
    PLAN,
    REJECT,
    RETURN,
    SUBMIT,
    TO_THE_PLAN,
    WITHDRAW,
    ZONE,
    Making,
    rows,
    today,
    value,
)

Steps = tuple[tuple[str, str, str], ...]


def test_a_proposal_becomes_a_city_on_the_day_of_its_grant(service: Making) -> None:
    proposal, city = service.certified()
    stages = [stage for stage, *_ in (*TO_THE_PLAN, ASSESS, APPROVE, GRANT)]
    assert [stage for *_, stage, _ in proposal.events] == stages
    assert proposal.stands == "certified"
    # All on one day: at its end only the last stage holds, and it has reached all.
    assert proposal.periods[-1] == ("certified", today(), "infinity")
    assert {ends for _, _, ends in proposal.periods[:-1]} == {today()}
    highest = "SELECT array_agg(reached ORDER BY position) FROM stage_period WHERE subject_id = %s"
    assert value(service.owner, highest, proposal.id) == [1, 2, 3, 4, 5, 7, 8, 9]
    assert (city.stands, city.periods) == ("granted", [("granted", today(), "infinity")])
    in_force = (
        "SELECT in_force_on, in_force_basis ->> 'event', in_force_basis ->> 'kind' FROM certified_city WHERE id = %s"
    )
    assert rows(service.owner, in_force, city.id) == [(today(), "granted", "decision")]
    told = "SELECT event FROM certified_city_event WHERE city_id = %s ORDER BY part, seq"
    assert rows(service.owner, told, city.id) == [("plan_approved",), ("granted",)]


@pytest.mark.parametrize(
    "steps",
    [
        (CREATE,),
        (CREATE, SUBMIT),
        (CREATE, SUBMIT, ACCEPT),
        (CREATE, SUBMIT, ACCEPT, ZONE),
        TO_THE_PLAN,
        (*TO_THE_PLAN, IMPROVE),
        (*TO_THE_PLAN, ASSESS),
        (*TO_THE_PLAN, ASSESS, APPROVE),
        (CREATE, SUBMIT, RETURN),
    ],
    ids=lambda steps: steps[-1][0],
)
def test_an_open_proposal_can_be_withdrawn(service: Making, steps: Steps) -> None:
    assert service.proposal().go(*steps, WITHDRAW).stands == "withdrawn"


def test_what_was_returned_before_the_zone_is_submitted_again(service: Making) -> None:
    proposal = service.proposal().go(CREATE, SUBMIT, RETURN, SUBMIT, RETURN, SUBMIT, ACCEPT)
    assert proposal.stands == "eligible"


@pytest.mark.parametrize(
    "returned",
    [("returned", "working_group", "return"), ("returned", "subcommittee", "return")],
    ids=lambda step: step[1],
)
def test_what_was_returned_after_the_zone_is_planned_again(service: Making, returned: tuple[str, str, str]) -> None:
    steps = (ASSESS, returned) if returned[1] == "subcommittee" else (returned,)
    assert service.proposal().go(*TO_THE_PLAN, *steps, PLAN, ASSESS).stands == "plan_assessed"


def test_a_plan_approved_in_principle_comes_again(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN, IMPROVE, PLAN, ASSESS, APPROVE)
    assert proposal.stands == "plan_approved"


def test_a_decision_to_defer_is_recorded_and_moves_nothing(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN, ASSESS)
    service.decided("subcommittee", "defer", proposal)
    assert proposal.stands == "plan_assessed"
    assert proposal.go(APPROVE).stands == "plan_approved"


def test_a_working_group_or_a_subcommittee_can_reject(service: Making) -> None:
    assert service.proposal().go(*TO_THE_PLAN, ("rejected", "working_group", "reject")).stands == "rejected"
    assert service.proposal().go(*TO_THE_PLAN, ASSESS, ("rejected", "subcommittee", "reject")).stands == "rejected"
    assert service.proposal().go(CREATE, SUBMIT, REJECT).stands == "rejected"


def test_any_recorded_body_assesses_under_the_procedure_that_names_none(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN)
    service.bodies["unknown"] = service.body(None, kind="project_management_committee")
    proposal.decides("plan_assessed", "unknown", "approve")
    assert proposal.stands == "plan_assessed"


def test_a_city_is_suspended_and_gets_back_what_it_was(service: Making) -> None:
    _, city = service.certified()
    city.go(("suspended", "committee", "suspend"))
    assert city.stands == "suspended"
    city.go(("reinstated", "committee", "reinstate"))
    assert city.stands == "granted"
    city.go(("renewed", "board", "renew"), ("suspended", "board", "suspend"), ("reinstated", "board", "reinstate"))
    assert city.stands == "renewed"
    city.go(("suspended", "board", "suspend"), ("renewed", "board", "renew"))
    assert city.stands == "renewed"
    assert city.go(("revoked", "subcommittee", "revoke")).stands == "revoked"
    assert [status for status, *_ in city.periods] == [
        *("granted", "suspended", "granted", "renewed", "suspended", "renewed", "suspended", "renewed", "revoked")
    ]


def test_what_happens_to_a_city_in_any_order_leaves_its_status(service: Making) -> None:
    _, city = service.certified()
    city.go(
        ("ceremony", "secretariat", "record_ceremony"),
        ("cabinet", "cabinet", "acknowledge"),
        ("announced", "board", "announce"),
        ("cabinet", "cabinet", "consider"),
        ("announced", "secretariat", "record_announced"),
    )
    assert (city.stands, city.periods) == ("granted", [("granted", today(), "infinity")])


def test_an_event_raises_the_version_of_its_subject(service: Making) -> None:
    def version(connection: Connection[object], table: str, key: object) -> int:
        return int(value(connection, f"SELECT version FROM {table} WHERE id = %s", key))

    proposal, city = service.certified()
    before = version(service.owner, "proposal", proposal.id), version(service.owner, "certified_city", city.id)
    city.go(("renewed", "board", "renew"))
    after = version(service.owner, "proposal", proposal.id), version(service.owner, "certified_city", city.id)
    assert (after[0] - before[0], after[1] - before[1]) == (0, 1)
