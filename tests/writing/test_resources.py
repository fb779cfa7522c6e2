"""Every resource that is kept over HTTP: there and back with every field, changed, refused where wrong, deleted."""

from typing import Any

import httpx
import pytest
from tests.callers import Callers
from tests.writing.resources import CHANGES, RECORDS, WRONG

from smartcity_api.kit.http.content import merged
from smartcity_api.kit.ids import register_id


async def made(secretary: httpx.AsyncClient, resource: str) -> httpx.Response:
    answer = await secretary.post(f"/v1/{resource}", json=RECORDS[resource])
    assert answer.status_code == 201, answer.text
    return answer


async def removed(secretary: httpx.AsyncClient, path: str) -> None:
    answer = await secretary.delete(path, headers={"If-Match": "*"})
    assert answer.status_code == 204, answer.text


def told(record: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """What the record shows of what was sent, in the form in which it was sent."""
    shown = {name: record.get(name) for name in sent}
    if "organisations" in sent:
        shown["organisations"] = [one["id"] for one in record["organisations"]]
    if "boundary" in sent:
        shown["boundary"] = {"type": "Polygon", "coordinates": record["boundary"]["coordinates"][0]}
    return shown


@pytest.mark.parametrize("resource", RECORDS)
async def test_there_and_back(callers: Callers, resource: str) -> None:
    sent, change = RECORDS[resource], CHANGES[resource]
    created = await made(callers.secretary, resource)
    path = created.headers["location"]
    assert told(created.json(), sent) == sent
    assert (await callers.public.get(path)).json() == created.json()
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": created.headers["etag"]})
    assert changed.status_code == 200, changed.text
    whole = {name: merged(sent, change).get(name) for name in sent} | change
    compared = [name for name in sent if name != "boundary"]
    assert {name: told(changed.json(), sent)[name] for name in compared} == {name: whole[name] for name in compared}
    assert (changed.json()["version"], changed.json()["created_at"]) == (2, created.json()["created_at"])
    assert (await callers.public.get(path)).json() == changed.json()
    stale = await callers.secretary.delete(path, headers={"If-Match": created.headers["etag"]})
    assert stale.status_code == 412
    gone = await callers.secretary.delete(path, headers={"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204, gone.text
    assert (await callers.public.get(path)).status_code == 410


@pytest.mark.parametrize(("resource", "change", "pointer"), WRONG)
async def test_what_is_wrong_is_refused_where_it_stands(
    callers: Callers, resource: str, change: dict[str, Any], pointer: str
) -> None:
    created = await made(callers.secretary, resource)
    path, tag = created.headers["location"], created.headers["etag"]
    refused = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert refused.status_code == 422, refused.text
    pointers = {fault["pointer"] for fault in refused.json()["errors"]}
    assert pointer in pointers, refused.text
    assert all(pointer.startswith(found) for found in pointers), "and of what it is part of, where that may be several"
    assert (await callers.secretary.get(path)).json() == created.json()
    await removed(callers.secretary, path)


@pytest.mark.parametrize("resource", RECORDS)
async def test_only_the_secretary_writes(callers: Callers, resource: str) -> None:
    for client, status in ((callers.public, 401), (callers.agency, 403), (callers.reviewer, 403), (callers.admin, 403)):
        assert (await client.post(f"/v1/{resource}", json=RECORDS[resource])).status_code == status


async def test_an_administrative_boundary_follows_its_provinces(callers: Callers) -> None:
    created = await made(callers.secretary, "pilot-areas")
    path = created.headers["location"]
    change: dict[str, Any] = {"boundary_kind": "administrative", "districts": [], "boundary": None}
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    province = (await callers.public.get("/v1/provinces/83")).json()
    assert changed.json()["boundary"]["type"] == "MultiPolygon"
    assert len(changed.json()["boundary"]["coordinates"]) == len(province["boundary"]["coordinates"])
    nothing: dict[str, None] = {"boundary_kind": None, "boundary": None, "location": None}
    changed = await callers.secretary.patch(path, json=nothing, headers={"If-Match": "*"})
    assert (changed.json()["boundary"], changed.json()["location"]) == (None, None)
    await removed(callers.secretary, path)


async def test_a_buddhist_year_comes_back_as_the_year_that_was_meant(callers: Callers) -> None:
    refused = await callers.secretary.post("/v1/plans", json={**RECORDS["plans"], "decided_on": "2567-02-29"})
    (fault,) = refused.json()["errors"]
    assert (fault["code"], fault["suggested"]) == ("ambiguous-era", "2024-02-29")


async def test_no_fact_rests_on_an_untrusted_source_alone(callers: Callers) -> None:
    draft = {**RECORDS["sources"], "slug": "hearsay", "reliability": "D"}
    hearsay = (await callers.secretary.post("/v1/sources", json=draft)).json()["id"]
    trusted = str(register_id("sources", "doc-001"))
    alone = [{"source_id": hearsay}]
    refused = await callers.secretary.post("/v1/plans", json={**RECORDS["plans"], "sources": alone})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "untrusted_sources")
    assert refused.json()["errors"][0]["pointer"] == "/sources"
    field = [{"source_id": hearsay, "field": "ends_on"}, {"source_id": trusted}]
    refused = await callers.secretary.post("/v1/plans", json={**RECORDS["plans"], "sources": field})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "untrusted_sources")
    both = {**RECORDS["plans"], "sources": [*alone, {"source_id": trusted}]}
    kept = await callers.secretary.post("/v1/plans", json=both)
    assert kept.status_code == 201, kept.text
    path, tag = kept.headers["location"], kept.headers["etag"]
    refused = await callers.secretary.patch(path, json={"sources": alone}, headers={"If-Match": tag})
    assert refused.status_code == 422
    claimed = await callers.secretary.post(
        "/v1/claims", json={**RECORDS["claims"], "source_id": hearsay, "sources": alone}
    )
    assert claimed.status_code == 201, claimed.text
