"""Reading a file into the table of rows: parsed here, looked up and compared by the database, many rows at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from psycopg.sql import SQL, Identifier

from smartcity_api.imports.actions import circles
from smartcity_api.imports.actions.jobs import Job
from smartcity_api.imports.actions.judging import Session, judge, warn
from smartcity_api.imports.actions.knowledge import Knowledge
from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files import Opened, opened
from smartcity_api.imports.kinds import KINDS, Matched, ReadRow, RowReader, Shape, matched
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id

AT_ONCE: Final = 2000
"""Rows that are parsed, copied and compared together."""
_SHOWN: Final = 100
"""Letters of a reference system that are repeated."""
MOST: Final = 5_000_000
"""Rows that a file may have: a view in a GeoPackage may have any number."""
BY_LINE: Final = ("csv", "ndjson", "geojsonseq")
"""Formats whose rows are numbered by lines, so that it is known how far the reading is."""


def read(session: Session, job: Job, path: Path) -> dict[str, int]:
    """Read the whole file and look at every row; how many rows of each state there are.

    Begins anew where an earlier run had begun: what that had read is forgotten.
    """
    session.execute("DELETE FROM import_row WHERE import_id = %s", (job.key,))
    told, known = job.told, Knowledge(session, KINDS[job.told["kind"]], job.target, job.actor)
    with opened(path, name=told["file_name"], media_type=told["media_type"], layer=told["layer"]) as file:
        _check_crs(session, file.crs)
        found = matched(known.kind, file.columns, known.lookups) if file.columns else None
        job.describe(file.format, _about(file, found, {}))
        reader = RowReader(
            known.kind,
            known.lookups,
            told["era"],
            source_system=told["source_system"] or job.actor.source_system,
            guarded=file.format == "csv",
        )
        lines, rows, before, count = _lines(path, file.format), file.rows(), 0, 0
        while chunk := [reader.read(row, found) for row in islice(rows, AT_ONCE)]:
            through = chunk[-1].number
            with session.transaction():
                _keep(session, job, known.judged(chunk), file.crs)
                judge(session, job.target, job.key, (before, through), job.actor)
                warn(session, job.target, job.key, (before, through))
            before, count = through, count + len(chunk)
            if count > MOST:
                raise _too_many()
            job.advance(min(99, through * 99 // lines) if lines else 0, counts={"rows": count})
        job.describe(file.format, _about(file, found, reader.unknown))
    if not count:
        raise FileFault("no_rows", Text("the file has no rows", "ไฟล์ไม่มีแถวข้อมูล"))
    session.execute(_REPEATED, {"import": job.key})
    circles.refuse(session, job.target, job.key, (0, before), writing=False)
    return counted(session, job.key)


def _check_crs(session: Session, crs: str | None) -> None:
    """Refuse a reference system that the database cannot transform from, before every row is found unreadable."""
    if crs is None:
        return
    try:
        session.execute("SELECT ST_Transform('POINT EMPTY'::geometry, %s::text, 4326)", (crs,))
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        said = crs if len(crs) <= _SHOWN else f"{crs[:_SHOWN]}…"
        message = Text(
            f"the file's coordinate reference system is not known here: {said}; transform it to WGS 84 (EPSG:4326)",
            f"ไม่รู้จักระบบพิกัดของไฟล์: {said} ให้แปลงพิกัดเป็น WGS 84 (EPSG:4326) ก่อนส่ง",
        )
        raise FileFault("crs_unknown", message, suggestion="EPSG:4326") from error


def _too_many() -> FileFault:
    return FileFault(
        "too_many_rows",
        Text(f"a file may have {MOST:,} rows; send it in parts", f"ไฟล์มีได้ไม่เกิน {MOST:,} แถว ให้แบ่งส่งเป็นส่วน"),
    )


def _lines(path: Path, form: str) -> int:
    """How many lines the file has, where its rows are counted by them."""
    if form not in BY_LINE:
        return 0
    with path.open("rb") as file:
        return 1 + sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))


def _about(file: Opened, found: Matched | None, unknown: Mapping[str, str | None]) -> dict[str, Any]:
    """How the file is read, for whoever sent it."""
    columns = [{"header": header, "column": column.name} for header, column in (found.columns if found else {}).items()]
    ignored = list(found.read_only) if found else []
    strange = dict(found.unknown) if found else dict(unknown)
    return {
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "layer": file.layer,
        "crs": file.crs,
        "columns": columns,
        "not_imported": ignored,
        "unknown": [{"header": header, "suggestion": near} for header, near in strange.items()],
        "notices": [{"code": one.code, "en": one.message.en, "th": one.message.th} for one in file.notices],
    }


_STAGED: Final = (
    "CREATE TEMPORARY TABLE staged (number int, source_system text, external_id text, id uuid, expected int,"
    " told jsonb, gives text[], own boolean, shape text, shape_form text, place text, place_form text,"
    " record_id uuid, faults jsonb)"
    " ON COMMIT DROP"
)
_COPIED: Final = (
    "number", "source_system", "external_id", "id", "expected", "told",
    "gives", "own", "shape", "shape_form", "place", "place_form", "record_id", "faults",
)  # fmt: skip
_COPY: Final = SQL("COPY pg_temp.staged ({0}) FROM STDIN").format(SQL(", ").join(map(Identifier, _COPIED)))

# A shape is a boundary or a point, as it comes; what is neither, and what cannot be read at all, is its row's fault.
# Coordinates that are no numbers, of which nothing can be made, are greater than infinity.
_KEPT: Final = """
INSERT INTO import_row (import_id, number, source_system, external_id, id, expected, told, gives, boundary, location,
                        state, record_id, faults)
SELECT %(import)s, number, source_system, external_id, id, expected, told,
       array_cat(array_remove(gives, 'shape'), CASE WHEN 'shape' <> ALL (gives) THEN '{}'
         WHEN ST_Dimension(g) = 2 THEN '{boundary}' WHEN ST_Dimension(g) = 0 THEN '{location}' ELSE '{}' END::text[]),
       CASE WHEN GeometryType(g) IN ('POLYGON', 'MULTIPOLYGON') THEN ST_Multi(g) END,
       CASE WHEN GeometryType(p) = 'POINT' THEN p WHEN GeometryType(g) = 'POINT' THEN g END,
       'error', record_id,
       faults || CASE WHEN shape IS NOT NULL AND g IS NULL
                   THEN '[{"severity": "error", "code": "unreadable_geometry", "at": "boundary"}]'::jsonb
                   WHEN place IS NOT NULL AND p IS NULL
                   THEN '[{"severity": "error", "code": "unreadable_geometry", "at": "location"}]' ELSE '[]' END
         || CASE WHEN GeometryType(p) <> 'POINT' THEN jsonb_build_array(jsonb_build_object(
                   'severity', 'error', 'code', 'unsupported_geometry', 'value', GeometryType(p), 'at', 'location'))
                 WHEN GeometryType(g) NOT IN ('POLYGON', 'MULTIPOLYGON', 'POINT') THEN jsonb_build_array(
                   jsonb_build_object('severity', 'error', 'code', 'unsupported_geometry', 'value', GeometryType(g),
                   'at', 'boundary')) ELSE '[]' END
  FROM (SELECT staged.*,
               (SELECT r FROM smartcity_read_geometry(shape, shape_form, CASE WHEN own THEN %(crs)s END) AS r
                 WHERE (ST_XMin(r) > '-infinity' AND ST_XMax(r) < 'infinity'
                        AND ST_YMin(r) > '-infinity' AND ST_YMax(r) < 'infinity') IS NOT FALSE) AS g,
               (SELECT r FROM smartcity_read_geometry(place, place_form, NULL) AS r
                 WHERE (ST_XMin(r) > '-infinity' AND ST_XMax(r) < 'infinity'
                        AND ST_YMin(r) > '-infinity' AND ST_YMax(r) < 'infinity') IS NOT FALSE) AS p
          FROM pg_temp.staged OFFSET 0) AS read
"""

# Sent twice in one file, nobody can say which is meant; the first one stays what it is.
_REPEATED: Final = """
UPDATE import_row AS r SET state = 'error', faults = r.faults || jsonb_build_object(
         'severity', 'error', 'code', 'duplicate_key', 'value', coalesce(r.external_id, r.id::text),
         'suggestion', again.first::text)
  FROM (SELECT number, least(min(number) OVER (PARTITION BY record_id), CASE WHEN external_id IS NOT NULL
                 THEN min(number) OVER (PARTITION BY source_system, external_id) END) AS first
          FROM import_row WHERE import_id = %(import)s AND (external_id IS NOT NULL OR id IS NOT NULL)) AS again
 WHERE again.number > again.first AND r.import_id = %(import)s AND r.number = again.number
"""


def _keep(
    session: Session, job: Job, judged: Sequence[tuple[ReadRow, dict[str, Any], list[RowFault]]], crs: str | None
) -> None:
    session.execute(_STAGED)
    with session.cursor().copy(_COPY) as copy:
        for row, columns, faults in judged:
            told = orjson.dumps(columns).decode()
            wrong = orjson.dumps([_fault(one) for one in faults]).decode() if faults else "[]"
            shape, place = _shape(row.geometry), _shape(row.location)
            is_feature = row.geometry is not None and row.geometry.header is None  # in the file's own crs
            key = (row.number, row.source_system, row.external_id, row.id, row.version)
            copy.write_row((*key, told, list(row.gives), is_feature, *shape, *place, new_id(), wrong))
    session.execute(_KEPT, {"import": job.key, "crs": crs})
    session.execute("DROP TABLE pg_temp.staged")


def _shape(shape: Shape | None) -> tuple[str | None, str | None]:
    if shape is None:
        return None, None
    return shape.value.hex() if isinstance(shape.value, bytes) else shape.value, shape.form


def _fault(fault: RowFault) -> dict[str, Any]:
    told = {**asdict(fault), "message": None, "en": fault.message.en, "th": fault.message.th}
    return {name: value for name, value in told.items() if value is not None}


_COUNTED: Final = """
SELECT count(*), count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'changed'),
       count(*) FILTER (WHERE state = 'unchanged'), count(*) FILTER (WHERE state = 'error'),
       count(*) FILTER (WHERE state <> 'error' AND faults <> '[]') FROM import_row WHERE import_id = %s
"""


def counted(session: Session, key: UUID) -> dict[str, int]:
    """How many rows of each state there are; rows with warnings alone are counted besides."""
    row = session.execute(_COUNTED, (key,)).fetchone()
    assert row is not None, "a count has a row"
    return dict(zip(("rows", "new", "changed", "unchanged", "errors", "warnings"), row, strict=True))
