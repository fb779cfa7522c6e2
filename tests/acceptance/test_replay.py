"""Every day on which something happened, counted once more from the events that the records show."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

import httpx
from tests.acceptance.asking import Row, ask
from tests.history.counting import Step, counting, last_day
from tests.support import listed

LINE = (
    "draft",
    "submitted",
    "eligible",
    "in_promotion_zone",
    "plan_submitted",
    "approved_in_principle",
    "plan_assessed",
    "plan_approved",
    "certified",
)
EVENTS = ("plan_approved", "acknowledged", "granted", "announced", "cabinet", "ceremony", "renewed", "revoked")
BARE = {"geometry": "none", "limit": 1000}


def turning_points(days: Iterable[str | None]) -> list[date]:
    """Every day on which an answer may change, and the day before it."""
    last = {last_day(day) for day in days if day}
    return sorted(last | {day - timedelta(1) for day in last})


def behind(row: Row, name: str, day: date) -> list[str]:
    """What had happened to a record by the end of that day, in order."""
    steps = [Step(event[name], event["on"]) for event in row["events"]]
    return [step.stage for step in steps[: counting(steps, day)]]


async def compare(client: httpx.AsyncClient, of: str, day: date, expected: Collection[Row], **filters: str) -> None:
    """The list and the count of that day are these records."""
    about = f"{of} {day} {filters}"
    found = await listed(client, of, as_of=day, fields="id", **BARE, **filters)
    assert {row["id"] for row in found} == {row["id"] for row in expected}, about
    counted = await ask(client, "/v1/statistics/counts", of=of, as_of=day, **filters)
    provinces = {code for row in expected for code in row["provinces"]}
    assert (counted["total"]["areas"], counted["total"]["provinces"]) == (len(expected), len(provinces)), about


async def test_proposals_are_where_their_events_put_them(client: httpx.AsyncClient) -> None:
    proposals = await listed(client, "proposals", **BARE)
    days = turning_points(event["on"] for row in proposals for event in row["events"])
    assert len(days) > 8
    for day in days:
        past = {row["id"]: behind(row, "stage", day) for row in proposals}
        found = await listed(client, "proposals", as_of=day, fields="id,stage", **BARE)
        assert {row["id"]: row["stage"] for row in found} == {key: steps[-1] for key, steps in past.items() if steps}
        for place, stage in enumerate(LINE):
            there = [row for row in proposals if past[row["id"]][-1:] == [stage]]
            far = {key for key, steps in past.items() if any(one in LINE[place:] for one in steps)}
            open_ = [
                row for row in proposals if row["id"] in far and past[row["id"]][-1] not in ("rejected", "withdrawn")
            ]
            both = [row for row in open_ if past[row["id"]][-1] == "plan_approved"]
            await compare(client, "proposals", day, there, stage=stage)
            await compare(client, "proposals", day, open_, reached=stage)
            await compare(client, "proposals", day, both, reached=stage, stage="plan_approved")


def status_of(city: Row, day: date) -> str:
    """A city's status; the register has neither suspensions nor ends of validity yet."""
    happened = behind(city, "event", day)
    return next((one for one in ("revoked", "renewed") if one in happened), "granted")


async def test_cities_are_what_their_events_make_them(client: httpx.AsyncClient) -> None:
    cities = await listed(client, "certified-cities", **BARE)
    assert not any(city["valid_until"] for city in cities)
    assert not any(event["event"] in ("suspended", "reinstated") for city in cities for event in city["events"])
    known: list[Any] = [event["on"] for city in cities for event in city["events"]]
    days = turning_points(known + [city["in_force_on"] for city in cities])
    assert len(days) > 8
    for day in days:
        in_force = [city for city in cities if city["in_force_on"] and last_day(city["in_force_on"]) <= day]
        status = {city["id"]: status_of(city, day) for city in cities}
        found = await listed(client, "certified-cities", as_of=day, fields="id,status", **BARE)
        assert {row["id"]: row["status"] for row in found} == {city["id"]: status[city["id"]] for city in in_force}
        await compare(client, "certified-cities", day, in_force)
        renewed = [city for city in in_force if status[city["id"]] == "renewed"]
        await compare(client, "certified-cities", day, renewed, status="renewed")
        for event in EVENTS:
            there = [
                city
                for city in cities
                if any(one["event"] == event and one["on"] and last_day(one["on"]) <= day for one in city["events"])
            ]
            both = [city for city in there if status[city["id"]] == "renewed"]
            await compare(client, "certified-cities", day, there, reached=event)
            await compare(client, "certified-cities", day, both, reached=event, status="renewed")
