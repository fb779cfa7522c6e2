"""What the sources claim beside what the register counts: where they agree, where not, and where none can say."""

import httpx
import pytest
from tests.acceptance.asking import Row, ask, claims, everything, source_id

AGREEING = [
    ("doc-003", "areas", 15, "2021-11-05"),
    ("doc-003", "areas", 13, "2021-11-05"),
    ("doc-003", "areas", 2, "2021-11-05"),
    ("doc-004", "areas", 5, "2021-05-08"),
    ("doc-002", "areas", 30, "2022-08-05"),
    ("doc-002", "provinces", 23, "2022-08-05"),
    ("siamrath-397879", "areas", 30, "2022-11-09"),
    ("siamrath-397879", "provinces", 23, "2022-11-09"),
    ("thaigov-71484", "areas", 36, "2023-08"),
    ("thaigov-71484", "provinces", 25, "2023-08"),
    ("thaigov-75822", "areas", 36, "2023-12-07"),
    ("thaigov-96926", "areas", 36, "2025-05-29"),
    ("matichon-5341216", "areas", 37, "2025-08-27"),
    ("nationthailand-40054629", "areas", 37, "2025-08-28"),
]


async def checked(client: httpx.AsyncClient, source: str, resource: str) -> list[Row]:
    """The verdicts about what that source claims of that resource."""
    path = "statistics/claims-check"
    return await everything(client, path, source=await source_id(client, source), of=resource, limit=1000)


@pytest.mark.parametrize(("source", "metric", "value", "day"), AGREEING)
async def test_the_register_agrees(client: httpx.AsyncClient, source: str, metric: str, value: int, day: str) -> None:
    rows = await checked(client, source, "certified-cities")
    found = [row for row in rows if (row["metric"], row["value"], row["as_of"]) == (metric, value, day)]
    assert [row["verdict"] for row in found] == ["agrees"]
    assert (found[0]["ours"][metric], found[0]["difference"]) == (value, 0)
    assert found[0]["source"]["slug"] == source


async def test_only_the_sixteen_provinces_of_2025_differ(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "statistics/claims-check", verdict="differs", of="certified-cities")
    assert sorted((row["source"]["slug"], row["metric"], row["value"], row["difference"]) for row in rows) == [
        ("matichon-5341216", "provinces", 16, 9),
        ("nationthailand-40054629", "provinces", 16, 9),
    ]
    assert [row["ours"] for row in rows] == [{"areas": 37, "provinces": 25}] * 2


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("doc-003", {54, 31, 50, 4}),
        ("thephuketnews-81953", {50}),
        ("thaigov-63440", {61, 33}),
        ("government-report-year-4", {61, 34}),
        ("sciti", {173, 190}),
    ],
)
async def test_zones_that_are_not_all_named_cannot_be_checked(
    client: httpx.AsyncClient, source: str, values: set[int]
) -> None:
    rows = await checked(client, source, "promotion-zones")
    assert {row["value"] for row in rows} == values
    assert {(row["verdict"], row["ours"]) for row in rows} == {("not_derivable", None)}


async def test_sixteen_renewals_of_which_five_are_named_cannot_be_checked(client: httpx.AsyncClient) -> None:
    rows = await checked(client, "thaigov-99930", "certified-cities")
    renewed = [row for row in rows if row["reached"] == "renewed"]
    assert [(row["value"], row["verdict"]) for row in renewed] == [(16, "not_derivable")]


async def test_a_verdict_leads_to_the_claim(client: httpx.AsyncClient) -> None:
    row = next(row for row in await checked(client, "doc-002", "certified-cities") if row["metric"] == "areas")
    claim = await ask(client, row["href"])
    assert claim["quote"] == "มีพื้นที่ที่ได้รับการรับรองเป็นเมืองอัจฉริยะรวม 30 พื้นที่ ใน 23 จังหวัด"
    assert [one["id"] for one in await claims(client, "doc-002", "areas", of="certified-cities")] == [claim["id"]]


@pytest.mark.parametrize(
    ("day", "claimed"),
    [("2020-05-12", None), ("2020-05-13", 27), ("2021-11-05", 50), ("2022-05-03", 54), ("2023-01-05", 61)],
)
async def test_the_count_of_zones_says_how_many_were_claimed(
    client: httpx.AsyncClient, day: str, claimed: int | None
) -> None:
    answer = await ask(client, "/v1/statistics/counts", of="promotion-zones", as_of=day)
    coverage = answer["total"]["coverage"]
    assert coverage["complete"] is False
    assert (coverage["claimed"] or {"value": None})["value"] == claimed
    assert coverage["recorded"] == answer["total"]["areas"] < 12


async def test_cities_and_pilot_areas_are_complete(client: httpx.AsyncClient) -> None:
    for resource, day in (("certified-cities", "2021-11-05"), ("pilot-areas", "2018-09-27")):
        answer = await ask(client, "/v1/statistics/counts", of=resource, as_of=day)
        assert answer["total"]["coverage"]["complete"] is True
        assert answer["total"]["coverage"]["claimed"]["value"] == answer["total"]["areas"] > 9
