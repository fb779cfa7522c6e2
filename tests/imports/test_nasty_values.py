"""Whatever stands in a member: its row is applied or refused by name, and the service never fails of it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from tests.callers import HOME, Callers
from tests.imports.conftest import Send
from tests.imports.test_importing import csv_of
from tests.imports.test_kinds_over_http import PLAN
from tests.imports.writing import Told, rows_of

from smartcity_api.imports.kinds import KINDS

SOME = str(uuid4())
NASTY: list[Any] = [
    None, "", " ", "0", "-1", "1e400", "NaN", "\u0000", "\ud800", "\U0001f600" * 600, "ก" * 5000, "é\u0301",
    "\u202e", "a\nb\tc",
    0, -1, 1.5, 2**31, 2**63, 10**30, 1e308, True, False, [], {}, [None], [[]], [{}], {"a": None}, ["x"], [0],
    ["83", "83"],
    ["83", "10"], "83;10", "{83,10}", "8301", ["8301"], SOME, [SOME], SOME.upper(), str(HOME), [str(HOME)] * 2, PLAN,
    "plans/x",
    {"type": "plans", "id": "x"}, {"type": "provinces", "id": "83"}, "2024-02-30", "9999-12-31", "2567", "2024-XX",
    "../2024",
    "0000", "P5Y", "P99999D", "livable", ["newable", "livable"], "surveyed", "administrative", "representative_point",
    "POINT(98.3 7.9)", "POINT EMPTY", "POLYGON EMPTY", "POINT(nan nan)", "POINT(1e400 0)",
    "SRID=3857;POINT(10943000 880000)",
    "SRID=99999;POINT(1 1)", "CURVEPOLYGON(CIRCULARSTRING(98.3 7.9,98.31 7.91,98.32 7.9,98.31 7.89,98.3 7.9))",
    "TIN EMPTY",
    "POINT(98.3 7.9 5)", {"type": "Point", "coordinates": [98.3, 7.9]}, {"type": "Feature", "geometry": None},
    {"type": "Polygon", "coordinates": [[[98.3, 7.9]] * 4]}, {"type": "GeometryCollection", "geometries": []},
    7.9, 98.3,
    [{"source_id": SOME, "field": "title_th"}], [{"source_id": "x"}], [{"title": "x", "url": "https://x.example/a"}],
    [{"text": "x", "language": "th", "source_id": SOME}], {"boundary_and_goals": "x"}, {"boundary_and_goals": ["x"]},
    "[" * 900 + "]" * 900, "city_municipality", [{"type": "city_municipality", "valid_from_on": "2020"}],
    "=1+1", "'x", "%s {0} {}",
    "\\", "\\N", "'; DROP TABLE proposal; --",
]  # fmt: skip
BASE: dict[str, Told] = {
    "proposals": {"title_th": "เมือง", "provinces": ["83"]},
    "milestones": {"title_th": "ส่งรายงาน", "subject": PLAN, "kind": "report"},
    "organisations": {"name_th": "เทศบาล", "kind": "agency"},
}


def rows(kind: str) -> list[Told]:
    system = f"nasty-{uuid4()}"
    names = [column.name for column in KINDS[kind].columns]
    told = [
        {**BASE[kind], "source_system": system, "external_id": f"{name} {number}", name: value}
        for name in [*names, "criteria.boundary_and_goals", "\U0001f600"]
        for number, value in enumerate(NASTY)
    ]
    return [row for row in told if row["external_id"] != "\ud800"]


@pytest.mark.parametrize("kind", BASE)
@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_no_value_breaks_an_import(callers: Callers, send: Send, kind: str, form: str) -> None:
    told = rows(kind)
    if form == "ndjson":
        content = "".join(json.dumps(row) + "\n" for row in told).encode("ascii")
    else:
        cells = [
            {name: value if isinstance(value, str) else json.dumps(value) for name, value in row.items()}
            for row in told
        ]
        content = csv_of(*cells).encode("utf-8", "replace")
    found = await send(callers.secretary, content, kind=kind, apply="auto", mode="partial")
    assert found["status"] == "applied", found["failure"]
    assert found["counts"]["rows"] == len(told)
    assert found["counts"]["created"] == found["counts"]["new"] > 20
    refused = [
        (row["external_id"], fault)
        for row in await rows_of(callers.secretary, found)
        for fault in row["faults"]
        if fault["code"] in ("refused", "internal_error") or any(word in fault["message"] for word in INTERNALS)
    ]
    assert refused == []
    again = await send(callers.secretary, content, kind=kind, apply="auto", mode="partial")
    assert again["counts"] | {"created": 0, "updated": 0} == again["counts"], [
        row for row in await rows_of(callers.secretary, again) if row["state"] in ("new", "changed")
    ][:3]


INTERNALS = ("pydantic", "jsonb", "relation", "constraint", "smartcity_", "Traceback", "<class", "psycopg")
