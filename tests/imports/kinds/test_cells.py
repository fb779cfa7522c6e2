"""Cells as people and spreadsheets fill them, and what they become."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from tests.imports.kinds.known import CALL, DEPA, SOURCE, TWINS, codes, read, told

PLAN = "plans/0190b6a2-0000-7000-8000-0000000000a1"


def midnight(year: int, month: int, day: int) -> datetime:
    """A day as spreadsheets have it."""
    return datetime.combine(date(year, month, day), time())


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1250000", "1250000"),
        ("1250000.00", "1250000.00"),
        ("๑๒๕๐๐๐๐.๕๐", "1250000.50"),
        ("1,250,000", "1250000"),
        (1250000, 1250000),
        (1250000.0, "1250000"),
        (1250000.5, "1250000.5"),
        (0.1, "0.1"),
    ],
)
def test_an_amount(cell: Any, value: Any) -> None:
    assert read("proposals", {"budget_thb": cell}).told["budget_thb"] == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("52000", 52000), ("๕๒๐๐๐", 52000), (52000.0, 52000), ("52000.0", 52000), ("52 000", 52000), (True, None)],
)
def test_a_whole_number(cell: Any, value: Any) -> None:
    assert read("proposals", {"population": cell}).told.get("population") == value


@pytest.mark.parametrize("cell", ["1_000", "0x10", "1e400", "NaN", "-5", "1,25", "12,34,567", "9" * 500, "１２"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    row = read("proposals", {"population": cell})
    assert row.failed == {"population"}
    assert row.faults[0].column == "population"
    assert len(row.faults[0].value or "") <= 200


@pytest.mark.parametrize(
    "cell",
    ['["83","82"]', "{83,82}", '{"83","82"}', "83;82", "83, 82", "83|82", "83\n82", "ภูเก็ต;พังงา", "Phuket, Phang-nga"],
)
def test_a_list_in_a_cell(cell: str) -> None:
    assert read("proposals", {"provinces": cell}).told["provinces"] == ["83", "82"]


@pytest.mark.parametrize(
    "cell", [83, 83.0, "83", " 83 ", "๘๓", "TH-83", "Phuket", "PHUKET province", "จังหวัดภูเก็ต", ["ภูเก็ต"]]
)
def test_a_province_in_a_cell(cell: Any) -> None:
    assert read("proposals", {"provinces": cell}).told["provinces"] == ["83"]


def test_a_district_is_looked_for_in_the_provinces_of_its_row_whatever_the_order_of_the_columns() -> None:
    row = read("proposals", {"districts": "เมือง; เฉลิมพระเกียรติ", "provinces": "สระบุรี"})
    assert row.told["districts"] == ["1901", "1913"]
    assert codes(read("proposals", {"districts": "เมือง"})) == ["ambiguous_name"]


@pytest.mark.parametrize(
    "cell", ["depa ", DEPA, DEPA.upper(), "Digital Economy Promotion Agency", "สำนักงานส่งเสริม เศรษฐกิจดิจิทัล"]
)
def test_an_organisation_by_its_id_or_name(cell: str) -> None:
    row = read("proposals", {"proponent": cell})
    assert row.told.get("proponent_id") == (None if cell == "depa " else DEPA)


def test_organisations_of_one_name_are_told_apart_by_their_ids() -> None:
    (fault,) = read("proposals", {"proponent": "เทศบาลตำบลบ้านกลาง"}).faults
    assert fault.code == "ambiguous_name"
    assert all(twin in fault.message.th for twin in TWINS)


@pytest.mark.parametrize("cell", ["1/2563", "๑/๒๕๖๓", "รอบที่ 1/2563", CALL, midnight(2563, 1, 1)])
def test_a_call_by_its_number(cell: Any) -> None:
    assert read("proposals", {"call": cell}).told["call_id"] == CALL


@pytest.mark.parametrize(
    ("cell", "era", "value", "found"),
    [
        ("2021-11-05", "ce", "2021-11-05", []),
        ("2021-11", "ce", "2021-11", []),
        (2021, "ce", "2021", []),
        ("2021-11-05T00:00:00", "ce", "2021-11-05", []),
        (date(2021, 11, 5), "ce", "2021-11-05", []),
        (midnight(2021, 11, 5), "be", "2021-11-05", []),
        (date(2564, 11, 5), "be", "2021-11-05", []),
        (date(2564, 11, 5), "ce", None, ["ambiguous-era"]),
        (2564.0, "be", "2021", []),
        ("๒๕๖๔-๑๑-๐๕", "be", "2021-11-05", []),
        ("5/11/2564", "be", "2021-11-05", ["day_understood"]),
        ("5/11/2564", "ce", None, ["ambiguous-era"]),
        ("2021/11/5", "ce", "2021-11-05", ["day_understood"]),
        ("5 พ.ย. 2564", "be", "2021-11-05", ["day_understood"]),
        ("วันที่ 5 พฤศจิกายน พ.ศ. 2564", "ce", "2021-11-05", ["day_understood"]),
        ("Nov 5, 2021", "ce", "2021-11-05", ["day_understood"]),
        ("29/2/2567", "be", "2024-02-29", ["day_understood"]),
        ("29/2/2566", "be", None, ["no_such_day"]),
        (44505, "ce", None, ["spreadsheet_serial"]),
        ("5/11/2021", "ce", None, ["not_a_day"]),
        ("0000", "ce", None, ["no_such_day"]),
        ("พรุ่งนี้", "ce", None, ["not_a_day"]),
    ],
)
def test_a_day(cell: Any, era: str, value: str | None, found: list[str]) -> None:
    row = read("milestones", {"due_on": cell}, era=era)
    assert (row.told.get("due_on"), codes(row)) == (value, found)


def test_what_was_meant_stands_beside_a_day_that_is_refused() -> None:
    (fault,) = read("milestones", {"กำหนดส่ง": "5/11/2564"}).faults
    assert (fault.column, fault.value, fault.suggestion) == ("กำหนดส่ง", "5/11/2564", "2021-11-05")
    assert "2021-11-05" in fault.message.th


@pytest.mark.parametrize(
    "cell",
    [PLAN, f"https://register.example/v1/{PLAN}", '{"type":"plans","id":"0190b6a2-0000-7000-8000-0000000000a1"}'],
)
def test_a_subject(cell: str) -> None:
    assert read("milestones", {"subject": cell}).told["subject"] == {
        "type": "plans",
        "id": "0190b6a2-0000-7000-8000-0000000000a1",
    }


@pytest.mark.parametrize(
    "cell", ["city_municipality", "เทศบาลนคร", '[{"type":"city_municipality"}]', '{"type":"city_municipality"}']
)
def test_types_of_local_government(cell: str) -> None:
    row = read("organisations", {"local_government_types": cell})
    assert row.told["local_government_types"] == [{"type": "city_municipality"}]


def test_sources_are_looked_up() -> None:
    assert read("proposals", {"sources": f'[{{"source_id":"{SOURCE}"}}]'}).told["sources"] == [{"source_id": SOURCE}]
    assert codes(read("proposals", {"sources": f'[{{"source_id":"{DEPA}"}}]'})) == ["unknown_source"]


def test_criteria_are_told_as_json_or_one_by_one() -> None:
    whole = read("proposals", {"criteria": '{"city_data_platform": "ก"}'})
    assert whole.told["criteria"] == {"city_data_platform": "ก"}
    single = read("proposals", {"City Data Platform": "ก", "boundary_and_goals": ""})
    assert single.told == {"criteria.city_data_platform": "ก", "criteria.boundary_and_goals": None}
    assert codes(read("proposals", {"criteria": '{"no_such": "ก"}'})) == ["unknown_criterion"]


@pytest.mark.parametrize("cell", ["{", "[1", "'", '{"a":NaN}'])
def test_what_is_no_json_is_refused(cell: str) -> None:
    assert codes(read("proposals", {"documents": cell})) == ["json_invalid"]


def test_keys_are_read_as_they_are_stored() -> None:
    row = read("proposals", {"source_system": " ระบบ\u00a0 ก ", "external_id": 17.0, "title_th": "ก", "version": "3"})
    assert (row.source_system, row.external_id, row.version) == ("ระบบ ก", "17", 3)
    assert row.told == {"source_system": "ระบบ ก", "external_id": "17", "title_th": "ก"}
    assert read("proposals", {"id": CALL.upper(), "title_th": "ก"}).id == UUID(CALL)
    assert codes(read("proposals", {"id": "17", "version": "neu", "title_th": "ก"})) == ["uuid_parsing", "not_a_number"]


def test_rows_without_a_system_are_of_the_senders() -> None:
    row = read("proposals", {"external_id": "17", "title_th": "ก"}, source_system="mine")
    assert row.source_system == "mine"
    assert read("proposals", {"title_th": "ก"}, source_system="mine").source_system is None


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0", None])
def test_an_empty_cell_empties_the_member(cell: Any) -> None:
    assert read("proposals", {"title_th": "ก", "population": cell}).told == {"title_th": "ก", "population": None}


def test_a_member_that_a_row_does_not_name_is_not_told() -> None:
    assert told("proposals", {"title_th": "ก", "title_en": None}).told == {"title_th": "ก", "title_en": None}


def test_the_guard_of_a_formula_is_taken_off_again_where_there_may_be_one() -> None:
    assert read("proposals", {"title_th": "'=1+1"}).told["title_th"] == "=1+1"
    assert read("proposals", {"title_th": "'=1+1"}, guarded=False).told["title_th"] == "'=1+1"
    assert told("proposals", {"title_th": "'=1+1"}).told["title_th"] == "'=1+1"
