"""Provinces and districts as rows: names from a table, shapes from the boundary file beside it."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from smartcity_api.kit.ids import register_id
from smartcity_api.provinces.models import REGION_SCHEMES
from smartcity_api.register.citations import UnitCitations
from smartcity_api.register.faults import Place, listed


def read_units(folder: Traversable, resource: str, citations: UnitCitations, place: Place) -> Iterator[dict[str, Any]]:
    """The administrative units of one level."""
    try:
        shapes = dict(_shapes(folder / f"{resource}.ndjson.gz"))
        table = (folder / f"{resource}.csv").read_text(encoding="utf-8")
    except (OSError, ValueError, EOFError) as error:
        place.refuse(f"it or its boundaries cannot be read ({error}); copy both from the package's data")
        return
    for number, row in enumerate(csv.DictReader(io.StringIO(table, newline="")), start=2):
        code = row["code"]
        if code not in shapes:
            Place(place.faults, place.file, f"row {number}").refuse(f"{code} has no shape; run `make boundaries`")
            continue
        yield {
            "id": register_id(resource, code),
            "code": code,
            "name_th": row["name_th"],
            "name_en": row["name_en"],
            "aliases": _list(row["aliases"]),
            "sources": citations.of(resource, _list(row["alias_sources"])),
            **_particulars(resource, row),
            **shapes.pop(code),
        }
    if shapes:
        Place(place.faults, f"{resource}.ndjson.gz").refuse(
            f"no row of {place.file} has the codes {listed(shapes)}; add them, or run `make boundaries`"
        )


def _particulars(resource: str, row: Mapping[str, str]) -> dict[str, str]:
    if resource == "districts":
        return {"province_code": row["province_code"]}
    return {"iso_3166_2": row["iso_3166_2"], **{f"region_{name}": row[f"region_{name}"] for name in REGION_SCHEMES}}


def _shapes(file: Traversable) -> Iterator[tuple[str, dict[str, str]]]:
    """Code and geometry columns, each as the text of a GeoJSON geometry."""
    with file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            shape = json.loads(line)
            boundary = shape["boundary"]
            yield (
                shape["code"],
                {
                    "location": _geometry("Point", shape["location"]),
                    "boundary": _geometry("MultiPolygon", boundary["full"]),
                    "boundary_medium": _geometry("MultiPolygon", boundary["medium"]),
                    "boundary_low": _geometry("MultiPolygon", boundary["low"]),
                },
            )


def _geometry(kind: str, coordinates: object) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates}, separators=(",", ":"))


def _list(cell: str) -> list[str]:
    return cell.split("|") if cell else []
