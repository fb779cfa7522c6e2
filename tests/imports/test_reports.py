"""What is taken away from an import: reports with the file's own columns, and files to fill in."""

import csv
import io

import openpyxl
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.test_importing import csv_of, proposal


async def test_a_report_has_the_files_own_columns_and_what_became_of_each_row(callers: Callers, send: Send) -> None:
    good, bad = proposal(note="=1+1"), proposal(title_th="", title_en="", provinces="ภูเก็จ", note="x")
    found = await send(callers.agency, csv_of(good, bad))
    path = f"/v1/imports/{found['id']}/report"
    english = await callers.agency.get(f"{path}.csv")
    thai = await callers.agency.get(f"{path}.csv", headers={"Accept-Language": "th"})
    assert english.headers["content-disposition"].startswith("attachment")
    assert english.content.startswith("\ufeff".encode())
    head, first, second = list(csv.reader(io.StringIO(english.text.lstrip("\ufeff"))))
    assert head[: len(good)] == list(good)
    assert dict(zip(head, first, strict=True)) | {"result_row": "2", "result_state": "new", "note": "'=1+1"} == dict(
        zip(head, first, strict=True)
    )
    told = dict(zip(head, second, strict=True))
    assert (told["result_row"], told["result_state"], told["result_record_id"]) == ("3", "error", "")
    assert "provinces:" in told["result_errors"]
    assert "83" in told["result_suggestions"] or "ภูเก็ต" in told["result_suggestions"]
    assert "จังหวัด" in thai.text
    book = openpyxl.load_workbook(io.BytesIO((await callers.agency.get(f"{path}.xlsx")).content))
    rows = [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert [row[-6:-3] for row in rows] == [row[-6:-3] for row in (head, first, second)]
    assert (await callers.foreign.get(f"{path}.csv")).status_code == 404


async def test_a_report_of_lines_that_name_their_own_members_has_all_of_them(callers: Callers, send: Send) -> None:
    found = await send(
        callers.agency, '{"external_id": "a", "title_en": "x", "provinces": ["83"]}\n{"external_id": "b"}\n{'
    )
    text = (await callers.agency.get(f"/v1/imports/{found['id']}/report.csv")).text
    head, *rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert head[:3] == ["external_id", "title_en", "provinces"]
    assert [row[4] for row in rows] == ["new", "error", "error"]
    assert rows[0][2] == '["83"]'


async def test_a_file_that_breaks_off_is_reported_as_far_as_it_goes(callers: Callers, send: Send) -> None:
    found = await send(callers.agency, csv_of(proposal(boundary="")) + '"x,y\r\n')
    assert (found["status"], found["failure"]["line"]) == ("failed", 3)
    text = (await callers.agency.get(f"/v1/imports/{found['id']}/report.csv")).text
    *_, last = list(csv.reader(io.StringIO(text)))
    assert last[-6:-4] == ["3", "error"]
    assert found["failure"]["message"] in last


async def test_templates_can_be_filled_in_and_sent(callers: Callers, send: Send) -> None:
    for kind in ("proposals", "milestones", "footprints", "organisations"):
        for form in ("csv", "xlsx"):
            answer = await callers.public.get(f"/v1/imports/templates/{kind}.{form}", headers={"Accept-Language": "th"})
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-disposition"] == f'attachment; filename="{kind}.{form}"'
    empty = await callers.public.get("/v1/imports/templates/proposals.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(empty.content))
    sheet = book.worksheets[0]
    names = [str(cell.value) for cell in sheet[1]]
    for row in range(sheet.max_row, 1, -1):
        sheet.delete_rows(row)
    told = proposal()
    sheet.append([next((value for key, value in told.items() if f"[{key}]" in name), None) for name in names])
    filled = io.BytesIO()
    book.save(filled)
    found = await send(callers.agency, filled.getvalue(), apply="auto")
    assert found["file"]["format"] == "xlsx"
    rows = (await callers.agency.get(f"/v1/imports/{found['id']}/rows")).json()["items"]
    assert (found["status"], found["counts"]["created"]) == ("applied", 1), rows
