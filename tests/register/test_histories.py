"""Histories as events: revisions, what the database's judge refuses, and what people wrote."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.register.small import Files, loadable, small

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.register import actions
from smartcity_api.register.faults import RegisterError
from smartcity_api.register.reports import Report

PROPOSAL = register_id("proposals", "small-town")
CITY = register_id("certified-cities", "small-town")
CITED = [{"source": "paper"}]
ROWS = sum(map(len, small().values())) + sum(len(row["decisions"]) for row in small()["resolutions"])


@pytest.fixture
def owner_url(cluster: Cluster, own_database: str) -> str:
    """The address of the test's own database; the real register in it does no harm."""
    return cluster.url(OWNER, own_database)


class Loader:
    """Loads editions of the small register."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder

    def __call__(self, files: Files) -> Report:
        return actions.load(self._url, contents=loadable(self._folder, files))

    def refused(self, files: Files) -> list[str]:
        with pytest.raises(RegisterError) as refused:
            self(files)
        return [str(fault) for fault in refused.value.faults]


@pytest.fixture
def load(owner_url: str, tmp_path: Path) -> Loader:
    return Loader(owner_url, tmp_path)


def events(owner: psycopg.Connection[Any], subject: object) -> list[tuple[Any, ...]]:
    return owner.execute(
        "SELECT revision, seq, stage, effective_on FROM event WHERE subject_id = %s ORDER BY 1, 2", [subject]
    ).fetchall()


def later_ceremony() -> Files:
    """The next edition: the ceremony was a week later, and the Cabinet heard of it."""
    files = small()
    (city,) = files["certified-cities"]
    city["history"][0]["on"] = "2021-12-31"
    city["history"].append({"stage": "cabinet", "on": "2022-05", "opened_by": {"statement": "paper"}, "sources": CITED})
    return files


def test_a_new_history_is_revision_one(load: Loader, owner: psycopg.Connection[Any]) -> None:
    report = load(small())
    assert (report.inserted, report.histories, report.conflicts) == (ROWS, 2, [])
    assert events(owner, PROPOSAL) == [(1, 1, "plan_approved", "2021-05-06"), (1, 2, "certified", "2021-11-05")]
    assert events(owner, CITY) == [(1, 1, "ceremony", "2021-12-24")]
    city = owner.execute("SELECT status, in_force_on FROM certified_city WHERE id = %s", [CITY]).fetchone()
    assert city == ("granted", "2021-11-05")
    assert owner.execute("SELECT stage FROM proposal WHERE id = %s", [PROPOSAL]).fetchone() == ("certified",)
    award = owner.execute("SELECT award_year, note, sources FROM event WHERE subject_id = %s", [CITY]).fetchone()
    assert award == (2021, "In the rain.", [{"source_id": str(register_id("sources", "paper"))}])


def test_the_same_history_is_not_written_again(load: Loader, owner: psycopg.Connection[Any]) -> None:
    load(small())
    versions = "SELECT id, version FROM proposal UNION ALL SELECT id, version FROM certified_city ORDER BY id"
    before = owner.execute(versions).fetchall()
    assert load(small()) == Report(unchanged=ROWS)
    assert owner.execute(versions).fetchall() == before


def test_a_changed_history_is_the_next_revision_and_the_old_one_stays(
    load: Loader, owner: psycopg.Connection[Any]
) -> None:
    load(small())
    report = load(later_ceremony())
    assert (report.updated, report.histories, report.conflicts) == (0, 1, [])
    assert events(owner, CITY) == [
        (1, 1, "ceremony", "2021-12-24"),
        (2, 1, "ceremony", "2021-12-31"),
        (2, 2, "cabinet", "2022-05"),
    ]
    assert load(later_ceremony()) == Report(unchanged=ROWS)
    files = later_ceremony()
    files["certified-cities"][0]["name_en"] = "Small Town"
    assert load(files).updated == 1, "a revision of the loader's own is no person's change of the city"


def write_as_a_person(owner: psycopg.Connection[Any]) -> None:
    """The secretariat writes the city's history anew."""
    owner.execute(
        "INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)"
        " SELECT subject_type, subject_id, 2, seq, stage, '2021-12-25', opened_by_kind, opened_by_id FROM event"
        " WHERE subject_id = %s",
        [CITY],
    )


def test_a_persons_revision_is_kept(load: Loader, owner: psycopg.Connection[Any]) -> None:
    load(small())
    write_as_a_person(owner)
    report = load(small())
    assert (report.kept, report.histories, report.conflicts) == (2, 0, [])
    report = load(later_ceremony())
    assert (report.histories, report.conflicts) == (0, ["certified-cities/small-town, history"])
    assert events(owner, CITY)[-1] == (2, 1, "ceremony", "2021-12-25")


def test_every_illegal_event_is_named_with_its_remedy_and_nothing_is_loaded(
    load: Loader, owner: psycopg.Connection[Any]
) -> None:
    files = small()
    proposal, city = files["proposals"][0], files["certified-cities"][0]
    proposal["history"][1]["on"] = "2021-11-06"
    city["history"].append({"stage": "cabinet", "on": "2021-05", "opened_by": {"statement": "paper"}, "sources": CITED})
    assert load.refused(files) == [
        "proposals.json, small-town, event 2 (certified): a decision takes effect on the day of its resolution, "
        "2021-11-05; give `on` that very day, or cite another decision",
        "certified-cities.json, small-town, event 2 (cabinet): it is earlier than an event before it, of 2021-12-24: "
        "write the history again, in order of the days",
    ]
    assert owner.execute("SELECT count(*) FROM proposal WHERE id = %s", [PROPOSAL]).fetchone() == (0,)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"stage": "renewed", "on": "2022", "opened_by": {"decision": "acknowledging/1"}}, "about another subject"),
        ({"stage": "ceremony", "on": "2099", "opened_by": {"statement": "paper"}}, "the day lies in the future"),
        ({"stage": "ceremony", "on": "2016", "opened_by": {"statement": "paper"}}, "it is earlier than an event"),
    ],
)
def test_an_event_that_nothing_explains_is_refused(load: Loader, event: dict[str, Any], said: str) -> None:
    files = small()
    files["certified-cities"][0]["history"].append({**event, "sources": CITED})
    (fault,) = load.refused(files)
    assert fault.startswith(f"certified-cities.json, small-town, event 2 ({event['stage']}): ")
    assert said in fault


def test_a_decision_that_does_not_lead_there_is_refused(load: Loader) -> None:
    files = small()
    files["resolutions"][1]["decisions"][0]["action"] = "consider"
    (fault,) = load.refused(files)
    assert "event 2 (certified): under the procedure of 2562 no committee's consider leads there from plan_app" in fault
    assert fault.endswith("; correct the stage or what opened it, or cite an official statement")


def test_a_change_that_makes_anothers_history_illegal_is_refused(load: Loader, owner: psycopg.Connection[Any]) -> None:
    """The files move a meeting and tell the history accordingly; a person had written that history anew."""
    load(small())
    columns = "subject_type, subject_id, 2, seq, stage, effective_on, opened_by_kind, opened_by_id"
    owner.execute(
        "INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)"
        f" SELECT {columns} FROM event WHERE subject_id = %s ORDER BY seq",
        [PROPOSAL],
    )
    files = small()
    files["meetings"][1]["held_on"] = files["resolutions"][1]["decided_on"] = "2021-11-06"
    files["proposals"][0]["history"][1]["on"] = "2021-11-06"
    (fault,) = load.refused(files)
    assert fault.startswith(
        "proposals.json, small-town, event 2 (certified): a decision takes effect on the day of its resolution, "
        "2021-11-06; write its history again in the same transaction as the change of resolution"
    )


def test_a_meeting_that_moved_takes_histories_along(load: Loader, owner: psycopg.Connection[Any]) -> None:
    load(small())
    files = small()
    files["meetings"][1]["held_on"] = files["resolutions"][1]["decided_on"] = "2021-11-06"
    files["proposals"][0]["history"][1]["on"] = "2021-11-06"
    report = load(files)
    assert (report.updated, report.histories, report.conflicts) == (2, 1, [])
    assert owner.execute("SELECT in_force_on FROM certified_city WHERE id = %s", [CITY]).fetchone() == ("2021-11-06",)
    assert load(files) == Report(unchanged=ROWS)


@pytest.mark.parametrize(
    ("resource", "members", "said"),
    [
        ("promotion-zones", {"boundary_kind": "representative_point", "location": None}, "representative_point needs"),
        ("proposals", {"provinces": ["10"]}, "districts: there is no district 8301 in the stated provinces; correct"),
        ("bodies", {"valid_until_on": "2019-10-09"}, "correct the first or the last day"),
        ("certified-cities", {"batch": 1}, "another row says the same: Key (batch, batch_position)=(1, 1) already exi"),
        ("milestones", {"progress": 140}, "ck_milestone_progress_is_a_percentage"),
    ],
)
def test_what_only_the_database_sees_is_named_by_file_and_row(
    load: Loader, owner: psycopg.Connection[Any], resource: str, members: dict[str, Any], said: str
) -> None:
    files = small()
    files[resource][0].update(members)
    (fault,) = load.refused(files)
    assert fault.startswith(f"{resource}.json, {files[resource][0]['slug']}")
    assert said in fault
    assert owner.execute("SELECT count(*) FROM source WHERE slug = 'paper'").fetchone() == (0,)
