"""Organisations over HTTP: names, parents, provinces, and what existed on a day."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

MINISTRY, AGENCY, TOWN, CITY = (f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
NAMES = {MINISTRY: "ministry", AGENCY: "agency", TOWN: "town", CITY: "city"}

ROWS = """
INSERT INTO organisation (id, kind, name_th, name_en, abbreviation, province_code, parent_id, valid_from_on,
                          valid_until_on, variants, local_government_types) VALUES
('00000000-0000-4000-8000-000000000001', 'ministry', 'กระทรวงทดสอบ', 'Ministry of Trials', 'MT', NULL, NULL,
 '2016', NULL, '[]', '[]'),
('00000000-0000-4000-8000-000000000002', 'agency', NULL, 'Trial Agency', NULL, NULL,
 '00000000-0000-4000-8000-000000000001', '2017-01', '2020-06-30', '[]', '[]'),
('00000000-0000-4000-8000-000000000003', 'local_government', NULL, NULL, NULL, '83', NULL, NULL, NULL,
 (SELECT jsonb_build_array(jsonb_build_object('text', 'เทศบาลลองดู', 'language', 'th', 'source_id', min(id::text)))
    FROM source), '[{"type": "town_municipality"}]'),
('00000000-0000-4000-8000-000000000004', 'local_government', 'เทศบาลนครลองดู', NULL, NULL, '50', NULL, '2020-07',
 '2021', '[]', '[{"type": "town_municipality", "valid_until_on": "2020"},
                 {"type": "city_municipality", "valid_from_on": "2020"}]')
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with four more organisations."""
    with stocked(cluster, template, f"organisations_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, **params: Any) -> list[str]:
    """Which of the four are in the list, in its order."""
    found = await listed(client, "organisations", fields="id", **params)
    return [NAMES[row["id"]] for row in found if row["id"] in NAMES]


async def test_a_record_has_its_names_and_its_parent_in_short(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/organisations/{AGENCY}")
    agency = answer.json()
    assert (agency["display_name"], agency["name_th"], agency["name_en"]) == ("Trial Agency", None, "Trial Agency")
    assert agency["parent_id"] == MINISTRY
    assert agency["parent"] == {"id": MINISTRY, "display_name": "กระทรวงทดสอบ", "abbreviation": "MT"}
    assert (agency["valid_from_on"], agency["valid_until_on"]) == ("2017-01", "2020-06-30")
    assert answer.headers["etag"].startswith('"1-')
    assert (await client.get(f"/v1/organisations/{MINISTRY}")).json()["parent"] is None
    refused(await client.get("/v1/organisations/00000000-0000-4000-8000-0000000000ff"), "no-such-record")


async def test_a_variant_is_the_name_to_show_where_there_is_no_official_one(client: httpx.AsyncClient) -> None:
    town = (await client.get(f"/v1/organisations/{TOWN}")).json()
    assert (town["display_name"], town["province"]) == ("เทศบาลลองดู", "83")
    assert (await client.get(f"/v1/sources/{town['variants'][0]['source_id']}")).status_code == 200
    assert await ours(client, q="ลองดู") == ["city", "town"]
    assert await ours(client, q="trail agency") == ["agency"]


async def test_a_local_government_keeps_its_earlier_types(client: httpx.AsyncClient) -> None:
    city = (await client.get(f"/v1/organisations/{CITY}")).json()
    assert city["local_government_types"] == [
        {"type": "town_municipality", "valid_until_on": "2020"},
        {"type": "city_municipality", "valid_from_on": "2020"},
    ]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": "ministry"}, ["ministry"]),
        ({"kind": "ministry,agency"}, ["ministry", "agency"]),
        ({"province": "83"}, ["town"]),
        ({"province": ["83", "50"]}, ["city", "town"]),
        ({"region": "ngc6:north"}, ["city"]),
        ({"parent": MINISTRY}, ["agency"]),
        ({"kind": "local_government", "province": "50"}, ["city"]),
        ({"kind": "university", "province": "83"}, []),
        ({"sort": "-display_name"}, ["agency", "town", "city", "ministry"]),
    ],
)
async def test_they_are_filtered_and_sorted(
    client: httpx.AsyncClient, params: dict[str, Any], expected: list[str]
) -> None:
    assert await ours(client, **params) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2016-12-30", []),
        ("2016-12-31", ["ministry"]),
        ("2017-01-31", ["agency", "ministry"]),
        ("2020-06-30", ["agency", "ministry"]),
        ("2020-07-31", ["ministry", "city"]),
        ("2021-12-31", ["ministry", "city"]),
        ("2022-01-01", ["ministry"]),
    ],
)
async def test_a_day_selects_what_certainly_existed_at_its_end(
    client: httpx.AsyncClient, day: str, expected: list[str]
) -> None:
    assert sorted(await ours(client, as_of=day)) == sorted(expected)
    page = await client.get("/v1/organisations", params={"as_of": day})
    assert (page.json()["as_of"], page.headers["x-as-of"]) == (day, day)


async def test_what_does_not_exist_is_refused_by_name(client: httpx.AsyncClient) -> None:
    for name, value in (("parent", "00000000-0000-4000-8000-0000000000ff"), ("province", "99")):
        refused(
            await client.get("/v1/organisations", params={name: value}), "invalid-parameter", (name, "unknown_value")
        )
    for name, value in (("parent", "x"), ("kind", "army"), ("as_of", "2564-11-05"), ("as_of", "2021")):
        problem = refused(await client.get("/v1/organisations", params={name: value}), "invalid-parameter")
        assert problem["errors"][0]["parameter"].startswith(name)


async def test_the_office_that_promotes_smart_cities_is_under_its_ministry(client: httpx.AsyncClient) -> None:
    (depa,) = [row for row in await listed(client, "organisations", kind="agency") if row["abbreviation"] == "depa"]
    ministry = (await client.get(f"/v1/organisations/{depa['parent_id']}")).json()
    assert (ministry["kind"], ministry["name_en"]) == ("ministry", "Ministry of Digital Economy and Society")
    assert depa["parent"]["display_name"] == ministry["display_name"]
    assert depa["sources"]
