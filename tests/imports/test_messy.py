"""A file as provinces send it, whole: every row is told what is wrong with it, whatever the file is saved as."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.writing import Told, rows_of

DATA = Path(__file__).parent / "data"
TEXT = (DATA / "messy-proposals.csv").read_bytes().decode()
EXPECTED: list[Told] = json.loads((DATA / "messy-proposals.expected.json").read_text(encoding="utf-8"))
PLACES = {
    "missing_key": "รหัสโครงการ",
    "duplicate_key": "รหัสโครงการ",
    "unreadable_geometry": "ขอบเขต (WKT)",
}


def wanted(row: Told) -> list[tuple[str, str]]:
    """The codes of a row, with their severities."""
    found = [(one["code"], "error") for one in row["errors"]] + [(one["code"], "warning") for one in row["warnings"]]
    return sorted([*found, *((code, "error") for code in row["database"])])


def as_workbook(text: str) -> bytes:
    """As Excel has it when the file is opened there and saved: every cell a text."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        sheet.append([cell or None for cell in row])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.value else cell.data_type  # no text that begins with = is a formula
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("saved", ["utf-8", "utf-8-sig", "utf-16", "cp874", "xlsx"])
async def test_every_row_is_judged_as_expected(callers: Callers, send: Send, saved: str) -> None:
    content = as_workbook(TEXT) if saved == "xlsx" else TEXT.encode(saved)
    found = await send(callers.secretary, content, source_system="ระบบของจังหวัด")
    assert found["status"] == "validated", found
    rows = await rows_of(callers.secretary, found)
    assert len(rows) == len(EXPECTED) >= 60
    wrong = []
    for place, (row, told) in enumerate(zip(rows, EXPECTED, strict=True)):
        assert row["number"] == (place + 2 if saved == "xlsx" else told["line"])
        codes = sorted((one["code"], one["severity"]) for one in row["faults"])
        if codes != wanted(told):
            wrong.append((told["line"], codes, wanted(told)))
    assert wrong == []
    bad = sum(1 for told in EXPECTED if told["errors"] or told["database"])
    assert (found["counts"]["errors"], found["counts"]["new"]) == (bad, len(rows) - bad)


async def test_every_fault_says_where_and_what_in_both_languages(callers: Callers, send: Send) -> None:
    found = await send(callers.secretary, TEXT, source_system="ระบบของจังหวัด", apply="auto", mode="partial")
    path = f"/v1/imports/{found['id']}/rows"
    assert found["status"] == "applied"
    assert found["counts"]["created"] == found["counts"]["new"] > 20

    async def faults(language: str) -> list[Any]:
        asked = {"limit": "1000", "state": "error"}
        items = (await callers.secretary.get(path, params=asked, headers={"Accept-Language": language})).json()["items"]
        return [(row["number"], one) for row in items for one in row["faults"]]

    english, thai = await faults("en"), await faults("th")
    header = next(csv.reader(io.StringIO(TEXT)))
    for (number, one), (_, other) in zip(english, thai, strict=True):
        assert one["column"] in header, (number, one)
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in other["message"]), other
        assert one["message"] != other["message"]
        assert "smartcity_" not in one["message"]
        assert PLACES.get(one["code"], one["column"]) == one["column"]
    by_line = dict(english)
    swapped = next(one for one in by_line.values() if one["code"] == "swapped_coordinates")
    assert swapped["suggestion"] == "POINT(98.9106 8.0863)"
    crossed = next(one for one in by_line.values() if one["code"] == "invalid_geometry")
    assert "Self-intersection[98.925 8.075]" in crossed["message"]

    again = await send(callers.secretary, TEXT, source_system="ระบบของจังหวัด", apply="auto", mode="partial")
    assert again["counts"] | {"created": 0, "updated": 0, "new": 0} == again["counts"]
    assert again["counts"]["unchanged"] == found["counts"]["created"]
