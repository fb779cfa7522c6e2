"""Headers as they are met, and what they mean."""

from typing import Any

import pytest
from tests.imports.kinds.known import LOOKUPS, codes, told

from smartcity_api.imports.files import FileFault, Row
from smartcity_api.imports.kinds import KINDS, RowReader, matched


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("title_th", "title_th"),
        ("\ufeffTitle_TH", "title_th"),
        ("  Title-TH ", "title_th"),
        ("ชื่อโครงการ", "title_th"),
        ("ชื่อโครงการ (ภาษาไทย)", "title_th"),
        ("ชื่อโครงการ (ภาษาอังกฤษ)", "title_en"),
        ("Project Name (EN)", "title_en"),
        ("ชื่ออะไรก็ได้ [title_en]", "title_en"),
        ("งบประมาณ (บาท)", "budget_thb"),
        ("งบประมาณ (ล้านบาท ถ้วน)", "budget_thb"),
        ("BUDGET", "budget_thb"),
        ("จังหวัด", "provinces"),
        ("Province code", "provinces"),
        ("อําเภอ", "districts"),  # sara am in its two halves
        ("คํ\u0e32อธิบายตามเกณฑ์", "criteria"),
        ("criteria.city_data_platform", "criteria.city_data_platform"),
        ("City Data Platform", "criteria.city_data_platform"),
        ("boundary_and_goals", "criteria.boundary_and_goals"),
        ("external_i", "external_id"),  # as a Shapefile cuts it
        ("POPULATION", "population"),
        ("Boundary", "boundary"),
        ("lat", "latitude"),
    ],
)
def test_a_header_means_a_column(header: str, column: str) -> None:
    assert matched(KINDS["proposals"], [header, "dimensions"], LOOKUPS).columns[header].name == column


def test_exports_have_columns_that_are_not_imported() -> None:
    found = matched(KINDS["proposals"], ["title_th", "stage", "reference_number", "display_ti"], LOOKUPS)
    assert found.read_only == ("stage", "reference_number", "display_ti")
    assert found.unknown == {}


def test_an_unknown_header_is_listed_with_what_was_perhaps_meant() -> None:
    found = matched(KINDS["proposals"], ["title_th", "provnces", "งบประมาน", "หมายเหตุ"], LOOKUPS)
    assert found.unknown == {"provnces": "provinces", "งบประมาน": "งบประมาณ (บาท)", "หมายเหตุ": None}
    assert found.lacking == ["provinces"]


def test_two_headers_of_one_column_are_refused() -> None:
    with pytest.raises(FileFault) as refused:
        matched(KINDS["proposals"], ["จังหวัด", "title_th", "Province"], LOOKUPS)
    assert refused.value.code == "ambiguous_header"
    assert "Province" in refused.value.message.en
    assert "จังหวัด" in refused.value.message.th


@pytest.mark.parametrize("headers", [["a", "provnces"], ["external_id", "id"], [""]])
def test_a_file_without_any_column_to_import_is_refused(headers: list[str]) -> None:
    with pytest.raises(FileFault) as refused:
        matched(KINDS["proposals"], headers, LOOKUPS)
    assert refused.value.code == "no_known_column"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_name_of_a_column_is_that_of_another(kind: Any) -> None:
    for column in kind.columns:
        for name in (column.name, column.title.th, column.title.en):
            assert matched(kind, [name, *_another(kind, column)], LOOKUPS).columns[name].name == column.name


def _another(kind: Any, column: Any) -> list[str]:
    return [next(one.name for one in kind.columns if one.role == "member" and one is not column)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_member_of_a_draft_has_a_column(kind: Any) -> None:
    known = {column.member for column in kind.columns}
    assert set(kind.draft.model_fields) - known - {"sources"} == set()
    assert not known & set(kind.read_only)


def test_a_row_that_names_its_members_itself_may_name_none_that_is_unknown_without_a_warning() -> None:
    kind = KINDS["proposals"]
    reader = RowReader(kind, LOOKUPS)
    first = reader.read(Row(1, {"title_th": "ก", "budget_bath": "1", "stage": "draft"}))
    second = reader.read(Row(2, {"title_th": "ข", "budget_bath": "1", "stage": "draft"}))
    assert [(fault.code, fault.pointer, fault.severity) for fault in first.faults] == [
        ("unknown_member", "/budget_bath", "warning")
    ]
    assert second.faults == []
    assert reader.unknown == {"budget_bath": "budget_thb"}


def test_a_row_may_not_name_a_member_twice() -> None:
    row = told("proposals", {"provinces": ["83"], "จังหวัด": "ภูเก็ต"})
    assert codes(row) == ["given_twice"]
    assert row.is_wrong
