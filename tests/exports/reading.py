"""The files of every format, read by the libraries that people read them with."""

import csv
import io
import json
import math
import struct
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyarrow.parquet as pq
import pyogrio

from smartcity_api.kit.cells import unguard

Rows = list[dict[str, Any]]


async def content(client: httpx.AsyncClient, path: str, **params: Any) -> bytes:
    """The file of a list."""
    answer = await client.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.content


def of_csv(file: bytes) -> Rows:
    """The rows, every cell a text."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True))


def of_ndjson(file: bytes) -> Rows:
    """The records."""
    return [json.loads(line) for line in file.splitlines()]


def of_geojsonseq(file: bytes) -> Rows:
    """The properties of the features, and their shape as `geometry`."""
    assert file.count(b"\x1e") == file.count(b"\n")
    texts = file.decode().split("\x1e")[1:]
    assert all(text.endswith("\n") for text in texts)
    features = [json.loads(text) for text in texts]
    assert all(feature["type"] == "Feature" for feature in features)
    return [{**feature["properties"], "geometry": feature["geometry"]} for feature in features]


def of_xlsx(file: bytes) -> Rows:
    """The rows of the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def of_parquet(file: bytes) -> Rows:
    """The rows; shapes as WKB."""
    rows: Rows = pq.read_table(io.BytesIO(file)).to_pylist()
    return rows


def of_map(file: bytes, suffix: str) -> Rows:
    """The rows by GDAL; shapes as WKB in `geometry`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{suffix}"
        path.write_bytes(file)
        # Not by Arrow, in which GDAL 3.12 takes features of FlatGeobuf without a shape for features of size zero.
        meta, _, shapes, columns = pyogrio.raw.read(path, datetime_as_string=True)
    names = [*meta["fields"], *([] if shapes is None else ["geometry"])]
    rows = zip(*columns, *([] if shapes is None else [shapes]), strict=True)
    instants = {name for name, kind in zip(meta["fields"], meta["ogr_types"], strict=True) if kind == "OFTDateTime"}
    return [
        {name: _told(value, instant=name in instants) for name, value in zip(names, row, strict=True)} for row in rows
    ]


def _told(value: Any, *, instant: bool) -> Any:
    found = value.item() if hasattr(value, "item") else value
    if isinstance(found, float) and math.isnan(found):
        return None
    return datetime.fromisoformat(found) if instant and found else found


READERS: Mapping[str, Callable[[bytes], Rows]] = {
    "csv": of_csv,
    "ndjson": of_ndjson,
    "geojsonseq": of_geojsonseq,
    "xlsx": of_xlsx,
    "parquet": of_parquet,
    "gpkg": lambda file: of_map(file, "gpkg"),
    "fgb": lambda file: of_map(file, "fgb"),
}


def is_same(value: Any, cell: Any) -> bool:
    """Whether the cell of some format says what JSON says."""
    if value is None:
        return cell in (None, "")
    if isinstance(cell, str):
        cell = unguard(cell)
    if isinstance(value, list | dict):
        return bool((json.loads(cell) if isinstance(cell, str) else cell) == value)
    if isinstance(cell, datetime):
        instant = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
        return abs(instant - datetime.fromisoformat(value)) <= timedelta(milliseconds=1)
    if isinstance(value, bool):
        return cell is value or cell == str(value).lower()
    if isinstance(value, int | float) or isinstance(cell, int | float | Decimal):
        return abs(Decimal(str(cell)) - Decimal(str(value))) < Decimal("1e-9")
    return bool(cell in (value, json.dumps(value, ensure_ascii=False)))


def coordinates(wkb: bytes) -> list[Any]:
    """The coordinates of a point, a polygon or a multipolygon, as GeoJSON has them."""
    return _Wkb(wkb).shape()


class _Wkb:
    """Reads little-endian WKB from its beginning."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self.data, self.place)
        self.place += struct.calcsize("<" + form)
        return found

    def count(self) -> int:
        return int(self.take("I")[0])

    def shape(self) -> list[Any]:
        order, kind = self.take("BI")
        assert order == 1
        if kind == 1:
            return list(self.take("dd"))
        if kind == 3:
            return [[list(self.take("dd")) for _ in range(self.count())] for _ in range(self.count())]
        assert kind == 6
        return [self.shape() for _ in range(self.count())]
