"""Drafts of proposals are filed, changed and deleted over HTTP; what is sent is looked at before it is kept."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.callers import HOME, Callers
from tests.proposals.filing import (
    CRITERIA,
    PROPOSALS,
    REASON,
    acted,
    complete,
    filed,
    in_zone,
    open_call,
    patched,
    pointers,
)

from smartcity_api.kit.ids import register_id

DOCUMENT = {
    "title": "แผนพัฒนาเมืองอัจฉริยะ",
    "url": "https://files.register.example/plan.pdf",
    "sha256": "ab" * 32,
    "media_type": "application/pdf",
    "size": 1048576,
}


def square(west: float, south: float, side: float = 0.02) -> dict[str, Any]:
    """A surveyed boundary."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "boundary_kind": "surveyed",
        "boundary": {"type": "Polygon", "coordinates": [ring]},
        "location": None,
    }


async def sent(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await client.post(PROPOSALS, json=complete(**changes))


async def test_a_draft_is_kept_as_it_was_sent_and_seen_by_its_own(callers: Callers) -> None:
    told = {
        "source_system": f"organisations/{HOME}",
        "external_id": str(uuid4()),
        "budget_thb": "๑๒๕๐๐๐๐.๕",
        "population": "๗๙๓๐๘",
        "criteria": {CRITERIA[0]: "บรรทัดแรก\nบรรทัดที่สอง"},
        "documents": [DOCUMENT, {"title": "Letter", "url": "http://files.register.example/letter"}],
        "districts": ["8301"],
        "title_th": "นครภูเก็ต\u0e40\u0e21\u0e37\u0e2d\u0e07นํ\u0e32ทาง\u200b",
    }
    answer = await filed(callers.agency, **told)
    record = answer.json()
    assert answer.headers["location"].endswith(f"{PROPOSALS}/{record['id']}")
    assert (record["budget_thb"], record["population"]) == ("1250000.50", 79308)
    assert record["title_th"] == "นครภูเก็ตเมืองนำทาง"
    for name in ("source_system", "external_id", "criteria", "documents", "districts"):
        assert record[name] == told[name]
    assert [(event["stage"], event["opened_by"]["kind"]) for event in record["events"]] == [("draft", "act")]
    path = f"{PROPOSALS}/{record['id']}"
    for client in (callers.agency, callers.secretary, callers.reviewer):
        assert (await client.get(path)).json() == record
    for client in (callers.public, callers.foreign):
        assert (await client.get(path)).status_code == 404
    twice = await sent(callers.agency, source_system=told["source_system"], external_id=told["external_id"])
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/already-exists")


async def test_who_proposes_is_the_caller_unless_the_secretary_says_otherwise(callers: Callers) -> None:
    told = complete()
    del told["proponent_id"]
    mine = await callers.agency.post(PROPOSALS, json=told)
    assert mine.json()["proponent_id"] == str(HOME)
    theirs = await callers.secretary.post(PROPOSALS, json=told)
    assert theirs.json()["proponent_id"] is None
    assert (await callers.reviewer.post(PROPOSALS, json=told)).status_code == 403
    assert (await callers.public.post(PROPOSALS, json=told)).status_code == 401


async def test_documents_and_criteria_change_by_merge_patch(callers: Callers) -> None:
    draft = await filed(callers.agency, documents=[DOCUMENT], criteria={CRITERIA[0]: "a", CRITERIA[1]: "b"})
    changed = await patched(callers.agency, draft, {"documents": [], "criteria": {CRITERIA[0]: None}})
    assert (changed.json()["documents"], changed.json()["criteria"]) == ([], {CRITERIA[1]: "b"})
    assert changed.json()["version"] == draft.json()["version"] + 1
    same = await patched(callers.agency, changed, {"title_en": draft.json()["title_en"]})
    assert same.headers["etag"] == changed.headers["etag"]
    moved = await patched(callers.agency, same, {"location": {"type": "Point", "coordinates": [98.3, 7.8]}})
    assert moved.json()["location"]["coordinates"] == [98.3, 7.8]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title_th": None, "title_en": None}, ""),
        ({"external_id": "x"}, ""),
        ({"city_types": ["livable", "livable"]}, "/city_types"),
        ({"city_types": ["rich"]}, "/city_types/0"),
        ({"dimensions": ["beauty"]}, "/dimensions/0"),
        ({"budget_thb": "1,000"}, "/budget_thb"),
        ({"budget_thb": "-1"}, "/budget_thb"),
        ({"budget_thb": 1.5}, "/budget_thb"),
        ({"population": -1}, "/population"),
        ({"population": True}, "/population"),
        ({"criteria": {"beauty": "x"}}, "/criteria/beauty"),
        ({"documents": [{**DOCUMENT, "sha256": "AB"}]}, "/documents/0/sha256"),
        ({"documents": [{**DOCUMENT, "url": "javascript:alert(1)"}]}, "/documents/0/url"),
        ({"documents": [{**DOCUMENT, "pages": 3}]}, "/documents/0/pages"),
        ({"documents": [{**DOCUMENT, "size": True}]}, "/documents/0/size"),
        ({"documents": [{**DOCUMENT, "size": "3"}]}, "/documents/0/size"),
        ({"call_id": str(uuid4())}, "/call_id"),
        ({"provinces": []}, "/provinces"),
        ({"stage": "certified"}, "/stage"),
        ({"reference_number": "SCP-2569-1"}, "/reference_number"),
    ],
)
async def test_what_cannot_be_is_refused_where_it_stands(
    callers: Callers, change: dict[str, Any], pointer: str
) -> None:
    refused = await sent(callers.agency, **change)
    assert (refused.status_code, pointers(refused)) == (422, [pointer]), refused.text
    draft = await filed(callers.agency)
    again = await patched(callers.agency, draft, change)
    assert (again.status_code, pointers(again)) == (422, [pointer]), again.text


BOW_TIE = {"type": "Polygon", "coordinates": [[[98.3, 7.8], [98.4, 7.9], [98.4, 7.8], [98.3, 7.9], [98.3, 7.8]]]}


@pytest.mark.parametrize(
    ("change", "pointer", "code", "thai"),
    [
        ({"location": {"type": "Point", "coordinates": [7.89, 98.39]}}, "/location", "swapped_coordinates", "ลองจิจูด"),
        (
            {"location": {"type": "Point", "coordinates": [2.35, 48.85]}},
            "/location",
            "outside_thailand",
            "นอกประเทศไทย",
        ),
        (square(2.35, 48.85), "/boundary", "outside_thailand", "นอกประเทศไทย"),
        (square(7.8, 98.3), "/boundary", "swapped_coordinates", "ลองจิจูด"),
        (
            {"boundary_kind": "surveyed", "location": None, "boundary": BOW_TIE},
            "/boundary",
            "invalid_geometry",
            "Self-intersection",
        ),
    ],
)
async def test_a_place_that_is_none_is_refused_by_name(
    callers: Callers, change: dict[str, Any], pointer: str, code: str, thai: str
) -> None:
    told = complete(**change)
    for language, expected in (("en", ""), ("th", thai)):
        refused = await callers.agency.post(PROPOSALS, json=told, headers={"Accept-Language": language})
        assert refused.status_code == 422, refused.text
        for fault in refused.json()["errors"]:
            assert fault["pointer"].startswith(pointer)
            assert fault["code"] == code
            assert expected in fault["message"]


@pytest.mark.parametrize(
    ("provinces", "west", "south", "expected"),
    [
        (["83"], 98.36, 7.88, None),  # within Phuket
        (["10", "83"], 98.36, 7.88, None),
        (["10"], 98.36, 7.88, "share=1.00"),  # nowhere near Bangkok
        (["83"], 98.285, 7.89, None),  # half in the sea, but less than a kilometre out
        (["50"], 100.5, 13.7, "share=1.00"),
    ],
)
async def test_a_boundary_far_outside_its_provinces_is_accepted_with_a_warning(
    callers: Callers, provinces: list[str], west: float, south: float, expected: str | None
) -> None:
    answer = await filed(callers.agency, provinces=provinces, **square(west, south))
    if expected is None:
        assert "x-warning" not in answer.headers
    else:
        assert answer.headers["x-warning"] == f"boundary-outside-provinces; {expected}"


async def test_half_of_a_boundary_outside_is_half_a_share(callers: Callers) -> None:
    phuket = await filed(callers.agency, **square(98.36, 7.88))
    wide = square(98.0, 7.6, 0.6)  # an island, much sea, and the mainland's coast
    warned = await patched(callers.agency, phuket, {name: wide[name] for name in ("boundary", "boundary_kind")})
    name, _, share = warned.headers["x-warning"].partition("; share=")
    assert name == "boundary-outside-provinces"
    assert 0.5 < float(share) < 0.95
    assert "x-warning" not in (await patched(callers.agency, warned, {"title_en": "Another"})).headers


async def test_only_what_is_still_a_draft_is_deleted(callers: Callers) -> None:
    draft = await filed(callers.agency, call_id=await open_call(callers))
    path, tag = f"{PROPOSALS}/{draft.json()['id']}", {"If-Match": draft.headers["etag"]}
    assert (await callers.foreign.delete(path, headers=tag)).status_code == 404
    assert (await callers.agency.delete(path)).status_code == 428
    assert (await callers.agency.delete(path, headers=tag)).status_code == 204
    assert (await callers.agency.get(path)).status_code in (404, 410)
    assert (await callers.public.get(path)).status_code == 404
    public = await in_zone(callers)
    path, tag = f"{PROPOSALS}/{public.json()['id']}", {"If-Match": public.headers["etag"]}
    assert (await callers.foreign.delete(path, headers=tag)).status_code == 403
    for client in (callers.agency, callers.secretary):
        refused = await client.delete(path, headers=tag)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/illegal-move")


async def test_the_registers_own_proposals_are_nobodys_to_change(callers: Callers) -> None:
    path = f"{PROPOSALS}/{register_id('proposals', 'b1-03-phuket')}"
    headers = {"If-Match": "*"}
    assert (await callers.agency.patch(path, json={"title_en": "x"}, headers=headers)).status_code == 403
    assert (await callers.secretary.patch(path, json={"title_en": "x"}, headers=headers)).status_code == 409
    assert (await callers.secretary.delete(path, headers=headers)).status_code == 409
    assert (await callers.secretary.post(f"{path}/withdraw", json={}, headers=headers)).status_code == 409
    assert (await callers.public.get(path)).json()["reference_number"] is None


async def test_proposals_are_listed_in_the_order_of_their_filing(callers: Callers) -> None:
    made = [(await filed(callers.agency)).json()["id"] for _ in range(3)]
    listed = await callers.agency.get(PROPOSALS, params={"sort": "-created_at", "limit": 3, "organisation": str(HOME)})
    assert [item["id"] for item in listed.json()["items"]] == made[::-1]


async def test_calls_are_kept_by_the_secretary(callers: Callers) -> None:
    told = {"title_th": "รอบทดสอบ", "opens_on": "2026-07-01", "closes_on": "2026-06-30"}
    assert pointers(await callers.secretary.post("/v1/calls", json=told)) == ["/closes_on"]
    assert (await callers.agency.post("/v1/calls", json={"title_th": "รอบทดสอบ"})).status_code == 403
    made = await callers.secretary.post("/v1/calls", json={**told, "closes_on": "2026-08"})
    assert made.status_code == 201, made.text
    used = await filed(callers.agency, call_id=made.json()["id"])
    kept = await callers.secretary.delete(f"/v1/calls/{made.json()['id']}", headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["type"]) == (409, "/problems/still-referenced")
    gone = await acted(callers.agency, used, "withdraw", **REASON)
    assert gone.json()["stage"] == "withdrawn"
