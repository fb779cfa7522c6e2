"""The register's files as rows ready for their tables: read, joined, and refused with file, row and remedy."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from smartcity_api.kit.ids import register_id
from smartcity_api.provinces.models import REGION_SCHEMES, District, Province
from smartcity_api.register.citations import Citations
from smartcity_api.sources.models import Source

DATA = files("smartcity_api.register") / "data"


class RegisterError(Exception):
    """A register file that cannot be loaded: which file, which row, what to do."""

    def __init__(self, file: str, row: object, what: str) -> None:
        super().__init__(f"{file}, {row}: {what}")


@dataclass(frozen=True)
class Rows:
    """The rows of one table, parents before children."""

    table: type[Source] | type[Province] | type[District]
    resource: str
    rows: Sequence[Mapping[str, Any]]


def read(folder: Traversable = DATA) -> list[Rows]:
    """Every table's rows in the order in which they can be inserted."""
    sources = [_source(row) for row in json.loads((folder / "sources.json").read_text(encoding="utf-8"))]
    citations = Citations(json.loads((folder / "citations.json").read_text(encoding="utf-8")), sources)
    return [
        Rows(Source, "sources", sources),
        Rows(Province, "provinces", list(_units(folder, "provinces", citations))),
        Rows(District, "districts", list(_units(folder, "districts", citations))),
    ]


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": register_id("sources", row["slug"]), **row, "sources": []}


def _units(folder: Traversable, resource: str, citations: Citations) -> Iterator[dict[str, Any]]:
    """The administrative units of one level: names from the csv, shapes from the file of the same name."""
    shapes = dict(_shapes(folder / f"{resource}.ndjson.gz"))
    table = io.StringIO((folder / f"{resource}.csv").read_text(encoding="utf-8"), newline="")
    for number, row in enumerate(csv.DictReader(table), start=2):
        code = row["code"]
        if code not in shapes:
            raise RegisterError(f"{resource}.csv", f"row {number}", f"{code} has no shape; run `make boundaries`")
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
        raise RegisterError(f"{resource}.ndjson.gz", ", ".join(shapes), f"no row of {resource}.csv has this code")


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
