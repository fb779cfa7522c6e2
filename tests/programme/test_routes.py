"""Plans, targets and activities over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

NUMBERED = "00000000-0000-4000-8000-0000000000"
BODY, PUBLIC, DRAFT = (f"{NUMBERED}3{number}" for number in range(1, 4))
OLD, NEW, SECRET = (f"{NUMBERED}4{number}" for number in range(1, 4))
SOON, EVENTUALLY, SOMETIME = (f"{NUMBERED}5{number}" for number in range(1, 4))
HOST, GUEST = (f"{NUMBERED}6{number}" for number in range(1, 3))
COURSE, VISIT = (f"{NUMBERED}7{number}" for number in range(1, 3))
NAMES = {
    OLD: "old",
    NEW: "new",
    SECRET: "secret",
    SOON: "soon",
    EVENTUALLY: "eventually",
    SOMETIME: "sometime",
    COURSE: "course",
    VISIT: "visit",
}

ROWS = """
INSERT INTO body (id, kind, name_th) VALUES ('00000000-0000-4000-8000-000000000031', 'committee', 'คณะทดลอง');
INSERT INTO resolution (id, body_id, title_th, decided_on, published_at) VALUES
('00000000-0000-4000-8000-000000000032', '00000000-0000-4000-8000-000000000031', 'มติทดลอง', '2019-03-08', now()),
('00000000-0000-4000-8000-000000000033', '00000000-0000-4000-8000-000000000031', 'ร่างมติ', '2019-03-08', NULL);
INSERT INTO plan (id, kind, status, title_th, title_en, decided_on, starts_on, ends_on, resolution_id, supersedes_id)
VALUES
('00000000-0000-4000-8000-000000000041', 'phase_plan', 'announced', 'แผนทดลองเดิม', NULL, NULL, NULL, NULL, NULL, NULL),
('00000000-0000-4000-8000-000000000042', 'phase_plan', 'approved', NULL, 'The new trial plan', '2019-03', '2019',
 '2022', '00000000-0000-4000-8000-000000000032', '00000000-0000-4000-8000-000000000041'),
('00000000-0000-4000-8000-000000000043', 'master_plan', 'ordered', NULL, 'A trial of secrecy', '2019-03-08', NULL, NULL,
 '00000000-0000-4000-8000-000000000033', NULL);
INSERT INTO target (id, plan_id, position, title_en, metric, comparator, value, unit, deadline_on, within, subject_type,
                    subject_id)
VALUES
('00000000-0000-4000-8000-000000000051', '00000000-0000-4000-8000-000000000042', 1, 'Ten', 'trial_areas', '=', 10,
 'areas', '2019', NULL, NULL, NULL),
('00000000-0000-4000-8000-000000000052', '00000000-0000-4000-8000-000000000042', 2, 'A lot', 'trial_areas', '>=', 100.5,
 NULL, '2022', NULL, NULL, NULL),
('00000000-0000-4000-8000-000000000053', NULL, NULL, 'Money', 'trial_money', '~', 500000000000, 'THB', NULL, 'P5Y',
 'provinces', '83');
INSERT INTO organisation (id, kind, name_en, abbreviation) VALUES
('00000000-0000-4000-8000-000000000061', 'agency', 'Host', 'H'),
('00000000-0000-4000-8000-000000000062', 'agency', 'Guest', NULL);
INSERT INTO activity (id, kind, title_en, starts_on, ends_on, provinces, organisations, figures, subject_type,
                      subject_id)
VALUES
('00000000-0000-4000-8000-000000000071', 'course', 'A trial course', '2021-11', '2021-12', '{83,10}',
 '{00000000-0000-4000-8000-000000000062,00000000-0000-4000-8000-000000000061}',
 '[{"metric": "people_trained", "comparator": ">", "value": 150, "unit": "people"}]', NULL, NULL),
('00000000-0000-4000-8000-000000000072', 'visit', 'A trial visit', NULL, NULL, '{20}',
 '{00000000-0000-4000-8000-000000000061}', '[]', 'provinces', '20')
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with three more plans and targets, and two more activities."""
    with stocked(cluster, template, f"programme_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    """Which of them are in the list, in its order."""
    found = await listed(client, path, fields="id", **params)
    return [NAMES[row["id"]] for row in found if row["id"] in NAMES]


async def test_a_plan_names_its_resolution_and_what_it_replaces(client: httpx.AsyncClient) -> None:
    plan = (await client.get(f"/v1/plans/{NEW}")).json()
    assert (plan["kind"], plan["status"], plan["decided_on"]) == ("phase_plan", "approved", "2019-03")
    assert (plan["resolution_id"], plan["supersedes_id"]) == (PUBLIC, OLD)
    assert plan["resolution"] == {"id": PUBLIC, "title_th": "มติทดลอง", "title_en": None, "decided_on": "2019-03-08"}
    assert plan["supersedes"] == {"id": OLD, "title_th": "แผนทดลองเดิม", "title_en": None}
    old = (await client.get(f"/v1/plans/{OLD}")).json()
    assert [old[name] for name in ("resolution_id", "resolution", "supersedes_id", "supersedes")] == [None] * 4


async def test_a_resolution_that_is_a_draft_stays_hidden_until_it_is_published(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/plans/{SECRET}")
    assert (answer.json()["resolution_id"], answer.json()["resolution"]) == (None, None)
    assert DRAFT not in answer.text
    for form in ("json", "csv", "ndjson"):
        assert DRAFT not in (await client.get("/v1/plans", params={"f": form, "limit": 1000})).text


async def test_a_target_says_how_much_of_what_by_when_and_in_which_plan(client: httpx.AsyncClient) -> None:
    target = (await client.get(f"/v1/targets/{SOON}")).json()
    assert (target["metric"], target["comparator"], target["value"]) == ("trial_areas", "=", 10)
    assert (target["position"], target["deadline_on"], target["within"]) == (1, "2019", None)
    assert target["plan"] == {"id": NEW, "title_th": None, "title_en": "The new trial plan"}
    money = (await client.get(f"/v1/targets/{SOMETIME}")).json()
    assert (money["value"], money["within"], money["plan"]) == (500000000000, "P5Y", None)
    assert money["subject"] == {"type": "provinces", "id": "83"}


async def test_an_activity_names_who_took_part_in_the_order_of_its_source(client: httpx.AsyncClient) -> None:
    course = (await client.get(f"/v1/activities/{COURSE}")).json()
    assert (course["provinces"], course["starts_on"], course["ends_on"]) == (["83", "10"], "2021-11", "2021-12")
    assert course["organisations"] == [
        {"id": GUEST, "display_name": "Guest", "abbreviation": None},
        {"id": HOST, "display_name": "Host", "abbreviation": "H"},
    ]
    assert course["figures"] == [{"metric": "people_trained", "comparator": ">", "value": 150, "unit": "people"}]
    visit = (await client.get(f"/v1/activities/{VISIT}")).json()
    assert (visit["subject"], visit["figures"]) == ({"type": "provinces", "id": "20"}, [])


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("plans", {}, ["secret", "new", "old"]),
        ("plans", {"sort": "-decided_on"}, ["new", "secret", "old"]),
        ("plans", {"kind": "phase_plan"}, ["new", "old"]),
        ("plans", {"status": "ordered,announced"}, ["secret", "old"]),
        ("plans", {"q": "แผนทดลองเดิม"}, ["old"]),
        ("targets", {}, ["soon", "eventually", "sometime"]),
        ("targets", {"sort": "-deadline_on"}, ["eventually", "soon", "sometime"]),
        ("targets", {"plan": NEW}, ["soon", "eventually"]),
        ("targets", {"metric": "trial_money"}, ["sometime"]),
        ("targets", {"plan": OLD, "metric": "trial_areas"}, []),
        ("targets", {"subject": "provinces/83"}, ["sometime"]),
        ("activities", {}, ["course", "visit"]),
        ("activities", {"kind": "visit"}, ["visit"]),
        ("activities", {"province": "83"}, ["course"]),
        ("activities", {"province": "10,20"}, ["course", "visit"]),
        ("activities", {"region": "ngc6:east"}, ["visit"]),
        ("activities", {"organisation": HOST}, ["course", "visit"]),
        ("activities", {"organisation": GUEST}, ["course"]),
        ("activities", {"subject": "provinces/20"}, ["visit"]),
        ("activities", {"subject": "provinces/83"}, []),
        ("activities", {"q": "course"}, ["course"]),
    ],
)
async def test_they_are_filtered_and_sorted_with_unknown_days_last(
    client: httpx.AsyncClient, path: str, params: dict[str, Any], expected: list[str]
) -> None:
    assert await ours(client, path, **params) == expected


@pytest.mark.parametrize(("path", "name"), [("targets", "plan"), ("activities", "organisation")])
async def test_an_id_that_does_not_exist_is_refused_by_name(client: httpx.AsyncClient, path: str, name: str) -> None:
    unknown = {name: f"{NUMBERED}ff"}
    refused(await client.get(f"/v1/{path}", params=unknown), "invalid-parameter", (name, "unknown_value"))
    problem = refused(await client.get(f"/v1/{path}", params={name: "x"}), "invalid-parameter")
    assert problem["errors"][0]["parameter"].startswith(name)


@pytest.mark.parametrize("path", ["plans", "targets", "activities"])
async def test_none_of_them_is_asked_for_a_day(client: httpx.AsyncClient, path: str) -> None:
    refused(await client.get(f"/v1/{path}", params={"as_of": "2021-11-05"}), "invalid-parameter")


async def test_the_second_phase_plan_replaces_the_first_and_wants_other_numbers(client: httpx.AsyncClient) -> None:
    second = (await client.get(f"/v1/plans/{register_id('plans', 'phase-plan-2562-03')}")).json()
    assert second["supersedes_id"] == str(register_id("plans", "phase-plan-2561-09"))
    wanted = {
        plan: [row["value"] for row in await listed(client, "targets", plan=plan, metric="areas")]
        for plan in (second["supersedes_id"], second["id"])
    }
    assert wanted == {second["supersedes_id"]: [10, 15, 30], second["id"]: [10, 30, 100]}


async def test_the_national_plan_wants_at_least_105_areas_by_2570(client: httpx.AsyncClient) -> None:
    plan = register_id("plans", "nesdp-13-milestone-8")
    (target,) = await listed(client, "targets", plan=str(plan), metric="areas")
    assert (target["comparator"], target["value"], target["deadline_on"]) == (">=", 105, "2027")


async def test_phuket_has_four_workstreams_in_their_order(client: httpx.AsyncClient) -> None:
    found = await listed(client, "activities", subject="provinces/83", kind="workstream")
    named = [row["title_en"] for row in sorted(found, key=lambda row: row["position"])]
    assert len(named) == 4
    for word, title in zip(("Tourism", "Safety", "Environment", "Economy"), named, strict=True):
        assert word in title
    (office,) = found[0]["organisations"]
    assert office["abbreviation"] == "depa"
