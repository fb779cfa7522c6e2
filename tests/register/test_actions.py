"""Loading the register: complete, repeatable, all or nothing, and never over a person's change."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from smartcity_api import schema
from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.register import actions
from smartcity_api.register.faults import RegisterError
from smartcity_api.register.files import Register, read
from smartcity_api.register.formats import table_of
from smartcity_api.register.reports import Report

REGISTER = read()
ROWS = sum(len(rows.rows) for rows in REGISTER.tables)
TABLES = [table_of(rows.table).name for rows in REGISTER.tables]


@pytest.fixture
def owner_url(cluster: Cluster, own_database: str) -> str:
    """The address of the test's own, loaded database."""
    return cluster.url(OWNER, own_database)


def changed(
    resource: str, change: Callable[[dict[str, Any]], dict[str, Any]], edition: Register = REGISTER
) -> Register:
    """The register as its next edition might have it: rows of one resource are otherwise."""
    tables = [
        replace(rows, rows=[{**row, **change(dict(row))} for row in rows.rows]) if rows.resource == resource else rows
        for rows in edition.tables
    ]
    return Register(tables, edition.histories)


def with_a_new_name() -> Register:
    """Phuket is spelled otherwise."""
    return changed("provinces", lambda row: {"name_en": "Puket"} if row["code"] == "83" else {})


def state(owner: psycopg.Connection[Any]) -> dict[str, Any]:
    """What every change would show in."""
    return {
        table: owner.execute(f"SELECT count(*), sum(version), max(updated_at) FROM {table}").fetchone()
        for table in TABLES
    } | {"event": owner.execute("SELECT count(*), max(recorded_at) FROM event").fetchone()}


def test_everything_is_loaded(owner: psycopg.Connection[Any]) -> None:
    for rows in REGISTER.tables:
        count = owner.execute(f"SELECT count(*) FROM {table_of(rows.table).name}").fetchone()
        assert count == (len(rows.rows),), rows.resource
    events = sum(len(history.events) for history in REGISTER.histories)
    assert owner.execute("SELECT count(*), max(revision) FROM event").fetchone() == (events, 1)


def test_loading_again_changes_nothing(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    before = state(owner)
    assert actions.load(owner_url) == Report(unchanged=ROWS)
    assert state(owner) == before


def test_a_new_edition_updates_what_only_the_loader_wrote(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    report = actions.load(owner_url, contents=with_a_new_name())
    assert (report.inserted, report.updated, report.conflicts) == (0, 1, [])
    assert owner.execute("SELECT name_en, version FROM province WHERE code = '83'").fetchone() == ("Puket", 2)
    assert actions.load(owner_url, contents=with_a_new_name()).updated == 0


def test_a_row_that_triggers_changed_can_still_be_updated(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    """A city's events, and a resolution's decisions, raise its version: that is no person's change."""
    edition = changed("certified-cities", lambda _row: {"policy_review_due_on": "2031"})
    edition = changed("proposals", lambda _row: {"population": 7}, edition)
    edition = changed("resolutions", lambda _row: {"item_no": "77"}, edition)
    report = actions.load(owner_url, contents=edition)
    assert (report.conflicts, report.kept) == ([], 0)
    assert report.updated == sum(len(_rows(resource)) for resource in ("certified-cities", "proposals", "resolutions"))
    assert actions.load(owner_url, contents=edition) == Report(unchanged=ROWS)
    assert owner.execute("SELECT DISTINCT item_no FROM resolution").fetchall() == [("77",)]


def _rows(resource: str) -> list[Any]:
    return [row for rows in REGISTER.tables if rows.resource == resource for row in rows.rows]


def test_a_persons_change_is_kept_and_reported(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("UPDATE province SET name_en = 'Phuket Island' WHERE code = '83'")
    assert actions.load(owner_url).kept == 1
    report = actions.load(owner_url, contents=with_a_new_name())
    assert (report.updated, report.conflicts) == (0, ["provinces/83"])
    assert owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone() == ("Phuket Island",)


def test_a_persons_decision_is_a_change_of_the_resolution(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute(
        "INSERT INTO decision (id, resolution_id, position, action, text)"
        " SELECT gen_random_uuid(), id, 99, 'order', 'More' FROM resolution ORDER BY id LIMIT 1"
    )
    report = actions.load(owner_url, contents=changed("resolutions", lambda _row: {"item_no": "77"}))
    assert (report.updated, len(report.conflicts)) == (len(_rows("resolutions")) - 1, 1)


def test_what_is_missing_comes_back(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district WHERE code = '8301'")
    assert actions.load(owner_url).inserted == 1
    assert owner.execute("SELECT name_en FROM district WHERE code = '8301'").fetchone() == ("Mueang Phuket",)


def test_what_the_register_resolved_is_public_since_its_first_load(
    owner_url: str, owner: psycopg.Connection[Any]
) -> None:
    since = owner.execute("SELECT id, published_at FROM resolution ORDER BY id").fetchall()
    assert all(published is not None for _, published in since)
    actions.load(owner_url, contents=changed("resolutions", lambda _row: {"item_no": "77"}))
    assert owner.execute("SELECT id, published_at FROM resolution ORDER BY id").fetchall() == since


def test_rows_that_the_database_refuses_are_all_named_and_nothing_is_loaded(
    owner_url: str, owner: psycopg.Connection[Any]
) -> None:
    before = state(owner)
    names = {"9612": "มี\u00a0ช่อง", "9613": ""}
    broken = changed("districts", lambda row: {"name_th": names.get(row["code"], "ใหม่")})
    with pytest.raises(RegisterError) as refused:
        actions.load(owner_url, contents=Register([*with_a_new_name().tables[:2], broken.tables[2]], []))
    assert [(fault.file, fault.row) for fault in refused.value.faults] == [
        ("districts.csv", "9612"),
        ("districts.csv", "9613"),
    ]
    assert "ck_district_names_are_clean" in str(refused.value)
    assert state(owner) == before


def test_a_meeting_that_moves_takes_its_resolutions_along(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    """The database moves the resolution, the loader updates both: nobody else changed anything."""
    meeting = _rows("resolutions")[0]["meeting_id"]
    moved = {row["id"]: "2018-01-30" for row in _rows("meetings") if row["id"] == meeting}
    edition = changed("meetings", lambda row: {"held_on": moved.get(row["id"], row["held_on"])})
    edition = changed(
        "resolutions", lambda row: {"decided_on": moved.get(row["meeting_id"], row["decided_on"])}, edition
    )
    report = actions.load(owner_url, contents=edition)
    assert (report.conflicts, report.kept) == ([], 0)
    assert actions.load(owner_url, contents=edition) == Report(unchanged=ROWS)
    days = owner.execute("SELECT DISTINCT decided_on FROM resolution WHERE meeting_id = %s", [meeting]).fetchall()
    assert days == [("2018-01-30",)]


def test_two_loaders_at_once_take_turns(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district")
    reports: list[Report] = []
    loaders = [threading.Thread(target=lambda: reports.append(actions.load(owner_url))) for _ in range(2)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert sorted(report.inserted for report in reports) == [0, 928]


KILLED = """
import os, signal, sys
from smartcity_api.register import actions
def die(resource, done, total):
    if resource == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
actions.load(sys.argv[1], progress=die)
"""


@contextmanager
def empty(cluster: Cluster, name: str) -> Iterator[str]:
    """A migrated database with nothing in it."""
    cluster.ensure_database(name)
    try:
        schema.migrate(cluster.url(OWNER, name))
        yield cluster.url(OWNER, name)
    finally:
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_loader_that_is_killed_leaves_nothing(cluster: Cluster, worker_id: str) -> None:
    """At the first batch of a table, and when everything but the histories is written."""
    with empty(cluster, f"killed_{worker_id}") as url, psycopg.connect(url.replace("+psycopg", "")) as owner:
        owner.autocommit = True
        before = state(owner)
        for when in ("districts", "histories"):
            killed = subprocess.run([sys.executable, "-c", KILLED, url, when], check=False, capture_output=True)
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            assert state(owner) == before
        report = actions.load(url)
        assert (report.inserted, report.histories) == (ROWS, len(REGISTER.histories))


def test_progress_is_told(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district")
    told: list[tuple[str, int, int]] = []
    actions.load(owner_url, progress=lambda *step: told.append(step))
    assert told[-1] == ("districts", 928, 928)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_a_change_made_while_loading_is_not_lost(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    """A person changes a row between the loader's look at it and the end of its transaction."""
    changes: list[threading.Thread] = []

    def change() -> None:
        with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("UPDATE province SET name_en = 'Phuket Island' WHERE code = '83'")

    def meanwhile(resource: str, _done: int, _total: int) -> None:
        if resource == "provinces" and not changes:
            changes.append(threading.Thread(target=change))
            changes[0].start()

    actions.load(owner_url, contents=with_a_new_name(), progress=meanwhile)
    changes[0].join()
    names = owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone()
    known = owner.execute(
        "SELECT l.version < p.version FROM loaded_row l JOIN province p ON p.id = subject_id WHERE p.code = '83'"
    ).fetchone()
    assert names == ("Phuket Island",)
    assert known == (True,), "the loader knows that the last change was not its own"
