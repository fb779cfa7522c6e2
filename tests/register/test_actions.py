"""Loading the register: complete, repeatable, all or nothing, and never over a person's change."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.register import actions
from smartcity_api.register.files import Rows, read


@pytest.fixture
def owner_url(cluster: Cluster, own_database: str) -> str:
    """The address of the test's own, loaded database."""
    return cluster.url(OWNER, own_database)


def with_a_new_name(contents: Sequence[Rows]) -> list[Rows]:
    """The register as its next edition might have it: Phuket is spelled otherwise."""
    return [
        replace(one, rows=[{**row, "name_en": "Puket"} if row.get("code") == "83" else row for row in one.rows])
        for one in contents
    ]


def test_loading_again_changes_nothing(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    before = owner.execute("SELECT max(version), max(updated_at), count(*) FROM province").fetchone()
    report = actions.load(owner_url)
    assert (report.inserted, report.updated, report.conflicts, report.kept) == (0, 0, [], 0)
    assert report.unchanged == 77 + 928 + 8
    assert owner.execute("SELECT max(version), max(updated_at), count(*) FROM province").fetchone() == before


def test_a_new_edition_updates_what_only_the_loader_wrote(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    report = actions.load(owner_url, contents=with_a_new_name(read()))
    assert (report.inserted, report.updated, report.conflicts) == (0, 1, [])
    assert owner.execute("SELECT name_en, version FROM province WHERE code = '83'").fetchone() == ("Puket", 2)
    assert actions.load(owner_url, contents=with_a_new_name(read())).updated == 0


def test_a_persons_change_is_kept_and_reported(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("UPDATE province SET name_en = 'Phuket Island' WHERE code = '83'")
    assert actions.load(owner_url).kept == 1
    report = actions.load(owner_url, contents=with_a_new_name(read()))
    assert (report.updated, report.conflicts) == (0, ["provinces/83"])
    assert owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone() == ("Phuket Island",)


def test_what_is_missing_comes_back(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district WHERE code = '8301'")
    assert actions.load(owner_url).inserted == 1
    assert owner.execute("SELECT name_en FROM district WHERE code = '8301'").fetchone() == ("Mueang Phuket",)


def test_a_row_that_the_database_refuses_leaves_nothing_half_loaded(
    owner_url: str, owner: psycopg.Connection[Any]
) -> None:
    contents = with_a_new_name(read())
    districts = contents[2]
    broken = replace(
        districts, rows=[{**row, "name_th": "" if row["code"] == "9613" else "ใหม่"} for row in districts.rows]
    )
    with pytest.raises(IntegrityError, match="ck_district_names_are_clean"):
        actions.load(owner_url, contents=[*contents[:2], broken])
    assert owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone() == ("Phuket",)


def test_two_loaders_at_once_take_turns(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district")
    reports: list[actions.Report] = []
    loaders = [threading.Thread(target=lambda: reports.append(actions.load(owner_url))) for _ in range(2)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert sorted(report.inserted for report in reports) == [0, 928]


def test_progress_is_told(owner_url: str, owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM district")
    told: list[tuple[str, int, int]] = []
    actions.load(owner_url, progress=lambda *step: told.append(step))
    assert told[-1] == ("districts", 928, 928)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_every_row_rests_on_a_source(owner: psycopg.Connection[Any]) -> None:
    for table in ("province", "district"):
        row = owner.execute(f"SELECT count(*) FROM {table} WHERE jsonb_array_length(sources) = 0").fetchone()
        assert row == (0,)


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

    actions.load(owner_url, contents=with_a_new_name(read()), progress=meanwhile)
    changes[0].join()
    names = owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone()
    known = owner.execute(
        "SELECT l.version < p.version FROM loaded_row l JOIN province p ON p.id = subject_id WHERE p.code = '83'"
    ).fetchone()
    assert names == ("Phuket Island",)
    assert known == (True,), "the loader knows that the last change was not its own"
