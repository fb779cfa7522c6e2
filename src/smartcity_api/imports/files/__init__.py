"""Files that people send: what kind of file it is, and its rows one by one, in flat memory."""

from pathlib import Path, PurePosixPath

from smartcity_api.imports.faults import FileFault, Notice, RowFault
from smartcity_api.imports.files.csv_files import opened_csv
from smartcity_api.imports.files.detection import NAMED, format_of
from smartcity_api.imports.files.geojson import opened_geojson
from smartcity_api.imports.files.json_lines import opened_ndjson, opened_sequence
from smartcity_api.imports.files.rows import Format, Limits, Opened, Row

__all__ = ["FileFault", "Format", "Limits", "Notice", "Opened", "Row", "RowFault", "opened"]


def opened(
    path: Path,
    *,
    name: str | None = None,
    media_type: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> Opened:
    """The file at this path, ready to be read; what it is, its content decides before its name and media type."""
    limits = limits or Limits()
    found = format_of(path, limits, name=name, media_type=media_type)
    file = _opened(path, found, limits, layer)
    promised = NAMED.get(PurePosixPath(name or "").suffix.lower())
    if promised is not None and found not in promised:
        file.notice(
            "not_what_its_name_says",
            f"the file is named {name}, but was read as what it is: {found}",
            f"ไฟล์ชื่อ {name} แต่อ่านตามรูปแบบจริงคือ {found}",
        )
    return file


def _opened(path: Path, found: Format, limits: Limits, layer: str | None) -> Opened:
    # The libraries for workbooks and maps take longer to load, and more memory, than all else of an import: only
    # reading such a file loads them.
    match found:
        case "csv":
            return opened_csv(path, limits)
        case "xlsx":
            from smartcity_api.imports.files.workbooks import opened_workbook

            return opened_workbook(path, limits, layer=layer)
        case "ndjson":
            return opened_ndjson(path, limits)
        case "geojsonseq":
            return opened_sequence(path, limits)
        case "geojson":
            return opened_geojson(path, limits)
        case "shp":
            from smartcity_api.imports.files.shapefiles import opened_shapefile

            return opened_shapefile(path, limits, layer=layer)
        case "gpkg" | "fgb":
            from smartcity_api.imports.files.gis import opened_gis

            return opened_gis(path, limits, form=found, layer=layer)
