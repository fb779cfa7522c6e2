"""Files that cannot be used as they are: each is answered for, and nothing is written or left behind."""

import datetime
import errno
import io
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.shapes import CENTRES, point, polygon, square
from tests.imports.test_bad_rows import collection, feature
from tests.imports.test_importing import csv_of, proposal
from tests.imports.writing import file_of, layer, packed, rows_of, workbook

from smartcity_api.imports.actions import running, staging, work
from smartcity_api.imports.files import shapefiles
from smartcity_api.settings import Settings

HEADER = "external_id,title_th,provinces\n"
LINE = "{0},เมือง,83\n"


def lines(count: int, *, first: int = 1) -> str:
    return "".join(LINE.format(f"{uuid4()}-{number}") for number in range(first, first + count))


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/sharedStrings.xml", bytes(40 << 20))
    return file.getvalue()


def shapefile(without: str) -> bytes:
    path = Path("layer.shp")
    content = io.BytesIO(file_of("shp", [{"external_i": "1"}], [polygon(square(*CENTRES[0]))]))
    target = io.BytesIO()
    with zipfile.ZipFile(content) as archive, zipfile.ZipFile(target, "w") as left:
        for member in archive.namelist():
            if not member.endswith(without):
                left.writestr(path.stem + Path(member).suffix, archive.read(member))
    return target.getvalue()


UNREADABLE: dict[str, tuple[Callable[[], bytes | str], str, int | None]] = {
    "blank": (lambda: " \n\n", "empty_file", None),
    "header only": (lambda: HEADER, "no_rows", None),
    "wrong delimiter": (lambda: (HEADER + lines(2)).replace(",", ":"), "wrong_delimiter", 1),
    "too many columns": (lambda: ",".join(f"c{n}" for n in range(2001)) + "\n", "too_many_columns", 1),
    "no known column": (lambda: "a,b,c\n1,2,3\n", "no_known_column", None),
    "a field of 50 MB": (lambda: HEADER + lines(1) + '"' + "ก" * 17_000_000 + '",x,83\n', "field_too_large", 3),
    "a line of 50 MB": (lambda: b"a" * 50_000_000, "field_too_large", 1),
    "NUL bytes": (lambda: HEADER.replace("_", "\0") + lines(1), "nul_bytes", 1),
    "mixed encodings": (lambda: (HEADER + lines(2)).encode() + "x,น่าน,83\n".encode("cp874"), "encoding_mixed", 4),
    "no encoding": (lambda: HEADER.encode() + b"x,caf\xe9,83\n", "encoding_unknown", 2),
    "unbalanced quotes": (lambda: HEADER + lines(2500) + 'x,"y,83\n' + lines(20), "quote_not_closed", 2502),
    "a zip bomb": (bomb, "zip_too_large", None),
    "a zip of something else": (lambda: zipped("a.txt", b"x"), "zip_without_shapefile", None),
    "half a zip": (lambda: workbook([{"a": "b" * 500}])[:400], "zip_broken", None),
    "a PDF": (lambda: b"%PDF-1.7\n", "format_not_taken", None),
    "gzip": (lambda: b"\x1f\x8b\x08", "format_not_taken", None),
    "half a GeoPackage": (lambda: file_of("gpkg", [{"a": 1}], [None])[:60_000], "file_broken", None),
    "half a FlatGeobuf": (
        lambda: file_of("fgb", [proposal(boundary="") for _ in range(9)], [point(98.39, 7.88)] * 9)[:-400],
        "file_broken",
        None,
    ),
    "half a collection": (lambda: collection(feature(None), feature(None))[:-40], "json_incomplete", None),
    "another CRS": (lambda: collection(crs={"type": "name", "properties": {"name": "urn:x"}}), "crs_unknown", None),
    "no .prj": (lambda: shapefile(".prj"), "crs_unknown", None),
    "no .dbf": (lambda: shapefile(".dbf"), "shapefile_incomplete", None),
    "a JSON list": (lambda: "[{}]", "format_not_taken", None),
    "JSON in UTF-16": (lambda: '{"external_id": "1"}'.encode("utf-16"), "json_not_utf8", None),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_cannot_be_read_fails_and_says_why(
    callers: Callers, send: Send, settings: Settings, name: str
) -> None:
    make, code, line = UNREADABLE[name]
    before = (await callers.agency.get("/v1/proposals", params={"count": "exact"})).json()["matched"]
    found = await send(callers.agency, make(), apply="auto", mode="partial", file_name="ข้อเสนอ.csv")
    failure = found["failure"]
    assert (found["status"], failure and failure["code"], failure and failure.get("line")) == ("failed", code, line)
    path = f"/v1/imports/{found['id']}"
    thai = (await callers.agency.get(path, headers={"Accept-Language": "th"})).json()["failure"]["message"]
    assert any("\u0e00" <= letter <= "\u0e7f" for letter in thai)
    assert thai != failure["message"]
    for word in (str(settings.imports), found["id"], "Traceback", "psycopg", "smartcity_"):
        assert word not in failure["message"] + thai
    after = (await callers.agency.get("/v1/proposals", params={"count": "exact"})).json()["matched"]
    assert after == before
    assert [one.name for one in settings.imports.iterdir()] == [f"{found['id']}.import"]
    report = await callers.agency.get(f"{path}/report.csv")
    assert report.status_code in (200, 404)
    assert (await callers.public.get("/readyz")).status_code == 200
    assert (await callers.agency.delete(path, headers={"If-Match": "*"})).status_code == 204
    assert list(settings.imports.iterdir()) == []


async def test_a_shapefile_that_does_not_say_its_encoding(callers: Callers, send: Send, tmp_path: Path) -> None:
    row = {"external_i": str(uuid4()), "title_th": "ภูเก็ต", "provinces": "83"}
    layer(tmp_path / "a.shp", "ESRI Shapefile", [row], [polygon(square(*CENTRES[0])[::-1])], encoding="CP874")
    table = bytearray((tmp_path / "a.dbf").read_bytes())
    table[29] = 0
    (tmp_path / "a.dbf").write_bytes(table)
    found = await send(callers.agency, packed(tmp_path, without=[".cpg"]), apply="auto")
    assert (found["status"], found["file"]["encoding"]) == ("applied", "cp874"), found
    (made,) = await rows_of(callers.agency, found)
    assert (await callers.agency.get(f"/v1/proposals/{made['record_id']}")).json()["title_th"] == "ภูเก็ต"


def geopackage(path: Path, *statements: str) -> bytes:
    layer(path, "GPKG", [{"external_id": "1", "title_en": "x", "provinces": "83"}], [point(98.39, 7.88)], layer="one")
    with closing(sqlite3.connect(path)) as database:
        database.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0.0)
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path.read_bytes()


ENDLESS = """CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
 SELECT i AS fid, 'x' || i AS external_id, 'x' AS title_en, '83' AS provinces FROM n"""
KNOWN = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('endless', 'attributes', 'endless')"


async def test_a_view_without_an_end_is_not_read(callers: Callers, send: Send, tmp_path: Path) -> None:
    content = geopackage(tmp_path / "a.gpkg", ENDLESS, KNOWN)
    found = await send(callers.agency, content, layer="endless")
    assert (found["status"], found["failure"]["code"]) == ("failed", "layer_is_a_view"), found
    other = await send(callers.agency, content, layer="one")
    assert (other["status"], other["counts"]["new"]) == ("validated", 1)
    described = ("ALTER TABLE gpkg_contents RENAME TO c", "CREATE VIEW gpkg_contents AS SELECT * FROM c, c AS d")
    found = await send(callers.agency, geopackage(tmp_path / "b.gpkg", *described))
    assert (found["status"], found["failure"]["code"]) == ("failed", "layer_is_a_view"), found


async def test_a_file_has_so_many_rows_at_most(callers: Callers, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST", 3000)
    found = await send(callers.agency, HEADER + lines(3001))
    assert (found["status"], found["failure"]["code"]) == ("failed", "too_many_rows"), found
    assert "3,000" in found["failure"]["message"]


async def test_a_geopackage_with_a_journal_of_its_own_leaves_nothing(
    callers: Callers, send: Send, tmp_path: Path, settings: Settings
) -> None:
    content = geopackage(tmp_path / "a.gpkg", "PRAGMA journal_mode = WAL")
    found = await send(callers.agency, content, apply="auto")
    assert found["status"] in ("applied", "failed"), found
    assert found["failure"] is None or found["failure"]["code"] == "file_broken"
    assert [one.name for one in settings.imports.iterdir()] == [f"{found['id']}.import"]


async def test_a_full_disk_is_a_reason(
    callers: Callers, send: Send, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shapefiles, "unpack", full)
    found = await send(callers.agency, file_of("shp", [{"external_i": "1"}], [polygon(square(*CENTRES[0]))]))
    assert (found["status"], found["failure"]["code"]) == ("failed", "no_room"), found
    assert [one.name for one in settings.imports.iterdir()] == [f"{found['id']}.import"]


async def test_a_file_that_is_gone_is_a_reason(callers: Callers, worked: Any, settings: Settings) -> None:
    answer = await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=csv_of(proposal()))
    (settings.imports / f"{answer.json()['id']}.import").unlink()
    await worked()
    found = (await callers.agency.get(answer.headers["location"])).json()
    assert (found["status"], found["failure"]["code"]) == ("failed", "file_gone")


async def test_rows_that_do_not_come_are_not_waited_for(
    callers: Callers, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PATIENCE", -1.0)
    monkeypatch.setattr(running, "LEASE", datetime.timedelta(milliseconds=40))
    found = await send(callers.agency, HEADER + lines(2000), apply="auto")
    assert (found["status"], found["failure"]["code"]) == ("failed", "too_slow")
    assert found["counts"]["created"] == 0
