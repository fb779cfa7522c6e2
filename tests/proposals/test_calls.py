"""Calls over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

OPEN, CLOSED, UNDATED = (f"00000000-0000-4000-8000-0000000000{number}" for number in range(20, 23))
NAMES = {OPEN: "open", CLOSED: "closed", UNDATED: "undated"}

ROWS = """
INSERT INTO call (id, name, title_th, title_en, opens_on, closes_on) VALUES
('00000000-0000-4000-8000-000000000020', '9/2564', 'รอบทดสอบ', 'Round of trials', '2021-05', NULL),
('00000000-0000-4000-8000-000000000021', NULL, NULL, 'Earlier round', '2020-12-31', '2021-01-31'),
('00000000-0000-4000-8000-000000000022', NULL, NULL, 'Undated round', NULL, NULL);
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with three more calls."""
    with stocked(cluster, template, f"calls_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, **params: Any) -> list[str]:
    """Which of the three are in the list, in its order."""
    return [NAMES[row["id"]] for row in await listed(client, "calls", **params) if row["id"] in NAMES]


async def test_a_call_has_its_number_and_its_days(client: httpx.AsyncClient) -> None:
    call = (await client.get(f"/v1/calls/{OPEN}")).json()
    assert (call["name"], call["display_title"], call["title_en"]) == ("9/2564", "รอบทดสอบ", "Round of trials")
    assert (call["opens_on"], call["closes_on"]) == ("2021-05", None)
    first = (await client.get(f"/v1/calls/{register_id('calls', '1-2563')}")).json()
    assert (first["name"], first["opens_on"]) == ("1/2563", None)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["closed", "open", "undated"]),
        ({"sort": "-opens_on"}, ["open", "closed", "undated"]),
        ({"year": "2021"}, ["open"]),
        ({"year": "2020"}, ["closed"]),
        ({"q": "รอบทดสอบ"}, ["open"]),
    ],
)
async def test_calls_are_found(client: httpx.AsyncClient, params: dict[str, str], expected: list[str]) -> None:
    assert await ours(client, **params) == expected


async def test_calls_exist_on_no_day_in_particular(client: httpx.AsyncClient) -> None:
    refused(await client.get("/v1/calls?as_of=2021-11-05"), "invalid-parameter", ("as_of", "unknown_parameter"))
