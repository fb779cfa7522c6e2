"""Writing a history again: the highest revision counts, the others stay, and what rests on it is looked at again."""

import threading
import time

import psycopg
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
    SUBMIT,
    TO_THE_PLAN,
    ZONE,
    Connection,
    Making,
    Subject,
    days_from_today,
    rows,
    today,
    value,
    yesterday,
)
from tests.history.test_refusals import refusal

from smartcity_api.local_cluster import APP, Cluster


def rewritten(subject: Subject, revision: int, *, until: int | None = None, **changes: str) -> None:
    """The newest history once more, as another revision, its days changed by stage."""
    columns = "seq, stage, effective_on, opened_by_kind, opened_by_id"
    statement = (
        f"SELECT {columns} FROM event WHERE subject_type = %s AND subject_id = %s AND revision = %s ORDER BY seq"
    )
    for seq, stage, on, kind, opener in rows(subject.making.owner, statement, subject.type, subject.id, revision - 1)[
        :until
    ]:
        subject.event(stage, kind, opener, changes.get(stage, on), revision=revision, seq=seq)


def test_a_correction_writes_the_whole_history_again(service: Making) -> None:
    proposal = service.proposal()
    for stage, by, action in (CREATE, SUBMIT):
        proposal.acts(stage, by, action, days_from_today(-9), "it came by post")
    proposal.go(("returned", "secretariat", "return"))
    assert proposal.stands == "returned"
    rewritten(proposal, 2, until=2, draft=days_from_today(-8), submitted=days_from_today(-7))
    proposal.go(ACCEPT)
    assert proposal.events == [
        (1, 1, "draft", days_from_today(-9)),
        (1, 2, "submitted", days_from_today(-9)),
        (1, 3, "returned", today()),
        (2, 1, "draft", days_from_today(-8)),
        (2, 2, "submitted", days_from_today(-7)),
        (2, 3, "eligible", today()),
    ]
    assert proposal.stands == "eligible"
    assert proposal.periods == [
        ("draft", days_from_today(-8), days_from_today(-7)),
        ("submitted", days_from_today(-7), today()),
        ("eligible", today(), "infinity"),
    ]


def test_an_older_revision_takes_no_more_events(service: Making) -> None:
    proposal = service.proposal().go(CREATE, SUBMIT)
    rewritten(proposal, 2)
    accept = proposal.act("secretariat", "accept")
    with refusal("the next event is revision 2, seq 3, or revision 3, seq 1"):
        proposal.event("eligible", "act", accept, today(), revision=1, seq=3)


def test_a_correction_obeys_the_rules_too(service: Making) -> None:
    proposal = service.proposal().go(CREATE, SUBMIT)
    with refusal("leads there from the beginning"):
        proposal.event("submitted", "act", proposal.act("applicant", "submit"), today(), revision=2, seq=1)
    with refusal("needs a reason"):
        proposal.event("draft", "act", proposal.act("applicant", "create"), yesterday(), revision=2, seq=1)


def test_an_act_of_an_earlier_day_keeps_it_without_a_reason(service: Making) -> None:
    """What was recorded on its own day needs no reason when the history is written again later."""
    proposal, owner = service.proposal(), service.owner
    owner.execute("ALTER TABLE act DISABLE TRIGGER b_stamp")
    try:
        told = (
            "VALUES (gen_random_uuid(), 'proposals', %s, 'applicant', 'create', now() - interval '1 day') RETURNING id"
        )
        statement = f"INSERT INTO act (id, subject_type, subject_id, by, action, recorded_at) {told}"
        ((act,),) = rows(owner, statement, proposal.id)
    finally:
        owner.execute("ALTER TABLE act ENABLE TRIGGER b_stamp")
    with refusal(f"an act takes effect on the day it was recorded, {yesterday()}"):
        proposal.event("draft", "act", act, today())
    proposal.event("draft", "act", act, yesterday())
    assert proposal.periods == [("draft", yesterday(), "infinity")]


def test_the_registers_events_may_be_carried_over_and_no_others_added(service: Making, register: Making) -> None:
    loose, paper = register.city(origin="register"), register.source()
    loose.states("granted", "2021", paper)
    loose.decides("renewed", "board", "renew", "2025-08-19")
    loose.go(("suspended", "board", "suspend"))
    city = Subject(service, CITIES, loose.id)
    with refusal("may rest on a statement"):
        city.event("granted", "statement", paper, "2022", revision=2, seq=1)
    rewritten(city, 2, until=2)
    with refusal("may rest on a statement"):
        city.states("ceremony", "2025-12-24", paper)
    assert (city.stands, len(city.events)) == ("renewed", 5)


def test_of_two_writers_of_the_next_event_one_wins(service: Making, cluster: Cluster, history_database: str) -> None:
    proposal = service.proposal().go(CREATE)
    outcomes: list[str] = []

    def withdraw() -> None:
        with psycopg.connect(cluster.url(APP, history_database).replace("+psycopg", ""), autocommit=True) as other:
            mine = Subject(Making(other, service.owner), PROPOSALS, proposal.id)
            act = mine.act("applicant", "withdraw")
            backends.append(other.info.backend_pid)
            ready.set()
            try:
                mine.event("withdrawn", "act", act, today(), revision=1, seq=2)
                outcomes.append("written")
            except CheckViolation as refused:
                outcomes.append(str(refused))

    ready, backends = threading.Event(), list[int]()
    thread = threading.Thread(target=withdraw)
    with service.writer.transaction():
        proposal.go(SUBMIT)
        thread.start()
        assert ready.wait(30)
        wait_until_blocked(service.owner, backends[0])
    thread.join(30)
    assert len(outcomes) == 1
    assert "the next event is revision 1, seq 3, or revision 2, seq 1" in outcomes[0]
    assert [event[:3] for event in proposal.events] == [(1, 1, "draft"), (1, 2, "submitted")]
    assert proposal.stands == "submitted"


def wait_until_blocked(connection: Connection, backend: int) -> None:
    """Until that session waits for another."""
    for _ in range(600):
        if value(connection, "SELECT pg_blocking_pids(%s) <> '{}'", backend):
            return
        time.sleep(0.05)
    raise AssertionError("it does not wait")


def test_what_is_rolled_back_leaves_nothing(service: Making) -> None:
    proposal = service.proposal().go(CREATE)
    periods = proposal.periods
    with service.writer.transaction(force_rollback=True):
        proposal.go(SUBMIT, ACCEPT, ZONE, PLAN)
    assert (proposal.stands, proposal.periods, len(proposal.events)) == ("draft", periods, 1)
    with pytest.raises(CheckViolation), service.writer.transaction():
        proposal.go(SUBMIT, ZONE)
    assert (proposal.stands, proposal.periods, len(proposal.events)) == ("draft", periods, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decision SET action = 'return' WHERE id = %(decision)s",
        "UPDATE decision SET subject_type = NULL, subject_id = NULL, text = 'none' WHERE id = %(decision)s",
        "DELETE FROM decision WHERE id = %(decision)s",
        "UPDATE resolution SET published_at = NULL FROM decision WHERE decision.id = %(decision)s "
        "AND resolution.id = resolution_id",
        "UPDATE meeting SET held_on = %(yesterday)s FROM resolution, decision WHERE decision.id = %(decision)s "
        "AND resolution.id = resolution_id AND meeting.id = meeting_id",
        "UPDATE body SET mandate = 'committee' WHERE id = %(body)s",
        "UPDATE body SET valid_until_on = %(yesterday)s WHERE id = %(body)s",
    ],
)
def test_what_an_event_rests_on_cannot_be_taken_away(service: Making, change: str) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN, ASSESS)
    decision = service.decided("subcommittee", "approve", proposal)
    proposal.event("plan_approved", "decision", decision, today())
    told = {"decision": decision, "body": service.bodies["subcommittee"], "yesterday": yesterday()}
    with refusal(rf"^proposals/{proposal.id} event 7 \(plan_approved\): .*; write its history again in the same"):
        service.owner.execute(change, told)


def test_a_source_that_a_statement_rests_on_stays_reliable(register: Making) -> None:
    proposal, paper = register.proposal(origin="register"), register.source()
    proposal.states("certified", "2023-08", paper)
    for change in ("UPDATE source SET reliability = 'D' WHERE id = %s", "DELETE FROM source WHERE id = %s"):
        with refusal("write its history again"):
            register.owner.execute(change, [paper])


def test_a_resolution_is_corrected_together_with_the_histories_it_moved(register: Making) -> None:
    proposal = register.proposal()
    for stage, by, action in TO_THE_PLAN:
        proposal.acts(stage, by, action, yesterday(), "it came by post")
    proposal.go(ASSESS, APPROVE)
    meeting = "UPDATE meeting SET held_on = %s WHERE body_id = %s"
    for mandate in ("subcommittee", "working_group"):
        with refusal(f"on the day of its resolution, {yesterday()}"):
            register.owner.execute(meeting, [yesterday(), register.bodies[mandate]])
    with register.owner.transaction():
        for mandate in ("subcommittee", "working_group"):
            register.owner.execute(meeting, [yesterday(), register.bodies[mandate]])
        rewritten(proposal, 2, plan_assessed=yesterday(), plan_approved=yesterday())
    assert proposal.periods[-1] == ("plan_approved", yesterday(), "infinity")


def test_a_city_needs_a_certified_proposal(service: Making, register: Making) -> None:
    for making in (service, register):
        for proposal in (None, service.proposal().go(CREATE)):
            with pytest.raises(CheckViolation) as refused:
                making.city(proposal)
            assert refused.value.diag.constraint_name == "ck_certified_city_is_certified"


def test_a_certified_proposal_is_a_city_by_the_end_of_the_transaction(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_PLAN, ASSESS, APPROVE)
    with pytest.raises(CheckViolation, match="certified, but no city came into being") as refused:
        proposal.go(GRANT)
    assert refused.value.diag.constraint_name == "ck_proposal_is_a_city"
    assert proposal.stands == "plan_approved"


def test_a_correction_takes_no_citys_certificate_away(service: Making) -> None:
    proposal, city = service.certified()
    with pytest.raises(CheckViolation, match=f"certified-cities/{city.id}: its proposal must be certified"):
        rewritten(proposal, 2, until=1)
    with service.writer.transaction():
        rewritten(proposal, 2)
    assert (proposal.stands, city.stands, len(proposal.events)) == ("certified", "granted", 16)


def test_a_correction_cannot_put_a_certification_after_what_followed(service: Making) -> None:
    proposal = service.proposal()
    for stage, by, action in TO_THE_PLAN:
        proposal.acts(stage, by, action, "2025-02-01", "from the archive")
    for stage, by, action in (ASSESS, APPROVE):
        proposal.decides(stage, by, action, "2025-02-01")
    with service.writer.transaction():
        proposal.decides("certified", "board", "grant", "2025-02-01")
        city = service.city(proposal)
    city.decides("renewed", "board", "renew", "2025-02-02")
    later = service.decided("board", "grant", proposal, "2025-02-03")
    refused = refusal(rf"^certified-cities/{city.id} event 1 \(renewed\): the city was certified on 2025-02-03")
    with refused, service.writer.transaction():
        rewritten(proposal, 2, until=7)
        proposal.event("certified", "decision", later, "2025-02-03")
    assert city.periods[0] == ("granted", "2025-02-01", "2025-02-02")
