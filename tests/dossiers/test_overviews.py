"""A province's overview over HTTP: it says of any day what the resources' own lists say."""

from typing import Any

import httpx
import pytest
from tests.dossiers.stock import CITY, MILESTONE, PROPOSAL
from tests.kit.refusals import refused
from tests.support import listed

from smartcity_api.dossiers.queries.overviews import MOST, SECTIONS
from smartcity_api.dossiers.schemas.overviews import Overview

DAYS = [None, "2018-09-27", "2020-02-11", "2021-11-05", "2022-07-31", "2025-08-19"]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("province", ["83", "82", "10", "21", "23"])
async def test_it_has_what_the_lists_have(client: httpx.AsyncClient, province: str, day: str | None) -> None:
    params = {} if day is None else {"as_of": day}
    answer = await client.get(f"/v1/provinces/{province}/overview", params=params)
    Overview.model_validate_json(answer.content)
    found = answer.json()
    assert (found["province"]["code"], found["as_of"]) == (province, day)
    for name, section in SECTIONS.items():
        rows = await listed(client, section.layer.name, province=province, **params)
        assert found["counts"][name] == len(rows)
        shown = [{key: row[key] for key in section.fields} for row in rows]
        assert [{key: one[key] for key in section.fields} for one in found[name]] == shown
    assert found["counts"]["overdue_milestones"] == sum(row["overdue"] for row in found["milestones"])


async def test_stages_and_milestones_are_those_of_the_day(client: httpx.AsyncClient) -> None:
    stages, late = [], []
    for day in ("2020-02-29", "2021-05-31", "2022-07-31", "2022-08-31"):
        found = (await client.get("/v1/provinces/83/overview", params={"as_of": day})).json()
        stages += [one["stage"] for one in found["proposals"] if one["id"] == PROPOSAL]
        late += [one["overdue"] for one in found["milestones"] if one["id"] == MILESTONE]
    assert stages == ["in_promotion_zone", "plan_approved", "certified", "certified"]
    assert late == [True, False]


async def test_records_lead_on(client: httpx.AsyncClient) -> None:
    found = (await client.get("/v1/provinces/83/overview")).json()
    hrefs = [one["href"] for name in SECTIONS for one in found[name]] + [found["province"]["href"]]
    assert any(CITY in href for href in hrefs)
    assert {(await client.get(href)).status_code for href in hrefs} == {200}


async def test_a_long_list_is_cut_and_counted_whole(client: httpx.AsyncClient) -> None:
    rows = await listed(client, "promotion-zones", province="91")
    found = (await client.get("/v1/provinces/91/overview")).json()
    assert found["counts"]["promotion_zones"] == len(rows) > MOST
    assert [one["id"] for one in found["promotion_zones"]] == [row["id"] for row in rows[:MOST]]


@pytest.mark.parametrize("query", ["as_of=2999-01-01", "as_of=2564-11-05", "as_of=2021", "stage=certified"])
async def test_bad_parameters_are_refused(client: httpx.AsyncClient, query: str) -> None:
    refused(await client.get(f"/v1/provinces/83/overview?{query}"), "invalid-parameter")


async def test_there_is_none_of_what_is_no_province(client: httpx.AsyncClient) -> None:
    refused(await client.get("/v1/provinces/99/overview"), "no-such-record")
    refused(await client.get("/v1/provinces/083/overview"), "invalid-parameter", ("code", "string_pattern_mismatch"))


async def test_it_costs_one_statement_and_is_not_sent_twice(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]]
) -> None:
    first = await client.get("/v1/provinces/83/overview?as_of=2022-07-31")
    assert len(statements) == 1
    again = await client.get(
        "/v1/provinces/83/overview?as_of=2022-07-31", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
