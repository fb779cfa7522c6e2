"""Frameworks over HTTP: ordered entries, versions, and which version held on a day."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

OLD, NEW, UNDATED = (f"00000000-0000-4000-8000-00000000001{number}" for number in range(1, 4))
NAMES = {OLD: "old", NEW: "new", UNDATED: "undated"}

PUBLIC, DRAFT = (f"00000000-0000-4000-8000-00000000002{number}" for number in range(1, 3))

ROWS = """
INSERT INTO body (id, kind, name_en) VALUES ('00000000-0000-4000-8000-000000000020', 'committee', 'Trial committee');
INSERT INTO resolution (id, body_id, title_en, published_at) VALUES
('00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-000000000020', 'Published', now()),
('00000000-0000-4000-8000-000000000022', '00000000-0000-4000-8000-000000000020', 'A draft', NULL);
INSERT INTO framework (id, kind, label, title_th, title_en, items, note, valid_from_on, valid_until_on, resolution_id)
VALUES
('00000000-0000-4000-8000-000000000011', 'dimensions', 'trial-1', NULL, 'Six trial dimensions',
 '[{"code": "living", "name_en": "Smart Living"}, {"code": "economy", "name_th": "เศรษฐกิจ", "compulsory": true}]',
 'a note', '2018-01-31', '2018-09-26', '00000000-0000-4000-8000-000000000021'),
('00000000-0000-4000-8000-000000000012', 'dimensions', 'trial-2', 'มิติทดลอง', NULL,
 '[{"code": "environment", "value": 3.50, "unit": "years"}, {"code": "living", "value": "all"}]', NULL,
 '2018-09-27', NULL, '00000000-0000-4000-8000-000000000022'),
('00000000-0000-4000-8000-000000000013', 'incentives', 'trial-2', 'สิทธิประโยชน์ทดลอง', NULL, '[]', NULL,
 NULL, '2019', NULL)
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with three more frameworks."""
    with stocked(cluster, template, f"frameworks_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, **params: Any) -> list[str]:
    """Which of the three are in the list, in its order."""
    found = await listed(client, "frameworks", fields="id", **params)
    return [NAMES[row["id"]] for row in found if row["id"] in NAMES]


async def test_entries_keep_their_order_and_have_only_what_is_known(client: httpx.AsyncClient) -> None:
    old = (await client.get(f"/v1/frameworks/{OLD}")).json()
    assert old["items"] == [
        {"code": "living", "name_en": "Smart Living"},
        {"code": "economy", "name_th": "เศรษฐกิจ", "compulsory": True},
    ]
    assert (old["kind"], old["label"], old["note"], old["plan_id"]) == ("dimensions", "trial-1", "a note", None)
    new = (await client.get(f"/v1/frameworks/{NEW}")).json()
    assert [entry["value"] for entry in new["items"]] == [3.5, "all"]


async def test_a_framework_names_its_resolution_once_that_is_published(client: httpx.AsyncClient) -> None:
    for framework, expected in ((OLD, PUBLIC), (NEW, None), (UNDATED, None)):
        assert (await client.get(f"/v1/frameworks/{framework}")).json()["resolution_id"] == expected
    assert DRAFT not in (await client.get("/v1/frameworks", params={"f": "csv", "label": "trial-2"})).text


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["old", "new", "undated"]),
        ({"sort": "-valid_from_on"}, ["new", "old", "undated"]),
        ({"kind": "dimensions"}, ["old", "new"]),
        ({"kind": "incentives,pillars"}, ["undated"]),
        ({"label": "trial-2"}, ["new", "undated"]),
        ({"kind": "dimensions", "label": "trial-2"}, ["new"]),
        ({"label": "trial"}, []),
        ({"q": "trial dimensions"}, ["old"]),
    ],
)
async def test_they_are_filtered_and_sorted_with_unknown_days_last(
    client: httpx.AsyncClient, params: dict[str, Any], expected: list[str]
) -> None:
    assert await ours(client, **params) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2018-01-30", []), ("2018-01-31", ["old"]), ("2018-09-26", ["old"]), ("2018-09-27", ["new"])],
)
async def test_on_a_day_there_is_the_version_that_held(
    client: httpx.AsyncClient, day: str, expected: list[str]
) -> None:
    assert await ours(client, as_of=day) == expected
    counted = await client.get("/v1/frameworks", params={"as_of": day, "q": "trial", "count": "exact", "limit": 1})
    assert counted.json()["as_of"] == day


async def test_a_label_or_kind_that_cannot_be_is_refused(client: httpx.AsyncClient) -> None:
    for name, value in (("label", "Version 1"), ("kind", "dimension"), ("sort", "label"), ("province", "83")):
        problem = refused(await client.get("/v1/frameworks", params={name: value}), "invalid-parameter")
        assert [fault["parameter"] for fault in problem["errors"]] == [name]


DIMENSIONS = {
    "v1": ["mobility", "energy_and_environment", "economy", "living", "people", "governance"],
    "v2": ["community", "environment", "mobility", "energy", "economy", "governance"],
    "v3": ["economy", "mobility", "energy", "environment", "governance", "living", "people"],
}


@pytest.mark.parametrize(("day", "label"), [("2018-01-31", "v1"), ("2018-06-18", "v2"), ("2021-11-05", "v3")])
async def test_the_dimensions_were_others_three_times(client: httpx.AsyncClient, day: str, label: str) -> None:
    found = await listed(client, "frameworks", kind="dimensions", as_of=day)
    own = [row for row in found if row["id"] not in NAMES]
    assert [row["label"] for row in own] == [label]
    assert [entry["code"] for entry in own[0]["items"]] == DIMENSIONS[label]
    assert own[0]["sources"]
