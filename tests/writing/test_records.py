"""Records are created, changed and deleted over HTTP, by version, once a key, and with a reason."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.callers import Callers

ORGANISATIONS = "/v1/organisations"


def agency(**changes: Any) -> dict[str, Any]:
    return {"kind": "agency", "name_en": "An office made for a test", "abbreviation": "AOT", **changes}


async def made(secretary: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    answer = await secretary.post(ORGANISATIONS, json=agency(**changes))
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_record_is_created_and_read_as_it_was_answered(callers: Callers) -> None:
    answer = await made(callers.secretary, name_th="สำนักงาน\u0e17\u0e14\u0e2a\u0e2d\u0e1a\u200b")
    record = answer.json()
    assert answer.headers["location"].endswith(f"{ORGANISATIONS}/{record['id']}")
    assert record["version"] == 1
    assert record["name_th"] == "สำนักงานทดสอบ"
    read = await callers.secretary.get(f"{ORGANISATIONS}/{record['id']}")
    assert read.json() == record
    assert read.headers["etag"] == answer.headers["etag"]
    assert (await callers.public.get(f"{ORGANISATIONS}/{record['id']}")).json() == record


async def test_a_change_names_the_version_that_it_changes(callers: Callers) -> None:
    answer = await made(callers.secretary)
    path, tag = answer.headers["location"], answer.headers["etag"]
    change = {"abbreviation": None, "name_en": "Another name"}
    assert (await callers.secretary.patch(path, json=change)).status_code == 428
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["abbreviation"], changed.json()["name_en"]) == (None, "Another name")
    assert changed.json()["version"] == 2
    stale = await callers.secretary.patch(path, json={"abbreviation": "B"}, headers={"If-Match": tag})
    assert stale.status_code == 412
    same = await callers.secretary.patch(path, json=change, headers={"If-Match": changed.headers["etag"]})
    assert same.json()["version"] == 2  # a change that changes nothing


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "empire"}, "/kind"),
        ({"colour": "red"}, "/colour"),
        ({"valid_from_on": "2564-01-01"}, "/valid_from_on"),
        ({"province": "99"}, "/province_code"),
        ({"name_en": None}, ""),
        ({"kind": None}, "/kind"),
        ({"name_en": "a\u0007b"}, "/name_en"),
        ({"parent_id": "00000000-0000-0000-0000-000000000000"}, "/parent_id"),
        ({"sources": [{"source_id": "00000000-0000-0000-0000-000000000000"}]}, "/sources"),
    ],
)
async def test_what_is_not_valid_is_refused_where_it_stands(
    callers: Callers, change: dict[str, Any], pointer: str
) -> None:
    answer = await made(callers.secretary)
    path, tag = answer.headers["location"], answer.headers["etag"]
    refused = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer], refused.text
    assert (await callers.public.get(path)).headers["etag"] == tag


async def test_an_unreferenced_record_can_be_deleted(callers: Callers) -> None:
    parent, child = await made(callers.secretary), None
    child = await made(callers.secretary, parent_id=parent.json()["id"])
    refused = await callers.secretary.delete(parent.headers["location"], headers={"If-Match": "*"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/still-referenced"
    gone = await callers.secretary.delete(child.headers["location"], headers={"If-Match": child.headers["etag"]})
    assert gone.status_code == 204
    assert (await callers.secretary.delete(parent.headers["location"], headers={"If-Match": "*"})).status_code == 204


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {}, 422),
        ('{"kind": "agency", "name_th": "เมือง"}'.encode("tis-620"), {}, 422),
        (b'{"kind": "agency", "kind": "agency", "name_en": "x"}', {}, 422),
        (b'{"kind": NaN}', {}, 422),
        (b"[" * 100_000, {}, 422),
        (b"[]", {}, 422),
        (b"", {}, 422),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
        (b" " * (16 * 1024 * 1024 + 1), {}, 413),
        (b'{"kind": "agency", "name_en": "\\ud800"}', {}, 422),
        (b'{"kind": "agency", "name_en": "a\\u0000b"}', {}, 422),
        (b'{"kind": "agency", "name_en": "x", "change_reason": 7}', {}, 422),
        (b"{}", {"X-Change-Reason": "%FF"}, 400),
        (b"{}", {"Idempotency-Key": "x" * 300}, 400),
        (b"{}", {"If-Match": "nonsense"}, 400),
    ],
)
async def test_content_that_cannot_be_read_is_refused(
    callers: Callers, content: bytes, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = await callers.secretary.post(ORGANISATIONS, content=content, headers=sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_repeated_request_has_one_effect_and_one_answer(callers: Callers) -> None:
    headers = {"Idempotency-Key": '"one"'}
    answers = await asyncio.gather(
        *(callers.secretary.post(ORGANISATIONS, json=agency(), headers=headers) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 49
    other = await callers.secretary.post(ORGANISATIONS, json=agency(abbreviation="B"), headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


async def test_a_refused_request_leaves_its_key_free(callers: Callers) -> None:
    headers = {"Idempotency-Key": "two"}
    wrong = await callers.secretary.post(ORGANISATIONS, json=agency(province="99"), headers=headers)
    assert wrong.status_code == 422
    right = await callers.secretary.post(ORGANISATIONS, json=agency(province="10"), headers=headers)
    assert right.status_code == 201, right.text


async def test_of_many_changes_of_one_version_one_wins(callers: Callers) -> None:
    answer = await made(callers.secretary)
    path, tag = answer.headers["location"], answer.headers["etag"]
    answers = await asyncio.gather(
        *(
            callers.secretary.patch(path, json={"abbreviation": f"A{number}"}, headers={"If-Match": tag})
            for number in range(50)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
    assert (await callers.public.get(path)).json()["version"] == 2


async def test_a_reason_may_stand_in_the_header_in_thai(callers: Callers) -> None:
    headers = {"X-Change-Reason": quote("แก้คำผิด")}
    assert (await callers.secretary.post(ORGANISATIONS, json=agency(), headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("who", "status"),
    [("public", 401), ("agency", 403), ("reviewer", 403), ("auditor", 403), ("admin", 403), ("secretary", 201)],
)
async def test_only_the_secretary_keeps_the_register(callers: Callers, who: str, status: int) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    answer = await client.post(ORGANISATIONS, json=agency())
    assert answer.status_code == status, answer.text
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_a_method_that_a_path_does_not_know_is_told_all_that_it_knows(callers: Callers) -> None:
    for path, allowed in ((ORGANISATIONS, "GET, HEAD, POST"), (f"{ORGANISATIONS}/x", "DELETE, GET, HEAD, PATCH")):
        answer = await callers.secretary.put(path, json={})
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
