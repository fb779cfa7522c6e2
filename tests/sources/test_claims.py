"""Claims over HTTP: values of every kind, who states them, what they are about, and conflicts side by side."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

SOURCE = str(register_id("sources", "iso-3166-2-th"))
OTHER = str(register_id("sources", "geoboundaries-tha-adm2"))
ABOUT = "00000000-0000-4000-8000-00000000002"
COUNT, RIVAL, DAY, NAMED, LISTED = (f"{ABOUT}{number}" for number in range(1, 6))
NAMES = {COUNT: "count", RIVAL: "rival", DAY: "day", NAMED: "named", LISTED: "listed"}

ROWS = """
INSERT INTO claim (id, source_id, metric, of, comparator, value, unit, as_of, stage, reached, city_type, subject_type,
                   subject_id, quote, note)
SELECT told.id::uuid, source.id, metric, of, comparator, value::jsonb, unit, as_of, stage, reached, city_type,
       subject_type, subject_id, quote, note
  FROM (VALUES
    ('00000000-0000-4000-8000-000000000021', 'iso-3166-2-th', 'trial_areas', 'certified-cities', '=', '30', 'areas',
     '2022-11-09', 'granted', 'acknowledged', 'livable', NULL, NULL, 'รวมเป็นสามสิบพื้นที่', NULL),
    ('00000000-0000-4000-8000-000000000022', 'geoboundaries-tha-adm2', 'trial_areas', 'certified-cities', '>=', '30.5',
     NULL, '2022', 'granted', NULL, 'newable', NULL, NULL, NULL, 'the two sources differ'),
    ('00000000-0000-4000-8000-000000000023', 'iso-3166-2-th', 'trial_day', NULL, '~', '"2021-11-05"', NULL, NULL, NULL,
     NULL, NULL, 'provinces', '83', NULL, NULL),
    ('00000000-0000-4000-8000-000000000024', 'iso-3166-2-th', 'trial_names', 'provinces', '=', '["ภูเก็ต", 2]', NULL,
     NULL, NULL, NULL, NULL, 'districts', '8301', NULL, NULL),
    ('00000000-0000-4000-8000-000000000025', 'iso-3166-2-th', 'trial_provinces', 'provinces', '=',
     '[{"type": "provinces", "id": "83"}, {"type": "provinces", "id": "10"}]', NULL, '2018-01', NULL, NULL, NULL, NULL,
     NULL, NULL, NULL)
  ) AS told(id, slug, metric, of, comparator, value, unit, as_of, stage, reached, city_type, subject_type, subject_id,
            quote, note)
  JOIN source ON source.slug = told.slug
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with five more claims."""
    with stocked(cluster, template, f"claims_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, **params: Any) -> list[str]:
    """Which of the five are in the list, in its order."""
    found = await listed(client, "claims", fields="id", **params)
    return [NAMES[row["id"]] for row in found if row["id"] in NAMES]


async def test_a_claim_says_who_states_what_in_which_words(client: httpx.AsyncClient) -> None:
    claim = (await client.get(f"/v1/claims/{COUNT}")).json()
    assert (claim["metric"], claim["of"], claim["comparator"]) == ("trial_areas", "certified-cities", "=")
    assert (claim["value"], claim["unit"], claim["as_of"]) == (30, "areas", "2022-11-09")
    assert (claim["stage"], claim["reached"], claim["city_type"]) == ("granted", "acknowledged", "livable")
    assert (claim["quote"], claim["subject"]) == ("รวมเป็นสามสิบพื้นที่", None)
    source = (await client.get(f"/v1/sources/{claim['source_id']}")).json()
    assert claim["source"] == {name: source[name] for name in ("id", "slug", "title", "publisher", "reliability")}


async def test_a_value_is_a_number_a_text_or_an_ordered_list(client: httpx.AsyncClient) -> None:
    found = {NAMES[row["id"]]: row["value"] for row in await listed(client, "claims") if row["id"] in NAMES}
    assert found == {
        "count": 30,
        "rival": 30.5,
        "day": "2021-11-05",
        "named": ["ภูเก็ต", 2],
        "listed": [{"type": "provinces", "id": "83"}, {"type": "provinces", "id": "10"}],
    }
    sheet = await client.get("/v1/claims", params={"f": "csv", "fields": "value", "metric": "trial_day"})
    assert [json.loads(row["value"]) for row in csv.DictReader(io.StringIO(sheet.text, newline=""))] == ["2021-11-05"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {"count", "rival", "day", "named", "listed"}),
        ({"of": "certified-cities"}, {"count", "rival"}),
        ({"metric": "trial_areas"}, {"count", "rival"}),
        ({"source": SOURCE}, {"count", "day", "named", "listed"}),
        ({"source": [SOURCE, OTHER], "metric": "trial_areas"}, {"count", "rival"}),
        ({"source": OTHER}, {"rival"}),
        ({"subject": "provinces/83"}, {"day"}),
        ({"subject": "districts/8301"}, {"named"}),
        ({"subject": "provinces/8301"}, set()),
        ({"stage": "granted"}, {"count", "rival"}),
        ({"reached": "acknowledged"}, {"count"}),
        ({"city_type": "newable"}, {"rival"}),
        ({"q": "สามสิบพื้นที่"}, {"count"}),
        ({"q": "the two sources differ"}, {"rival"}),
    ],
)
async def test_they_are_filtered(client: httpx.AsyncClient, params: dict[str, Any], expected: set[str]) -> None:
    assert set(await ours(client, **params)) == expected


async def test_they_are_sorted_by_the_last_day_that_they_may_mean(client: httpx.AsyncClient) -> None:
    upwards = await ours(client, sort="as_of")
    assert upwards[:3] == ["listed", "count", "rival"]
    assert set(upwards[3:]) == {"day", "named"}
    downwards = await ours(client, sort="-as_of")
    assert downwards[:3] == ["rival", "count", "listed"]
    assert set(downwards[3:]) == {"day", "named"}


async def test_what_cannot_be_is_refused_by_name(client: httpx.AsyncClient) -> None:
    unknown = {"source": "00000000-0000-4000-8000-0000000000ff"}
    refused(await client.get("/v1/claims", params=unknown), "invalid-parameter", ("source", "unknown_value"))
    wrong = {"subject": "cities/1"}
    refused(await client.get("/v1/claims", params=wrong), "invalid-parameter", ("subject", "unknown_resource"))
    for name, value in (("subject", "83"), ("of", "cities"), ("as_of", "2021-11-05"), ("metric", "How many?")):
        problem = refused(await client.get("/v1/claims", params={name: value}), "invalid-parameter")
        assert [fault["parameter"] for fault in problem["errors"]] == [name]


async def test_what_the_third_document_states_is_there_word_for_word(client: httpx.AsyncClient) -> None:
    document = str(register_id("sources", "doc-002"))
    found = {
        row["metric"]: (row["comparator"], row["value"]) for row in await listed(client, "claims", source=document)
    }
    stated = {
        "approved_areas": ("=", 15),
        "approved_provinces": ("=", 14),
        "areas": ("=", 30),
        "provinces": ("=", 23),
        "people_trained": (">", 150),
        "value_added": (">", 600_000_000),
    }
    assert stated.items() <= found.items()


async def test_sources_that_contradict_each_other_stand_side_by_side(client: httpx.AsyncClient) -> None:
    found = await listed(client, "claims", of="promotion-zones", metric="areas")
    assert len({row["value"] for row in found}) > 1
    assert len({row["source_id"] for row in found}) > 1
