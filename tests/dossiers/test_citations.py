"""Citations over HTTP: every fact leads to the document that it was read in."""

from typing import Any

import httpx
import pytest
from tests.dossiers.stock import CITY, DRAFT, PROPOSAL, SPOKEN
from tests.kit.refusals import refused

from smartcity_api.app import RESOURCES
from smartcity_api.dossiers.schemas.citations import CitationDossier
from smartcity_api.kit.ids import register_id

Json = dict[str, Any]
EXAMPLES = {resource.layer.name: str(resource.example) for resource in RESOURCES}
PRESS = str(register_id("sources", "doc-002"))


async def citations(client: httpx.AsyncClient, path: str) -> Json:
    """What that record rests on."""
    answer = await client.get(f"/v1/{path}/citations")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


@pytest.mark.parametrize("resource", EXAMPLES)
async def test_the_sources_of_any_record_are_resolved(client: httpx.AsyncClient, resource: str) -> None:
    record = (await client.get(f"/v1/{resource}/{EXAMPLES[resource]}")).json()
    found = await citations(client, f"{resource}/{EXAMPLES[resource]}")
    CitationDossier.model_validate(found)
    own = [(one["field"], one["source"]["id"]) for one in found["citations"] if one["field"] != "variants"]
    assert own == [(cited.get("field"), cited["source_id"]) for cited in record["sources"]]
    for cited in found["citations"][:3]:
        source = (await client.get(f"/v1/sources/{cited['source']['id']}")).json()
        assert cited["source"] == {name: source[name] for name in cited["source"]}


async def test_a_name_is_cited_with_what_bears_it(client: httpx.AsyncClient) -> None:
    named = (await citations(client, f"certified-cities/{CITY}"))["citations"]
    assert [(one["field"], one["quote"], one["note"], one["source"]["id"]) for one in named] == [
        (None, "คำ", None, PRESS),
        ("variants", "เมืองลอง", "once", PRESS),
    ]


async def test_a_citys_events_are_cited_with_those_of_its_proposal(client: httpx.AsyncClient) -> None:
    events = (await citations(client, f"certified-cities/{CITY}"))["events"]
    assert [(event["subject"]["id"], event["stage"]) for event in events] == [
        (PROPOSAL, "in_promotion_zone"),
        (PROPOSAL, "plan_approved"),
        (PROPOSAL, "certified"),
        (CITY, "ceremony"),
        (PROPOSAL, "plan_submitted"),
        (CITY, "announced"),
    ]
    assert {event["stated_by"]["slug"] for event in events} == {"doc-002"}
    assert [len(event["citations"]) for event in events] == [1, 1, 1, 0, 1, 0]


async def test_decisions_are_cited_once_they_are_published(client: httpx.AsyncClient) -> None:
    (decision,) = (await citations(client, f"certified-cities/{CITY}"))["decisions"]
    assert (decision["resolution"]["id"], decision["action"]) == (SPOKEN, "consider")
    assert [cited["source"]["id"] for cited in decision["citations"]] == [PRESS]
    inside = (await citations(client, f"resolutions/{SPOKEN}"))["decisions"]
    assert [one["subject"]["id"] for one in inside] == [CITY, "82"]
    refused(await client.get(f"/v1/resolutions/{DRAFT}/citations"), "no-such-record")


async def test_claims_about_a_record_stand_beside_it(client: httpx.AsyncClient) -> None:
    claims = (await citations(client, f"certified-cities/{CITY}"))["claims"]
    assert [(claim["metric"], claim["value"], claim["source"]["id"]) for claim in claims] == [
        ("plans", 7, PRESS),
        ("trials", 7, PRESS),
    ]
    assert [claim["metric"] for claim in (await citations(client, f"proposals/{PROPOSAL}"))["claims"]] == ["plans"]


async def test_unknown_records_and_parameters_are_refused(client: httpx.AsyncClient) -> None:
    refused(await client.get("/v1/provinces/99/citations"), "no-such-record")
    refused(await client.get("/v1/provinces/83/citations?as_of=2021-01-01"), "invalid-parameter")
    refused(await client.get("/v1/rivers/83/citations"), "invalid-parameter", ("resource", "literal_error"))


async def test_it_costs_one_statement_and_is_not_sent_twice(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]]
) -> None:
    first = await client.get("/v1/provinces/83/citations")
    assert len(statements) == 1
    again = await client.get("/v1/provinces/83/citations", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
