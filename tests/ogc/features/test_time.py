"""`datetime` and `as_of`: the day that the stage held, as in /v1."""

from datetime import timedelta

import httpx
import pytest
from tests.ogc.features.reading import COUNTS, ids, read
from tests.support import listed

from smartcity_api.kit.days import today

DAYS = ["2018-01-31", "2021-05-08", "2021-11-05", "2022-11-09", "2023-08-31", "2025-08-19"]
CITIES = {"2021-11-05": 15, "2022-11-09": 30, "2023-07-26": 30, "2023-08-31": 36, "2025-08-19": 37}
DATED = ["pilot-areas", "promotion-zones", "proposals", "certified-cities", "milestones"]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("collection", DATED)
async def test_as_of_is_that_of_v1(client: httpx.AsyncClient, collection: str, day: str) -> None:
    page = await client.get(f"/ogc/collections/{collection}/items", params={"as_of": day, "limit": 1000})
    told = page.json()
    expected = await listed(client, collection, as_of=day)
    assert [one["id"] for one in told["features"]] == [one["id"] for one in expected]
    for state in ("stage", "status"):
        assert [one["properties"].get(state) for one in told["features"]] == [one.get(state) for one in expected]
    assert told["as_of"] == page.headers["x-as-of"] == day


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("collection", DATED)
async def test_an_instant_selects_the_same_and_what_has_no_day(
    client: httpx.AsyncClient, collection: str, day: str
) -> None:
    dated = {one["id"]: one for one in await listed(client, collection, as_of=day)}
    then = {one["id"] for one in await listed(client, collection, as_of=str(today()))}
    undated = {one["id"] for one in await listed(client, collection)} - then
    page = await read(client, f"/collections/{collection}/items", datetime=day, limit=1000)
    assert {one["id"] for one in page["features"]} == dated.keys() | undated
    for one in page["features"]:
        if one["id"] in dated:
            for state in ("stage", "status"):
                assert one["properties"].get(state) == dated[one["id"]].get(state)
    assert page["as_of"] == day


@pytest.mark.parametrize(("day", "count"), CITIES.items())
async def test_cities_in_force_on_a_day(client: httpx.AsyncClient, day: str, count: int) -> None:
    assert len(await ids(client, "certified-cities", datetime=day)) == count
    assert len(await ids(client, "certified-cities", as_of=day)) == count
    assert len(await ids(client, "certified-cities", datetime=f"{day}T16:59:59Z")) == count, "still that day in Bangkok"


@pytest.mark.parametrize(
    ("interval", "count"),
    [
        ("../2021-11-05", 15),
        ("/2021-11-05", 15),
        ("2018-01-01/2021-11-05", 15),
        ("2021-11-05/..", 37),
        ("2021-11-05/", 37),
        ("2021-11-05/2022-11-09", 30),
        ("2021-11-04/P1D", 15),
        ("P1Y/2022-11-09", 30),
        ("2021-10-05/P1M", 15),
        ("2021-11-04T17:00:00Z/2021-11-04T18:00:00Z", 15),
        ("2021-11-04T16:59:59Z", 0),
        ("2099-01-01", 37),
        ("2021-01-01/2099-12-31", 37),
        ("2099-01-01/..", 37),
    ],
)
async def test_intervals(client: httpx.AsyncClient, interval: str, count: int) -> None:
    assert len(await ids(client, "certified-cities", datetime=interval)) == count


async def test_stages_are_those_at_the_end_of_the_interval(client: httpx.AsyncClient) -> None:
    query = {"limit": 1000, "stage": "plan_approved"}
    then = await read(client, "/collections/proposals/items", datetime="2021-01-01/2021-09-23", **query)
    assert then["as_of"] == "2021-09-23"
    expected = {one["id"] for one in await listed(client, "proposals", as_of="2021-09-23", stage="plan_approved")}
    assert {one["id"] for one in then["features"]} == expected != set()
    now = await read(client, "/collections/proposals/items", datetime="2021-01-01/..", **query)
    assert "as_of" not in now
    assert {one["id"] for one in now["features"]} == {
        one["id"] for one in await listed(client, "proposals", stage="plan_approved")
    }


async def test_what_ended_before_the_interval_is_not_in_it(client: httpx.AsyncClient) -> None:
    ended = [one for one in await listed(client, "pilot-areas") if one["ended_on"]]
    zones = [one for one in await listed(client, "promotion-zones") if one["ended_on"]]
    for collection, found in (("pilot-areas", ended), ("promotion-zones", zones)):
        for one in found:
            assert one["id"] not in await ids(client, collection, datetime=f"{one['ended_on']}/..")


@pytest.mark.parametrize("collection", ["provinces", "districts"])
async def test_what_has_no_time_is_there_at_any(client: httpx.AsyncClient, collection: str) -> None:
    assert len(await ids(client, collection, datetime="1900-01-01")) == COUNTS[collection]
    answer = await client.get(f"/ogc/collections/{collection}/items", params={"as_of": "2021-11-05"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"datetime": "2021-13-01"}, "no_such_day"), ({"datetime": "2021-11"}, "not_a_day"),
        ({"datetime": ".."}, "not_a_day"),
        ({"datetime": "../.."}, "open_interval"), ({"datetime": "/"}, "open_interval"),
        ({"datetime": "2021-11-05/2021-11-04"}, "reversed_interval"), ({"datetime": "2564-11-05"}, "ambiguous-era"),
        ({"datetime": "2021-11-05/P"}, "not_a_duration"), ({"datetime": "2021-11-05/P9999Y"}, "out_of_range"),
        ({"datetime": "2021-11-05T00:00:00"}, "timezone_aware"), ({"datetime": "a/b/c"}, "not_a_day"),
        ({"datetime": "2021-11-05", "as_of": "2021-11-05"}, "given_twice"),
        ({"as_of": str(today() + timedelta(days=2))}, "future_day"),
    ],
)  # fmt: skip
async def test_what_is_no_time_is_refused(client: httpx.AsyncClient, query: dict[str, str], code: str) -> None:
    answer = await client.get("/ogc/collections/certified-cities/items", params=query)
    assert answer.status_code == 400, answer.text
    assert [one["code"] for one in answer.json()["errors"]] == [code]


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "9999-12-31T17:00:00Z", "9999-12-31"])
async def test_the_end_of_the_calendar_is_the_last_day_that_there_is(client: httpx.AsyncClient, end: str) -> None:
    """In Bangkok the last hours of the calendar in UTC are those of a year that no day has."""
    path = "/collections/certified-cities/items"
    assert len((await read(client, path, datetime=f"2021-01-01/{end}", limit=1000))["features"]) == 37
    assert (await read(client, path, datetime=f"P1D/{end}", limit=1))["numberReturned"] == 1
    answer = await client.get(f"/ogc{path}", params={"datetime": f"{end}/P1D"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "out_of_range")
