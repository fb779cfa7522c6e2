"""Files of every format, made by programs that people use: GDAL, openpyxl, and Python's own writers."""

import io
import json
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pyarrow
from openpyxl import Workbook
from pyogrio.raw import write_arrow
from tests.imports.test_importing import csv_of

DRIVERS = {
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "geojson": "GeoJSON",
    "geojsonseq": "GeoJSONSeq",
    "shp": "ESRI Shapefile",
}
Told = dict[str, Any]


def file_of(form: str, rows: Sequence[Told], shapes: Sequence[bytes | None] = (), **options: Any) -> bytes:
    """The rows as a file; `shapes` are their geometries as WKB where the format has a place for them."""
    if form == "csv":
        return csv_of(*rows).encode()
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if form == "xlsx":
        return workbook(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"layer.{form}"
        layer(path, DRIVERS[form], rows, shapes, **options)
        return packed(path.parent) if form == "shp" else path.read_bytes()


def layer(path: Path, driver: str, rows: Sequence[Told], shapes: Sequence[bytes | None], **options: Any) -> None:
    """A layer that GDAL writes."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns: Told = {name: pyarrow.array([row.get(name) for row in rows]) for name in names}
    columns["geom"] = pyarrow.array(list(shapes), pyarrow.binary())
    told = {"crs": "EPSG:4326", "geometry_type": "Unknown", **options}
    if driver == "ESRI Shapefile":
        told = {"encoding": "UTF-8", **told, "geometry_type": told["geometry_type"].replace("Unknown", "Polygon")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a Shapefile cuts the names of columns
        write_arrow(pyarrow.table(columns), path, driver=driver, geometry_name="geom", **told)


def packed(folder: Path, *, without: Sequence[str] = ()) -> bytes:
    """What is in the folder as a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in without:
                archive.write(part, part.name)
    return content.getvalue()


def workbook(rows: Sequence[Told], before: Any = None) -> bytes:
    """A sheet as openpyxl writes it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    names = list(dict.fromkeys(name for row in rows for name in row))
    for row in [dict(zip(names, names, strict=True)), *rows]:
        sheet.append([row.get(name) for name in names])
    if before is not None:
        before(book, sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def rows_of(client: httpx.AsyncClient, found: Told, **params: Any) -> list[Told]:
    """All rows of an import."""
    path, rows = f"/v1/imports/{found['id']}/rows", list[Told]()
    asked = {"limit": "1000", **params}
    while True:
        answer = await client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        following = answer.json()["next"]
        if following is None:
            return rows
        asked |= dict(httpx.URL(following).params)


async def codes_of(client: httpx.AsyncClient, found: Told) -> dict[int, list[str]]:
    """What is wrong with each row of an import."""
    return {row["number"]: [one["code"] for one in row["faults"]] for row in await rows_of(client, found)}
