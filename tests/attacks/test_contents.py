"""Contents that cost more than their bytes, or that nothing can store, are refused at once and in so many words."""

import json
import socket
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.callers import Callers, issue

from smartcity_api.audit.models import AuditEntry
from smartcity_api.kit.http import content
from smartcity_api.server import connect
from smartcity_api.settings import Settings

ORGANISATIONS = "/v1/organisations"
JSON = {"Content-Type": "application/json"}
OFFICE = {"kind": "agency", "name_en": "An office of attackers"}


async def refused(callers: Callers, text: str) -> Any:
    answer = await callers.secretary.post(ORGANISATIONS, content=text.encode(), headers=JSON)
    assert answer.status_code in (413, 422), answer.text
    assert len(answer.content) < 100_000
    return answer.json()


async def test_members_of_an_object_are_bounded_before_they_are_compared(callers: Callers) -> None:
    members = ",".join(f'"{number}":1' for number in range(100_000))
    assert "more than 200 members" in (await refused(callers, f'{{{members},"z":1,"z":2}}'))["detail"]


async def test_a_name_that_stands_twice_is_not_told_at_any_length(callers: Callers) -> None:
    name = "n" * 1_000_000
    assert "stands twice" in (await refused(callers, f'{{"{name}":1,"{name}":2}}'))["detail"]


@pytest.mark.parametrize("value", ["[]", "{}", "0"])
async def test_values_are_counted_before_they_are_read(callers: Callers, value: str) -> None:
    problem = await refused(callers, '{"sources":[' + ",".join([value] * 700_000) + "]}")
    assert problem["status"] == 413


async def test_unknown_members_of_a_patch_are_not_all_told(callers: Callers) -> None:
    made = await callers.secretary.post(ORGANISATIONS, json=OFFICE)
    answer = await callers.secretary.patch(
        made.headers["location"],
        content=("{" + ",".join(f'"{number}":1' for number in range(500_000)) + "}").encode(),
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    )
    assert (answer.status_code, len(answer.content) < 10_000) == (422, True)


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        (r'"change_reason": "\ud800"', "/change_reason"),
        (r'"change_reason": "\u0000"', "/change_reason"),
        (r'"abbreviation": "a\uDFFFb"', "/abbreviation"),
        (r'"sources": [{"source_id": "x", "quote": "\u0000"}]', "/sources/0/quote"),
        (r'"\udc00": 1', ""),
    ],
)
async def test_half_a_character_is_no_text_anywhere(callers: Callers, members: str, pointer: str) -> None:
    (fault,) = (await refused(callers, json.dumps(OFFICE)[:-1] + f", {members}}}"))["errors"]
    assert (fault["code"], fault["pointer"]) == ("not_text", pointer)


async def test_a_whole_character_may_be_written_in_halves(callers: Callers) -> None:
    text = json.dumps(OFFICE)[:-1] + r', "abbreviation": "\ud83c\udfd9"}'
    answer = await callers.secretary.post(ORGANISATIONS, content=text, headers=JSON)
    assert answer.json()["abbreviation"] == "🏙"


@pytest.mark.parametrize("code", ["\ud800", "\x00"])
async def test_a_criterion_has_a_name_that_is_text(callers: Callers, code: str) -> None:
    draft = {"title_en": "A plan", "provinces": ["83"], "criteria": {code: "said"}}
    answer = await callers.agency.post("/v1/proposals", content=json.dumps(draft), headers=JSON)
    assert answer.status_code == 422, answer.text


async def test_a_reason_controls_no_terminal(callers: Callers, app: FastAPI) -> None:
    given = "first\u001b[31m\r\nsecond\u009b2J\u0007"
    made = await callers.secretary.post(ORGANISATIONS, json={**OFFICE, "change_reason": given})
    async with app.state.database.snapshot() as snapshot:
        told = await snapshot.rows(select(AuditEntry.reason).where(AuditEntry.subject_id == made.json()["id"]))
    assert [bytes(reason) for (reason,) in told] == [b"first [31m second 2J"]


async def test_content_that_trickles_in_for_ever_is_not_waited_for(
    live_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "PATIENCE", 0.2)
    database = connect(settings)
    key = await issue(database, "secretary")
    await database.close()
    host, port = live_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = f"POST {ORGANISATIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nAuthorization: Bearer {key}"
        connection.sendall(f"{head}\r\n\r\n{{".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))  # to the end: the connection is closed
    assert answer.startswith(b"HTTP/1.1 408 "), answer


async def test_who_leaves_in_the_middle_of_the_content_is_no_failure_of_the_service(
    live_url: str, settings: Settings
) -> None:
    database = connect(settings)
    key = await issue(database, "secretary")
    await database.close()
    host, port = live_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = f"POST {ORGANISATIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nAuthorization: Bearer {key}"
        connection.sendall(f"{head}\r\n\r\n{{".encode())
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)
    metrics = ""
    while 'route="/v1/organisations"' not in metrics:  # what is answered to nobody is counted a little later
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"{live_url}/metrics")).text
    assert 'route="/v1/organisations",status="400"' in metrics
    assert 'status="500"' not in metrics
