"""What is wrong with a filter is said: 400, naming `filter`, the place, both types, and what was probably meant."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from tests.ogc.cql2.asking import filter_of, found

from smartcity_api.kit.errors import Fault, InvalidParameter
from smartcity_api.ogc.crs import EPSG, SYSTEMS


def refused(text: str, language: Any = "cql2-text", collection: str = "certified-cities", crs: str = "") -> Fault:
    """The fault; the filter is refused before anything is asked."""
    with pytest.raises(InvalidParameter) as caught:
        filter_of(collection, text, language, SYSTEMS[crs] if crs else next(iter(SYSTEMS.values())))
    (fault,) = caught.value.faults
    assert fault.parameter == "filter"
    assert fault.message.en.startswith("filter: ")
    assert fault.message.th.startswith("filter: ")
    assert len(fault.value or "") < 100
    json.dumps([fault.message.en, fault.message.th, fault.value], ensure_ascii=False).encode()
    return fault


UNREADABLE = [
    ("", "it ends too early"),
    ("   ", "it ends too early"),
    ("name_en =", "it ends too early"),
    ("name_en = 'a", "at character 11"),
    ("name_en == 'a'", "at character 10"),
    ("name_en = 'a' OR", "it ends too early"),
    ("(name_en = 'a'", "it ends too early"),
    ("name_en = 'a')", "at character 14"),
    ("name_en = 'a'; DROP TABLE province", "at character 14"),
    ("name_en = 'a' ' OR 1=1", "at character 15"),
    ("name_en = ‘a’", "at character 11"),
    ("name_en IN ()", "at character 13"),
    ("POINT EMPTY IS NULL", "at character 7"),
    ("name_en NOT = 'a'", "at character 13"),
    ("NOT NOT name_en = 'a'", "at character 9"),
    ("batch = 2^3^2", "at character 12"),
    ("name_en = $1", "at character 11"),
    ("name_en = %s", "at character 11"),
    ("batch = :cql_0 1", "at character 16"),
    ("name_en LIKE 'a' ESCAPE 'b'", "at character 18"),
    ("batch = 1 /* c */", "at character 12"),
    ("name_en = 'a\\'", "at character 11"),
]


@pytest.mark.parametrize(("text", "place"), UNREADABLE)
def test_what_cannot_be_read_is_named_with_its_place(text: str, place: str) -> None:
    fault = refused(text)
    assert fault.code == "unreadable"
    assert place in fault.message.en


WRONG = [
    ("nmae_en = 'a'", "unknown_property", "(at character 1); did you mean name_en?"),
    ("batch = 1 AND xyzzy = 2", "unknown_property", "xyzzy (at character 15); it may be one of"),
    ("name_folded = 'a'", "unknown_property", "name_folded"),
    ('"; DROP TABLE province" = 1', "unknown_property", "DROP"),
    ("origin = 'register'", "unknown_property", "origin"),
    ("name_en = null", "unknown_property", "null"),
    ("name_en = 1", "wrong_type", "name_en is a text and 1 is a number"),
    ("batch = 'one'", "wrong_type", "batch is a number and 'one' is a text"),
    ("batch = name_en", "wrong_type", "batch is a number and name_en is a text"),
    ("name_en = true", "wrong_type", "name_en is a text and true is a truth value"),
    ("in_force_on = 5", "wrong_type", "in_force_on is a day and 5 is a number"),
    ("batch = DATE('2021-01-01')", "wrong_type", "is a number"),
    ("batch BETWEEN 1 AND 'b'", "wrong_type", "batch is a number and 'b' is a text"),
    ("batch IN ('a', 'b')", "wrong_type", "batch is a number"),
    ("batch IN (1, 'b')", "wrong_type", "batch is a number and 'b' is a text"),
    ("geometry = geometry", "wrong_type", "geometry is a geometry: only functions compare it"),
    ("provinces = '83'", "wrong_type", "provinces is a list"),
    ("provinces IN ('83')", "wrong_type", "provinces is a list"),
    ("batch LIKE '1%'", "wrong_type", "LIKE takes a text, and batch is a number"),
    ("CASEI(batch) = 'a'", "wrong_type", "CASEI takes a text, and batch is a number"),
    ("ACCENTI(true) = 'a'", "wrong_type", "ACCENTI takes a text"),
    ("name_en + 1 = 2", "wrong_type", "+ takes a number, and name_en is a text"),
    ("name_en = 'x' -- comment", "unknown_property", "comment (at character 18)"),
    ("name_en AND batch = 1", "wrong_type", "AND takes a truth value, and name_en is a text"),
    ("NOT batch", "wrong_type", "NOT takes a truth value, and batch is a number"),
    ("name_en", "not_a_condition", "name_en is a text"),
    ("5", "not_a_condition", "5 is a number"),
    ("('a','b')", "not_a_condition", "is a list"),
    ("name_en LIKE display_name", "not_a_pattern", "not display_name"),
    ("name_en LIKE 'a\\\\\\\\\\'", "unreadable", ""),
    ("S_INTERSECTS(name_en, POINT(100 13))", "wrong_type", "S_INTERSECTS takes a geometry, and name_en is a text"),
    ("A_OVERLAPS(provinces, (1,2))", "wrong_type", "they cannot be compared"),
    ("A_OVERLAPS(provinces, ('a',1))", "wrong_type", "they cannot be compared"),
    ("A_OVERLAPS(geometry, ('a'))", "wrong_type", "geometry is a geometry"),
    ("T_AFTER(name_en, DATE('2021-01-01'))", "wrong_type", "T_AFTER takes an interval, and name_en is a text"),
    ("T_DURING(in_force_on, INTERVAL('2021-01-01','..'))", "wrong_type", "in_force_on is none"),
    ("T_AFTER(in_force_on, INTERVAL(batch,'..'))", "wrong_type", "batch is a number"),
    ("T_AFTER(in_force_on, INTERVAL('2021-01-01','2021-01-01T00:00:00Z'))", "wrong_type", "cannot be compared"),
    ("T_AFTER(in_force_on, INTERVAL('2022-01-01','2021-01-01'))", "ends_before_it_begins", "2022-01-01"),
    ("T_AFTER(in_force_on, INTERVAL('2022-01-01'))", "wrong_number_of_arguments", "interval takes 2"),
    ("T_AFTER(in_force_on)", "wrong_number_of_arguments", "t_after takes 2"),
    ("CASEI() = 'a'", "wrong_number_of_arguments", "casei takes 1"),
    ("S_INTERSECT(geometry, POINT(100 13))", "unknown_function", "did you mean S_INTERSECTS?"),
    ("pg_sleep(10) = 1", "unknown_function", "pg_sleep (at character 1)"),
    ("DATE(name_en) = in_force_on", "not_a_text", "DATE takes one text"),
    ("BBOX(1,2,'3',4) IS NULL", "not_a_number", "BBOX takes numbers"),
    ("in_force_on = DATE('yesterday')", "not_a_day", "a whole day"),
    ("in_force_on = DATE('2021-02-30')", "no_such_day", "2021-02-30"),
    ("in_force_on = DATE('2021')", "not_a_day", "a whole day"),
    ("in_force_on = 'yesterday'", "not_an_instant", "RFC 3339"),
    ("updated_at = TIMESTAMP('2021-01-01T00:00:00')", "timezone_aware", "time zone"),
    ("updated_at = TIMESTAMP('2021-01-01')", "not_an_instant", "RFC 3339"),
    ("in_force_on = TIMESTAMP('9999-12-31T23:59:59Z')", "no_such_instant", "9999"),
    ("batch = 1e400", "out_of_range", "digits"),
    ("batch = 1e-400", "out_of_range", "digits"),
    ("batch = 0e99999999", "out_of_range", "digits"),
    (f"batch = 1e{'9' * 5000}", "out_of_range", "too large"),
    (f"batch = 1{'0' * 400}", "out_of_range", "digits"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "said"), WRONG)
def test_what_makes_no_sense_is_named(text: str, code: str, said: str) -> None:
    fault = refused(text)
    assert fault.code == code
    assert said in fault.message.en


def test_a_near_name_is_suggested() -> None:
    assert refused("nmae_en = 'a'").suggested == "name_en"
    assert refused("S_WITHN(geometry, POINT(1 2))").suggested == "s_within"
    assert refused("xyzzy = 2").suggested is None


@pytest.mark.parametrize(
    "text",
    [
        "in_force_on = DATE('2564-11-05')",
        "in_force_on = '2564-11-05'",
        "in_force_on IN ('2021-11-05', '2564-11-05')",
        "T_AFTER(in_force_on, INTERVAL('2564-11-05', '..'))",
        "in_force_on = DATE('๒๕๖๔-11-05')",
    ],
)
def test_a_year_of_the_buddhist_era_is_named(text: str) -> None:
    fault = refused(text)
    assert (fault.code, fault.suggested) == ("ambiguous-era", "2021-11-05")


PLACES = [
    ("POINT(13.7 100.5)", "", "swapped_coordinates", "longitude comes first"),
    ("POINT(100.5 13.7)", f"{EPSG}4326", "swapped_coordinates", "latitude comes first"),
    ("BBOX(7,98,9,99)", "", "swapped_coordinates", "longitude comes first"),
    ("POINT(90 180)", "", "out_of_range", "-180..180 by -90..90"),
    ("MULTIPOINT(7.02 49.92, 90 180)", "", "out_of_range", "90 180"),
    ("POINT(1e999 1)", "", "not_finite", "infinity"),
    ("POINT(1e9 1)", f"{EPSG}32647", "out_of_range", "UTM"),
    ("BBOX(98,9,99,7)", "", "bbox_swapped", "south 9"),
    ("BBOX(500000,0,400000,1)", f"{EPSG}32647", "bbox_swapped", "west"),
    ("BBOX(1,2,3)", "", "wrong_number_of_values", "not 3"),
    ("LINESTRING(100 13)", "", "too_few_vertices", "not 1"),
    ("POINT(100 13, 101 14)", "", "too_few_vertices", "not 2"),
    ("POLYGON((100 13,101 13,100 13))", "", "too_few_vertices", "not 3"),
    ("POLYGON((100 13,101 13,101 14,100 14))", "", "unclosed_ring", "at 100 13, not at 100 14"),
    ("POINT(100 13 1 1)", "", "malformed", "two or three"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "crs", "code", "said"), PLACES)
def test_a_geometry_that_is_none_is_named(shape: str, crs: str, code: str, said: str) -> None:
    fault = refused(f"S_INTERSECTS(geometry, {shape})", crs=crs)
    assert fault.code == code
    assert said in fault.message.en


@pytest.mark.parametrize(
    "shape",
    [
        "POLYGON((98 7,99 9,99 7,98 9,98 7))",
        "MULTIPOLYGON(((98 7,100 7,100 9,98 9,98 7)),((99 8,101 8,101 10,99 10,99 8)))",
        "POLYGON((98 7,99 7,99 9,98 9,98 7),(97 6,97.5 6,97.5 6.5,97 6))",
        "LINESTRING(98 7,98 7)",
        "GEOMETRYCOLLECTION(POINT(98 7),POLYGON((98 7,99 9,99 7,98 9,98 7)))",
    ],
)
async def test_an_invalid_geometry_is_refused_by_postgis(app: FastAPI, shape: str) -> None:
    wanted = filter_of("provinces", f"S_INTERSECTS(geometry, {shape})")
    with pytest.raises(InvalidParameter) as caught:
        await found(app, "provinces", wanted)
    (fault,) = caught.value.faults
    assert (fault.code, fault.parameter) == ("invalid_geometry", "filter")
    assert "[" in (fault.value or "")


def test_collections_of_several_dimensions_touch_or_do_not() -> None:
    shape = "GEOMETRYCOLLECTION(POINT(100 13),LINESTRING(98 7,99 8))"
    assert refused(f"S_WITHIN(geometry, {shape})").code == "mixed_collection"


OBJECTS = [
    "null", "1", '"x"', "[]", "{}", '{"op":1,"args":[]}', '{"op":"and","args":{}}', '{"op":"and","args":[true]}',
    '{"op":"not","args":[true],"x":1}', '{"op":"not","op":"not","args":[true]}', '{"op":"not","args":[true]} x',
    '{"op":"not"}', '{"op":"sleep","args":[1]}', '{"op":"=","args":[NaN,1]}', '{"op":"=","args":[-Infinity,1]}',
    '{"op":"=","args":[1e400,1]}', f'{{"op":"=","args":[{"9" * 5000},1]}}', f'{{"op":"=","args":[1e{"9" * 50},1]}}',
    '{"op":"=","args":[{"property":"\\ud800"},"a"]}', '{"op":"=","args":[{"property":"name_en"},"\\udfff"]}',
    '{"op":"=","args":[{"property":"name_en"},"\\u0000"]}', '{"op":"\\ud800","args":[]}', '{"\\ud800":1}',
    '{"op":"=","args":[{"property":"name_en"},null]}', '{"op":"=","args":[{"property":["name_en"]},"a"]}',
    '{"op":"=","args":[{"property":"name_en","x":1},"a"]}', '{"op":"=","args":[{"date":1},1]}',
    '{"op":"in","args":[{"property":"name_en"},"a"]}', '{"op":"in","args":[{"property":"name_en"},[]]}',
    '{"op":"in","args":[{"property":"name_en"},[["a"]]]}', '{"op":"like","args":[{"property":"name_en"},["a"]]}',
    '{"op":"like","args":[{"property":"name_en"},"a\\\\"]}', '{"op":"accenti","args":["a"]}',
    '{"op":"t_after","args":[{"interval":[1,2]},{"interval":["..",".."]}]}',
    '{"op":"t_after","args":[{"interval":["2021-01-01"]},{"interval":["..",".."]}]}',
    '{"op":"isNull","args":[["a"]]}', '{"op":"casei","args":[]}', "\ufefftrue", "/* */ true", '"\x01"', "[" * 150,
    *(
        f'{{"op":"s_intersects","args":[{{"property":"geometry"}},{shape}]}}'
        for shape in (
            '{"type":"Point"}', '{"type":"Point","coordinates":[]}', '{"type":"Point","coordinates":[1]}',
            '{"type":"Point","coordinates":["100","13"]}', '{"type":"Point","coordinates":[true,false]}',
            '{"type":"Point","coordinates":[100,13,1,1]}', '{"type":"Point","coordinates":[[100,13]]}',
            '{"type":"Polygon","coordinates":[]}', '{"type":"Polygon","coordinates":[[]]}',
            '{"type":"MultiPolygon","coordinates":[[]]}', '{"type":"MultiPoint","coordinates":[]}',
            '{"type":"GeometryCollection","geometries":[]}',
            '{"type":"GeometryCollection","geometries":[{"property":"a"}]}',
            '{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":'
            '[{"type":"Point","coordinates":[100,13]}]}]}',
            '{"type":"Circle","coordinates":[100,13]}', '{"type":["Point"],"coordinates":[100,13]}',
            '{"type":"Point","coordinates":[100,13],"crs":{}}', '{"bbox":[98,7,99]}', '{"bbox":["98",7,99,9]}',
            '{"bbox":98}',
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", OBJECTS, ids=lambda text: text[:60])
def test_what_is_not_cql2_json_is_refused(text: str) -> None:
    refused(text, "cql2-json")
