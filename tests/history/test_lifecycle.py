"""The table of moves: what the procedures say, no more and no less, and no dead ends."""

from itertools import product

import pytest

from smartcity_api.history import lifecycle
from smartcity_api.history.lifecycle import MOVES, missing_stages, rank, status_after

ACTS = {
    (None, "applicant", "create", "draft", None),
    ("draft", "applicant", "submit", "submitted", None),
    ("returned", "applicant", "submit", "submitted", False),
    ("submitted", "secretariat", "accept", "eligible", None),
    ("submitted", "secretariat", "return", "returned", None),
    ("submitted", "secretariat", "reject", "rejected", None),
    ("eligible", "secretariat", "announce_zone", "in_promotion_zone", None),
    ("in_promotion_zone", "applicant", "submit_plan", "plan_submitted", None),
    ("returned", "applicant", "submit_plan", "plan_submitted", True),
    ("approved_in_principle", "applicant", "submit_plan", "plan_submitted", None),
    ("draft", "applicant", "withdraw", "withdrawn", None),
    ("submitted", "applicant", "withdraw", "withdrawn", None),
    ("eligible", "applicant", "withdraw", "withdrawn", None),
    ("in_promotion_zone", "applicant", "withdraw", "withdrawn", None),
    ("plan_submitted", "applicant", "withdraw", "withdrawn", None),
    ("approved_in_principle", "applicant", "withdraw", "withdrawn", None),
    ("plan_assessed", "applicant", "withdraw", "withdrawn", None),
    ("plan_approved", "applicant", "withdraw", "withdrawn", None),
    ("returned", "applicant", "withdraw", "withdrawn", None),
}
"""From, who, what, to, and whether after the zone."""

DECISIONS = {
    ("plan_submitted", "working_group", "approve", "plan_assessed", "2562"),
    ("plan_submitted", "working_group", "approve_in_principle", "approved_in_principle", "2562"),
    ("plan_submitted", "working_group", "return", "returned", "2562"),
    ("plan_submitted", "working_group", "reject", "rejected", "2562"),
    ("plan_submitted", None, "approve", "plan_assessed", "2568"),
    ("plan_submitted", None, "approve_in_principle", "approved_in_principle", "2568"),
    ("plan_submitted", None, "return", "returned", "2568"),
    ("plan_submitted", None, "reject", "rejected", "2568"),
    ("plan_assessed", "subcommittee", "approve", "plan_approved", "2562"),
    ("plan_assessed", "subcommittee", "return", "returned", "2562"),
    ("plan_assessed", "subcommittee", "reject", "rejected", "2562"),
    ("plan_assessed", "subcommittee", "approve", "plan_approved", "2568"),
    ("plan_assessed", "subcommittee", "return", "returned", "2568"),
    ("plan_assessed", "subcommittee", "reject", "rejected", "2568"),
    ("plan_approved", "committee", "acknowledge", "certified", "2562"),
    ("plan_approved", "board", "grant", "certified", "2568"),
}
"""From, whose, what, to, under which procedure."""

STATUS: dict[str, tuple[set[str], str, dict[str, str | None]]] = {
    "suspend": ({"granted", "renewed"}, "suspended", {"2562": None, "2568": None}),
    "reinstate": ({"suspended"}, "reinstated", {"2562": None, "2568": None}),
    "renew": ({"granted", "renewed", "suspended"}, "renewed", {"2562": None, "2568": "board"}),
    "revoke": ({"granted", "renewed", "suspended"}, "revoked", {"2562": None, "2568": None}),
}
"""By decision: from where, to where, and whose it is by procedure."""

DATED = {
    ("act", "secretariat", "record_announced", "announced"),
    ("act", "secretariat", "record_cabinet", "cabinet"),
    ("act", "secretariat", "record_ceremony", "ceremony"),
    ("decision", None, "announce", "announced"),
    ("decision", "cabinet", "acknowledge", "cabinet"),
    ("decision", "cabinet", "consider", "cabinet"),
}

PROPOSAL_MOVES = [move for move in MOVES if move.subject == "proposals"]
CITY_MOVES = [move for move in MOVES if move.subject == "certified-cities"]


def test_proposals_move_by_these_acts() -> None:
    moves = [move for move in PROPOSAL_MOVES if move.kind == "act"]
    assert {(move.from_, move.by, move.action, move.to, move.after_zone) for move in moves} == ACTS
    assert len(moves) == len(ACTS)
    assert {move.procedure for move in moves} == {None}


def test_proposals_move_by_these_decisions() -> None:
    moves = [move for move in PROPOSAL_MOVES if move.kind == "decision"]
    assert {(move.from_, move.by, move.action, move.to, move.procedure) for move in moves} == DECISIONS
    assert len(moves) == len(DECISIONS)
    assert {move.after_zone for move in moves} == {None}


def test_cities_move_by_these_decisions() -> None:
    expected = {
        (standing, body, action, to, procedure)
        for action, (standings, to, by) in STATUS.items()
        for standing, (procedure, body) in product(standings, by.items())
    }
    moves = [move for move in CITY_MOVES if move.from_ not in (None, "*")]
    assert {(move.from_, move.by, move.action, move.to, move.procedure) for move in moves} == expected
    assert len(moves) == len(expected)
    assert {move.kind for move in moves} == {"decision"}


def test_cities_have_these_dated_events_at_any_time() -> None:
    moves = [move for move in CITY_MOVES if move.from_ == "*"]
    assert {(move.kind, move.by, move.action, move.to) for move in moves} == DATED


def test_only_the_register_grants_a_city_without_a_proposal() -> None:
    moves = {(move.by, move.action, move.procedure): move for move in CITY_MOVES if move.from_ is None}
    assert set(moves) == {("board", "grant", "2568"), ("committee", "acknowledge", "2562")}
    assert {(move.to, move.register_only) for move in moves.values()} == {("granted", True)}
    assert [move for move in MOVES if move.register_only] == list(moves.values())


def test_every_stage_can_be_reached_in_every_procedure_that_has_moves() -> None:
    for procedure in ("2562", "2568"):
        moves = [move for move in PROPOSAL_MOVES if move.procedure in (None, procedure)]
        reached: set[str | None] = {None}
        while more := {move.to for move in moves if move.from_ in reached} - reached:
            reached |= more
        assert reached == {None, *lifecycle.STAGES}


@pytest.mark.parametrize("stage", lifecycle.STAGES)
def test_open_stages_can_be_left_and_closed_ones_cannot(stage: str) -> None:
    outcomes = {move.to for move in PROPOSAL_MOVES if move.from_ == stage}
    assert outcomes == set() if stage in lifecycle.CLOSED else "withdrawn" in outcomes


def test_deferring_moves_nothing() -> None:
    assert not [move for move in MOVES if move.action == "defer"]


@pytest.mark.parametrize(
    ("stage", "place"),
    [("draft", 1), ("in_promotion_zone", 4), ("certified", 9), ("returned", None), ("granted", None)],
)
def test_stages_have_places_on_the_line(stage: str, place: int | None) -> None:
    assert rank(stage) == place


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "granted"),
        (["granted", "ceremony"], "granted"),
        (["renewed", "cabinet"], "renewed"),
        (["suspended"], "suspended"),
        (["suspended", "reinstated"], "granted"),
        (["renewed", "suspended", "announced", "reinstated"], "renewed"),
        (["suspended", "renewed", "suspended", "reinstated"], "renewed"),
        (["suspended", "revoked"], "revoked"),
    ],
)
def test_reinstating_gives_back_what_suspending_took(events: list[str], status: str) -> None:
    assert status_after(events) == status


@pytest.mark.parametrize(
    ("recorded", "missing"),
    [
        ([], []),
        (["draft"], []),
        (["plan_approved"], ["draft", "submitted", "eligible", "in_promotion_zone", "plan_submitted", "plan_assessed"]),
        (["draft", "submitted", "returned"], []),
        (["rejected"], []),
        (["in_promotion_zone", "eligible", "submitted", "draft", "plan_submitted", "plan_assessed"], []),
    ],
)
def test_what_is_not_documented_below_the_highest_stage_is_missing(recorded: list[str], missing: list[str]) -> None:
    assert missing_stages(recorded) == missing
