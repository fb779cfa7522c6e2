"""Files of made-up proposals with boundaries of 65 vertices, in the formats that imports are measured with."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
from pyogrio.raw import write_arrow

from benchmarks.ground import Ground

SYSTEM = "bench"
TYPES = {
    "csv": "text/csv",
    "plain": "text/csv",
    "ndjson": "application/x-ndjson",
    "gpkg": "application/geopackage+sqlite3",
}
# As the big table's areas: 64 corners around a place in a district, the first one again at the end.
MADE = """
SELECT n, left(d.code, 2), d.code, d.name_th || ' ' || n, d.name_en || ' ' || n,
       ST_AsText(shape, 5), ST_AsBinary(shape)
  FROM generate_series(1, %(rows)s) AS n
  JOIN (SELECT *, row_number() OVER (ORDER BY code) - 1 AS place FROM district) AS d ON d.place = mod(n, 928)
 CROSS JOIN LATERAL (
       SELECT ST_MakeLine(ARRAY(
                SELECT ST_MakePoint(
                         round((ST_X(d.location) + mod(n, 97) / 5000.0 + far * cos(k * pi() / 32))::numeric, 5)::float,
                         round((ST_Y(d.location) + mod(n, 89) / 5000.0 + far * sin(k * pi() / 32))::numeric, 5)::float)
                  FROM (SELECT k, 0.004 * (1 + 0.2 * sin(n + 3 * k * pi() / 32) + 0.1 * sin(n + 11 * k)) AS far
                          FROM generate_series(0, 63) AS k) AS corner
                 ORDER BY k)) AS line) AS ring
 CROSS JOIN LATERAL ST_MakePolygon(ST_AddPoint(line, ST_StartPoint(line))) AS shape
 ORDER BY n
"""
Made = tuple[Any, ...]
"""The values of the columns, the boundary as WKT, and behind them the same as WKB."""
COLUMNS = (
    "external_id", "source_system", "provinces", "districts", "title_th", "title_en", "city_types", "dimensions",
    "budget_thb", "population", "boundary",
)  # fmt: skip


def made(place: Ground, folder: Path, form: str, rows: int) -> Path:
    """The file with so many proposals, made once."""
    path = folder / f"proposals-{rows}.{form}"
    if not path.exists():
        with place.connect() as connection:
            part = path.with_suffix(".part" if form != "gpkg" else ".part.gpkg")
            _WRITERS[form](part, _rows(connection, rows))
            part.rename(path)
    return path


def _rows(connection: psycopg.Connection[Any], rows: int) -> Iterator[Made]:
    with connection.transaction(), connection.cursor(name="made") as cursor:
        cursor.itersize = 5000
        cursor.execute(MADE, {"rows": rows})
        for n, province, district, th, en, wkt, wkb in cursor:
            told = (f"x{n}", SYSTEM, province, district, th, en, "livable", "environment;people", f"{n}000.50", str(n))
            yield (*told, wkt, wkb)


def _csv(path: Path, rows: Iterator[Made]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row[:-1] for row in rows)


def _plain(path: Path, rows: Iterator[Made]) -> None:
    """Without a geometry."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[:-1])
        writer.writerows(row[:-2] for row in rows)


def _ndjson(path: Path, rows: Iterator[Made]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            told: dict[str, Any] = dict(zip(COLUMNS, row[:-1], strict=True))
            ring = [[float(one) for one in corner.split()] for corner in row[-2][9:-2].split(",")]
            told |= {name: told[name].split(";") for name in ("provinces", "districts", "city_types", "dimensions")}
            told |= {"population": int(told["population"]), "boundary": {"type": "Polygon", "coordinates": [ring]}}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _gpkg(path: Path, rows: Iterator[Made]) -> None:
    names = [*COLUMNS[:-1], "geometry"]
    found = pa.table(
        {
            name: list(column)
            for name, column in zip(names, zip(*((*row[:-2], row[-1]) for row in rows), strict=True), strict=True)
        }
    )
    write_arrow(
        found, path, driver="GPKG", layer="areas", geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4326"
    )


_WRITERS = {"csv": _csv, "plain": _plain, "ndjson": _ndjson, "gpkg": _gpkg}
