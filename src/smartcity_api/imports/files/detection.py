"""What kind of file it is, by its content; name and media type decide only between what the content leaves open."""

import codecs
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Literal

import orjson

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files.archives import archive_of, shapefiles_in
from smartcity_api.imports.files.geojson import first_type
from smartcity_api.imports.files.headers import empty_file
from smartcity_api.imports.files.json_lines import RECORD_SEPARATOR
from smartcity_api.imports.files.rows import Format, Limits
from smartcity_api.kit.language import Text

_BEGINNING = 64 * 1024
_SQLITE = b"SQLite format 3\0"
_GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")
_GEOPACKAGE_ID = slice(68, 72)
_FLATGEOBUF = b"fgb\x03fgb"

_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r\f\x1a\x1b"})
_TAKEN = "CSV, XLSX, NDJSON, GeoJSON, GeoJSON-Seq, GeoPackage, zipped Shapefile, FlatGeobuf"

_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "gzip", "gzip"),
    (b"PAR1", "Parquet", "Parquet"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "old Excel (.xls) or a workbook with a password",
        "Excel รุ่นเก่า (.xls) หรือมีรหัสผ่าน",
    ),
    (b"%PDF", "PDF", "PDF"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "7z"),
    (b"Rar!", "RAR", "RAR"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstd"),
    (b"BZh", "bzip2", "bzip2"),
    (b"\xfd7zXZ", "xz", "xz"),
    (b"\x00\x00\x27\x0a", "part of a Shapefile", "บางส่วนของ Shapefile"),
    (b"<", "XML or HTML", "XML หรือ HTML"),
)

NAMED: dict[str, tuple[Format, ...]] = {
    ".csv": ("csv",),
    ".tsv": ("csv",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".ndjson": ("ndjson", "geojsonseq"),
    ".jsonl": ("ndjson", "geojsonseq"),
    ".geojson": ("geojson",),
    ".geojsonseq": ("geojsonseq",),
    ".geojsons": ("geojsonseq",),
    ".geojsonl": ("geojsonseq",),
    ".gpkg": ("gpkg",),
    ".fgb": ("fgb",),
    ".zip": ("shp",),
    ".shp": ("shp",),
    ".xls": (),
    ".pdf": (),
}
"""The formats that a name promises by its ending."""


def format_of(path: Path, limits: Limits, *, name: str | None, media_type: str | None) -> Format:
    """The format of the file at the path."""
    with path.open("rb") as file:
        head = file.read(_BEGINNING)
    if not head:
        raise empty_file()
    if found := _by_magic(path, head, limits):
        return found
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise empty_file()
    _refuse_wide_json(head)
    if text.startswith(RECORD_SEPARATOR):
        return "geojsonseq"
    if text.startswith(b"{"):
        return _json_format(path, limits, lines=_says_lines(name, media_type))
    if text.startswith(b"[") and text[1:].lstrip().startswith((b"{", b"]")):
        raise _refused("a JSON list", "รายการ JSON", "ndjson")
    _refuse_binary(head)
    return "csv"


def _by_magic(path: Path, head: bytes, limits: Limits) -> Format | None:
    """The format, where the first bytes say it."""
    if head.startswith(_SQLITE):
        if head[_GEOPACKAGE_ID] in _GEOPACKAGE:
            return "gpkg"
        raise _refused("a SQLite database, but no GeoPackage", "ฐานข้อมูล SQLite ที่ไม่ใช่ GeoPackage", "gpkg")
    if head.startswith(_FLATGEOBUF):
        return "fgb"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(path, limits)
    for magic, english, thai in _REFUSED:
        if head.removeprefix(codecs.BOM_UTF8).startswith(magic):
            raise _refused(english, thai, None)
    return None


def _in_zip(path: Path, limits: Limits) -> Literal["xlsx", "shp"]:
    """What is in the zip: a workbook or a Shapefile."""
    with archive_of(path, limits) as archive:
        names = set(archive.namelist())
        if "xl/workbook.bin" in names:
            raise _refused("a binary workbook (.xlsb)", "Excel แบบไบนารี (.xlsb)", "xlsx")
        if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
            return "xlsx"
        if shapefiles_in(archive):
            return "shp"
        raise _no_shapefile(archive)


def _no_shapefile(archive: zipfile.ZipFile) -> FileFault:
    names = [PurePosixPath(name).name for name in archive.namelist() if not name.endswith("/")][:5]
    listed = ", ".join(names)
    return FileFault(
        "zip_without_shapefile",
        Text(
            f"a zip is taken as a Shapefile, but has no .shp (it has: {listed}); unpack it and send the file",
            f"ไฟล์ zip ต้องเป็น Shapefile แต่ไม่มีไฟล์ .shp (ในไฟล์มี: {listed}) ให้แตก zip แล้วส่งไฟล์ข้างใน",
        ),
    )


def _says_lines(name: str | None, media_type: str | None) -> bool | None:
    """Whether name and media type speak of JSON on lines; nothing when they do not say."""
    promised = NAMED.get(PurePosixPath(name or "").suffix.lower())
    if promised is not None:
        return "ndjson" in promised or "geojsonseq" in promised
    kind = (media_type or "").partition(";")[0].strip().lower()
    if kind in ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/geo+json-seq"):
        return True
    return False if kind == "application/geo+json" else None


def _json_format(path: Path, limits: Limits, *, lines: bool | None) -> Literal["ndjson", "geojson", "geojsonseq"]:
    """Which of the formats that begin with an object."""
    with path.open("rb") as file:
        kind = first_type(file)
        if kind == "FeatureCollection":
            return "geojson"
        file.seek(0)
        first = _first_line(file, limits.line)
    try:
        complete = isinstance(orjson.loads(first.removeprefix(codecs.BOM_UTF8)), dict)
    except orjson.JSONDecodeError:
        complete = False
    if kind == "Feature":
        return "geojsonseq" if complete else "geojson"
    # A first line that is broken is a fault of that row, as it would be further down.
    if complete or lines or (kind is None and lines is None and first.rstrip().endswith(b"}")):
        return "ndjson"
    raise FileFault(
        "not_features",
        Text(
            "the JSON is neither a FeatureCollection nor a Feature, and not one object on every line",
            "JSON ไม่ใช่ FeatureCollection หรือ Feature และไม่ใช่หนึ่งอ็อบเจกต์ต่อบรรทัด",
        ),
        suggestion="ndjson",
    )


def _first_line(file: IO[bytes], limit: int) -> bytes:
    """The first line with anything on it."""
    line = file.readline(limit)
    while line and line.isspace():
        line = file.readline(limit)
    return line


def _refuse_wide_json(head: bytes) -> None:
    """Refuse JSON that is not UTF-8 (RFC 8259, 8.1), which would pass for a table."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if wide and head[:512].decode("utf-16", "replace").lstrip().startswith(("{", "[{")):
        raise FileFault(
            "json_not_utf8",
            Text("JSON is sent as UTF-8; this is UTF-16", "JSON ต้องเป็น UTF-8 แต่ไฟล์นี้เป็น UTF-16"),
            suggestion="UTF-8",
        )


def _refuse_binary(head: bytes) -> None:
    """Refuse what is no text: a few stray controls are faults of their rows, many of them a format of its own."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls > 8 and controls * 50 > len(head):
        raise FileFault(
            "format_unknown",
            Text(
                "this is no file of a known format; if it is text in UTF-16, it lacks its mark: save it as UTF-8",
                "ไม่รู้จักรูปแบบของไฟล์ หากเป็นข้อความ UTF-16 ที่ไม่มีเครื่องหมายนำ ให้บันทึกเป็น UTF-8",
            ),
            suggestion="UTF-8",
        )


def _refused(english: str, thai: str, suggestion: str | None) -> FileFault:
    """The fault of a file whose format is known, but not taken."""
    return FileFault(
        "format_not_taken",
        Text(
            f"the file is {english}; files are taken as {_TAKEN}",
            f"ไฟล์เป็น {thai} รับเฉพาะ {_TAKEN}",
        ),
        suggestion=suggestion,
    )
