"""Rows by the rules of single writes, and faults named as the file names things."""

from typing import Any

import pytest
from tests.imports.kinds.known import SOURCE, read

from smartcity_api.imports.kinds import KINDS, drafted

PROPOSALS, MILESTONES, FOOTPRINTS, ORGANISATIONS = (
    KINDS[name] for name in ("proposals", "milestones", "footprints", "organisations")
)
CURRENT = {
    "title_th": "ภูเก็ต",
    "title_en": None,
    "provinces": ["83"],
    "districts": ["8301"],
    "criteria": {"a": "ก", "b": "ข"},
    "documents": [],
    "sources": [],
    "stage": "draft",
    "location": {"type": "Point", "coordinates": [98.3, 7.8]},
}


def test_only_what_is_told_becomes_columns() -> None:
    assert drafted(PROPOSALS, {"population": 3, "title_en": " Phuket  City"}, CURRENT) == (
        {"population": 3, "title_en": "Phuket City"},
        [],
    )
    assert drafted(ORGANISATIONS, {"province": "83"}, {"name_th": "ก", "kind": "agency"}) == (
        {"province_code": "83"},
        [],
    )
    subject = {"type": "plans", "id": SOURCE.upper()}
    assert drafted(MILESTONES, {"subject": subject}, {"title_th": "ก", "kind": "plan"}) == (
        {"subject_type": "plans", "subject_id": SOURCE},
        [],
    )


def test_an_emptied_member_is_null_or_an_empty_list() -> None:
    assert drafted(PROPOSALS, {"documents": None, "population": None}, CURRENT)[0] == {
        "documents": [],
        "population": None,
    }


def test_a_record_is_judged_as_it_would_be() -> None:
    columns, (fault,) = drafted(PROPOSALS, {"title_th": None}, CURRENT, headers={"title_th": "ชื่อ"})
    assert (columns, fault.code, fault.column, fault.pointer) == ({}, "untitled", "ชื่อ", None)
    assert drafted(PROPOSALS, {"title_th": None, "title_en": "Phuket"}, CURRENT)[1] == []


@pytest.mark.parametrize(
    ("told", "texts"),
    [
        ({"criteria.a": "ค"}, {"a": "ค", "b": "ข"}),
        ({"criteria.a": None}, {"b": "ข"}),
        ({"criteria.c": "ค"}, {"a": "ก", "b": "ข", "c": "ค"}),
        ({"criteria": {"c": "ค"}}, {"c": "ค"}),
        ({"criteria": None, "criteria.c": "ค"}, {"c": "ค"}),
        ({"criteria": None}, {}),
    ],
)
def test_texts_to_criteria(told: dict[str, Any], texts: dict[str, str]) -> None:
    assert drafted(PROPOSALS, told, CURRENT) == ({"criteria": texts}, [])


def test_faults_name_the_files_own_headers_and_where_in_a_cell() -> None:
    headers = {"documents": "เอกสาร", "criteria.a": "เกณฑ์ ก", "provinces": "จังหวัด", "title_th": "ชื่อ"}
    told = {"documents": [{"title": "ก", "url": "x"}], "criteria.a": " ", "provinces": [], "title_th": "ก" * 501}
    _, faults = drafted(PROPOSALS, told, headers=headers)
    assert {(fault.code, fault.column, fault.pointer) for fault in faults} == {
        ("string_pattern_mismatch", "เอกสาร", "/documents/0/url"),
        ("blank", "เกณฑ์ ก", None),
        ("too_short", "จังหวัด", None),
        ("string_too_long", "ชื่อ", None),
    }
    assert all(len(fault.value or "") <= 200 for fault in faults)
    assert all(fault.message.en and fault.message.th for fault in faults)


def test_faults_of_a_row_that_names_its_members_point_into_it() -> None:
    _, faults = drafted(PROPOSALS, {"title_th": "ก", "documents": [{"title": "ก", "uri": "x"}]})
    assert {(fault.code, fault.column, fault.pointer) for fault in faults} == {
        ("missing", "provinces", "/provinces"),
        ("missing", "documents", "/documents/0/url"),
        ("unknown_member", "documents", "/documents/0/uri"),
    }


def test_what_could_not_be_read_is_not_missed_again() -> None:
    row = read("proposals", {"title_th": "ก", "จังหวัด": "ภูเก็ด"})
    assert drafted(PROPOSALS, row.told, headers=row.headers, failed=row.failed) == ({}, [])


@pytest.mark.parametrize(
    ("told", "code", "column"),
    [
        ({"provinces": ["83", "83"]}, "given_twice", "provinces"),
        ({"districts": ["8301", "8301"]}, "given_twice", "districts"),
        ({"districts": ["8201"]}, "district_elsewhere", "districts"),
        ({"provinces": ["82"]}, "district_elsewhere", "provinces"),
    ],
)
def test_districts_lie_in_the_provinces(told: dict[str, Any], code: str, column: str) -> None:
    columns, (fault,) = drafted(FOOTPRINTS, told, CURRENT)
    assert (columns, fault.code, fault.column) == ({}, code, column)


def test_a_footprint_leaves_everything_else_alone() -> None:
    assert drafted(FOOTPRINTS, {"boundary_kind": "administrative"}, CURRENT) == (
        {"boundary_kind": "administrative"},
        [],
    )
