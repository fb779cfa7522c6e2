"""Comments: who says and reads which, on hidden and on public proposals; they are struck out, never changed."""

from typing import Any

import httpx
import psycopg
import pytest
from tests.callers import ELSEWHERE, HOME, Callers
from tests.casework.conftest import Filed
from tests.history.making import ACCEPT, CREATE, SUBMIT, ZONE, Subject

from smartcity_api.local_cluster import APP, Cluster
from smartcity_api.settings import Settings

PUBLIC = (CREATE, SUBMIT, ACCEPT, ZONE)
REASON = {"change_reason": "said of another proposal"}


def address(proposal: Subject) -> str:
    return f"/v1/proposals/{proposal.id}/comments"


async def say(client: httpx.AsyncClient, proposal: Subject, text: str, visibility: str = "applicant") -> httpx.Response:
    return await client.post(address(proposal), json={"text": text, "visibility": visibility})


async def texts(client: httpx.AsyncClient, proposal: Subject) -> list[Any]:
    answer = await client.get(address(proposal))
    assert answer.status_code == 200, answer.text
    return [comment["text"] for comment in answer.json()["items"]]


async def test_a_comment_is_read_as_it_was_answered(callers: Callers, filed: Filed) -> None:
    answer = await say(callers.reviewer, filed(), " แผน\u00a0ดี\nมาก ", "internal")
    comment = answer.json()
    assert (answer.status_code, comment["text"]) == (201, " แผน ดี\nมาก ")
    assert comment["author"].startswith("client/")
    assert (comment["author_role"], comment["visibility"], comment["struck_out"]) == ("reviewer", "internal", None)
    read = await callers.secretary.get(answer.headers["location"])
    assert (read.status_code, read.json()) == (200, comment)
    assert read.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("who", "organisation", "steps", "read", "applicant", "internal"),
    [
        ("public", HOME, (CREATE,), 401, 401, 401),
        ("public", HOME, PUBLIC, 401, 401, 401),
        ("agency", HOME, (CREATE,), 200, 201, 403),
        ("agency", HOME, PUBLIC, 200, 201, 403),
        ("agency", ELSEWHERE, (CREATE,), 404, 404, 404),
        ("agency", ELSEWHERE, PUBLIC, 403, 403, 403),
        ("foreign", HOME, (CREATE,), 404, 404, 404),
        ("foreign", HOME, PUBLIC, 403, 403, 403),
        ("reviewer", HOME, (CREATE,), 200, 201, 201),
        ("secretary", HOME, PUBLIC, 200, 201, 201),
        ("auditor", HOME, (CREATE,), 200, 403, 403),
        ("admin", HOME, (CREATE,), 403, 403, 403),
        ("admin", HOME, PUBLIC, 403, 403, 403),
    ],
)
async def test_who_reads_and_writes(
    callers: Callers, filed: Filed, who: str, organisation: Any, steps: Any, read: int, applicant: int, internal: int
) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    proposal = filed(*steps, proponent=organisation)
    there = (await say(callers.secretary, proposal, "Kept among us", "internal")).headers["location"]
    asked = await client.get(address(proposal))
    assert (asked.status_code, (await say(client, proposal, "For you")).status_code) == (read, applicant)
    assert (await say(client, proposal, "For us", "internal")).status_code == internal
    sees_internal = who in ("reviewer", "secretary", "auditor")
    assert ("Kept among us" in asked.text) == sees_internal
    one = await client.get(there)
    assert one.status_code == (200 if sees_internal else 404 if read == 200 else read)
    if read != 200:
        assert "items" not in asked.json()


async def test_a_hidden_proposal_is_answered_like_none_at_all(callers: Callers, foreign_draft: Subject) -> None:
    await say(callers.secretary, foreign_draft, "Kept among us")
    hidden = (await callers.agency.get(address(foreign_draft))).json()
    absent = (await callers.agency.get("/v1/proposals/00000000-0000-4000-8000-000000000000/comments")).json()
    different = {"instance", "request_id", "detail"}
    assert {name: hidden[name] for name in hidden.keys() - different} == {
        name: absent[name] for name in absent.keys() - different
    }
    assert hidden["detail"].replace(str(foreign_draft.id), "x") == absent["detail"].replace(
        "00000000-0000-4000-8000-000000000000", "x"
    )


async def test_the_applicant_reads_what_is_said_to_him(callers: Callers, filed: Filed) -> None:
    proposal = filed()
    for number, visibility in enumerate(("internal", "applicant", "internal", "applicant")):
        assert (await say(callers.secretary, proposal, str(number), visibility)).status_code == 201
    assert (await say(callers.agency, proposal, "4")).status_code == 201
    assert await texts(callers.agency, proposal) == ["1", "3", "4"]
    assert await texts(callers.auditor, proposal) == ["0", "1", "2", "3", "4"]


async def test_pages_meet_every_comment_once(callers: Callers, filed: Filed) -> None:
    proposal, read = filed(), []
    for number in range(7):
        await say(callers.reviewer, proposal, str(number), "internal" if number % 2 else "applicant")
    first = f"{address(proposal)}?limit=2"
    following: str | None = first
    page_two = (await callers.auditor.get(first)).json()["next"]
    while following:
        page = (await callers.auditor.get(following)).json()
        assert 1 <= len(page["items"]) <= 2
        read += [comment["text"] for comment in page["items"]]
        following = page["next"]
    assert read == [str(number) for number in range(7)]
    assert (await callers.auditor.get(f"{address(proposal)}?limit=0")).status_code == 400
    elsewhere = f"{address(filed())}?{page_two.partition('?')[2]}"
    assert (await callers.auditor.get(elsewhere)).json()["errors"][0]["code"] == "foreign_cursor"


@pytest.mark.parametrize(
    "content", [{}, {"text": "x"}, {"text": " ", "visibility": "internal"}, {"text": "x", "visibility": "all"}]
)
async def test_what_is_no_comment_is_refused(callers: Callers, filed: Filed, content: dict[str, str]) -> None:
    proposal = filed()
    assert (await callers.secretary.post(address(proposal), json=content)).status_code == 422
    assert await texts(callers.secretary, proposal) == []


async def test_its_author_or_the_secretary_strikes_it_out(callers: Callers, filed: Filed) -> None:
    proposal = filed()
    said = [await say(callers.agency, proposal, "Ours"), await say(callers.reviewer, proposal, "Theirs")]
    ours, theirs = (f"{one.headers['location']}/strike-out" for one in said)
    tag = {"If-Match": said[0].headers["etag"]}
    assert (await callers.agency.post(theirs, json=REASON, headers=tag)).status_code == 403
    assert (await callers.reviewer.post(ours, json=REASON, headers=tag)).status_code == 403
    assert (await callers.agency.post(ours, json=REASON)).status_code == 428
    assert (await callers.agency.post(ours, json={}, headers=tag)).status_code == 422
    assert (await callers.agency.post(ours, json=REASON, headers={"If-Match": '"9"'})).status_code == 412
    struck = await callers.agency.post(ours, json=REASON, headers=tag)
    assert struck.status_code == 200, struck.text
    assert (struck.json()["text"], struck.json()["version"]) == (None, 2)
    assert struck.json()["struck_out"]["reason"] == REASON["change_reason"]
    assert struck.json()["struck_out"]["by"] == struck.json()["author"]
    again = {"If-Match": struck.headers["etag"]}
    assert (await callers.secretary.post(ours, json=REASON, headers=again)).status_code == 409
    assert (await callers.secretary.post(theirs, json=REASON, headers={"If-Match": "*"})).status_code == 200
    assert await texts(callers.agency, proposal) == [None, None]
    assert await texts(callers.reviewer, proposal) == [None, None]
    assert await texts(callers.secretary, proposal) == ["Ours", "Theirs"]
    assert await texts(callers.auditor, proposal) == ["Ours", "Theirs"]


async def test_the_service_cannot_change_what_was_said(
    callers: Callers, filed: Filed, cluster: Cluster, settings: Settings
) -> None:
    await say(callers.secretary, filed(), "Said once")
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as app:
        assert app.info.user == APP
        for change in ("UPDATE comment SET text = 'x'", "UPDATE assessment SET scores = '{}'", "DELETE FROM comment"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(change)
