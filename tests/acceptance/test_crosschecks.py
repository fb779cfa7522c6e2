"""What follows from the five documents together, asked through HTTP."""

from collections import Counter

import httpx
from tests.acceptance.asking import Row, claimed, claims, everything, matched, resolved, subject


async def batch(client: httpx.AsyncClient, number: int) -> list[Row]:
    """The cities of a batch, in the order of its list."""
    rows = await everything(client, "certified-cities", batch=number)
    return sorted(rows, key=lambda row: int(row["batch_position"]))


def provinces(rows: list[Row]) -> set[str]:
    """The provinces that they lie in."""
    return {code for row in rows for code in row["provinces"]}


async def test_x1_the_types_add_up_to_the_totals(client: httpx.AsyncClient) -> None:
    livable = await everything(client, "certified-cities", batch=1, city_type="livable")
    newable = await everything(client, "certified-cities", batch=1, city_type="newable")
    assert (len(livable), len(newable)) == (13, 2)
    assert {row["id"] for row in livable + newable} == {row["id"] for row in await batch(client, 1)}
    zones = {row["city_type"]: row["value"] for row in await claims(client, "doc-003", "areas", of="promotion-zones")}
    assert zones["livable"] + zones["newable"] == zones[None] == 54


async def test_x2_the_five_of_document_004_are_in_the_first_batch(client: httpx.AsyncClient) -> None:
    decisions = await resolved(client, "2021-05-06", "approve")
    five = {(await subject(client, row))["certified_city_id"] for row in decisions}
    first = {row["id"] for row in await batch(client, 1)}
    assert (len(five), len(first)) == (5, 15)
    assert five < first


async def test_x3_the_first_two_batches_have_no_city_in_common(client: httpx.AsyncClient) -> None:
    first, second = await batch(client, 1), await batch(client, 2)
    assert (len(first), len(second)) == (15, 15)
    assert not {row["id"] for row in first} & {row["id"] for row in second}
    assert not {row["name_th"] for row in first} & {row["name_th"] for row in second}
    assert await matched(client, "certified-cities", as_of="2022-11-09") == 30


async def test_x4_the_first_two_batches_lie_in_23_provinces(client: httpx.AsyncClient) -> None:
    first, second = provinces(await batch(client, 1)), provinces(await batch(client, 2))
    assert (len(first), len(second), len(first | second)) == (11, 14, 23)
    assert first & second == {"20", "21"}


async def test_x5_the_third_batch_makes_36_areas_in_25_provinces(client: httpx.AsyncClient) -> None:
    third = await batch(client, 3)
    before = provinces(await batch(client, 1) + await batch(client, 2))
    assert (len(third), len(provinces(third)), len(provinces(third) & before)) == (6, 6, 4)
    assert len(provinces(third) | before) == 25
    assert await matched(client, "certified-cities", as_of="2023-08-31") == 36
    assert await claimed(client, "thaigov-71484", "provinces", of="certified-cities") == ("=", 25)


async def test_x6_both_documents_name_the_same_seven_provinces(client: httpx.AsyncClient) -> None:
    _, first = await claimed(client, "doc-000", "pilot_provinces")
    _, second = await claimed(client, "doc-001", "pilot_provinces")
    assert len(first) == len(second) == 7
    assert first != second
    assert {one["id"] for one in first} == {one["id"] for one in second} == {"10", "20", "21", "24", "40", "50", "83"}


async def test_x7_every_pilot_province_has_a_city_of_the_first_batch(client: httpx.AsyncClient) -> None:
    first = Counter(code for row in await batch(client, 1) for code in row["provinces"])
    pilots = provinces(await everything(client, "pilot-areas"))
    assert {code: first[code] for code in pilots} == {"10": 4, "20": 1, "21": 1, "24": 1, "40": 1, "50": 2, "83": 1}


async def test_x8_eight_provinces_have_several_cities_and_52_have_none(client: httpx.AsyncClient) -> None:
    count = Counter(code for row in await everything(client, "certified-cities") for code in row["provinces"])
    several = {"10": 4, "50": 3, "21": 3, "20": 2, "24": 2, "52": 2, "65": 2, "83": 2}
    assert {code: number for code, number in count.items() if number > 1} == several
    codes = {row["code"] for row in await everything(client, "provinces", fields="code", limit=1000)}
    assert (len(codes), len(codes - count.keys())) == (77, 52)
