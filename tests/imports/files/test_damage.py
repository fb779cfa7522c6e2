"""Files damaged on their way: whatever is left of them is read, or refused with the reason."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from openpyxl import Workbook
from pyogrio.raw import write_arrow

from smartcity_api.imports.files import FileFault, opened

ROWS = [[number, f"เมือง {number}"] for number in range(40)]


def a_table(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b"], *ROWS])


def a_workbook(path: Path) -> None:
    book = Workbook()
    for row in [["a", "b"], *ROWS]:
        book.active.append(row)
    book.save(path)


def a_collection(path: Path) -> None:
    features = [{"type": "Feature", "properties": {"a": a, "b": b}, "geometry": None} for a, b in ROWS]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def a_sequence(path: Path) -> None:
    lines = [json.dumps({"type": "Feature", "properties": {"a": a, "b": b}, "geometry": None}) for a, b in ROWS]
    path.write_text("".join(f"\x1e{line}\n" for line in lines), encoding="utf-8")


def by_gdal(driver: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        points = pyarrow.array([bytes.fromhex("0101000000") + bytes(16)] * len(ROWS), pyarrow.binary())
        table = pyarrow.table({"a": [a for a, _ in ROWS], "b": [b for _, b in ROWS], "geom": points})
        write_arrow(table, path, driver=driver, geometry_name="geom", geometry_type="Point", crs="EPSG:4326")

    return write


MADE: dict[str, Callable[[Path], None]] = {
    "a.csv": a_table,
    "a.xlsx": a_workbook,
    "a.geojson": a_collection,
    "a.geojsonseq": a_sequence,
    "a.gpkg": by_gdal("GPKG"),
    "a.fgb": by_gdal("FlatGeobuf"),
}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content cut off, or with a few bytes changed, lost or added."""
    if chance.random() < 0.3:
        return content[: chance.randrange(len(content))]
    found = bytearray(content)
    for _ in range(chance.choice((1, 3, 30))):
        place = chance.randrange(len(found) - 20)
        match chance.randrange(3):
            case 0:
                found[place] = chance.randrange(256)
            case 1:
                del found[place : place + chance.randrange(1, 9)]
            case _:
                found[place:place] = chance.choice((b'"', b"\0", b"{", b"\xe0\xb8\xa1", b"\xa1", b"\n", b"<"))
    return bytes(found)


@pytest.mark.parametrize("name", MADE)
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    MADE[name](tmp_path / name)
    content, chance = (tmp_path / name).read_bytes(), random.Random(name)
    path = tmp_path / "staged"
    endings: set[str] = set()
    for _ in range(60):
        path.write_bytes(damaged(content, chance))
        try:
            with opened(path) as file:
                for row in file.rows():
                    assert row.number > 0
                    endings |= {fault.code for fault in row.faults}
                endings.add(file.format)
        except FileFault as fault:
            endings.add(fault.code)
        assert list(tmp_path.glob("staged.*")) == []
    assert len(endings) > 1, "some are read, some rows or files are not"
