"""Milestones over HTTP: what is due, what is late, and how that was on another day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit import days
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

IDS = {f"00000000-0000-4000-8000-0000000000{30 + number}": name for number, name in enumerate("abcdef")}
A, B, C, D, E, F = IDS
CITY = register_id("certified-cities", "b1-03-phuket")
PILOT = register_id("pilot-areas", "pilot-03-phuket")
RESOLUTION = register_id("resolutions", "steering-committee-2560-1-2561-plans")

# a: met in time; b: met late; c: missed; d: due far in the future; e: no day known; f: half met.
ROWS = f"""
INSERT INTO resolution (id, body_id, title_en) VALUES
('00000000-0000-4000-8000-000000000039', '{register_id("bodies", "cabinet")}', 'Draft of trials');
INSERT INTO milestone (id, title_th, title_en, subject_type, subject_id, kind, set_on, resolution_id, due_on, met_on,
                       status, progress, depends_on, evidence) VALUES
('{A}', 'หมุดหมายทดสอบ', 'Trial a', 'provinces', '83', 'plan', '2018-01-31', '{RESOLUTION}', '2019', '2019-06-30',
 'met', 100, '{{}}', '[{{"title": "Report", "url": "https://register.example/report"}}]'),
('{B}', NULL, 'Trial b', 'certified-cities', '{CITY}', 'report', '2018-02', '00000000-0000-4000-8000-000000000039',
 '2019-12', '2020-03', 'met', NULL, '{{{A}}}', '[]'),
('{C}', NULL, 'Trial c', 'pilot-areas', '{PILOT}', 'report', '2018', NULL, '2020-06-30', NULL,
 'not_met', 12.5, '{{}}', '[]'),
('{D}', NULL, 'Trial d', 'districts', '8301', 'review', '2020-01-01', NULL, '2399', NULL, 'scheduled',
 NULL, '{{}}', '[]'),
('{E}', NULL, 'Trial e', 'districts', '5001', 'review', NULL, NULL, NULL, NULL, 'scheduled', NULL, '{{}}', '[]'),
('{F}', NULL, 'Trial f', 'districts', '5001', 'other', '2020', NULL, '2021', '2021-06',
 'partially_met', 50, '{{}}', '[]');
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with six more milestones, one of them replanned twice."""
    changes = f"""
    UPDATE milestone SET due_on = '2020-01' WHERE id = '{B}';
    UPDATE milestone SET due_on = '2020-02', progress = 99.5 WHERE id = '{B}';
    """
    with stocked(cluster, template, f"milestones_{worker_id}", ROWS + changes) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, **params: Any) -> str:
    """Which of the six are in the list, in its order."""
    return "".join(IDS[row["id"]] for row in await listed(client, "milestones", **params) if row["id"] in IDS)


async def test_a_milestone_has_its_subject_its_days_and_the_resolution_that_set_it(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/milestones/{A}")).json()
    assert (found["display_title"], found["subject"]) == ("หมุดหมายทดสอบ", {"type": "provinces", "id": "83"})
    assert (found["set_on"], found["due_on"], found["met_on"]) == ("2018-01-31", "2019", "2019-06-30")
    assert (found["status"], found["overdue"], found["progress"]) == ("met", False, 100)
    assert found["resolution_id"] == found["resolution"]["id"] == str(RESOLUTION)
    assert found["resolution"]["decided_on"] == "2018-01-31"
    assert found["evidence"] == [{"title": "Report", "url": "https://register.example/report"}]
    assert (found["versions"], found["depends_on"]) == ([], [])


async def test_a_draft_that_set_a_milestone_is_not_told(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/milestones/{B}")).json()
    assert (found["resolution_id"], found["resolution"], found["depends_on"]) == (None, None, [A])


async def test_the_earlier_versions_of_its_dates_are_kept(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/milestones/{B}")).json()
    assert (found["version"], found["due_on"], found["progress"]) == (3, "2020-02", 99.5)
    told = [(one["version"], one["due_on"], one["met_on"], one["progress"]) for one in found["versions"]]
    assert told == [(1, "2019-12", "2020-03", None), (2, "2020-01", "2020-03", None)]
    assert all(one["recorded_at"].endswith("Z") for one in found["versions"])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "abcfde"),
        ({"sort": "-due_on"}, "dfcbae"),
        ({"kind": "report,plan"}, "abc"),
        ({"status": "met"}, "ab"),
        ({"status": "scheduled,not_met"}, "cde"),
        ({"subject": "districts/5001"}, "fe"),
        ({"subject": f"certified-cities/{CITY}"}, "b"),
        ({"province": "83"}, "abcd"),
        ({"province": "50"}, "fe"),
        ({"province": "50,83", "kind": "review"}, "de"),
        ({"overdue": "true"}, "cf"),
        ({"overdue": "false"}, "abde"),
        ({"q": "หมุดหมายทดสอบ"}, "a"),
        ({"due_before": "2020-06-30"}, "ab"),
        ({"due_before": "2020-07-01"}, "abc"),
        ({"due_before": "2020-07-01", "sort": "-due_on"}, "cba"),
        ({"due_after": "2021-12-30"}, "fd"),
        ({"due_after": "2021-12-31", "sort": "-due_on"}, "d"),
        ({"due_after": "2019-12-31", "due_before": "2021-12-31"}, "bc"),
        ({"due_after": "2020-06-30", "due_before": "2020-06-30"}, ""),
    ],
)
async def test_milestones_are_found(client: httpx.AsyncClient, params: dict[str, str], expected: str) -> None:
    assert await ours(client, **params) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-01-30", ""),
        ("2018-01-31", "a"),
        ("2018-02-28", "ab"),
        ("2018-12-30", "ab"),
        ("2018-12-31", "abc"),
        ("2020-01-01", "abcd"),
        ("2020-12-31", "abcfd"),
    ],
)
async def test_a_milestone_exists_since_it_was_set(client: httpx.AsyncClient, day: str, expected: str) -> None:
    assert await ours(client, as_of=day) == expected


@pytest.mark.parametrize(
    ("day", "statuses", "late"),
    [
        ("2019-06-29", {"a": "scheduled", "b": "scheduled", "c": "scheduled"}, ""),
        ("2019-06-30", {"a": "met", "b": "scheduled", "c": "scheduled"}, ""),
        ("2020-02-29", {"a": "met", "b": "scheduled", "c": "scheduled", "d": "scheduled"}, ""),
        ("2020-03-01", {"a": "met", "b": "scheduled", "c": "scheduled", "d": "scheduled"}, "b"),
        ("2020-03-31", {"a": "met", "b": "met", "c": "scheduled", "d": "scheduled"}, ""),
        ("2020-06-30", {"a": "met", "b": "met", "c": "not_met", "d": "scheduled"}, ""),
        ("2020-07-01", {"a": "met", "b": "met", "c": "not_met", "d": "scheduled"}, "c"),
        ("2021-06-30", {"a": "met", "b": "met", "c": "not_met", "d": "scheduled", "f": "partially_met"}, "c"),
        ("2022-01-01", {"a": "met", "b": "met", "c": "not_met", "d": "scheduled", "f": "partially_met"}, "cf"),
    ],
)
async def test_status_and_lateness_are_those_of_the_day(
    client: httpx.AsyncClient, day: str, statuses: dict[str, str], late: str
) -> None:
    found = [row for row in await listed(client, "milestones", as_of=day) if row["id"] in IDS]
    assert {IDS[row["id"]]: row["status"] for row in found} == statuses
    assert "".join(IDS[row["id"]] for row in found if row["overdue"]) == late
    assert await ours(client, as_of=day, overdue="true") == late
    assert sorted(await ours(client, as_of=day, overdue="false")) == sorted(statuses.keys() - set(late))
    for status in ("scheduled", "met", "partially_met", "not_met"):
        expected = sorted(name for name, found_status in statuses.items() if found_status == status)
        assert sorted(await ours(client, as_of=day, status=status)) == expected


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        ("2019-06-29", 0, ""),
        ("2019-06-29", 185, "a"),
        ("2019-06-30", 185, ""),
        ("2020-02-29", 0, "b"),
        ("2020-02-28", 1, "b"),
        ("2020-02-28", 122, "b"),
        ("2020-02-28", 123, "bc"),
        ("2020-03-01", 121, "c"),
        ("2020-06-30", 0, "c"),
        ("2020-12-31", 3660, "f"),
        ("2022-01-01", 7320, ""),
    ],
)
@pytest.mark.parametrize("sort", ["due_on", "-due_on"])
async def test_what_is_due_soon_is_neither_met_nor_late(
    client: httpx.AsyncClient, day: str, within: int, expected: str, sort: str
) -> None:
    found = await ours(client, as_of=day, due_within_days=within, sort=sort)
    assert found == (expected if sort == "due_on" else expected[::-1])


async def test_due_soon_is_meant_from_today_where_no_day_is_asked(client: httpx.AsyncClient) -> None:
    assert await ours(client, due_within_days=7320) == ""
    today = days.today().isoformat()
    for params in ({}, {"as_of": today}):
        left = {
            IDS[row["id"]]: row["days_left"] for row in await listed(client, "milestones", **params) if row["id"] in IDS
        }
        assert left["d"] == (date(2399, 12, 31) - days.today()).days


async def test_the_days_that_are_left_tell_what_is_late(client: httpx.AsyncClient) -> None:
    expected = {
        "2019-06-29": {"a": 185, "b": 245, "c": 367},
        "2020-03-01": {"a": None, "b": -1, "c": 121, "d": 138731},
        "2020-07-01": {"a": None, "b": None, "c": -1, "d": 138609},
    }
    for day, left in expected.items():
        found = [row for row in await listed(client, "milestones", as_of=day) if row["id"] in IDS]
        assert {IDS[row["id"]]: row["days_left"] for row in found} == left
    for params in ({}, {"as_of": "2020-07-01"}):
        for row in await listed(client, "milestones", **params):
            assert row["overdue"] == (row["days_left"] is not None and row["days_left"] < 0)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("due_before=2020", "not_a_day"),
        ("due_before=2569-01-01", "ambiguous-era"),
        ("due_after=2020-02-30", "no_such_day"),
        ("due_within_days=-1", "greater_than_equal"),
        ("due_within_days=7321", "less_than_equal"),
        ("overdue=perhaps", "bool_parsing"),
        ("province=99", "unknown_value"),
        ("subject=83", "malformed"),
        ("as_of=2564-11-05", "ambiguous-era"),
        ("status=late", "literal_error"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str, code: str) -> None:
    refused(await client.get(f"/v1/milestones?{query}"), "invalid-parameter", (query.partition("=")[0], code))


async def test_the_register_knows_what_was_promised_to_phuket(client: httpx.AsyncClient) -> None:
    found = await listed(client, "milestones", province="83", as_of="2023-02-01", overdue="true")
    plan = next(row for row in found if row["id"] not in IDS)
    assert plan["id"] == str(register_id("milestones", "strategic-plan-phuket"))
    assert (plan["horizon"], plan["due_on"], plan["status"], plan["overdue"]) == (
        "P5Y",
        "2023-01-31",
        "scheduled",
        True,
    )
    before = await listed(client, "milestones", province="83", as_of="2023-01-31", overdue="true")
    assert plan["id"] not in [row["id"] for row in before]
