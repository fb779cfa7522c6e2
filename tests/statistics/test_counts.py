"""Counts over HTTP: equal to the lists with the same filters, in total and by group."""

import csv
import io
from random import Random
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.statistics.counting import FIRST, Row, got, grouped, regions, rows, tally

from smartcity_api.history.lifecycle import LINE, STAGES
from smartcity_api.kit.codes import REGIONS

EVERY: dict[str, list[str]] = {
    "pilot-areas": ["year"],
    "promotion-zones": ["city_type", "dimension", "year"],
    "proposals": ["city_type", "dimension", "year", "stage"],
    "certified-cities": ["city_type", "year", "status"],
}
PLACES = ["province", *(f"region:{scheme}" for scheme in REGIONS)]
EVENTS = ["plan_approved", "acknowledged", "granted", "announced", "cabinet", "ceremony", "renewed", "revoked"]
DAYS = ["2018-12-31", "2020-02-29", "2021-11-05", "2022-06-30", "2023-08-31", "2024-12-31", "2025-12-31"]


def random_filters(chance: Random, of: str) -> dict[str, Any]:
    """Some of the filters that this list has, most of the time ones that leave something."""
    offered: dict[str, list[Any]] = {
        "province": ["83", "10", "83,20"],
        "region": ["ngc6:south", "four:central", "nso7:northern,nso7:eastern"],
        "q": ["trial", "valey"],
        "bbox": ["97,5,106,21", "98,7,99,9"],
        "as_of": DAYS,
    }
    if of != "pilot-areas":
        offered["city_type"] = ["livable", "newable", "livable,newable"]
    if of in ("promotion-zones", "proposals"):
        offered["dimension"] = ["economy", "economy,mobility"]
    if of == "proposals":
        offered |= {"stage": ["plan_approved", "certified,returned", "rejected"], "reached": list(LINE)}
    if of == "certified-cities":
        offered |= {"status": ["granted", "renewed,suspended", "lapsed"], "batch": [1, 12], "reached": EVENTS}
    names = chance.sample(sorted(offered), chance.randint(0, 3))
    return {name: chance.choice(offered[name]) for name in names}


@pytest.mark.parametrize("part", range(8))
async def test_counts_are_those_of_the_lists(client: httpx.AsyncClient, part: int) -> None:
    chance, where, met = Random(part), await regions(client), 0
    for _ in range(25):
        of = chance.choice(list(EVERY))
        filters, by = random_filters(chance, of), chance.choice([*PLACES, *EVERY[of]])
        found = await rows(client, of, **filters)
        counts = await got(client, "counts", of=of, by=by, **filters)
        total = counts["total"]
        assert (total["areas"], total["provinces"]) == tally(found), (of, filters)
        name = by.partition(":")[0]
        groups = {group["group"][name]: (group["areas"], group["provinces"]) for group in counts["groups"]}
        assert {key: pair for key, pair in groups.items() if pair != (0, 0)} == grouped(found, of, by, where)
        met += bool(found)
    assert met > 12, "hardly any of the questions had something to count"


@pytest.mark.parametrize("of", EVERY)
async def test_what_has_no_day_is_counted_apart(client: httpx.AsyncClient, of: str) -> None:
    found = await rows(client, of)
    unknown = [row for row in found if not FIRST[of](row)]
    assert unknown or of == "pilot-areas"
    whole = (await got(client, "counts", of=of))["total"]
    assert (whole["areas"], whole["undated"]) == (len(found), len(unknown))
    dated = (await got(client, "counts", of=of, as_of="2026-01-01", by="year"))["total"]
    assert dated["undated"] == len(unknown)
    assert dated["areas"] == len(await rows(client, of, as_of="2026-01-01"))
    filtered = (await got(client, "counts", of=of, province="83", as_of="2026-01-01"))["total"]
    assert filtered["undated"] == sum("83" in row["provinces"] for row in unknown)


async def test_what_was_reached_on_an_unknown_day_is_counted_apart(client: httpx.AsyncClient) -> None:
    met = 0
    for event in EVENTS:
        days = [
            [one["on"] for one in row["events"] if one["event"] == event]
            for row in await rows(client, "certified-cities")
        ]
        total = (await got(client, "counts", of="certified-cities", reached=event))["total"]
        assert total["undated"] == sum(bool(known) and not any(known) for known in days)
        met += total["undated"]
    assert met > 0


async def test_what_proposals_reached_on_an_unknown_day_is_counted_apart(client: httpx.AsyncClient) -> None:
    found, met = [row for row in await rows(client, "proposals") if row["stage"] not in ("rejected", "withdrawn")], 0
    for place, stage in enumerate(LINE):
        undated = 0
        for row in found:
            reaching = [number for number, one in enumerate(row["events"]) if one["stage"] in LINE[place:]]
            undated += bool(reaching) and not any(one["on"] for one in row["events"][reaching[0] :])
        for day in ({}, {"as_of": "2021-11-05"}):
            total = (await got(client, "counts", of="proposals", reached=stage, **day))["total"]
            assert total["undated"] == undated, stage
        assert (await got(client, "series", of="proposals", reached=stage))["undated"] == undated
        met += undated
    assert met > 0


async def test_every_place_stage_and_type_is_listed(client: httpx.AsyncClient) -> None:
    for of, grouping in EVERY.items():
        for by, size in {"province": 77, **{f"region:{name}": len(codes) for name, codes in REGIONS.items()}}.items():
            groups = (await got(client, "counts", of=of, by=by, as_of="2018-01-01"))["groups"]
            assert len(groups) == size
            assert {group["areas"] for group in groups} == {0}
        if "city_type" in grouping:
            groups = (await got(client, "counts", of=of, by="city_type", as_of="2017-01-01"))["groups"]
            assert [group["group"]["city_type"] for group in groups][:2] == ["livable", "newable"]
    stages = (await got(client, "counts", of="proposals", by="stage"))["groups"]
    assert [group["group"]["stage"] for group in stages] == list(STAGES)


async def test_several_names_cross(client: httpx.AsyncClient) -> None:
    found = await rows(client, "proposals", as_of="2023-08-31")
    groups = (await got(client, "counts", of="proposals", by="province,stage", as_of="2023-08-31"))["groups"]
    dated = {(one["group"]["province"], one["group"]["stage"]): one["areas"] for one in groups if one["areas"]}
    pairs = [(code, row["stage"]) for row in found for code in row["provinces"]]
    assert dated == {pair: pairs.count(pair) for pair in pairs}
    assert len([one for one in groups if one["group"]["stage"]]) == 77 * 12
    nested = (await got(client, "counts", of="proposals", by="region:ngc6,province"))["groups"]
    assert len(nested) == 77, "a province lies in one region, whatever others its areas touch"


async def test_an_area_of_several_provinces_counts_in_each_and_once_in_all(client: httpx.AsyncClient) -> None:
    counts = await got(client, "counts", of="promotion-zones", by="province")
    assert sum(group["areas"] for group in counts["groups"]) > counts["total"]["areas"]


async def test_what_claims_say_stands_beside_the_counts(client: httpx.AsyncClient) -> None:
    zones = (await got(client, "counts", of="promotion-zones"))["total"]["coverage"]
    assert (zones["claimed"]["value"], zones["claimed"]["as_of"], zones["complete"]) == (61, "2023-01-05", False)
    claim = (await client.get(f"/v1/claims/{zones['claimed']['claim_id']}")).json()
    assert (claim["of"], claim["metric"], claim["value"]) == ("promotion-zones", "areas", 61)
    earlier = (await got(client, "counts", of="promotion-zones", as_of="2020-12-31"))["total"]["coverage"]
    assert earlier["claimed"]["value"] == 27
    approved = (await got(client, "counts", of="certified-cities", reached="plan_approved", as_of="2022-08-05"))[
        "total"
    ]
    assert approved["coverage"]["claimed"]["value"] == 30
    southern = (await got(client, "counts", of="promotion-zones", region="ngc6:south"))["total"]["coverage"]
    assert (southern["claimed"], southern["recorded"] > 0) == (None, True)


@pytest.mark.parametrize(
    ("asked", "complete"),
    [
        ({"of": "pilot-areas"}, True),
        ({"of": "certified-cities"}, True),
        ({"of": "certified-cities", "reached": "plan_approved"}, True),
        ({"of": "certified-cities", "reached": "renewed"}, False),
        ({"of": "certified-cities", "status": "renewed"}, False),
        ({"of": "certified-cities", "city_type": "livable"}, False),
        ({"of": "certified-cities", "city_type": "livable", "batch": 1}, True),
        ({"of": "promotion-zones"}, False),
        ({"of": "proposals"}, False),
        ({"of": "proposals", "reached": "plan_assessed"}, False),
        ({"of": "proposals", "reached": "plan_approved"}, True),
        ({"of": "proposals", "stage": "plan_approved,certified"}, True),
        ({"of": "proposals", "stage": "plan_approved,draft"}, False),
    ],
)
async def test_a_count_says_whether_the_register_has_them_all(
    client: httpx.AsyncClient, asked: dict[str, Any], complete: bool
) -> None:
    assert (await got(client, "counts", **asked))["total"]["coverage"]["complete"] is complete


async def test_of_the_stages_the_later_ones_are_complete(client: httpx.AsyncClient) -> None:
    groups: list[Row] = (await got(client, "counts", of="proposals", by="stage"))["groups"]
    whole = {group["group"]["stage"] for group in groups if group["coverage"]["complete"]}
    assert whole == {"plan_approved", "certified"}


async def test_the_table_has_what_the_json_has(client: httpx.AsyncClient) -> None:
    asked = {"of": "certified-cities", "by": "city_type,year", "as_of": "2023-08-31"}
    groups = (await got(client, "counts", **asked))["groups"]
    answer = await client.get("/v1/statistics/counts", params={**asked, "f": "csv", "bom": "true"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeffcity_type,year,areas,provinces,undated,claimed,claim_id,complete\r\n")
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["city_type"] or None, row["year"], int(row["areas"])) for row in table] == [
        (group["group"]["city_type"], str(group["group"]["year"] or ""), group["areas"]) for group in groups
    ]
    (total,) = csv.DictReader(io.StringIO((await client.get("/v1/statistics/counts?of=pilot-areas&f=csv")).text))
    assert (total["areas"], total["complete"]) == (str(len(await rows(client, "pilot-areas"))), "true")


async def test_an_answer_can_be_kept_and_asked_for_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/statistics/counts?of=certified-cities&as_of=2021-11-05")
    assert answer.headers["x-as-of"] == "2021-11-05"
    assert {"accept", "accept-encoding"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}
    again = await client.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    table = await client.get(str(answer.url), headers={"Accept": "text/csv"})
    assert table.headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("of=pilot-areas&by=stage", ("by", "not_applicable")),
        ("of=certified-cities&by=dimension", ("by", "not_applicable")),
        ("of=promotion-zones&status=granted", ("status", "not_applicable")),
        ("of=promotion-zones&reached=plan_approved", ("reached", "not_applicable")),
        ("of=certified-cities&reached=submitted", ("reached", "not_applicable")),
        ("of=proposals&reached=ceremony", ("reached", "not_applicable")),
        ("of=proposals&batch=1", ("batch", "not_applicable")),
        ("of=proposals&by=region:ngc6,region:four", ("by", "two_schemes")),
        ("of=proposals&by=region", ("by", "literal_error")),
        ("of=cities", ("of", "literal_error")),
        ("by=province", ("of", "missing")),
        ("of=proposals&as_of=2564-11-05", ("as_of", "ambiguous-era")),
        ("of=proposals&as_of=2100-01-01", ("as_of", "future_day")),
        ("of=proposals&province=99", ("province", "unknown_value")),
        ("of=proposals&limit=5", ("limit", "unknown_parameter")),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, asked: str, fault: tuple[str, str]) -> None:
    refused(await client.get(f"/v1/statistics/counts?{asked}"), "invalid-parameter", fault)
