"""Series and durations over HTTP: equal to the lists of the last days, and to the days of the events."""

import csv
import io
from itertools import combinations
from statistics import median
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.statistics.counting import got, rows

from smartcity_api.kit.days import last_day, today

ASKED: list[dict[str, str]] = [
    {"of": "pilot-areas"},
    {"of": "promotion-zones"},
    {"of": "promotion-zones", "province": "83", "city_type": "livable"},
    {"of": "proposals"},
    {"of": "proposals", "stage": "plan_approved,returned"},
    {"of": "proposals", "reached": "in_promotion_zone"},
    {"of": "proposals", "reached": "plan_submitted", "region": "ngc6:east"},
    {"of": "proposals", "reached": "in_promotion_zone", "stage": "plan_submitted,plan_approved,returned"},
    {"of": "certified-cities", "status": "granted,suspended"},
    {"of": "certified-cities", "status": "lapsed"},
    {"of": "certified-cities", "status": "revoked"},
]


async def matched(client: httpx.AsyncClient, of: str, **filters: Any) -> int:
    """How many records the list has."""
    answer = await client.get(f"/v1/{of}", params={"count": "exact", "limit": 1, "fields": "id", **filters})
    count: int = answer.json()["matched"]
    return count


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("by", ["month", "year"])
async def test_every_period_ends_with_as_many_as_the_list_has(
    client: httpx.AsyncClient, asked: dict[str, str], by: str
) -> None:
    series = await got(client, "series", by=by, **asked)
    before = 0
    for number, period in enumerate(series["periods"]):
        if period["added"] or period["ended"] or number % 6 == 0 or by == "year":
            assert period["at_end"] == await matched(client, **asked, as_of=period["last"]), period
        assert period["at_end"] == before + period["added"] - period["ended"]
        before = period["at_end"]
    assert max(period["at_end"] for period in series["periods"]) > 0
    assert series["periods"][0]["added"] > 0
    assert series["periods"][-1]["last"] == str(today())
    assert series["coverage"]["recorded"] == before


@pytest.mark.parametrize("reached", [None, "plan_approved", "ceremony"])
async def test_a_revoked_city_is_counted_no_more(client: httpx.AsyncClient, reached: str | None) -> None:
    asked = {"reached": reached} if reached else {}
    series = await got(client, "series", of="certified-cities", by="year", **asked)
    ended = 0
    for period in series["periods"]:
        there = await rows(client, "certified-cities", as_of=period["last"], **asked)
        assert period["at_end"] == sum(row["status"] != "revoked" for row in there)
        ended += period["ended"]
    assert ended > 0


async def test_the_counts_never_fall_without_an_end(client: httpx.AsyncClient) -> None:
    falls = 0
    for of in ("pilot-areas", "promotion-zones", "certified-cities"):
        ends = set()
        for row in await rows(client, of):
            days = [row.get("ended_on"), *(one["on"] for one in row.get("events", []) if one["event"] == "revoked")]
            ends |= {str(last_day(day))[:7] for day in days if day}
        for period in (await got(client, "series", of=of, **{"from": "2018-01"}))["periods"]:
            assert period["ended"] == 0 or period["period"] in ends
            falls += period["ended"]
    assert falls > 0


async def test_a_series_is_cut_at_both_ends(client: httpx.AsyncClient) -> None:
    whole = (await got(client, "series", of="certified-cities"))["periods"]
    part = await got(client, "series", of="certified-cities", **{"from": "2021-11", "to": "2022-01-05"})
    assert [period["period"] for period in part["periods"]] == ["2021-11", "2021-12", "2022-01"]
    assert part["periods"] == [period for period in whole if "2021-11" <= period["period"] <= "2022-01"]
    assert part["coverage"]["recorded"] == part["periods"][-1]["at_end"]
    early = (await got(client, "series", of="certified-cities", by="year", **{"from": "1990", "to": "1999"}))["periods"]
    assert [period["at_end"] for period in early] == [0] * 10
    nothing = await got(client, "series", of="certified-cities", batch=1000)
    assert (nothing["periods"], nothing["coverage"]["recorded"]) == ([], 0)


async def test_the_table_has_what_the_json_has(client: httpx.AsyncClient) -> None:
    periods = (await got(client, "series", of="promotion-zones", by="year"))["periods"]
    answer = await client.get("/v1/statistics/series?of=promotion-zones&by=year", headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert table == [{name: str(value) for name, value in period.items()} for period in periods]
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("of=proposals&as_of=2021-11-05", ("as_of", "unknown_parameter")),
        ("of=proposals&to=2100", ("to", "future_day")),
        ("of=proposals&from=2564-01", ("from", "ambiguous-era")),
        ("of=proposals&from=jan", ("from", "not_a_day")),
        ("of=pilot-areas&city_type=livable", ("city_type", "not_applicable")),
        ("of=proposals&by=week", ("by", "literal_error")),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, asked: str, fault: tuple[str, str]) -> None:
    refused(await client.get(f"/v1/statistics/series?{asked}"), "invalid-parameter", fault)


CITY_ORDER = (
    *("plan_approved", "acknowledged", "granted", "in_force", "announced", "cabinet", "ceremony"),
    *("renewed", "suspended", "reinstated", "revoked"),
)


def first_days(row: dict[str, Any]) -> list[tuple[Any, int, str]]:
    """The first day of each step of a city, in their order."""
    days: dict[str, Any] = {}
    for event in sorted(row["events"], key=lambda one: CITY_ORDER.index(one["event"])):
        if event["on"]:
            days.setdefault(event["event"], last_day(event["on"]))
    if row["in_force_on"]:
        days["in_force"] = last_day(row["in_force_on"])
    return sorted((day, CITY_ORDER.index(step), step) for step, day in days.items())


async def test_how_long_the_steps_of_cities_took(client: httpx.AsyncClient) -> None:
    taken: dict[tuple[str, str], list[int]] = {}
    for row in await rows(client, "certified-cities", batch=1):
        for (began, _, earlier), (ended, _, later) in combinations(first_days(row), 2):
            taken.setdefault((earlier, later), []).append((ended - began).days)
    items = (await got(client, "durations", of="certified-cities", batch=1))["items"]
    assert {(one["earlier"], one["later"]): (one["n"], one["median_days"]) for one in items} == {
        pair: (len(days), median(days)) for pair, days in taken.items()
    }
    found = {(one["earlier"], one["later"]): one for one in items}
    assert found["in_force", "ceremony"]["median_days"] == 49
    assert found["ceremony", "cabinet"]["n"] == 15
    assert found["plan_approved", "acknowledged"]["p90_days"] == 183


async def test_how_long_the_stages_of_proposals_took(client: httpx.AsyncClient) -> None:
    days = []
    for row in await rows(client, "proposals"):
        known = {event["stage"]: last_day(event["on"]) for event in row["events"] if event["on"]}
        order = [event["stage"] for event in row["events"] if event["on"]]
        if {"plan_approved", "certified"} <= known.keys():
            latest = max(known[stage] for stage in order[: order.index("certified") + 1])
            before = max(known[stage] for stage in order[: order.index("plan_approved") + 1])
            days.append((latest - before).days)
    items = (await got(client, "durations"))["items"]
    (found,) = [one for one in items if (one["earlier"], one["later"]) == ("plan_approved", "certified")]
    assert (found["n"], found["median_days"]) == (len(days), median(days))
    assert all(one["median_days"] <= one["p90_days"] for one in items)
    assert len(items) > 10


async def test_durations_of_a_day_know_nothing_later(client: httpx.AsyncClient) -> None:
    items = (await got(client, "durations", of="certified-cities", batch=1, as_of="2021-12-24"))["items"]
    assert {one["later"] for one in items} == {"acknowledged", "in_force", "ceremony"}
    answer = await client.get("/v1/statistics/durations?of=pilot-areas")
    refused(answer, "invalid-parameter", ("of", "literal_error"))


@pytest.mark.parametrize("path", ["series?of=proposals&", "claims-check?"])
async def test_a_stretch_that_ends_before_it_begins_is_refused(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/v1/statistics/{path}from=2021-05&to=2021-03")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "backwards")
    assert (await client.get(f"/v1/statistics/{path}from=2021-05&to=2021")).status_code == 200
