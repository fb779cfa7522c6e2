"""XLSX: days, formulas, merged cells, hidden sheets, and zips that are bombs."""

import datetime
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.imports.files.reading import faults, read, refused, said

from smartcity_api.imports.files import Limits, opened


def saved(path: Path, rows: list[list[Any]], *, before: Any = None) -> Path:
    book = Workbook()
    sheet: Worksheet = book.active
    for row in rows:
        sheet.append(row)
    if before is not None:
        before(book, sheet)
    book.save(path)
    return path


def test_cells_are_values(tmp_path: Path) -> None:
    moment = datetime.datetime.combine(datetime.date(2026, 1, 2), datetime.time(15, 30))
    cells = ["น่าน", 12, 1.5, True, datetime.date(2021, 11, 5), moment, None, datetime.time(9, 30)]
    path = saved(tmp_path / "a", [["a", "b", "c", "d", "e", "f", "g", "h"], cells, [], ["", None], [1]])
    file, rows = read(path)
    assert (file.format, file.columns, file.layer) == ("xlsx", tuple("abcdefgh"), "Sheet")
    assert list(rows[0].values.values()) == [*cells[:-1], "09:30:00"]
    assert [type(value) for value in rows[0].values.values()][4:6] == [datetime.date, datetime.datetime]
    assert [row.number for row in rows] == [2, 5]


def test_what_xlsxwriter_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "constant_memory": True})
    sheet = book.add_worksheet("ข้อมูล")
    sheet.write_row(0, 0, ["ชื่อ", "วันที่", "เลข"])
    sheet.write_row(1, 0, ["a\r_x0041_<&>", datetime.date(2024, 2, 29), 45351])
    sheet.data_validation("A3:A9", {"validate": "list", "source": ["x", "y"]})
    notes = book.add_worksheet("คำอธิบาย")
    notes.write(0, 0, "note")
    book.close()
    file, rows = read(path)
    assert rows[0].values["วันที่"] == datetime.date(2024, 2, 29)
    assert rows[0].values["เลข"] == 45351
    assert rows[0].values["ชื่อ"] == "a\r_x0041_<&>"
    assert (file.layer, said(file)) == ("ข้อมูล", ["sheets_left_out"])
    assert read(path, layer="คำอธิบาย")[0].columns == ("note",)
    assert refused(path, layer="ไม่มี").code == "layer_unknown"


def test_formulas_are_their_last_values(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "c"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(1, 1, '="x"&"y"', None, "xy")
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    book.close()
    file, rows = read(path)
    assert dict(rows[0].values) == {"a": 2, "b": "xy", "c": None}
    assert [(fault.code, fault.column, fault.value) for fault in rows[0].faults] == [("cell_error", "c", "#DIV/0!")]
    assert said(file) == ["formulas_as_values"]


def test_formulas_that_were_never_computed_are_faults(tmp_path: Path) -> None:
    _, rows = read(saved(tmp_path / "a.xlsx", [["a", "b"], ["=1+1", 5], [1, 2]]))
    assert faults(rows) == {2: ["formula_without_value"]}
    assert rows[0].values == {"a": None, "b": 5}


def test_merged_cells(tmp_path: Path) -> None:
    def merge(_: Workbook, sheet: Worksheet) -> None:
        for span in ("A1:C1", "A3:A5", "B7:C7", "A8:C8"):
            sheet.merge_cells(span)

    rows: list[list[Any]] = [
        ["รายงาน"],
        ["a", "b", "c"],
        ["x", 1, 1],
        [None, 2, 2],
        [None, 3, 3],
        ["y", 4, 4],
        ["z", 5],
        [],
        ["w", 6, 6],
    ]
    file, read_rows = read(saved(tmp_path / "a.xlsx", rows, before=merge))
    assert file.columns == ("a", "b", "c")
    assert said(file) == ["title_left_out"]
    assert faults(read_rows) == {4: ["merged_cell"], 5: ["merged_cell"], 7: ["merged_cell"]}
    assert [(fault.column, fault.suggestion) for row in read_rows for fault in row.faults] == [
        ("a", "x"),
        ("a", "x"),
        ("c", "5"),
    ]


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    def hide(book: Workbook, sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"
        book.create_sheet("ว่าง")
        more = book.create_sheet("ข้อมูล")
        more.append(["a", "b"])
        more.append([1, 2])
        book.create_sheet("secret").sheet_state = "veryHidden"

    path = saved(tmp_path / "a.xlsx", [["x", "y"], [8, 9]], before=hide)
    file, rows = read(path)
    assert (file.layer, dict(rows[0].values)) == ("ข้อมูล", {"a": 1, "b": 2})
    assert said(file) == ["hidden_sheets_left_out", "sheets_left_out"]
    assert "Sheet, secret" in file.notices[0].message.en
    assert dict(read(path, layer="Sheet")[1][0].values) == {"x": 8, "y": 9}


def test_empty_and_header_only(tmp_path: Path) -> None:
    assert refused(saved(tmp_path / "a.xlsx", [])).code == "empty_file"
    file, rows = read(saved(tmp_path / "b.xlsx", [["a", "b"]]))
    assert (file.columns, rows) == (("a", "b"), [])
    file, rows = read(saved(tmp_path / "c.xlsx", [["only"], ["x"], ["y"]]))
    assert (file.columns, [row.number for row in rows]) == (("only",), [2, 3])


def test_cells_without_a_header_and_dates_that_are_none(tmp_path: Path) -> None:
    def spoil(_: Workbook, sheet: Worksheet) -> None:
        sheet["B3"].number_format = "yyyy-mm-dd"

    _, rows = read(saved(tmp_path / "a.xlsx", [["a", "b"], [1, 2, "stray"], [1, 10**9]], before=spoil))
    assert faults(rows) == {2: ["column_without_name"], 3: ["cell_error"]}


def changed(path: Path, target: Path, part: str, content: bytes) -> Path:
    """The workbook with another content in one part."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for member in source.infolist():
            made.writestr(member.filename, content if member.filename == part else source.read(member))
    return target


SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def test_xml_that_is_broken_or_wants_more(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    assert refused(changed(path, tmp_path / "b.xlsx", SHEET, MAIN + rows + b"<row")).code == "sheet_broken"
    doctype = b'<!DOCTYPE x [<!ENTITY a "b">]>' + MAIN + rows + b"</sheetData></worksheet>"
    assert refused(changed(path, tmp_path / "c.xlsx", SHEET, doctype)).code == "sheet_broken"
    assert refused(changed(path, tmp_path / "d.xlsx", "xl/workbook.xml", b"<broken")).code == "sheet_broken"
    table = MAIN + rows + b"</sheetData></worksheet>"
    assert read(changed(path, tmp_path / "e.xlsx", SHEET, table))[0].columns == ("a",)
    prefixed = table.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"xmlns=", b"xmlns:x=")
    assert read(changed(path, tmp_path / "f.xlsx", SHEET, prefixed))[0].columns == ("a",)


@pytest.mark.parametrize("whole", [True, False])
def test_zip_bombs_are_not_unpacked(tmp_path: Path, whole: bool) -> None:
    path = saved(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    bomb = changed(path, tmp_path / "b.xlsx", SHEET, MAIN + b" " * 60_000_000 + b"</sheetData></worksheet>")
    if not whole:
        # The directory says that the sheet is small.
        data = bytearray(bomb.read_bytes())
        size = (60_000_000 + len(MAIN) + len(b"</sheetData></worksheet>")).to_bytes(4, "little")
        assert data.count(size) == 2
        bomb.write_bytes(bytes(data).replace(size, (1000).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        fault = refused(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fault.code == ("zip_too_large" if whole else "zip_broken")
    assert peak < 20_000_000


def test_a_cell_of_many_megabytes(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    cell = b'<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c t="inlineStr"><is><t>'
    content = MAIN + cell + b"x" * 500_000 + b"</t></is></c></row></sheetData></worksheet>"
    fault = refused(changed(path, tmp_path / "b.xlsx", SHEET, content), limits=Limits(field=100_000))
    assert (fault.code, fault.line) == ("field_too_large", 2)


def test_a_truncated_zip(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(path).code == "zip_broken"


def test_memory_is_flat(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(20_000):
        sheet.write_row(number, 0, ["a", "b", "c"] if number == 0 else [f"เมือง {number}" * 10, number, 1.5])
    book.close()
    tracemalloc.start()
    try:
        with opened(path) as file:
            assert sum(1 for _ in file.rows()) == 19_999
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
