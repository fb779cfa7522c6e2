"""What others refer to stays, and says who refers to it; what has gone is gone for those who could see it."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.callers import HOME, Callers
from tests.writing.resources import RECORDS, SQUARE

from smartcity_api.kit.ids import register_id

TRUSTED = str(register_id("sources", "doc-001"))


async def made(callers: Callers, resource: str, **changes: Any) -> tuple[str, str]:
    """The address and the id of a new record."""
    answer = await callers.secretary.post(f"/v1/{resource}", json={**RECORDS.get(resource, {}), **changes})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"], answer.json()["id"]


async def source(callers: Callers, slug: str) -> tuple[str, str]:
    return await made(callers, "sources", slug=slug)


async def zone(callers: Callers) -> tuple[str, str]:
    return await made(callers, "promotion-zones")


async def delete(callers: Callers, path: str) -> httpx.Response:
    return await callers.secretary.delete(path, headers={"If-Match": "*"})


MILESTONE = {"title_en": "A milestone", "kind": "report"}
REFERRING: dict[str, Any] = {
    "claim": ("claims", lambda key: {"subject": {"type": "promotion-zones", "id": key}, "value": 1}),
    "listing claim": (
        "claims",
        lambda key: {"value": [{"type": "promotion-zones", "id": key.upper()}], "subject": None},
    ),
    "milestone": ("milestones", lambda key: {**MILESTONE, "subject": {"type": "promotion-zones", "id": key}}),
    "target": ("targets", lambda key: {"subject": {"type": "promotion-zones", "id": key}}),
    "activity": ("activities", lambda key: {"subject": {"type": "promotion-zones", "id": key}}),
    "link": (
        "links",
        lambda key: {
            "type": "became",
            "from": {"type": "promotion-zones", "id": key},
            "to": {"type": "certified-cities", "id": str(register_id("certified-cities", "b1-03-phuket"))},
            "confidence": "assumed",
        },
    ),
}
"""What refers to a zone: its resource, and its content by the zone's id."""


@pytest.mark.parametrize("kind", REFERRING)
async def test_what_is_referred_to_stays(callers: Callers, kind: str) -> None:
    resource, content = REFERRING[kind]
    path, key = await zone(callers)
    other, other_key = await made(callers, resource, **content(key))
    refused = await delete(callers, path)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/still-referenced")
    assert f"{resource}/{other_key}" in refused.json()["detail"]
    assert (await delete(callers, other)).status_code == 204
    assert (await delete(callers, path)).status_code == 204


CITING: dict[str, Any] = {
    "a plan": ("plans", lambda key: {"sources": [{"source_id": TRUSTED}, {"source_id": key}]}),
    "a name": ("promotion-zones", lambda key: {"variants": [{"text": "Name", "language": "en", "source_id": key}]}),
    "a claim": ("claims", lambda key: {"source_id": key}),
    "another source": ("sources", lambda key: {"slug": "citing", "sources": [{"source_id": key}]}),
}


@pytest.mark.parametrize("kind", CITING)
async def test_what_is_cited_stays(callers: Callers, kind: str) -> None:
    resource, content = CITING[kind]
    path, key = await source(callers, f"cited-by-{resource}")
    other, other_key = await made(callers, resource, **content(key))
    refused = await delete(callers, path)
    assert refused.status_code == 409
    assert f"{resource}/{other_key}" in refused.json()["detail"]
    assert (await delete(callers, other)).status_code == 204
    assert (await delete(callers, path)).status_code == 204


async def test_the_sources_of_histories_and_of_evidence_stay(callers: Callers) -> None:
    refused = await delete(callers, f"/v1/sources/{TRUSTED}")
    assert refused.status_code == 409
    path, key = await source(callers, "evidence")
    subject = {"type": "provinces", "id": "83"}
    milestone, milestone_key = await made(callers, "milestones", **MILESTONE, subject=subject)
    told = {"progress": 10, "evidence": [{"title": "Report", "source_id": key}]}
    answer = await callers.secretary.post(f"{milestone}/progress", json=told, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert f"milestones/{milestone_key}" in (await delete(callers, path)).json()["detail"]
    assert (await delete(callers, milestone)).status_code == 204
    assert (await delete(callers, path)).status_code == 204


async def test_organisations_stay_while_they_take_part(callers: Callers) -> None:
    path, key = await made(callers, "organisations", kind="company", name_en="A company")
    other, other_key = await made(callers, "activities", organisations=[key])
    assert f"activities/{other_key}" in (await delete(callers, path)).json()["detail"]
    assert (await delete(callers, other)).status_code == 204
    area, area_key = await made(callers, "promotion-zones", operator_id=key)
    assert f"promotion-zones/{area_key}" in (await delete(callers, path)).json()["detail"]
    assert (await delete(callers, area)).status_code == 204
    assert (await delete(callers, path)).status_code == 204


async def test_a_source_that_facts_rest_on_alone_stays_trusted(callers: Callers) -> None:
    path, key = await source(callers, "to-be-lowered")
    plan, _ = await made(callers, "plans", sources=[{"source_id": key}])
    lowered = {"reliability": "D"}
    refused = await callers.secretary.patch(path, json=lowered, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict"), refused.text
    assert (await delete(callers, plan)).status_code == 204
    assert (await callers.secretary.patch(path, json=lowered, headers={"If-Match": "*"})).status_code == 200
    assert (await delete(callers, path)).status_code == 204


async def test_nothing_refers_to_what_goes_at_the_same_time(callers: Callers) -> None:
    for _ in range(5):
        path, key = await zone(callers)
        subject = {"type": "promotion-zones", "id": key}
        gone, told = await asyncio.gather(
            delete(callers, path),
            callers.secretary.post("/v1/milestones", json={**MILESTONE, "subject": subject}),
        )
        assert (gone.status_code, told.status_code) in ((204, 422), (409, 201)), (gone.text, told.text)


async def test_a_link_is_made_followed_and_taken_away(callers: Callers) -> None:
    _, first = await zone(callers)
    _, second = await zone(callers)
    ends = {
        "from": {"type": "promotion-zones", "id": first},
        "to": {"type": "promotion-zones", "id": second},
    }
    draft = {**ends, "type": "part_of", "confidence": "documented", "sources": [{"source_id": TRUSTED}]}
    for wrong, pointer in (
        ({"sources": []}, ""),
        ({"to": ends["from"]}, ""),
        ({"to": {"type": "promotion-zones", "id": TRUSTED}}, "/to"),
        ({"to": {"type": "provinces", "id": "83"}}, "/to/type"),
        ({"type": "likes"}, "/type"),
    ):
        refused = await callers.secretary.post("/v1/links", json={**draft, **wrong})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert (await callers.agency.post("/v1/links", json=draft)).status_code == 403
    answer = await callers.secretary.post("/v1/links", json=draft)
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"]
    assert (await callers.public.get(path)).json() == answer.json()
    assert {name: answer.json()[name] for name in draft} == draft
    lineage = (await callers.public.get(f"/v1/promotion-zones/{second}/lineage")).json()
    assert [(one["id"], one["distance"]) for one in lineage["records"]] == [(first, 1)]
    assert (await callers.secretary.post("/v1/links", json=draft)).status_code == 409
    assert (await callers.secretary.delete(path)).status_code == 428
    assert (await delete(callers, path)).status_code == 204
    assert (await callers.public.get(path)).status_code == 410


async def test_what_was_hidden_was_never_there_for_others(callers: Callers) -> None:
    draft = {
        "title_th": "ร่างที่จะลบ",
        "provinces": ["83"],
        "boundary_kind": "surveyed",
        "boundary": {"type": "Polygon", "coordinates": SQUARE},
    }
    answer = await callers.agency.post("/v1/proposals", json={**draft, "proponent_id": str(HOME)})
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"]
    gone = await callers.agency.delete(path, headers={"If-Match": "*"})
    assert gone.status_code == 204, gone.text
    expected = {"agency": 410, "secretary": 410, "auditor": 410, "foreign": 404, "public": 404}
    for name, status in expected.items():
        client: httpx.AsyncClient = getattr(callers, name)
        assert (await client.get(path)).status_code == status, name
    again = await callers.agency.delete(path, headers={"If-Match": "*"})
    assert again.status_code == 410
