"""Filters that mean harm: texts stay values, and what is too large or too deep is refused before it is parsed."""

from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import ColumnElement
from tests.ogc.cql2.asking import filter_of, found, selected

from smartcity_api.kit.errors import InvalidParameter
from smartcity_api.kit.statements import Statements
from smartcity_api.ogc.cql2 import Language, parse

INJECTED = [
    "'; DROP TABLE province; --",
    "' OR '1'='1",
    "\\'; DROP TABLE province; --",
    "$1", "$$", "%s", "%(cql_0)s", ":cql_0", "{0}", "?",
    "/* */", "-- x", "\\x27", "\\047 OR 1=1", "%", "_",
    "‘ OR 1=1", "ʼ OR 1=1", "＇ OR 1=1", "\u202e' OR 1=1", "\x01\x1b[2J", "'" * 51,
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTED)
async def test_what_looks_like_sql_is_a_value(app: FastAPI, plain: psycopg.Connection[Any], text: str) -> None:
    kept = f"zq{text}zq".replace("\\'", "'")
    written = kept.replace("'", "''")
    wanted = filter_of("provinces", f"name_en = '{written}' OR code = '83'")
    assert kept in wanted.values.values()
    assert "zq" not in str(wanted.clause())
    assert await found(app, "provinces", wanted) == {"83"}
    listed = filter_of("provinces", f"code IN ('83', '{written}') AND NOT A_CONTAINS(aliases, ('{written}'))")
    assert await found(app, "provinces", listed) == {"83"}
    assert len(selected(plain, "provinces", "true")) == 77


DEEP = 10_000
TEXTS = {
    "brackets": "(" * DEEP + "1=1" + ")" * DEEP,
    "brackets that end nowhere": "(" * DEEP,
    "brackets around nothing": "(" * 190 + "1=" + ")" * 190,
    "brackets in a list": "code IN (" * 190 + "=" + ")" * 190,
    "NOT": "NOT " * DEEP + "true",
    "NOT with brackets": "NOT (" * DEEP + "true" + ")" * DEEP,
    "NOT with few brackets": "NOT (" * 150 + "true" + ")" * 150,
    "AND": "1=1" + " AND 1=1" * DEEP,
    "some hundred ANDs": "1=1" + " AND 1=1" * 500,
    "OR in AND in OR": "(1=1 OR (1=1 AND " * 90 + "1=1" + "))" * 90,
    "some spatial functions": " OR ".join(["S_INTERSECTS(geometry, geometry)"] * 26),
    "functions": "casei(" * DEEP + "'a'" + ")" * DEEP + " = 'a'",
    "some functions": "casei(" * 20 + "'a'" + ")" * 20 + " = 'a'",
    "unknown functions": "f(" * 150 + "1" + ")" * 150 + " = 1",
    "sums": "area_km2 = " + "1+" * DEEP + "1",
    "some sums": "area_km2 = " + "1+" * 100 + "1",
    "minus": "area_km2 = " + "-" * DEEP + "1",
    "powers": "area_km2 = " + "(" * 10 + "2" + "^2)" * 10,
    "a megabyte of text": f"name_en = '{'x' * 1_000_000}'",
    "a megabyte of a name": "x" * 1_000_000 + " = 1",
    "a megabyte of brackets": "(" * 1_000_000,
    "a megabyte of spaces": " " * 1_000_000 + "1=1",
    "quotes": "'" * 60_001,
    "double quotes": '"' * 60_001,
    "backslashes": "'" + "\\" * 60_000,
    "points": "1=" + "." * 60_000,
    "digits": "1=" + "9" * 60_000,
    "10**400": f"area_km2 = {10**400}",
    "1e400": "area_km2 = 1e400",
    "a long list": f"area_km2 IN ({','.join(['1'] * 30_000)})",
    "a list of too many": f"area_km2 IN ({','.join(['1'] * 2_600)})",
    "a list of too many sums": f"area_km2 IN ({','.join(['1+1'] * 100)})",
    "vertices": f"S_INTERSECTS(geometry, LINESTRING({','.join(['1 1'] * 12_000)}))",
    "a position of many numbers": f"S_INTERSECTS(geometry, POINT({'1 ' * 30_000}))",
    "a coordinate of many digits": f"S_INTERSECTS(geometry, POINT({'1' * 60_000} 1))",
    "many rings": f"S_INTERSECTS(geometry, POLYGON({','.join(['(1 1)'] * 8_000)}))",
    "many collections": "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * 90 + "POINT(1 1)" + ")" * 91,
    "a long pattern": f"name_en LIKE '{'%_' * 600}'",
    "NUL": "name_en = '\0'",
    "a lone surrogate": "name_en = '\ud800'",
}
OBJECTS = {
    "NOT": '{"op":"not","args":[' * DEEP + "true" + "]}" * DEEP,
    "some NOTs": '{"op":"not","args":[' * 90 + "true" + "]}" * 90,
    "lists": "[" * 60_000,
    "lists that end": "[" * DEEP + "]" * DEEP,
    "objects": '{"op":' * DEEP,
    "a megabyte of text": f'"{"x" * 1_000_000}"',
    "ANDs": f'{{"op":"and","args":[{",".join(["true"] * 300)},{",".join(["{}"] * 300)}]}}',
    "operations": '{"op":"and","args":[' + ",".join(['{"op":"not","args":[true]}'] * 300) + "]}",
    "a long list": f'{{"op":"in","args":[1,[{",".join(["1"] * 30_000)}]]}}',
    "digits": f'{{"op":"=","args":[1,{"9" * 60_000}]}}',
    "members": "{" + ",".join(f'"{number}":1' for number in range(5_000)) + "}",
    "a name": f'{{"op":"=","args":[{{"property":"{"x" * 60_000}"}},1]}}',
    "an operation": f'{{"op":"{"x" * 60_000}","args":[]}}',
}


def refused(text: str, language: Language) -> None:
    with pytest.raises(InvalidParameter) as caught:
        filter_of("provinces", text, language)
    (fault,) = caught.value.faults
    assert fault.parameter == "filter"
    assert len(fault.message.en) + len(fault.message.th) + len(fault.value or "") < 2_000


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_bounded(name: str) -> None:
    refused(TEXTS[name], "cql2-text")


@pytest.mark.parametrize("name", OBJECTS)
def test_json_is_bounded(name: str) -> None:
    refused(OBJECTS[name], "cql2-json")


ALLOWED = {
    "brackets": "(" * 190 + "code = '83'" + ")" * 190,
    "ORs as tools write them": "(" * 150 + "code = '83'" + " OR code = '83')" * 150,
    "NOTs": "NOT (" * 30 + "code = '83'" + ")" * 30,
    "sums": "code = '83' AND area_km2 > 1" + "+1" * 29,
    "functions": "casei(accenti(casei(accenti(code)))) = '83'",
    "powers": "code = '83' AND ((2^2)^2)^2 = 256",
    "spatial functions": "code = '83' AND " + " AND ".join(["S_INTERSECTS(geometry, geometry)"] * 20),
    "a list": "code IN ('83'" + ",'x'" * 2_000 + ")",
    "a long text": f"code = '83' OR name_en = '{'ก' * 60_000}'",
    "a large number": f"code = '83' AND area_km2 < 1{'0' * 40}",
    "a hard pattern": f"code = '83' OR name_en LIKE '{'%a' * 400}b'",
    "large products": f"code = '83' AND area_km2 < {'*'.join(['9999999999999999999999999999999999999999'] * 28)}",
    "what is not defined": "code = '83' OR 1/0 = 1 OR 1%0 = 1 OR 0^(0-1) = 1 OR (0-8)^0.5 = 1 OR 1 DIV 0 = 1",
    "powers without end": "code = '83' OR (area_km2^64)^64 = 1",
    "negative powers": "code = '83' OR 1/(0.0000000001^64)^64 = 1",
}


@pytest.mark.parametrize("name", ALLOWED)
async def test_what_is_within_the_bounds_is_answered(app: FastAPI, name: str) -> None:
    assert await found(app, "provinces", filter_of("provinces", ALLOWED[name])) == {"83"}


def test_the_largest_geometry_is_read() -> None:
    line = ",".join(["1 1"] * 9_999)
    wanted = filter_of("provinces", f"S_INTERSECTS(geometry, LINESTRING({line},2 2))")
    assert str(wanted.values["cql_0"]).count(",") == 9_999
    assert parse(f"S_INTERSECTS(geometry, MULTIPOINT({line}))", "cql2-text")


def test_kept_statements_have_a_bound_however_long_they_are() -> None:
    kept = Statements(capacity=2_000, room=300_000)
    built = 0

    def text(number: int) -> str:
        def build() -> ColumnElement[bool]:
            nonlocal built
            built += 1
            return filter_of("milestones", " OR ".join(["S_INTERSECTS(geometry, geometry)"] * (number + 10))).clause()

        return kept.text(number, build)

    sizes = [len(text(number)) for number in range(15)]
    assert sum(sizes) > 2 * 300_000
    assert len(text(14)) == sizes[14]
    assert built == 15, "the newest is kept"
    text(0)
    assert built == 16, "the oldest is not"
