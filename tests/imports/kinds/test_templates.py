"""Files to fill in, read by what reads files."""

import io
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pytest
from tests.imports.kinds.known import LOOKUPS, codes

from smartcity_api.imports.files import opened
from smartcity_api.imports.kinds import KINDS, RowReader, drafted, matched, template

FORMS: tuple[Literal["xlsx", "csv"], ...] = ("xlsx", "csv")
LANGUAGES: tuple[Literal["th", "en"], ...] = ("th", "en")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_is_a_file_whose_example_is_right_and_never_imported(
    kind: str, form: Literal["xlsx", "csv"], language: Literal["th", "en"], tmp_path: Path
) -> None:
    path = tmp_path / f"template.{form}"
    path.write_bytes(template(KINDS[kind], form, language, LOOKUPS))
    with opened(path, name=path.name) as file:
        found = matched(KINDS[kind], file.columns, LOOKUPS)
        (row,) = [RowReader(KINDS[kind], LOOKUPS).read(row, found) for row in file.rows()]
    assert {column.name for column in KINDS[kind].columns} - set(found.headers) == {"id", "version"}
    assert (found.unknown, found.read_only, found.lacking) == ({}, (), [])
    wrong = {code for code in codes(row) if not code.startswith("unknown_")}  # the examples' records are examples
    assert wrong == {"example_row"}
    assert drafted(KINDS[kind], row.told, failed=row.failed)[1] == []


def test_a_workbook_has_lists_to_choose_from_and_notes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(KINDS["proposals"], "xlsx", "th", LOOKUPS)))
    rows, notes, lists = book.worksheets
    validations: Any = rows.data_validations.dataValidation
    sources = {str(one.formula1) for one in validations}
    assert len(sources) == len(validations) == 5
    assert all(lists.title in source for source in sources)
    every = {cell.value for line in lists.iter_rows() for cell in line}
    assert {"ภูเก็ต", "สิ่งแวดล้อมอัจฉริยะ", "1/2563"} <= {str(value) for value in every}
    told = {str(cell.value) for line in notes.iter_rows() for cell in line}
    assert all(column.about.th in told for column in KINDS["proposals"].columns if column.name not in ("id", "version"))
    assert lists.sheet_state == "hidden"
