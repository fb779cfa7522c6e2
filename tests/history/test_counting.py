"""Which stage or status held on which day: the database derives what the counting rules say, on random histories."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from tests.history import counting
from tests.history.counting import Step
from tests.history.making import PROPOSALS, Connection, Making, Subject, add_events, rows, value

from smartcity_api.history.lifecycle import status_after

NUMBER = 150
Make = Callable[[Random], list[Step]]


def written(
    register: Making, paper: UUID, make: Make, seed: int, number: int = NUMBER
) -> list[tuple[Subject, list[Step]]]:
    """Random histories, written in one statement."""
    random = Random(seed)
    new = register.proposal if make is counting.proposal else register.city
    told = [(new(origin="register"), make(random)) for _ in range(number)]
    columns = [
        {
            "subject_type": subject.type, "subject_id": subject.id, "revision": 1, "seq": seq, "stage": step.stage,
            "effective_on": step.on, "opened_by_kind": "statement", "opened_by_id": paper,
        }
        for subject, steps in told
        for seq, step in enumerate(steps, start=1)
    ]  # fmt: skip
    add_events(register.owner, columns)
    return told


def telling(steps: Sequence[Step]) -> list[date]:
    """The days on which something may change, and the days around them."""
    changes = {counting.last_day(step.on) for step in steps if step.on} | {counting.FIRST}
    return sorted({day + timedelta(days) for day in changes for days in (-1, 0, 1)})


def held(connection: Connection, subject: Subject, day: date) -> list[tuple[str, int | None]]:
    """What the periods say of that day."""
    statement = "SELECT stage, reached FROM stage_period WHERE subject_id = %s AND starts_on <= %s AND ends_before > %s"
    return rows(connection, statement, subject.id, day, day)


@pytest.mark.parametrize("seed", [2561, 2568])
def test_the_stage_of_a_proposal_on_any_day(register: Making, paper: UUID, seed: int) -> None:
    for subject, steps in written(register, paper, counting.proposal, seed):
        for day in telling(steps):
            stage = counting.stage_on(steps, day)
            expected = [(stage, counting.reached_on(steps, day))] if stage else []
            assert held(register.owner, subject, day) == expected, (steps, day)
        assert subject.stands == steps[-1].stage


@pytest.mark.parametrize("seed", [2561, 2568])
def test_the_status_of_a_city_on_any_day(register: Making, paper: UUID, seed: int) -> None:
    for subject, steps in written(register, paper, counting.city, seed):
        for day in telling(steps):
            status = counting.status_on(steps, day)
            assert held(register.owner, subject, day) == ([(status, None)] if status else []), (steps, day)
        assert subject.stands == status_after([step.stage for step in steps])


def test_where_a_city_stands_before_each_event(register: Making, paper: UUID) -> None:
    for subject, steps in written(register, paper, counting.city, 7, 60):
        for seq in range(1, len(steps) + 2):
            standing = "SELECT smartcity_standing('certified-cities', %s, 1, %s)"
            expected = status_after([step.stage for step in steps[: seq - 1]])
            assert value(register.owner, standing, subject.id, seq) == expected


def test_where_a_proposal_stands_before_each_event(register: Making, paper: UUID) -> None:
    for subject, steps in written(register, paper, counting.proposal, 7, 60):
        for seq in range(1, len(steps) + 2):
            standing = "SELECT smartcity_standing(%s, %s, 1, %s)"
            expected = steps[seq - 2].stage if seq > 1 else None
            assert value(register.owner, standing, PROPOSALS, subject.id, seq) == expected


def test_from_which_day_each_event_counts(register: Making, paper: UUID) -> None:
    for subject, steps in written(register, paper, counting.proposal, 3, 60):
        expected = [
            max(counting.last_day(before.on) for before in steps[:number] if before.on) if step.on else None
            for number, step in enumerate(steps, start=1)
        ]
        found = rows(register.owner, "SELECT counts_from FROM event WHERE subject_id = %s ORDER BY seq", subject.id)
        assert [day for (day,) in found] == expected


def test_random_histories_have_all_that_the_rules_speak_of() -> None:
    """Else the comparisons would prove little."""
    random = Random(2561)
    proposals, cities = ([make(random) for _ in range(NUMBER)] for make in (counting.proposal, counting.city))
    for stages in ({"returned", "rejected", "withdrawn", "certified", "draft"}, {"suspended", "reinstated", "revoked"}):
        assert stages <= {step.stage for steps in (*proposals, *cities) for step in steps}
    assert {len(step.on or "") for steps in proposals for step in steps} == {0, 4, 7, 10}
    late = [steps for steps in proposals if steps[0].on and len(steps[0].on) == 4 and len(steps) > 2]
    assert len(late) > 5


def test_a_city_counts_from_its_proposals_certification(register: Making, paper: UUID) -> None:
    """When that is known to the year only, nothing of the city counts before the year's end."""
    proposal = register.proposal(origin="register")
    proposal.states("certified", "2023", paper)
    city = register.city(proposal, origin="register")
    city.states("renewed", "2023-08-15", paper)
    city.states("suspended", None, paper)
    assert city.periods == [("granted", "2023-12-31", "2023-12-31"), ("renewed", "2023-12-31", "infinity")]
    assert city.stands == "suspended"


def test_a_certificate_is_in_force_from_what_has_a_day(register: Making, paper: UUID) -> None:
    city = register.city(origin="register")
    basis = "SELECT in_force_on, in_force_basis ->> 'kind' FROM certified_city"
    city.states("acknowledged", None, paper)
    assert rows(register.owner, f"{basis} WHERE id = %s", city.id) == [(None, "statement")]
    city.states("granted", "2021", paper)
    assert rows(register.owner, f"{basis} WHERE id = %s", city.id) == [("2021", "statement")]


def test_a_certificate_of_an_unknown_day_has_no_period(register: Making, paper: UUID) -> None:
    proposal = register.proposal(origin="register")
    proposal.states("certified", None, paper)
    city = register.city(proposal, origin="register")
    city.states("suspended", None, paper)
    assert city.periods == []
    city.states("reinstated", "2024", paper)
    assert (city.periods, city.stands) == ([("granted", "2024-12-31", "infinity")], "granted")


def test_an_assumed_city_gets_its_periods_with_its_proposal(register: Making, paper: UUID) -> None:
    proposal, other = register.proposal(origin="register"), register.proposal(origin="register")
    proposal.states("certified", "2023-08", paper)
    city = register.city(origin="register")
    assert city.periods == []
    for linked, since in ((proposal.id, "2023-08-31"), (other.id, None), (proposal.id, "2023-08-31"), (None, None)):
        register.owner.execute("UPDATE certified_city SET proposal_id = %s WHERE id = %s", [linked, city.id])
        assert city.periods == ([("granted", since, "infinity")] if since else [])
