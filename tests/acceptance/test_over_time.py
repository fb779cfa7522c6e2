"""Month by month since January 2018: what is counted grows at the known days, and never shrinks without a reason."""

from calendar import monthrange
from datetime import date
from typing import Any

import httpx
import pytest
from tests.acceptance.asking import ask, everything, matched, titled

from smartcity_api.kit import days

GROWTH: list[tuple[str, dict[str, str], dict[str, int]]] = [
    ("pilot-areas", {}, {"2018-09": 10}),
    ("promotion-zones", {}, {"2020-10": 9, "2023-11": 10}),
    ("certified-cities", {}, {"2021-11": 15, "2022-11": 30, "2023-08": 36, "2025-08": 37}),
    (
        "proposals",
        {"reached": "plan_approved"},
        {"2021-05": 5, "2021-09": 15, "2022-08": 30, "2023-07": 36},
    ),
    (
        "certified-cities",
        {"reached": "plan_approved"},
        {"2021-05": 5, "2021-09": 15, "2022-08": 30, "2023-07": 36},
    ),
    ("certified-cities", {"reached": "acknowledged"}, {"2021-11": 15, "2022-11": 30}),
    ("certified-cities", {"reached": "ceremony"}, {"2021-12": 15, "2023-01": 30}),
]


def months() -> list[tuple[str, date]]:
    """Every month since January 2018 with its last day, of this one today."""
    today = days.today()
    found = []
    for year in range(2018, today.year + 1):
        for month in range(1, 13):
            if (year, month) <= (today.year, today.month):
                last = date(year, month, monthrange(year, month)[1])
                found.append((f"{year}-{month:02}", min(last, today)))
    return found


async def reasons(client: httpx.AsyncClient, resource: str, month: str) -> list[Any]:
    """What of that month takes records out of the counts: ends, revocations, rejections, withdrawals."""
    rows = await everything(client, resource, limit=1000)
    ends = [row for row in rows if (row.get("ended_on") or "").startswith(month)]
    final = {"revoked", "rejected", "withdrawn"}
    events = [event for row in rows for event in row.get("events", []) if (event["on"] or "").startswith(month)]
    return ends + [event for event in events if final & {event.get("event"), event.get("stage")}]


@pytest.mark.parametrize(("resource", "filters", "growth"), GROWTH, ids=titled)
async def test_every_month_has_the_count_of_the_one_before_but_for_the_known_days(
    client: httpx.AsyncClient, resource: str, filters: dict[str, str], growth: dict[str, int]
) -> None:
    before, changes = 0, {}
    for month, last in months():
        count = await matched(client, resource, as_of=last.isoformat(), **filters)
        if count != before:
            changes[month] = count
        assert count >= before or await reasons(client, resource, month), f"{resource} fell in {month}"
        before = count
    assert changes == growth


@pytest.mark.parametrize(("resource", "filters", "growth"), GROWTH, ids=titled)
async def test_the_series_tells_the_same(
    client: httpx.AsyncClient, resource: str, filters: dict[str, str], growth: dict[str, int]
) -> None:
    answer = await ask(client, "/v1/statistics/series", of=resource, by="month", **filters, **{"from": "2018-01"})
    periods = answer["periods"]
    assert [period["period"] for period in periods] == [month for month, _ in months()]
    before, changes = 0, {}
    for period in periods:
        assert period["at_end"] == before + period["added"] - period["ended"]
        assert period["ended"] == 0 or await reasons(client, resource, period["period"])
        if period["at_end"] != before:
            changes[period["period"]] = period["at_end"]
        before = period["at_end"]
    assert changes == growth
