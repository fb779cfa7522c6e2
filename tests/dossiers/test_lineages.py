"""Lineages over HTTP: where an area comes from and what became of it, however the records are linked."""

from hashlib import md5
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
from tests.dossiers.stock import CITY, PILOT, PROPOSAL, UNDATED, ZONE
from tests.kit.refusals import refused

from smartcity_api.dossiers.models import LINKED
from smartcity_api.dossiers.queries.lineages import FARTHEST
from smartcity_api.dossiers.schemas.lineages import Lineage, Linked

Json = dict[str, Any]


async def lineage(client: httpx.AsyncClient, path: str) -> Json:
    """The lineage of that record."""
    answer = await client.get(f"/v1/{path}/lineage")
    assert answer.status_code == 200, answer.text
    Lineage.model_validate_json(answer.content)
    found: Json = answer.json()
    return found


@pytest.mark.parametrize(
    ("path", "distances"),
    [
        (f"pilot-areas/{PILOT}", {ZONE: 1, PROPOSAL: 1, CITY: 2}),
        (f"promotion-zones/{ZONE}", {PILOT: 1, PROPOSAL: 1, CITY: 2}),
        (f"proposals/{PROPOSAL}", {PILOT: 1, ZONE: 1, CITY: 1}),
        (f"certified-cities/{CITY}", {PROPOSAL: 1, PILOT: 2, ZONE: 2}),
        (f"promotion-zones/{UNDATED}", {}),
    ],
)
async def test_every_record_of_a_circle_is_reached_once_from_each(
    client: httpx.AsyncClient, path: str, distances: dict[str, int]
) -> None:
    found = await lineage(client, path)
    assert {record["id"]: record["distance"] for record in found["records"]} == distances
    assert len(found["records"]) == len(distances)
    in_order = [record["distance"] for record in found["records"]]
    assert in_order == sorted(in_order)
    assert len(found["links"]) == (5 if distances else 0)


async def test_a_city_is_linked_with_its_own_proposal_without_a_recorded_link(client: httpx.AsyncClient) -> None:
    (own,) = [link for link in (await lineage(client, f"certified-cities/{CITY}"))["links"] if link["id"] is None]
    assert (own["type"], own["confidence"]) == ("became", "documented")
    assert own["from"] == {"type": "proposals", "id": PROPOSAL}
    assert own["to"] == {"type": "certified-cities", "id": CITY}


async def test_the_surest_of_several_links_is_shown_with_a_record(client: httpx.AsyncClient) -> None:
    records = (await lineage(client, f"pilot-areas/{PILOT}"))["records"]
    links = {record["id"]: record["link"] for record in records}
    assert (links[ZONE]["type"], links[ZONE]["confidence"]) == ("became", "documented")
    assert [cited["quote"] for cited in links[ZONE]["sources"]] == ["คำ"]
    # It is read from the first to the second, whichever of them was asked about.
    assert (links[PROPOSAL]["type"], links[PROPOSAL]["to"]["id"]) == ("same_area_as", PILOT)
    assert links[CITY]["from"]["id"] == PROPOSAL


async def test_records_lead_on(client: httpx.AsyncClient) -> None:
    for record in (await lineage(client, f"certified-cities/{CITY}"))["records"]:
        found = (await client.get(record["href"])).json()
        assert (found["id"], found.get("display_name") or found["display_title"]) == (
            record["id"],
            record["display_name"],
        )


async def test_a_chain_is_followed_so_far(client: httpx.AsyncClient) -> None:
    keys = [str(UUID(md5(f"link of a chain {n}".encode(), usedforsecurity=False).hexdigest())) for n in range(31)]
    found = await lineage(client, f"promotion-zones/{keys[0]}")
    assert [record["id"] for record in found["records"]] == keys[1 : FARTHEST + 1]
    assert [record["distance"] for record in found["records"]] == list(range(1, FARTHEST + 1))
    middle = await lineage(client, f"promotion-zones/{keys[15]}")
    assert {record["id"] for record in middle["records"]} == {*keys[:15], *keys[16:]}


async def test_what_has_no_lineage_is_refused(client: httpx.AsyncClient) -> None:
    assert set(get_args(Linked)) == set(LINKED)
    refused(await client.get("/v1/provinces/83/lineage"), "invalid-parameter", ("resource", "literal_error"))
    refused(await client.get(f"/v1/proposals/{CITY}/lineage"), "no-such-record")
    refused(await client.get(f"/v1/proposals/{PROPOSAL}/lineage?as_of=2021-01-01"), "invalid-parameter")


async def test_it_costs_one_statement_and_is_not_sent_twice(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]]
) -> None:
    first = await client.get(f"/v1/proposals/{PROPOSAL}/lineage")
    assert len(statements) == 1
    again = await client.get(f"/v1/proposals/{PROPOSAL}/lineage", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
