"""On which days events may take effect, and in which order: partial days refuse only what is certain."""

import pytest
from psycopg.errors import CheckViolation
from tests.history.making import (
    ASSESS,
    CREATE,
    SUBMIT,
    TO_THE_PLAN,
    Making,
    days_from_today,
    today,
)
from tests.history.test_refusals import refusal


def test_no_day_lies_in_the_future(service: Making) -> None:
    tomorrow = days_from_today(1)
    with refusal("the day lies in the future"):
        service.proposal().acts("draft", "applicant", "create", tomorrow, "foresight")
    with refusal("the day lies in the future"):
        service.proposal().go(*TO_THE_PLAN).decides("plan_assessed", "working_group", "approve", tomorrow)
    with refusal("the day lies in the future"):
        service.proposal().go(*TO_THE_PLAN).decides(
            "plan_assessed", "working_group", "approve", str(int(today()[:4]) + 1)
        )


def test_an_earlier_day_needs_a_reason(service: Making) -> None:
    yesterday = days_from_today(-1)
    with refusal(f"an act takes effect on the day it was recorded, {today()}; an earlier day needs a reason"):
        service.proposal().acts("draft", "applicant", "create", yesterday)
    proposal = service.proposal()
    proposal.acts("draft", "applicant", "create", yesterday, "it came by post")
    assert proposal.periods == [("draft", yesterday, "infinity")]


@pytest.mark.parametrize("day", ["2021", "2021-05"])
def test_an_act_takes_effect_on_a_whole_day(service: Making, day: str) -> None:
    with refusal("an act takes effect on a whole day"):
        service.proposal().acts("draft", "applicant", "create", day, "so it was told")
    with refusal("its day must be known"):
        service.proposal().event("draft", "act", service.proposal().act("applicant", "create", "lost"), None)


@pytest.mark.parametrize(
    "day",
    ["2569-01-01", "2021-02-29", "2021-2-3", "21", "2021-13", "yesterday", "", "2021-05-06/2021-05-07", "2021-05-00"],
)
def test_a_day_is_a_day(service: Making, day: str) -> None:
    with pytest.raises(CheckViolation) as refused:
        service.proposal().acts("draft", "applicant", "create", day, "so it was told")
    assert refused.value.diag.constraint_name == "ck_event_effective_on_is_a_day"


def test_before_the_programme_there_were_no_rules(service: Making) -> None:
    with refusal("no procedure was in force on that day"):
        service.proposal().acts("draft", "applicant", "create", "2016-12-31", "so it was told")


def test_the_rules_are_those_of_the_day(service: Making) -> None:
    """The committee acknowledged until the board took over; before either, nobody certified."""
    proposal = service.proposal()
    for stage, by, action in TO_THE_PLAN:
        proposal.acts(stage, by, action, "2018-01-01", "from the archive")
    with refusal("under the procedure of 2560 no working_group's approve"):
        proposal.decides("plan_assessed", "working_group", "approve", "2019-03-07")
    proposal.decides("plan_assessed", "working_group", "approve", "2019-03-08")
    proposal.decides("plan_approved", "subcommittee", "approve", "2024-12-01")
    with refusal("under the procedure of 2562 no board's grant"):
        proposal.decides("certified", "board", "grant", "2025-01-08")
    with refusal("under the procedure of 2568 no committee's acknowledge"):
        proposal.decides("certified", "committee", "acknowledge", "2025-01-09")
    with service.writer.transaction():
        proposal.decides("certified", "committee", "acknowledge", "2025-01-08")
        city = service.city(proposal)
    assert city.periods == [("granted", "2025-01-08", "infinity")]
    with refusal("no committee's renew"):
        city.decides("renewed", "committee", "renew", "2025-01-09")
    city.decides("renewed", "committee", "renew", "2025-01-08")


@pytest.mark.parametrize(
    ("before", "after", "certain"),
    [
        ("2021-05-06", "2021-05-05", True),
        ("2021-05-06", "2021-05-06", False),
        ("2021-05-06", "2021-05", False),
        ("2021-05-06", "2021-04", True),
        ("2021-05-06", "2021", False),
        ("2021-05-06", "2020", True),
        ("2021-05", "2021-05-01", False),
        ("2021-05", "2021-04-30", True),
        ("2021", "2021-01-01", False),
        ("2021", "2020-12-31", True),
        ("2021", "2020-12", True),
    ],
)
def test_only_what_is_certainly_earlier_is_refused(service: Making, before: str, after: str, certain: bool) -> None:
    proposal = service.proposal()
    for stage, by, action in TO_THE_PLAN:
        proposal.acts(stage, by, action, "2020-01-01", "from the archive")
    proposal.decides("approved_in_principle", "working_group", "approve_in_principle", "2020-01-01")
    proposal.acts("plan_submitted", "applicant", "submit_plan", "2020-01-01", "from the archive")
    proposal.decides("plan_assessed", "working_group", "approve", before)
    if certain:
        with refusal("it is earlier than an event before it"):
            proposal.decides("plan_approved", "subcommittee", "approve", after)
    else:
        proposal.decides("plan_approved", "subcommittee", "approve", after)
        assert proposal.stands == "plan_approved"


def test_a_vague_day_between_does_not_hide_what_is_certain(service: Making) -> None:
    proposal = service.proposal()
    for stage, by, action in TO_THE_PLAN:
        proposal.acts(stage, by, action, "2021-05-06", "from the archive")
    proposal.decides("plan_assessed", "working_group", "approve", "2021")
    with refusal("it is earlier than an event before it, of 2021-05-06"):
        proposal.decides("plan_approved", "subcommittee", "approve", "2021-02-01")


def test_nothing_happens_to_the_status_before_the_city_is_one(service: Making) -> None:
    _, city = service.certified()
    with refusal(f"the city was certified on {today()}, not before"):
        city.decides("suspended", "board", "suspend", days_from_today(-1))
    city.decides("announced", "board", "announce", days_from_today(-1))  # announced first, as in batch 3


@pytest.mark.parametrize(("revision", "seq"), [(1, 1), (1, 2), (1, 4), (2, 2), (2, 3), (3, 1), (2, 4)])
def test_events_are_numbered_without_gaps(service: Making, revision: int, seq: int) -> None:
    proposal = service.proposal().go(CREATE, SUBMIT)
    accept = proposal.act("secretariat", "accept")
    with refusal("the next event is revision 1, seq 3, or revision 2, seq 1"):
        proposal.event("eligible", "act", accept, today(), revision=revision, seq=seq)


def test_a_history_begins_with_its_first_revision(service: Making) -> None:
    proposal = service.proposal()
    create = proposal.act("applicant", "create")
    for revision, seq in ((2, 1), (1, 2), (0, 1)):
        with refusal("the next event is revision 1, seq 1"):
            proposal.event("draft", "act", create, today(), revision=revision, seq=seq)
    assert proposal.events == []


def test_a_step_that_is_not_the_next_is_refused_on_any_day(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN)
    with refusal("leads there from plan_submitted"):
        proposal.decides("plan_approved", "subcommittee", "approve", days_from_today(0))
    assert proposal.go(ASSESS).stands == "plan_assessed"
