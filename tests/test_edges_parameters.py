"""Places, numbers, codes, formats and instants that are wrong: each is refused, and the refusal names it."""

from urllib.parse import quote

import httpx
import pytest
from tests.kit.refusals import PATHS, is_thai, path_of, refused

PLACES = [
    ("bbox=7.7,98.2,8.2,98.5", "bbox", "swapped_coordinates"),
    ("bbox=98,9,99,8", "bbox", "bbox_swapped"),
    ("bbox=nan,7,99,8", "bbox", "not_finite"),
    ("bbox=98,7,inf,8", "bbox", "not_finite"),
    ("bbox=98,7,99,1e999", "bbox", "not_finite"),
    ("bbox=98,7,99", "bbox", "wrong_number_of_values"),
    ("bbox=98,7,99,8,9", "bbox", "wrong_number_of_values"),
    ("bbox=98,7,0,99,8,100", "bbox", "wrong_number_of_values"),
    ("bbox=a,b,c,d", "bbox", "not_a_number"),
    ("bbox=98,7,99,", "bbox", "not_a_number"),
    ("bbox=9_8,7,99,8", "bbox", "not_a_number"),
    ("bbox=98,7,99,0x8", "bbox", "not_a_number"),
    ("bbox=", "bbox", "wrong_number_of_values"),
    ("bbox=%00", "bbox", "wrong_number_of_values"),
    ("bbox=170,-10,-170,10", "bbox", "bbox_across_date_line"),
    ("bbox=98,7,181,8", "bbox", "out_of_range"),
    ("bbox=98,-91,99,8", "bbox", "out_of_range"),
    ("near=98.39,7.89,-1", "near", "out_of_range"),
    ("near=98.39,7.89,0", "near", "out_of_range"),
    ("near=98.39,7.89,1e12", "near", "out_of_range"),
    ("near=98.39,7.89", "near", "wrong_number_of_values"),
    ("near=98.39,nan,5", "near", "not_finite"),
    ("near=98.39,7.89,inf", "near", "not_finite"),
    ("near=7.89,98.39,1000", "near", "swapped_coordinates"),
    ("near=ที่นี่", "near", "wrong_number_of_values"),
    ("intersects=83", "intersects", "malformed"),
    ("intersects=provinces/", "intersects", "malformed"),
    ("intersects=/83", "intersects", "malformed"),
    ("intersects=provinces/83/boundary", "intersects", "malformed"),
    ("intersects=provinces/8%003", "intersects", "malformed"),
    ("intersects=provinces/'--", "intersects", "malformed"),
    ("intersects=", "intersects", "malformed"),
    ("intersects=rivers/83", "intersects", "unknown_resource"),
    ("intersects=sources/6e8bc430-9c3a-11d9-9669-0800200c9a66", "intersects", "unknown_resource"),
    ("intersects=provinces/99", "intersects", "unknown_value"),
    ("intersects=provinces/" + "9" * 64, "intersects", "unknown_value"),
    ("intersects=districts/83", "intersects", "unknown_value"),
]

VALUES = [
    ("limit=0", "limit", "greater_than_equal"),
    ("limit=-1", "limit", "greater_than_equal"),
    ("limit=1001", "limit", "less_than_equal"),
    ("limit=1000000000", "limit", "less_than_equal"),
    ("limit=1" + "0" * 400, "limit", "less_than_equal"),
    ("limit=1" + "0" * 5000, "limit", "int_parsing_size"),
    ("limit=many", "limit", "int_parsing"),
    ("limit=", "limit", "int_parsing"),
    ("limit=1.5", "limit", "int_parsing"),
    ("limit=%00", "limit", "int_parsing"),
    ("limit=1_0", "limit", "not_a_number"),
    ("province=99", "province", "unknown_value"),
    ("province=83,99", "province", "unknown_value"),
    ("province=83&province=99", "province", "unknown_value"),
    ("province=8", "province", "string_pattern_mismatch"),
    ("province=083", "province", "string_pattern_mismatch"),
    ("province=83%0A", "province", "string_pattern_mismatch"),
    ("province=83,", "province", "string_pattern_mismatch"),
    ("province=", "province", "string_pattern_mismatch"),
    ("province=ภูเก็ต", "province", "string_pattern_mismatch"),
    ("district=" + ",".join(map(str, range(1000, 1101))), "district", "too_long"),
    ("region=south", "region", "string_pattern_mismatch"),
    ("region=four:atlantis", "region", "unknown_value"),
    ("region=five:south", "region", "string_pattern_mismatch"),
    ("sort=population", "sort", "literal_error"),
    ("sort=--code", "sort", "literal_error"),
    ("sort=code,name_th", "sort", "literal_error"),
    ("sort=", "sort", "literal_error"),
    ("fields=population", "fields", "literal_error"),
    ("fields=code,", "fields", "literal_error"),
    ("fields=", "fields", "literal_error"),
    ("f=xml", "f", "literal_error"),
    ("f=", "f", "literal_error"),
    ("f=JSON", "f", "literal_error"),
    ("geometry=half", "geometry", "literal_error"),
    ("detail=finest", "detail", "literal_error"),
    ("count=maybe", "count", "literal_error"),
    ("bom=perhaps", "bom", "bool_parsing"),
    ("limit=5&limit=6", "limit", "given_twice"),
    ("q=a&q=b", "q", "given_twice"),
    ("limit=5&limit=5", "limit", "given_twice"),
    ("colour=red", "colour", "unknown_parameter"),
    ("Limit=5", "Limit", "unknown_parameter"),
    ("limit%20=5", "limit ", "unknown_parameter"),
    ("province[]=83", "province[]", "unknown_parameter"),
    ("as_of=2021-11-05", "as_of", "unknown_parameter"),
    ("=5", "", "unknown_parameter"),
    ("จังหวัด=83", "จังหวัด", "unknown_parameter"),
]

INSTANTS = [
    ("2026-01-01T00:00:00", "timezone_aware"),
    ("2026-01-01", "not_an_instant"),
    ("2026", "not_an_instant"),
    ("1767225600", "not_an_instant"),
    ("2026-01-01T00:00:00 07:00", "not_an_instant"),
    ("2026-01-01 00:00:00Z", "not_an_instant"),
    ("2026-1-1T00:00:00Z", "not_an_instant"),
    ("2026-02-30T00:00:00Z", "no_such_instant"),
    ("2026-01-01T25:00:00Z", "no_such_instant"),
    ("0000-01-01T00:00:00Z", "no_such_instant"),
    ("0001-01-01T00:00:00%2B14:00", "no_such_instant"),
    ("yesterday", "not_an_instant"),
    ("", "not_an_instant"),
    ("%00", "not_an_instant"),
    ("๒๐๒๖-๐๑-๐๑T๐๐:๐๐:๐๐Z", "not_an_instant"),
    ("2569-01-31T00:00:00Z", "ambiguous-era"),
    ("2400-01-31T00:00:00Z", "ambiguous-era"),
    ("2700-12-31T23:59:59%2B07:00", "ambiguous-era"),
    ("2569-01-31", "ambiguous-era"),
    ("2569", "ambiguous-era"),
]


@pytest.mark.parametrize(("query", "parameter", "code"), PLACES + VALUES)
async def test_what_is_wrong_is_refused_and_named(
    client: httpx.AsyncClient, query: str, parameter: str, code: str
) -> None:
    problem = refused(await client.get(f"/v1/districts?{query}"), "invalid-parameter", (parameter, code))
    answer = await client.get(f"/v1/districts?{query}", headers={"Accept-Language": "th"})
    thai = refused(answer, "invalid-parameter", (parameter, code))
    assert is_thai(thai)
    assert not is_thai(problem)
    assert answer.headers["content-language"] == "th"


@pytest.mark.parametrize(("value", "code"), INSTANTS)
async def test_what_is_no_instant_is_refused(client: httpx.AsyncClient, value: str, code: str) -> None:
    refused(await client.get(f"/v1/provinces?updated_since={value}"), "invalid-parameter", ("updated_since", code))


async def test_a_buddhist_year_is_refused_with_the_year_that_was_meant(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/sources?updated_since=2569-01-31T00:00:00Z")
    fault = refused(answer, "invalid-parameter", ("updated_since", "ambiguous-era"))["errors"][0]
    assert fault["suggested"] == "2026-01-31T00:00:00Z"
    assert fault["suggested"] in fault["message"]
    assert (await client.get("/v1/sources", params={"updated_since": fault["suggested"]})).status_code == 200


@pytest.mark.parametrize("value", ["2399-01-01T00:00:00Z", "2701-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_year_that_is_no_buddhist_year_is_far_but_allowed(client: httpx.AsyncClient, value: str) -> None:
    assert (await client.get("/v1/provinces", params={"updated_since": value})).json()["items"] == []


@pytest.mark.parametrize(
    "value", ["0001-01-01T00:00:00Z", "1999-12-31t23:59:59.123456789z", "2020-01-01T00:00:00-23:59"]
)
async def test_every_way_to_write_an_instant_is_understood(client: httpx.AsyncClient, value: str) -> None:
    answer = await client.get("/v1/provinces", params={"updated_since": value, "count": "exact"})
    assert answer.json()["matched"] == 77


async def test_several_faults_are_told_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces?limit=0&bbox=1&sort=x&colour=red")
    expected = [("limit", "greater_than_equal"), ("bbox", "wrong_number_of_values"), ("sort", "literal_error")]
    refused(answer, "invalid-parameter", *expected, ("colour", "unknown_parameter"))


async def test_a_long_wrong_value_is_shown_short(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces?bbox=" + "9" * 9000)
    problem = refused(answer, "invalid-parameter")
    assert len(problem["errors"][0]["value"]) == 200
    assert len(answer.content) < 2000


async def test_markup_in_a_value_stays_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces", params={"sort": "<script>alert(1)</script>"})
    refused(answer, "invalid-parameter", ("sort", "literal_error"))
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("route", PATHS)
async def test_every_path_refuses_a_parameter_that_it_does_not_know(client: httpx.AsyncClient, route: str) -> None:
    for parameter in ("colour", "api_key", "_"):
        answer = await client.get(f"{path_of(route)}?{parameter}=1", headers={"Accept-Language": "th"})
        assert is_thai(refused(answer, "invalid-parameter", (parameter, "unknown_parameter")))


@pytest.mark.parametrize("route", PATHS)
async def test_every_path_refuses_a_parameter_given_twice(client: httpx.AsyncClient, route: str) -> None:
    refused(await client.get(f"{path_of(route)}?x=1&x=2"), "invalid-parameter", ("x", "given_twice"))


@pytest.mark.parametrize(
    ("path", "parameter", "code"),
    [
        ("provinces/8", "code", "string_pattern_mismatch"),
        ("provinces/ภูเก็ต", "code", "string_pattern_mismatch"),
        ("provinces/83%00", "code", "string_pattern_mismatch"),
        ("provinces/83%0A", "code", "string_pattern_mismatch"),
        ("provinces/%FF", "code", "string_pattern_mismatch"),
        ("provinces/83;x=1", "code", "string_pattern_mismatch"),
        ("districts/83", "code", "string_pattern_mismatch"),
        ("sources/tis-1099", "id", "uuid_parsing"),
        ("sources/%00", "id", "uuid_parsing"),
    ],
)
async def test_a_malformed_key_is_refused(client: httpx.AsyncClient, path: str, parameter: str, code: str) -> None:
    answer = await client.get(f"/v1/{path}", headers={"Accept-Language": "th"})
    assert is_thai(refused(answer, "invalid-parameter", (parameter, code)))


@pytest.mark.parametrize(
    "path", ["provinces/99", "districts/9999", "sources/00000000-0000-0000-0000-000000000000", "provinces/99?f=geojson"]
)
async def test_a_key_that_nothing_has_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/v1/{path}", headers={"Accept-Language": "th"})
    problem = refused(answer, "no-such-record")
    assert is_thai(problem)
    assert problem["instance"] == f"/v1/{path.partition('?')[0]}"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("f=geojson", "f"), ("bbox=98,7,99,8", "bbox"), ("geometry=none", "geometry"), ("province=83", "province")],
)
async def test_what_has_no_shape_cannot_be_asked_for_its_shape(
    client: httpx.AsyncClient, query: str, parameter: str
) -> None:
    code = "literal_error" if parameter == "f" else "unknown_parameter"
    refused(await client.get(f"/v1/sources?{query}"), "invalid-parameter", (parameter, code))


@pytest.mark.parametrize("path", ["/v1/provinces/83?f=csv", "/v1/provinces/83?limit=1", "/v1/provinces/83?q=x"])
async def test_one_record_takes_no_parameters_of_lists(client: httpx.AsyncClient, path: str) -> None:
    refused(await client.get(path), "invalid-parameter")


async def test_thai_digits_are_numbers_of_a_box(client: httpx.AsyncClient) -> None:
    plain = await client.get("/v1/provinces?bbox=98.2,7.7,98.5,8.2&fields=code&geometry=none")
    thai = await client.get("/v1/provinces?fields=code&geometry=none&bbox=" + quote("๙๘.๒,๗.๗,๙๘.๕,๘.๒"))
    assert thai.json()["items"] == plain.json()["items"] != []


async def test_thai_digits_are_numbers_wherever_one_is_typed(client: httpx.AsyncClient) -> None:
    assert len((await client.get("/v1/provinces", params={"limit": "๑๒"})).json()["items"]) == 12
    found = (await client.get("/v1/locate", params={"lon": "๙๘.๓๙๘๑", "lat": "๗.๘๙๐๕๙"})).json()
    assert found["district"]["code"] == "8301"
    refused(await client.get("/v1/locate?lon=9_8&lat=7"), "invalid-parameter", ("lon", "not_a_number"))


async def test_a_box_may_be_a_point_or_the_whole_world(client: httpx.AsyncClient) -> None:
    for bbox, number in (("98.3981,7.89059,98.3981,7.89059", 1), ("-180,-90,180,90", 77)):
        answer = await client.get("/v1/provinces", params={"bbox": bbox, "count": "exact", "limit": 1})
        assert answer.json()["matched"] == number
