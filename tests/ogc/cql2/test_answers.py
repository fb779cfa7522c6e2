"""Filters select what the same conditions in plain SQL do, in both languages and in every reference system."""

import json
from datetime import date
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from tests.ogc.cql2 import cases, cases_of_places_and_times
from tests.ogc.cql2.asking import as_json, filter_of, found, selected
from tests.ogc.cql2.cases import Case

from smartcity_api.ogc.cql2 import parse
from smartcity_api.ogc.cql2.expressions import COUNTS, Expression, Interval, Items, Operation
from smartcity_api.ogc.crs import SYSTEMS, Crs

CASES = [*cases.CASES, *cases_of_places_and_times.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
async def test_a_filter_selects_what_sql_does(app: FastAPI, plain: psycopg.Connection[Any], case: Case) -> None:
    wanted = selected(plain, case.collection, case.sql)
    everything = selected(plain, case.collection, "true")
    assert case.trivial == (wanted in (set(), everything)), "a case must tell rows apart, or be marked as trivial"
    assert await found(app, case.collection, filter_of(case.collection, case.text)) == wanted
    same = case.json or as_json(case.text)
    assert await found(app, case.collection, filter_of(case.collection, same, "cql2-json")) == wanted


def operations(one: Expression) -> set[str]:
    """The names of all operations in it."""
    match one:
        case Operation():
            return {one.op}.union(*map(operations, one.args))
        case Items():
            return set().union(*map(operations, one.items))
        case Interval():
            return operations(one.start) | operations(one.end)
    return set()


def test_every_operation_has_a_case_that_tells_rows_apart() -> None:
    assert (
        set().union(*(operations(parse(case.text, "cql2-text")) for case in CASES if not case.trivial)) == COUNTS.keys()
    )
    assert len(CASES) >= 200


@pytest.mark.parametrize("case", [case for case in CASES if case.json is None], ids=lambda case: case.text)
def test_text_is_read_as_the_other_library_reads_it(case: Case) -> None:
    assert parse(case.text, "cql2-text") == parse(as_json(case.text), "cql2-json")


SQUARE = "ST_GeomFromText('POLYGON((98 7,99 7,99 9,98 9,98 7))', 4326)"
TOUCHED = f"ST_Intersects(boundary, {SQUARE})"


def in_plane(plain: psycopg.Connection[Any], crs: Crs) -> Any:
    """The square's text, and its corners, in the coordinates and the order of axes of that system."""
    found = f"ST_Transform({SQUARE}, {crs.projection.srid})"
    if crs.projection.latitude_first:
        found = f"ST_FlipCoordinates({found})"
    corners = ",".join(f"ST_{corner}({found})" for corner in ("XMin", "YMin", "XMax", "YMax"))
    return plain.execute(f"SELECT ST_AsText({found}), {corners}").fetchone()


@pytest.mark.parametrize("uri", SYSTEMS)
async def test_geometries_are_in_the_system_of_the_filter(
    app: FastAPI, plain: psycopg.Connection[Any], uri: str
) -> None:
    crs = SYSTEMS[uri]
    wanted, (text, *corners) = selected(plain, "provinces", TOUCHED), in_plane(plain, crs)
    assert len(wanted) > 3
    within = filter_of("provinces", f"S_INTERSECTS(geometry, {text})", crs=crs)
    assert await found(app, "provinces", within) == wanted
    boxed = filter_of("provinces", f"S_INTERSECTS(geometry, BBOX({','.join(map(str, corners))}))", crs=crs)
    assert await found(app, "provinces", boxed) >= wanted
    assert len(await found(app, "provinces", boxed)) < 20


async def test_properties_are_those_of_the_day(app: FastAPI) -> None:
    renewed = filter_of("certified-cities", "status = 'renewed'", on_day=True)
    granted = filter_of("certified-cities", "status = 'granted'", on_day=True)
    assert len(await found(app, "certified-cities", renewed)) == 0
    then = date(2021, 11, 5)
    assert len(await found(app, "certified-cities", renewed, then)) == 0
    assert len(await found(app, "certified-cities", granted, then)) == 15
    now = filter_of("certified-cities", "status = 'renewed'")
    assert renewed.name != now.name
    assert len(await found(app, "certified-cities", now)) == 5


async def test_filters_that_differ_in_values_share_one_statement(
    app: FastAPI, statements: list[tuple[str, Any]]
) -> None:
    one = filter_of("provinces", "code IN ('10', '83') AND area_km2 < 1000")
    other = filter_of("provinces", "code IN ('11') AND area_km2 < 2000.5")
    assert one.name == other.name
    assert one.values != other.values
    assert await found(app, "provinces", one) == {"83"}
    assert await found(app, "provinces", other) == {"11"}
    asked = [text for text, _ in statements if "ANY" in text]
    assert len(asked) == 4
    assert len(set(asked)) == 2  # rows and their number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("code = '10'", "code <> '10'"),
        ("code = '10'", "name_en = '10'"),
        ("area_km2 + 1 > 2", "area_km2 - 1 > 2"),
        ("code = '1' OR code = '2'", "code = '1' OR code = '2' OR code = '3'"),
        ("code = '1' AND (code = '2' OR code = '3')", "(code = '1' AND code = '2') OR code = '3'"),
        ("updated_at > DATE('2020-01-01')", "updated_at > TIMESTAMP('2020-01-01T00:00:00Z')"),
        ("T_AFTER(updated_at, INTERVAL('2020-01-01','..'))", "T_AFTER(updated_at, INTERVAL('..','2020-01-01'))"),
        ("T_MEETS(INTERVAL(updated_at,'2099-01-01'), INTERVAL('..','..'))",
         "T_MEETS(INTERVAL(updated_at,'2099-01-01T00:00:00Z'), INTERVAL('..','..'))"),
        ("S_WITHIN(geometry, POINT(100 13))", "S_WITHIN(POINT(100 13), geometry)"),
        ("code = 'a'", "casei(code) = 'a'"),
        ("code = 'a'", "code = casei('a')"),
        ("T_AFTER(updated_at, DATE('2021-01-01'))", "T_AFTER(updated_at, INTERVAL('2021-01-01','2021-12-31'))"),
    ],
)  # fmt: skip
def test_filters_of_other_shapes_have_other_names(one: str, other: str) -> None:
    assert filter_of("provinces", one).name != filter_of("provinces", other).name


def test_names_are_equal_where_clauses_are() -> None:
    """Statements are kept by name: two clauses under one name would answer one filter with another's rows."""
    by_name: dict[tuple[str, str], str] = {}
    for case in CASES:
        wanted = filter_of(case.collection, case.text)
        clause = str(wanted.clause())
        assert by_name.setdefault((case.collection, wanted.name), clause) == clause


def test_the_spatial_index_answers(plain: psycopg.Connection[Any]) -> None:
    wanted = filter_of("provinces", "S_INTERSECTS(geometry, BBOX(98,7,99,9))")
    assert "ST_Intersects(province.boundary, ST_GeomFromText(" in str(wanted.clause())
    plain.execute("SET enable_seqscan = off")
    condition = "ST_Intersects(province.boundary, ST_GeomFromText('POINT(98.3 7.9)', 4326))"
    plan = plain.execute(f"EXPLAIN (FORMAT JSON) SELECT code FROM province WHERE {condition}").fetchone()
    assert "ix_province_boundary" in json.dumps(plan)
