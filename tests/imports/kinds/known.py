"""What the tests' files are looked up in: the register's own provinces and districts, and a few made-up records."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import smartcity_api
from smartcity_api.imports.files import Row
from smartcity_api.imports.kinds import KINDS, Lookups, ReadRow, RowReader, matched
from smartcity_api.kit.ids import register_id

REGISTER = Path(smartcity_api.__file__).parent / "register" / "data"
TWINS = tuple(f"0190b6a2-0000-7000-8000-00000000000{n}" for n in (1, 2))
DEPA, CALL = str(register_id("organisations", "depa")), str(register_id("calls", "1-2563"))
SOURCE = "0190b6a2-0000-7000-8000-0000000000d1"


def _units(name: str) -> dict[str, list[str]]:
    with (REGISTER / name).open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: [row["name_th"], row["name_en"], *filter(None, row["aliases"].split("|"))]
            for row in csv.DictReader(file)
        }


def _organisations() -> dict[str, list[str]]:
    told = json.loads((REGISTER / "organisations.json").read_text(encoding="utf-8"))
    return {
        str(register_id("organisations", one["slug"])): [one[name] for name in ("name_th", "name_en") if one.get(name)]
        for one in told
    }


LOOKUPS = Lookups(
    provinces=_units("provinces.csv"),
    districts=_units("districts.csv"),
    organisations={**_organisations(), **{twin: ["เทศบาลตำบลบ้านกลาง"] for twin in TWINS}},
    calls={CALL: ["1/2563"]},
    criteria={
        "boundary_and_goals": ["Boundary and goals"],
        "infrastructure_plan": ["Infrastructure and investment plan"],
        "city_data_platform": ["City Data Platform"],
        "services_and_solutions": ["Smart-city services and solutions"],
        "sustainable_management": ["Sustainable management"],
    },
    sources=frozenset({SOURCE}),
)


def read(kind: str, values: Mapping[str, Any], **reader: Any) -> ReadRow:
    """A row of a file with these headers."""
    found = matched(KINDS[kind], list(values), LOOKUPS)
    return RowReader(KINDS[kind], LOOKUPS, **reader).read(Row(2, values), found)


def told(kind: str, values: Mapping[str, Any], **reader: Any) -> ReadRow:
    """A row that names its members itself, as JSON has it."""
    return RowReader(KINDS[kind], LOOKUPS, **reader).read(Row(1, values))


def codes(row: ReadRow) -> list[str]:
    """What is wrong with it."""
    return [fault.code for fault in row.faults]
