"""Rows as a whole: their geometry, and that what is exported is read as the same values."""

import json
from typing import Any

import pytest
from tests.imports.kinds.known import CALL, DEPA, LOOKUPS, SOURCE, codes, read, told

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.files import Row
from smartcity_api.imports.kinds import KINDS, RowReader, Shape, drafted, matched
from smartcity_api.kit.language import Text

ID = "0190b6a2-0000-7000-8000-0000000000b1"
WKT = "POLYGON((98.3 7.8,98.4 7.8,98.4 7.9,98.3 7.8))"
RECORDS: dict[str, dict[str, Any]] = {
    "proposals": {
        "source_system": "province-83",
        "external_id": "17",
        "title_th": "ภูเก็ตเมืองอัจฉริยะ, ระยะที่ 2",
        "title_en": 'Phuket "Smart" City; phase 2',
        "proponent_id": DEPA,
        "call_id": CALL,
        "provinces": ["83", "82"],
        "districts": ["8301", "8208"],
        "boundary_kind": "administrative",
        "city_types": ["livable", "newable"],
        "dimensions": ["environment", "mobility"],
        "budget_thb": "1250000.00",
        "population": 79308,
        "criteria": {"city_data_platform": "สองบรรทัด\nและเครื่องหมาย {}[];|", "boundary_and_goals": " ข"},
        "documents": [{"title": "แผน", "url": "https://register.example/a.pdf", "size": 17}],
        "sources": [{"source_id": SOURCE, "field": "title_th", "quote": "“ภูเก็ต”"}],
    },
    "milestones": {
        "source_system": "plans",
        "external_id": "m-1",
        "title_th": "แผน",
        "title_en": None,
        "subject": {"type": "proposals", "id": ID},
        "kind": "plan",
        "set_on": "2018-01",
        "due_on": "2018-03-02",
        "horizon": "P30D",
        "resolution_id": ID,
        "depends_on": [ID, SOURCE],
        "sources": [],
    },
    "organisations": {
        "source_system": "dla",
        "external_id": "00812",
        "name_th": "เทศบาลนครภูเก็ต",
        "name_en": None,
        "kind": "local_government",
        "abbreviation": None,
        "local_government_types": [
            {"type": "town_municipality", "valid_until_on": "2004-02-12"},
            {"type": "city_municipality", "valid_from_on": "2004-02-13"},
        ],
        "province": "83",
        "parent_id": DEPA,
        "valid_from_on": "1935",
        "valid_until_on": None,
        "variants": [{"text": "ทน.ภูเก็ต", "language": "th", "source_id": SOURCE}],
        "sources": [{"source_id": SOURCE}],
    },
    "footprints": {"provinces": ["83"], "districts": [], "boundary_kind": None},
}
READ_ONLY = {"display_title": "x", "created_at": "2026-01-31T00:00:00Z", "updated_at": "2026-01-31T00:00:00Z"}


def cell(value: Any) -> str:
    """As csv exports write it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_is_read_as_the_same_values(kind: str) -> None:
    record = RECORDS[kind]
    keys = {"id": ID, "version": 3}
    row = read(kind, {name: cell(value) for name, value in {**keys, **record, **READ_ONLY}.items()})
    assert (row.faults, row.told) == ([], record)
    assert (str(row.id), row.version) == (ID, 3)
    same = told(kind, {**keys, **record})
    assert (same.faults, same.told) == ([], record)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_is_what_a_single_write_would_store(kind: str) -> None:
    columns, faults = drafted(KINDS[kind], RECORDS[kind])
    assert faults == []
    assert columns == KINDS[kind].draft.model_validate(
        {name: value for name, value in RECORDS[kind].items() if value is not None}
    ).columns_of(RECORDS[kind])


def test_a_boundary_and_a_point_go_to_the_database_as_they_are() -> None:
    row = read("footprints", {"provinces": "83", "ขอบเขต": WKT, "ลองจิจูด": "98.35", "ละติจูด": "๗.๘๕"})
    assert row.geometry == Shape(WKT, "wkt", "ขอบเขต")
    assert row.location == Shape("POINT(98.35 7.85)", "wkt", "ลองจิจูด")
    assert row.gives == ("shape", "location")
    assert set(row.told) == {"provinces"}


def test_geojson_in_cells_and_members_is_a_geometry_too() -> None:
    point = {"type": "Point", "coordinates": [98.35, 7.85]}
    assert read("footprints", {"location": json.dumps(point)}).location == Shape(
        json.dumps(point), "geojson", "location"
    )
    own = told("footprints", {"location": point, "boundary": None})
    assert own.location == Shape('{"type":"Point","coordinates":[98.35,7.85]}', "geojson", "location")
    assert (own.geometry, own.gives) == (None, ("boundary", "location"))


def test_an_empty_geometry_is_told_and_one_without_a_column_is_not() -> None:
    assert read("footprints", {"provinces": "83", "boundary": ""}).gives == ("boundary",)
    assert read("footprints", {"provinces": "83"}).gives == ()


@pytest.mark.parametrize(("geometry", "form"), [("{}", "geojson"), (b"\x01", "wkb")])
def test_the_geometry_of_a_feature_is_a_shape(geometry: str | bytes, form: str) -> None:
    kind = KINDS["footprints"]
    row = RowReader(kind, LOOKUPS).read(Row(1, {"provinces": "83"}, geometry), matched(kind, ["provinces"], LOOKUPS))
    assert row.geometry is not None
    assert (row.geometry.value, row.geometry.form, row.gives) == (geometry, form, ("shape",))


@pytest.mark.parametrize(
    ("values", "value"),
    [
        ({"boundary_kind": "", "boundary": WKT}, "untold"),
        ({"boundary_kind": "", "location": "POINT(98.3 7.8)"}, "untold"),
        ({"boundary_kind": "", "boundary": "", "location": ""}, None),
        ({"boundary_kind": "เขตการปกครอง", "boundary": WKT}, "administrative"),
    ],
)
def test_the_kind_of_a_boundary_follows_from_it_where_it_is_left_out(values: dict[str, str], value: str | None) -> None:
    assert read("footprints", {"provinces": "83", **values}).told.get("boundary_kind", "untold") == value


def test_half_a_position_is_none() -> None:
    row = read("footprints", {"provinces": "83", "Lon": "98.3", "Lat": ""})
    assert [(fault.code, fault.column) for fault in row.faults] == [("half_a_position", "Lat")]
    alone = read("footprints", {"provinces": "83", "Lon": "98.3"})
    assert [(fault.code, fault.column) for fault in alone.faults] == [("half_a_position", "latitude")]


@pytest.mark.parametrize("cell", ["nan", "inf", "98,35", "98°21'", "1_0"])
def test_degrees_are_finite_numbers(cell: str) -> None:
    assert codes(read("footprints", {"provinces": "83", "lon": cell, "lat": "7.8"})) == ["not_a_number"]


def test_the_faults_of_the_file_stay_and_the_rest_of_the_row_is_read() -> None:
    kind, fault = KINDS["proposals"], RowFault("formula_without_value", Text("no value", "ไม่มีค่า"), column="title_th")
    row = RowReader(kind, LOOKUPS).read(
        Row(4, {"title_th": None, "provinces": "ภูเก็ด"}, faults=(fault,)), matched(kind, ["title_th", "provinces"])
    )
    assert codes(row) == ["formula_without_value", "unknown_province"]
    assert row.faults[1].suggestion == "ภูเก็ต"


def test_nothing_that_no_database_can_hold_gets_through_or_into_a_fault() -> None:
    row = told(
        "proposals",
        {
            "title_th": "ก",
            "documents": [{"title": "ก", "url": "https://register.example/\x00"}],
            "sources": [{"source_id": SOURCE, "note": "\x00"}],
            "provinces": ["\x00"],
            "population": "\ud800",
            "no\x00such": 1,
            "external_id": "\x00",
        },
    )
    assert row.failed == {"documents", "sources", "provinces", "population"}
    json.dumps([[fault.value, fault.message.en, fault.message.th] for fault in row.faults], ensure_ascii=False).encode()
    assert not any("\x00" in f"{fault.value}{fault.message.en}{fault.message.th}" for fault in row.faults)
