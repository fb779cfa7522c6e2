"""Numbers and words of the sources that are easily taken for one another, asked through HTTP."""

import json
import unicodedata

import httpx
import pytest
from tests.acceptance.asking import ask, cited, claimed, everything, matched, only, resolved

LISTS = (
    "activities",
    "bodies",
    "calls",
    "certified-cities",
    "claims",
    "frameworks",
    "meetings",
    "milestones",
    "organisations",
    "pilot-areas",
    "plans",
    "promotion-zones",
    "proposals",
    "provinces",
    "resolutions",
    "sources",
    "targets",
)


async def test_two_different_fifteens(client: httpx.AsyncClient) -> None:
    approved = {row["subject"]["id"] for row in await resolved(client, "2022-08-05", "approve")}
    logos = await resolved(client, "2021-11-05", "acknowledge")
    acknowledged = {row["subject"]["id"] for row in logos if row["subject"]}
    assert (len(approved), len(acknowledged)) == (15, 15)
    assert not approved & acknowledged
    assert await claimed(client, "doc-003", "areas", of="certified-cities", city_type=None) == ("=", 15)
    assert await claimed(client, "doc-002", "approved_areas") == ("=", 15)


async def test_thirty_in_25_are_ambassadors_and_thirty_in_23_are_cities(client: httpx.AsyncClient) -> None:
    assert await claimed(client, "doc-003", "ambassador_areas") == ("=", 30)
    assert await claimed(client, "doc-003", "ambassador_provinces") == ("=", 25)
    rows = await everything(client, "certified-cities", as_of="2022-11-09")
    assert (len(rows), len({code for row in rows for code in row["provinces"]})) == (30, 23)


async def test_thirty_six_are_zones_under_consideration_first_and_cities_later(client: httpx.AsyncClient) -> None:
    zones = await everything(client, "claims", metric="zones_under_consideration", sort="as_of")
    assert [(row["as_of"], row["value"], row["of"]) for row in zones] == [
        ("2021-12-24", 36, None),
        ("2023-01-09", 36, None),
    ]
    assert [await matched(client, "certified-cities", as_of=row["as_of"]) for row in zones] == [15, 30]
    assert await matched(client, "certified-cities", as_of="2023-12-07") == 36
    assert await claimed(client, "thaigov-75822", "areas", of="certified-cities") == ("=", 36)


@pytest.mark.parametrize("source", ["matichon-5341216", "nationthailand-40054629"])
async def test_thirty_seven_in_sixteen_provinces_is_a_claim_and_no_count(
    client: httpx.AsyncClient, source: str
) -> None:
    assert await claimed(client, source, "areas", of="certified-cities", reached=None) == ("=", 37)
    assert await claimed(client, source, "provinces", of="certified-cities") == ("=", 16)
    rows = await everything(client, "certified-cities", as_of="2025-08-28")
    assert (len(rows), len({code for row in rows for code in row["provinces"]})) == (37, 25)


async def test_neither_list_of_six_dimensions_is_the_later_seven_or_the_other_six(client: httpx.AsyncClient) -> None:
    days = ("2018-01-31", "2018-06-18", "2018-09-27")
    found = [await only(client, "frameworks", kind="dimensions", as_of=day) for day in days]
    first, second, third = ([item["code"] for item in row["items"]] for row in found)
    assert (len(first), len(second), len(third)) == (6, 6, 7)
    assert set(first) - set(third) == {"energy_and_environment"}
    assert set(second) - set(third) == {"community"}
    assert set(first) ^ set(second) == {"energy_and_environment", "living", "people"} | {
        "community",
        "environment",
        "energy",
    }


async def test_seven_dimensions_ask_for_environment_and_one_more(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="dimensions", as_of="2019-03-08")
    compulsory = [item for item in found["items"] if item["compulsory"]]
    assert [(item["code"], item["value"]) for item in compulsory] == [("environment", 2)]
    assert "thaigov-18644" in await cited(client, found, "items")


async def test_acknowledging_approving_and_approving_in_principle_are_three_things(client: httpx.AsyncClient) -> None:
    day = "2021-11-05"
    assert await resolved(client, day, "approve") == []
    acknowledged = await resolved(client, day, "acknowledge")
    assert sorted((row["subject"] or {"type": "none"})["type"] for row in acknowledged) == [
        "none",
        *["proposals"] * 15,
    ]
    assert [row["stated_subjects"] for row in acknowledged if not row["subject"]] == [50]
    in_principle = await resolved(client, day, "approve_in_principle")
    assert {row["subject"]["type"] for row in in_principle} == {"plans", "frameworks"}
    assert {row["subject"]["type"] for row in await resolved(client, "2021-05-06", "approve")} == {"proposals"}


async def test_the_award_of_2565_was_handed_over_in_2566(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "certified-cities", batch=2)
    ceremonies = [
        (event["on"], event["award_year"]) for row in rows for event in row["events"] if event["event"] == "ceremony"
    ]
    assert ceremonies == [("2023-01-09", 2022)] * 15
    assert await matched(client, "certified-cities", reached="ceremony", as_of="2022-12-31") == 15


async def test_two_documents_carry_no_day_and_three_do(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "sources", limit=1000)
    assert {row["slug"]: row["dated_on"] for row in rows if row["slug"].startswith("doc-")} == {
        "doc-000": "2018-01-31",
        "doc-001": None,
        "doc-002": None,
        "doc-003": "2022-05-03",
        "doc-004": "2021-05-08",
    }


async def test_the_third_batch_is_in_force_by_a_statement_and_its_acknowledgement_is_missing(
    client: httpx.AsyncClient,
) -> None:
    rows = await everything(client, "certified-cities", batch=3)
    assert len(rows) == 6
    for row in rows:
        assert (row["in_force_on"], row["in_force_basis"]["event"]) == ("2023-08", "stated")
        assert row["undocumented_stages"] == ["acknowledged"]
        assert row["name_th"] is None
        source = await ask(client, f"/v1/sources/{row['in_force_basis']['id']}")
        assert (source["slug"], source["reliability"]) == ("thaigov-71484", "A")


async def test_zones_without_any_day_are_in_no_list_of_a_day(client: httpx.AsyncClient) -> None:
    whole = {row["name_th"] for row in await everything(client, "promotion-zones")}
    dated = {row["name_th"] for row in await everything(client, "promotion-zones", as_of="2026-01-01")}
    assert (len(whole), len(dated)) == (13, 10)
    assert whole - dated == {"Smart City มุกดาหาร", "อุโมงค์เมืองอัจฉริยะ", "ปทุมธานีเมืองอัจฉริยะ"}


async def test_a_zone_stays_a_zone_when_a_city_comes_of_it(client: httpx.AsyncClient) -> None:
    zone = await only(client, "promotion-zones", province="21", q="วังจันทร์วัลเลย์", as_of="2026-01-01")
    city = await only(client, "certified-cities", province="21", batch=1)
    assert zone["name_th"] == city["name_th"] == "เมืองอัจฉริยะวังจันทร์วัลเลย์"
    assert zone["id"] != city["id"]
    assert zone["ended_on"] is None


@pytest.mark.parametrize(
    ("resource", "words", "name"),
    [
        ("certified-cities", "ย่านพระราม 4", "เมืองอัจฉริยะย่านพระราม 4"),
        ("certified-cities", "ย่านพระราม ๔", "เมืองอัจฉริยะย่านพระราม 4"),
        ("certified-cities", "ย่านพระราม\u00a04", "เมืองอัจฉริยะย่านพระราม 4"),
        ("certified-cities", "ย่าน\u200bพระราม 4", "เมืองอัจฉริยะย่านพระราม 4"),
        ("certified-cities", "PHRA RAM 4 Smart City", "เมืองอัจฉริยะย่านพระราม 4"),
        ("certified-cities", "Smart\u00a0City อุบลราชธานี", "Smart City อุบลราชธานี"),
        ("provinces", "ล\u0e4d\u0e32ปาง", "ลำปาง"),
        ("organisations", "ส\u0e4d\u0e32นักงานส่งเสริมเศรษฐกิจดิจิทัล", "สำนักงานส่งเสริมเศรษฐกิจดิจิทัล"),
        ("organisations", "สศด.", "สำนักงานส่งเสริมเศรษฐกิจดิจิทัล"),
    ],
)
async def test_names_are_found_however_they_are_written(
    client: httpx.AsyncClient, resource: str, words: str, name: str
) -> None:
    assert name in {row["name_th"] for row in await everything(client, resource, q=words)}


@pytest.mark.parametrize("resource", LISTS)
async def test_no_answer_holds_text_that_cannot_be_matched(client: httpx.AsyncClient, resource: str) -> None:
    text = json.dumps(await everything(client, resource, limit=1000), ensure_ascii=False)
    assert len(text) > 500
    assert unicodedata.is_normalized("NFC", text)
    for hidden in ("\u00a0", "\u200b", "\u200c", "\u200d", "\ufeff", "\u0e4d\u0e32", "\u0e31\u0e31"):
        assert hidden not in text
