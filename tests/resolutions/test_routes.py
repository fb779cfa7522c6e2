"""Bodies, meetings and resolutions over HTTP: who resolved what, when, and what nobody may see yet."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

BOARD, GROUP, MEETING, FIRST, SECOND, DRAFT, TOWN = (
    f"00000000-0000-4000-8000-0000000000{number}" for number in range(10, 17)
)
NAMES = {BOARD: "board", GROUP: "group", FIRST: "first", SECOND: "second", DRAFT: "draft"}

ROWS = """
INSERT INTO organisation (id, kind, name_en, abbreviation) VALUES
('00000000-0000-4000-8000-000000000016', 'local_government', 'Town of Trials', 'TT');
INSERT INTO body (id, kind, mandate, name_th, name_en, parent_id, valid_from_on, valid_until_on, members) VALUES
('00000000-0000-4000-8000-000000000010', 'board', 'board', 'คณะกรรมการทดสอบ', 'Trial Board', NULL, '2018', NULL, '[]'),
('00000000-0000-4000-8000-000000000011', 'working_group', NULL, NULL, 'Trial Group',
 '00000000-0000-4000-8000-000000000010', '2019-03', '2020-06-30',
 '[{"role": "secretary", "position": "Clerk", "organisation_id": "00000000-0000-4000-8000-000000000016"},
   {"role": "chair", "name_en": "A. Chair"}]');
INSERT INTO meeting (id, body_id, number, held_on, chair) VALUES
('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000010', '7/2563', '2020-12', 'ประธานทดสอบ');
INSERT INTO resolution (id, body_id, meeting_id, title_th, title_en, decided_on, supersedes_id, votes, published_at)
VALUES
('00000000-0000-4000-8000-000000000013', '00000000-0000-4000-8000-000000000010',
 '00000000-0000-4000-8000-000000000012', 'มติทดสอบ', 'First trial', NULL, NULL,
 '{"for": 5, "against": 1, "abstained": 0}', '2021-01-31T17:00:00Z'),
('00000000-0000-4000-8000-000000000014', '00000000-0000-4000-8000-000000000010', NULL, NULL, 'Second trial',
 '2021-01-01', '00000000-0000-4000-8000-000000000013', NULL, '2021-02-01T00:00:00Z'),
('00000000-0000-4000-8000-000000000015', '00000000-0000-4000-8000-000000000010', NULL, NULL, 'Trial draft',
 '2021-01-02', '00000000-0000-4000-8000-000000000014', NULL, NULL);
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id, text, stated_subjects) VALUES
(gen_random_uuid(), '00000000-0000-4000-8000-000000000013', 2, 'order', 'districts', '8301', NULL, NULL),
(gen_random_uuid(), '00000000-0000-4000-8000-000000000013', 1, 'defer', NULL, NULL, '16 cities', 16),
(gen_random_uuid(), '00000000-0000-4000-8000-000000000014', 1, 'defer', 'districts', '8301', NULL, NULL),
(gen_random_uuid(), '00000000-0000-4000-8000-000000000015', 1, 'order', 'districts', '8301', NULL, NULL);
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with two more bodies and what they resolved."""
    with stocked(cluster, template, f"resolutions_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def ours(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    """Which of the rows above are in the list, in its order."""
    found = await listed(client, path, fields="id", **params)
    return [NAMES[row["id"]] for row in found if row["id"] in NAMES]


async def test_a_body_has_its_parent_and_its_members_with_their_organisations(client: httpx.AsyncClient) -> None:
    group = (await client.get(f"/v1/bodies/{GROUP}")).json()
    assert (group["display_name"], group["mandate"], group["parent_id"]) == ("Trial Group", None, BOARD)
    assert group["parent"] == {"id": BOARD, "display_name": "คณะกรรมการทดสอบ", "kind": "board"}
    validity = ("valid_from_on", "valid_until_on")
    nobody = dict.fromkeys(("name_th", "name_en", "position", "organisation_id", "organisation", *validity))
    town = {"id": TOWN, "display_name": "Town of Trials", "abbreviation": "TT"}
    assert group["members"] == [
        {**nobody, "role": "secretary", "position": "Clerk", "organisation_id": TOWN, "organisation": town},
        {**nobody, "role": "chair", "name_en": "A. Chair"},
    ]
    assert (await client.get(f"/v1/bodies/{BOARD}")).json()["members"] == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "trial"}, ["board", "group"]),
        ({"kind": "board"}, ["board"]),
        ({"kind": "board,working_group", "sort": "-valid_from_on"}, ["group", "board"]),
        ({"mandate": "board"}, ["board"]),
        ({"parent": BOARD}, ["group"]),
        ({"organisation": TOWN}, ["group"]),
        ({"as_of": "2018-12-30"}, []),
        ({"as_of": "2018-12-31"}, ["board"]),
        ({"as_of": "2019-03-31", "sort": "valid_from_on"}, ["board", "group"]),
        ({"as_of": "2020-06-30", "kind": "working_group"}, ["group"]),
        ({"as_of": "2020-07-01"}, ["board"]),
    ],
)
async def test_bodies_are_found(client: httpx.AsyncClient, params: dict[str, str], expected: list[str]) -> None:
    assert await ours(client, "bodies", **params) == expected


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"body": BOARD}, True),
        ({"body": GROUP}, False),
        ({"year": "2020"}, True),
        ({"year": "๒๐๒๐"}, True),
        ({"year": "2021"}, False),
        ({"q": "ประธานทดสอบ"}, True),
        ({"q": "7/2563"}, True),
    ],
)
async def test_meetings_are_found(client: httpx.AsyncClient, params: dict[str, str], found: bool) -> None:
    assert (MEETING in [row["id"] for row in await listed(client, "meetings", **params)]) == found


async def test_a_meeting_has_its_body_in_short(client: httpx.AsyncClient) -> None:
    meeting = (await client.get(f"/v1/meetings/{MEETING}")).json()
    assert (meeting["number"], meeting["held_on"], meeting["place"]) == ("7/2563", "2020-12", None)
    assert (meeting["body_id"], meeting["body"]["display_name"]) == (BOARD, "คณะกรรมการทดสอบ")


async def test_a_resolution_has_its_decisions_in_order(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/resolutions/{FIRST}")).json()
    assert found["display_title"] == "มติทดสอบ"
    assert (found["decided_on"], found["published_at"]) == ("2020-12", "2021-01-31T17:00:00.000000Z")
    assert found["body"] == {"id": BOARD, "display_name": "คณะกรรมการทดสอบ", "kind": "board"}
    assert found["meeting"] == {"id": MEETING, "number": "7/2563", "held_on": "2020-12"}
    assert found["votes"] == {"for": 5, "against": 1, "abstained": 0}
    first, second = found["decisions"]
    assert (first["position"], first["action"], first["subject"]) == (1, "defer", None)
    assert (first["text"], first["stated_subjects"], first["sources"]) == ("16 cities", 16, [])
    assert (second["position"], second["subject"]) == (2, {"type": "districts", "id": "8301"})


async def test_a_resolution_with_several_decisions_is_one_line_of_ndjson(client: httpx.AsyncClient) -> None:
    (first,) = await listed(client, "resolutions", meeting=MEETING)
    assert len(first["decisions"]) == 2
    assert first == (await client.get(f"/v1/resolutions/{FIRST}")).json()


async def test_superseding_is_told_by_both(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get(f"/v1/resolutions/{one}")).json() for one in (FIRST, SECOND)]
    assert (second["supersedes_id"], second["meeting"]) == (FIRST, None)
    assert second["supersedes"] == {"id": FIRST, "display_title": "มติทดสอบ", "decided_on": "2020-12"}
    assert first["superseded_by"] == [{"id": SECOND, "display_title": "Second trial", "decided_on": "2021-01-01"}]
    assert (first["supersedes_id"], first["supersedes"]) == (None, None)


async def test_a_draft_is_as_good_as_absent(client: httpx.AsyncClient) -> None:
    refused(await client.get(f"/v1/resolutions/{DRAFT}"), "no-such-record")
    assert (await client.get(f"/v1/resolutions/{SECOND}")).json()["superseded_by"] == []
    for form in ("json", "csv", "ndjson"):
        answer = await client.get("/v1/resolutions", params={"f": form, "body": BOARD, "count": "exact"})
        assert SECOND in answer.text
        assert DRAFT not in answer.text
        assert int(answer.headers.get("x-matched") or answer.json()["matched"]) == 2


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"body": BOARD}, ["first", "second"]),
        ({"body": GROUP}, []),
        ({"meeting": MEETING}, ["first"]),
        ({"year": "2021"}, ["second"]),
        ({"subject": "districts/8301", "sort": "-decided_on"}, ["second", "first"]),
        ({"subject": "districts/8302"}, []),
        ({"action": "order"}, ["first"]),
        ({"action": "order,defer"}, ["first", "second"]),
        ({"action": "defer", "subject": "districts/8301"}, ["second"]),
        ({"q": "second trail"}, ["second"]),
    ],
)
async def test_resolutions_are_found(client: httpx.AsyncClient, params: dict[str, str], expected: list[str]) -> None:
    assert await ours(client, "resolutions", **params) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("meetings?year=2563", "ambiguous-era"),
        ("meetings?year=20", "not_a_year"),
        ("meetings?year=1899", "not_a_year"),
        ("resolutions?year=last", "not_a_year"),
        ("meetings?as_of=2021-11-05", "unknown_parameter"),
        ("resolutions?as_of=2021-11-05", "unknown_parameter"),
        ("resolutions?subject=cities/1", "unknown_resource"),
        (f"resolutions?meeting={BOARD}", "unknown_value"),
        (f"resolutions?body={MEETING}", "unknown_value"),
        (f"bodies?organisation={BOARD}", "unknown_value"),
        (f"bodies?parent={TOWN}", "unknown_value"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str, code: str) -> None:
    parameter = query.partition("?")[2].partition("=")[0]
    refused(await client.get(f"/v1/{query}"), "invalid-parameter", (parameter, code))


async def test_the_register_knows_who_approved_the_batch_of_2564(client: httpx.AsyncClient) -> None:
    body = register_id("bodies", "steering-committee-2562")
    (meeting,) = await listed(client, "meetings", body=body, year="2021")
    assert (meeting["number"], meeting["held_on"]) == ("1/2564", "2021-11-05")
    city = register_id("certified-cities", "b4-01-tinicon-valley")
    (grant,) = await listed(client, "resolutions", subject=f"certified-cities/{city}", action="grant")
    assert (grant["body"]["kind"], grant["decided_on"]) == ("board", "2025-08-19")
    assert [one["stated_subjects"] for one in grant["decisions"] if one["stated_subjects"]] == [16]


async def test_the_id_of_a_subject_may_be_written_as_in_a_path(client: httpx.AsyncClient) -> None:
    city = register_id("certified-cities", "b4-01-tinicon-valley")
    as_kept = await listed(client, "resolutions", subject=f"certified-cities/{city}")
    assert as_kept
    for written in (str(city).upper(), city.hex):
        assert (await client.get(f"/v1/certified-cities/{written}")).json()["id"] == str(city)
        assert await listed(client, "resolutions", subject=f"certified-cities/{written}") == as_kept


@pytest.mark.parametrize(
    ("day", "chain"),
    [
        ("2020-05-12", {"steering-committee-2562"}),
        ("2024-12-31", {"steering-committee-2562", "subcommittee-2563"}),
        ("2025-01-09", {"steering-committee-2562", "subcommittee-2568"}),
    ],
)
async def test_the_chain_of_bodies_changes_with_the_day(client: httpx.AsyncClient, day: str, chain: set[str]) -> None:
    found = {row["id"] for row in await listed(client, "bodies", as_of=day)} - NAMES.keys()
    assert found == {str(register_id("bodies", slug)) for slug in chain}
