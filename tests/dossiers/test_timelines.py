"""Timelines over HTTP: what happened and what is due, in order, and who decided it."""

from typing import Any, get_args

import httpx
import pytest
from tests.dossiers.stock import CITY, DRAFT, MILESTONE, PILOT, PROPOSAL, SPOKEN, ZONE
from tests.kit.refusals import refused

from smartcity_api.app import LAYERS, RESOURCES
from smartcity_api.dossiers.queries import subjects
from smartcity_api.dossiers.queries.timelines import TIMED
from smartcity_api.dossiers.schemas.timelines import Timed, Timeline
from smartcity_api.history.lifecycle import CITY_EVENTS
from smartcity_api.kit.ids import register_id

Json = dict[str, Any]
EXAMPLES = {resource.layer.name: str(resource.example) for resource in RESOURCES}
PHUKET = register_id("certified-cities", "b1-03-phuket")


async def timeline(client: httpx.AsyncClient, path: str, **params: str) -> Json:
    """The timeline of that record."""
    answer = await client.get(f"/v1/{path}/timeline", params=params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def told(found: Json) -> list[tuple[str, str | None, str | None]]:
    """Every entry's kind, what happened, and when."""
    return [(entry["kind"], entry["event"] or entry["stage"], entry["on"]) for entry in found["entries"]]


LIFE = [
    ("event", "in_promotion_zone", "2020-02"),
    ("event", "plan_approved", "2021-05"),
    ("event", "certified", "2021-11-05"),
    ("milestone", "set", "2021-12-20"),
    ("event", "ceremony", "2021-12"),
    ("decision", None, "2022-01-11"),
    ("milestone", "due", "2022-06-30"),
    ("milestone", "met", "2022-08"),
]
"""A partial day comes where it ends; what has no day comes last."""
UNDATED = [("event", "plan_submitted", None), ("event", "announced", None)]


async def test_everything_is_told_in_order_and_what_is_undated_at_the_end(client: httpx.AsyncClient) -> None:
    found = await timeline(client, f"certified-cities/{CITY}")
    assert told(found) == LIFE + UNDATED
    assert (found["subject"], found["display_name"]) == ({"type": "certified-cities", "id": CITY}, "Trial City")
    assert (found["revision"], found["as_of"]) == (1, None)
    assert {entry["subject"]["type"] for entry in found["entries"]} == {"proposals", "certified-cities"}


@pytest.mark.parametrize(("day", "told_by_then"), [("2019-12-31", 0), ("2021-05-31", 2), ("2021-12-30", 4)])
async def test_a_day_ends_the_story(client: httpx.AsyncClient, day: str, told_by_then: int) -> None:
    found = await timeline(client, f"certified-cities/{CITY}", as_of=day)
    assert told(found) == LIFE[:told_by_then]
    assert found["as_of"] == day


async def test_a_milestone_has_the_status_of_the_day(client: httpx.AsyncClient) -> None:
    for day, status, overdue in (("2022-06-30", "scheduled", False), ("2022-07-31", "scheduled", True)):
        entries = (await timeline(client, f"certified-cities/{CITY}", as_of=day))["entries"]
        milestone = next(entry["milestone"] for entry in entries if entry["event"] == "due")
        assert (milestone["status"], milestone["overdue"], milestone["due_on"]) == (status, overdue, "2022-06-30")
    entries = (await timeline(client, f"milestones/{MILESTONE}"))["entries"]
    assert [(entry["event"], entry["on"], entry["milestone"]["status"]) for entry in entries] == [
        ("set", "2021-12-20", "met"),
        ("due", "2022-06-30", "met"),
        ("met", "2022-08", "met"),
    ]


async def test_only_the_last_writing_of_a_history_is_told_and_all_are_counted(client: httpx.AsyncClient) -> None:
    found = await timeline(client, f"proposals/{PROPOSAL}")
    assert told(found) == [LIFE[0], LIFE[1], LIFE[2], UNDATED[0]]
    assert found["revision"] == 2
    assert "written first" not in {entry["note"] for entry in found["entries"]}
    assert found["undocumented_stages"] == ["draft", "submitted", "eligible", "plan_assessed"]


async def test_a_statement_names_its_source(client: httpx.AsyncClient) -> None:
    entries = (await timeline(client, f"certified-cities/{CITY}"))["entries"]
    ceremony = next(entry for entry in entries if entry["event"] == "ceremony")
    assert ceremony["source"]["id"] == str(register_id("sources", "doc-002"))
    assert (ceremony["award_year"], ceremony["decision"], ceremony["body"]) == (2020, None, None)
    approved = next(entry for entry in entries if entry["event"] == "plan_approved")
    assert [cited["quote"] for cited in approved["sources"]] == ["คำ"]


async def test_a_decision_names_its_resolution_its_meeting_and_its_body(client: httpx.AsyncClient) -> None:
    entries = (await timeline(client, f"certified-cities/{PHUKET}"))["entries"]
    decided = {entry["event"]: entry for entry in entries if entry["decision"]}
    assert list(decided) == ["plan_approved", "acknowledged", "renewed"]
    for entry in decided.values():
        resolution = (await client.get(f"/v1/resolutions/{entry['resolution']['id']}")).json()
        known = next(one for one in resolution["decisions"] if one["id"] == entry["decision"]["id"])
        assert (known["action"], known["position"]) == (entry["decision"]["action"], entry["decision"]["position"])
        assert (known["subject"], resolution["decided_on"]) == (entry["subject"], entry["on"])
        assert (resolution["body"], resolution["meeting"]) == (entry["body"], entry["meeting"])
    assert len([entry for entry in entries if entry["kind"] == "decision"]) == 0  # each opened an event


async def test_a_decision_that_moved_nothing_is_told_once_its_resolution_is_published(
    client: httpx.AsyncClient,
) -> None:
    entries = (await timeline(client, f"certified-cities/{CITY}"))["entries"]
    (entry,) = [entry for entry in entries if entry["kind"] == "decision"]
    assert (entry["resolution"]["id"], entry["decision"]["conditions"]) == (SPOKEN, "on paper")
    refused(await client.get(f"/v1/resolutions/{DRAFT}/timeline"), "no-such-record")
    board = (await client.get(f"/v1/resolutions/{SPOKEN}")).json()["body_id"]
    entries = (await timeline(client, f"bodies/{board}"))["entries"]
    listed = {entry["resolution"]["id"] for entry in entries if entry["kind"] == "resolution"}
    assert SPOKEN in listed
    assert DRAFT not in listed


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        (f"pilot-areas/{PILOT}", [("event", "selected", "2018-09-27"), ("event", "ended", "2020")]),
        (f"promotion-zones/{ZONE}", [("event", "announced", "2020-02-11"), ("event", "ended", "2023-03")]),
        (f"resolutions/{SPOKEN}", [("event", "decided", "2022-01-11")]),
        (
            "provinces/82",
            [("decision", None, "2022-01-11")],
        ),
    ],
)
async def test_other_records_tell_their_days_and_what_was_decided_about_them(
    client: httpx.AsyncClient, path: str, entries: list[tuple[str, str | None, str]]
) -> None:
    assert told(await timeline(client, path)) == entries


async def test_why_a_zone_ended_is_told(client: httpx.AsyncClient) -> None:
    entries = (await timeline(client, f"promotion-zones/{ZONE}"))["entries"]
    assert [entry["note"] for entry in entries] == [None, "merged"]


@pytest.mark.parametrize("resource", TIMED)
async def test_every_resource_that_has_one_answers_as_documented(client: httpx.AsyncClient, resource: str) -> None:
    for params in ({}, {"as_of": "2022-06-01"}):
        answer = await client.get(f"/v1/{resource}/{EXAMPLES[resource]}/timeline", params=params)
        found = Timeline.model_validate_json(answer.content)
        assert (found.subject.type, found.subject.id) == (resource, EXAMPLES[resource])
        undated = [entry.on is None for entry in found.entries]
        assert undated == sorted(undated)
        assert not params or not any(undated)


def test_the_vocabularies_are_those_of_the_service() -> None:
    assert set(get_args(Timed)) == set(TIMED)
    assert subjects.LAYERS == LAYERS
    happenings = get_args(get_args(Timeline.model_fields["entries"].annotation)[0].model_fields["event"].annotation)[0]
    assert set(CITY_EVENTS) <= set(get_args(happenings))


@pytest.mark.parametrize("query", ["as_of=2564-01-01", "as_of=2021", "as_of=2999-01-01", "revision=1"])
async def test_bad_parameters_are_refused(client: httpx.AsyncClient, query: str) -> None:
    refused(await client.get(f"/v1/certified-cities/{CITY}/timeline?{query}"), "invalid-parameter")


@pytest.mark.parametrize("key", ["00000000-0000-4000-8000-0000000000ff", "83", "nothing", CITY.replace("-", "")])
async def test_what_is_no_record_has_no_timeline(client: httpx.AsyncClient, key: str) -> None:
    refused(await client.get(f"/v1/certified-cities/{key}/timeline"), "no-such-record")


async def test_resources_without_one_are_refused(client: httpx.AsyncClient) -> None:
    source = register_id("sources", "doc-002")
    refused(await client.get(f"/v1/sources/{source}/timeline"), "invalid-parameter", ("resource", "literal_error"))


async def test_an_unchanged_timeline_is_not_sent_again(client: httpx.AsyncClient) -> None:
    path = f"/v1/certified-cities/{CITY}/timeline"
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_costs_one_statement_however_much_there_is_to_tell(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]]
) -> None:
    for path in (f"certified-cities/{CITY}", f"certified-cities/{PHUKET}", "districts/8301"):
        statements.clear()
        await timeline(client, path)
        assert len(statements) == 1
