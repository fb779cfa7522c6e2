"""Rows that cannot be used as they are: each is told what is wrong with it, and the others go on."""

import datetime
import io
import json
import struct
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from openpyxl.styles import Font
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.shapes import point, polygon
from tests.imports.test_importing import csv_of, proposal
from tests.imports.writing import Told, codes_of, file_of, rows_of, workbook


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def feature(geometry: Any, **told: Any) -> Told:
    properties = {"external_id": str(uuid4()), "title_en": "x", "provinces": ["83"], **told}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


Z = [[98.30, 7.90, 3.0], [98.32, 7.90, 4.0], [98.32, 7.92, 5.0], [98.30, 7.90, 3.0]]
FLAT = [place[:2] for place in Z]
BOWTIE = [[98.30, 7.90], [98.32, 7.92], [98.32, 7.90], [98.30, 7.92], [98.30, 7.90]]


def many_vertices() -> Any:
    ring = [[98.3 + n * 1e-7, 7.9] for n in range(200_000)]
    return {"type": "Polygon", "coordinates": [[*ring, [98.31, 7.92], ring[0]]]}


async def test_geometries_are_judged_row_by_row(callers: Callers, send: Send) -> None:
    shapes: list[tuple[Any, list[str]]] = [
        ({"type": "Polygon", "coordinates": [Z]}, []),
        (None, []),
        ({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [98.3, 7.9]}]},
         ["unsupported_geometry"]),
        ({"type": "Polygon", "coordinates": [BOWTIE]}, ["invalid_geometry"]),
        (many_vertices(), ["too_many_vertices"]),
        ({"type": "Polygon", "coordinates": [[place[::-1] for place in FLAT]]}, ["swapped_coordinates"]),
        ({"type": "Point", "coordinates": [0, 0]}, ["outside_thailand"]),
        ({"type": "Point", "coordinates": []}, ["empty_geometry"]),
        ({"type": "Polygon", "coordinates": [FLAT[:2]]}, ["invalid_geometry"]),
        ({"type": "Polygon", "coordinates": "x"}, ["unreadable_geometry"]),
        ({"type": "Point", "coordinates": [1e308, -1e308]}, ["outside_thailand"]),
        ({"type": "Circle"}, ["unreadable_geometry"]),
        ({}, ["unreadable_geometry"]),
        ({"type": "MultiPoint", "coordinates": [[98.3, 7.9]]}, ["unsupported_geometry"]),
        ({"type": "MultiPolygon", "coordinates": [[FLAT], [FLAT]]}, ["invalid_geometry"]),
    ]  # fmt: skip
    content = collection(*(feature(shape) for shape, _ in shapes))
    found = await send(callers.agency, content, apply="auto", mode="partial")
    assert found["status"] == "applied", found["failure"]
    assert await codes_of(callers.agency, found) == {n: codes for n, (_, codes) in enumerate(shapes, 1)}
    rows = await rows_of(callers.agency, found, state="error")
    assert {fault["pointer"] for row in rows for fault in row["faults"]} == {"/geometry"}
    assert found["counts"]["created"] == 2


async def test_wkb_that_is_odd_is_its_rows_fault(callers: Callers, send: Send) -> None:
    nan = struct.unpack("<d", b"\0\0\0\0\0\0\xf8\x7f")[0]
    shapes = [
        point(nan, nan),
        point(float("inf"), 7.9),
        point(nan, 7.9),
        polygon([]),
        polygon([(98.3, 7.9), (98.3, 7.9), (98.3, 7.9), (98.3, 7.9)]),
        polygon([(98.3, 7.9), (nan, 8.0), (98.4, 8.0), (98.3, 7.9)]),
        polygon([(98.3, 7.9), (float("inf"), 8.0), (98.4, 8.0), (98.3, 7.9)]),
        polygon([(98.3, 7.9, 1.0), (98.32, 7.9, 1.0), (98.32, 7.92, 2.0), (98.3, 7.9, 1.0)], deep=True),
    ]
    rows = [{"external_id": str(uuid4()), "title_en": "x", "provinces": "83"} for _ in shapes]
    for crs in ("EPSG:4326", "EPSG:32647"):
        found = await send(callers.agency, file_of("gpkg", rows, shapes, crs=crs), mode="partial")
        assert found["status"] == "validated", found["failure"]
        assert (found["counts"]["rows"], found["counts"]["errors"] >= 7) == (len(shapes), True)


async def test_cells_are_judged_row_by_row(callers: Callers, send: Send) -> None:
    key = str(uuid4())
    rows = [
        f"{key}-1,นํ้าตก,83,๑๒๓๔",  # decomposed sara am, Thai digits
        f"{key}-2,a\0b,83,1",
        f"{key}-1,อีกครั้ง,83,1",
        f"{key}-3,x,83",
        f"{key}-4,x,83,1,2",
        f'{key}-5,"x"y,83,1',
    ]
    text = "external_id,title_th,provinces,population\n" + "\n".join(rows) + "\n"
    found = await send(callers.agency, text, apply="auto", mode="partial")
    codes = await codes_of(callers.agency, found)
    assert codes == {
        2: [], 3: ["nul_character"], 4: ["duplicate_key"], 5: ["too_few_cells"], 6: ["too_many_cells"],
        7: ["stray_quote", "missing_key"],
    } or codes[7][0] == "stray_quote"  # fmt: skip
    first, _, again, *_ = await rows_of(callers.agency, found)
    record = (await callers.agency.get(f"/v1/proposals/{first['record_id']}")).json()
    assert (record["title_th"], record["population"]) == ("น้ำตก", 1234)
    fault = again["faults"][0]
    assert (fault["column"], fault["value"]) == ("external_id", f"{key}-1")
    assert "row 2" in fault["message"]


async def test_wide_tables_and_the_thai_code_page_are_read(callers: Callers, send: Send) -> None:
    row = proposal(title_th="เชียงใหม่", **{f"ช่อง {n}": "x" for n in range(200)})
    found = await send(callers.agency, csv_of(row).encode("cp874"), apply="auto", file_name="a.xlsx")
    assert (found["status"], found["file"]["encoding"], len(found["file"]["unknown"])) == ("applied", "cp874", 200)
    assert {one["code"] for one in found["file"]["notices"]} == {"read_as_cp874", "not_what_its_name_says"}
    (made,) = await rows_of(callers.agency, found)
    assert (await callers.agency.get(f"/v1/proposals/{made['record_id']}")).json()["title_th"] == "เชียงใหม่"


async def test_workbooks_as_people_make_them(callers: Callers, send: Send) -> None:
    rows = [
        {"external_id": str(uuid4()), "title_th": f"เมือง {n}", "provinces": "ภูเก็ต", "call_id": None, "population": n}
        for n in range(1, 6)
    ]

    def spoil(book: Any, sheet: Any) -> None:
        sheet["E2"] = "=1+1"  # nobody computed it
        sheet["D3"] = datetime.date(2563, 1, 1)  # what became of 1/2563
        sheet.merge_cells("B4:B5")
        sheet["E6"] = "#REF!"
        sheet["E6"].data_type = "e"
        sheet["A1"].font = Font(bold=True)
        hidden = book.create_sheet("ซ่อน")
        hidden.append(["external_id"])
        hidden.sheet_state = "hidden"

    found = await send(callers.agency, workbook(rows, spoil), apply="auto", mode="partial")
    assert found["status"] == "applied", found["failure"]
    codes = await codes_of(callers.agency, found)
    assert (codes[2], codes[3], codes[6]) == (["formula_without_value"], [], ["cell_error"])
    assert "merged_cell" in codes[5]
    assert [one["code"] for one in found["file"]["notices"]] == ["hidden_sheets_left_out"]
    bad = {row["number"]: row["faults"][0].get("column") for row in await rows_of(callers.agency, found, state="error")}
    assert (bad[2], bad[5], bad[6]) == ("population", "title_th", "population")


@pytest.mark.parametrize("numbers", [(2, 2), (3, 2), (99999999999,), (0,)])
async def test_rows_of_a_sheet_that_are_numbered_wrongly(
    callers: Callers, send: Send, numbers: tuple[int, ...]
) -> None:
    content = io.BytesIO(workbook([proposal() for _ in numbers]))
    target = io.BytesIO()
    with zipfile.ZipFile(content) as archive, zipfile.ZipFile(target, "w") as left:
        for member in archive.namelist():
            data = archive.read(member)
            if member == "xl/worksheets/sheet1.xml":
                for place, number in enumerate(numbers, 2):
                    data = data.replace(b'<row r="%d"' % place, b'<row r="n%d"' % number, 1)
                data = data.replace(b'<row r="n', b'<row r="')
            left.writestr(member, data)
    found = await send(callers.agency, target.getvalue(), apply="auto")
    assert (found["status"], found["failure"]["code"]) == ("failed", "sheet_broken"), found
