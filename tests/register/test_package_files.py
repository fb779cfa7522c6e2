"""The package's own files: the real register, whole, sourced, and spelled cleanly."""

import unicodedata
from collections import Counter
from typing import Any

import psycopg
import pytest

from smartcity_api.register.files import Register, read


@pytest.fixture(scope="module")
def register() -> Register:
    return read()


def rows_of(register: Register, resource: str) -> list[Any]:
    return [row for rows in register.tables if rows.resource == resource for row in rows.rows]


def test_the_programme_is_whole(register: Register) -> None:
    counts = {rows.resource: len(rows.rows) for rows in register.tables}
    assert all(counts.values()), counts
    named = ("provinces", "districts", "pilot-areas", "promotion-zones", "proposals", "certified-cities")
    assert [counts[resource] for resource in named] == [77, 928, 10, 13, 36, 37]
    assert Counter(city["batch"] for city in rows_of(register, "certified-cities")) == {1: 15, 2: 15, 3: 6, 4: 1}


def test_every_row_rests_on_a_source(register: Register) -> None:
    for rows in register.tables:
        if rows.resource != "sources":
            assert [rows.names[row["id"]] for row in rows.rows if not row["sources"]] == [], rows.resource
    assert all(event["sources"] for history in register.histories for event in history.events)


def test_every_proposal_and_city_has_a_history(register: Register, owner: psycopg.Connection[Any]) -> None:
    told = {history.subject_id for history in register.histories}
    assert {row["id"] for row in rows_of(register, "proposals")} <= told
    without = "SELECT id FROM certified_city WHERE NOT EXISTS (SELECT FROM certified_city_event WHERE city_id = id)"
    assert owner.execute(without).fetchall() == []
    assert owner.execute("SELECT count(*) FROM certified_city WHERE in_force_on IS NULL").fetchone() == (0,)


def test_names_are_in_one_normal_form(register: Register) -> None:
    seen = 0
    for rows in register.tables:
        for row in rows.rows:
            for member in ("name_th", "name_en", "title_th", "title_en"):
                name = row.get(member) or ""
                assert unicodedata.is_normalized("NFC", name)
                assert not {"\u00a0", "\u200b", "\u200c", "\u200d", "\ufeff"} & set(name)
                assert "\u0e4d\u0e32" not in name
                assert "\u0e31\u0e31" not in name
                seen += bool(name)
    assert seen > 2000
