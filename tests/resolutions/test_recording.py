"""Bodies, meetings and resolutions are recorded by the secretary; drafts become public, and stay as they were."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.callers import Callers
from tests.history.making import days_from_today, today
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

MEMBERS = [
    {"role": "chair", "name_en": "A. Chair", "valid_until_on": "2024"},
    {"role": "chair", "name_en": "B. Chair", "valid_from_on": "2025"},
    {"role": "member", "position": "Director", "valid_from_on": "2020-06"},
]


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)


async def made(secretary: httpx.AsyncClient, path: str, **content: Any) -> httpx.Response:
    answer = await secretary.post(f"/v1/{path}", json=content)
    assert answer.status_code == 201, answer.text
    return answer


async def body_of(secretary: httpx.AsyncClient, **changes: Any) -> str:
    told = {"kind": "subcommittee", "mandate": "subcommittee", "name_en": "Made for a test", **changes}
    found: str = (await made(secretary, "bodies", **told)).json()["id"]
    return found


async def drafted(secretary: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    body = changes.pop("body_id", None) or await body_of(secretary)
    return await made(secretary, "resolutions", **{"body_id": body, "title_en": "Resolved", **changes})


async def published(secretary: httpx.AsyncClient, draft: httpx.Response) -> httpx.Response:
    path = f"/v1/resolutions/{draft.json()['id']}/publish"
    return await secretary.post(path, headers={"If-Match": draft.headers["etag"]})


async def test_members_have_a_validity_and_can_be_changed(callers: Callers) -> None:
    answer = await made(callers.secretary, "bodies", kind="board", name_en="With members", members=MEMBERS)
    told = answer.json()["members"]
    assert [(one["role"], one["valid_from_on"], one["valid_until_on"]) for one in told] == [
        ("chair", None, "2024"),
        ("chair", "2025", None),
        ("member", "2020-06", None),
    ]
    change = {"seats": [{"category": "experts", "role": "expert", "number": 3}]}
    path, tag = answer.headers["location"], answer.headers["etag"]
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert changed.json()["members"] == told
    assert changed.json()["seats"] == change["seats"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"members": [{"role": "chair", "organisation_id": str(uuid4())}]}, "/members/0/organisation_id"),
        ({"members": [{"role": "chair"}]}, "/members/0"),
        (
            {"members": [{"role": "chair", "name_en": "A", "valid_from_on": "2025", "valid_until_on": "2024"}]},
            "/members/0",
        ),
        ({"valid_from_on": "2025", "valid_until_on": "2024"}, ""),
        ({"seats": [{"category": "experts", "role": "expert", "number": 0}]}, "/seats/0/number"),
        ({"seats": [{"category": "experts", "role": "expert", "number": True}]}, "/seats/0/number"),
        ({"seats": [{"category": "experts", "role": "expert", "number": "3"}]}, "/seats/0/number"),
        ({"seats": [{"category": "experts", "role": "expert", "number": 3_000_000_000}]}, "/seats/0/number"),
    ],
)
async def test_a_body_that_cannot_be_is_refused(callers: Callers, change: dict[str, Any], pointer: str) -> None:
    answer = await callers.secretary.post("/v1/bodies", json={"kind": "board", "name_en": "Wrong", **change})
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_no_body_reports_to_itself(callers: Callers) -> None:
    above = await body_of(callers.secretary)
    below = await body_of(callers.secretary, parent_id=above)
    change = {"parent_id": below}
    answer = await callers.secretary.patch(f"/v1/bodies/{above}", json=change, headers={"If-Match": "*"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/parent_id"


async def test_a_meetings_number_is_given_once_a_body(callers: Callers) -> None:
    body, other = await body_of(callers.secretary), await body_of(callers.secretary)
    first = await made(callers.secretary, "meetings", body_id=body, number="1/2569", held_on="2026-01-05")
    again = await callers.secretary.post("/v1/meetings", json={"body_id": body, "number": "1/2569"})
    assert again.status_code == 409, again.text
    assert first.headers["location"].rpartition("/")[2] in again.json()["detail"]
    await made(callers.secretary, "meetings", body_id=other, number="1/2569")
    second = await made(callers.secretary, "meetings", body_id=body, number="2/2569")
    headers = {"If-Match": second.headers["etag"]}
    moved = await callers.secretary.patch(second.headers["location"], json={"number": "1/2569"}, headers=headers)
    assert moved.status_code == 409
    same = await callers.secretary.patch(second.headers["location"], json={"place": "Room 301"}, headers=headers)
    assert same.status_code == 200, same.text


async def test_a_draft_is_for_few_until_it_is_published(callers: Callers) -> None:
    draft = await drafted(callers.secretary, decided_on=today())
    path = draft.headers["location"]
    assert draft.json()["published_at"] is None
    for stranger in (callers.public, callers.agency):
        assert (await stranger.get(path)).status_code == 404
    assert (await callers.reviewer.get(path)).status_code == 200
    change = {"title_en": "Resolved otherwise", "votes": {"for": 3, "against": 1}}
    changed = await callers.secretary.patch(path, json=change, headers={"If-Match": draft.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["votes"] == {"for": 3, "against": 1}
    assert (await published(callers.secretary, draft)).status_code == 412
    done = await published(callers.secretary, changed)
    assert done.status_code == 200, done.text
    assert done.json()["published_at"] is not None
    assert (await callers.public.get(path)).json()["title_en"] == "Resolved otherwise"


async def test_what_is_published_is_neither_changed_nor_deleted_nor_published_again(callers: Callers) -> None:
    body = await body_of(callers.secretary)
    meeting = await made(callers.secretary, "meetings", body_id=body, held_on="2026-01-05")
    draft = await made(callers.secretary, "resolutions", meeting_id=meeting.json()["id"], title_en="Resolved")
    assert (draft.json()["decided_on"], draft.json()["body_id"]) == ("2026-01-05", body)
    path, anything = draft.headers["location"], {"If-Match": "*"}
    assert (await published(callers.secretary, draft)).status_code == 200
    answers = [
        await callers.secretary.patch(path, json={"title_en": "Other"}, headers=anything),
        await callers.secretary.delete(path, headers=anything),
        await callers.secretary.post(f"{path}/publish", headers=anything),
        await callers.secretary.patch(meeting.headers["location"], json={"held_on": "2026-01-06"}, headers=anything),
    ]
    assert [answer.status_code for answer in answers] == [409] * 4, [answer.text for answer in answers]
    assert "correct" in answers[3].json()["detail"]
    place = await callers.secretary.patch(meeting.headers["location"], json={"place": "Room 1"}, headers=anything)
    assert place.status_code == 200, place.text


async def test_a_draft_can_be_deleted(callers: Callers) -> None:
    draft = await drafted(callers.secretary)
    gone = await callers.secretary.delete(draft.headers["location"], headers={"If-Match": draft.headers["etag"]})
    assert gone.status_code == 204, gone.text


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (lambda: None, 422),
        (lambda: days_from_today(1), 422),
        (lambda: today()[:4], 200),
        (today, 200),
    ],
    ids=["no day", "tomorrow", "this year", "today"],
)
async def test_a_resolution_is_published_with_a_day_that_has_come(
    callers: Callers, day: Callable[[], str | None], status: int
) -> None:
    draft = await drafted(callers.secretary, decided_on=day())
    answer = await published(callers.secretary, draft)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "/decided_on"


@pytest.mark.parametrize(
    ("body", "day", "votes", "status"),
    [
        ({"members": MEMBERS}, "2026-01-05", {"for": 2}, 201),
        ({"members": MEMBERS}, "2026-01-05", {"for": 2, "abstained": 1}, 422),
        ({"members": MEMBERS}, "2020-01-05", {"for": 2}, 422),
        ({"seats": [{"category": "x", "role": "member", "number": 4}]}, "2026", {"for": 3, "against": 1}, 201),
        ({"seats": [{"category": "x", "role": "member", "number": 4}]}, "2026", {"for": 3, "against": 2}, 422),
        ({"members": MEMBERS, "seats": [{"category": "x", "role": "member", "number": 4}]}, "2026", {"for": 6}, 201),
        ({"members": MEMBERS, "seats": [{"category": "x", "role": "member", "number": 4}]}, "2026", {"for": 7}, 422),
        ({}, "2026", {"for": 1000}, 201),
    ],
)
async def test_votes_fit_the_seats_of_the_day(
    callers: Callers, body: dict[str, Any], day: str, votes: dict[str, int], status: int
) -> None:
    told = {"body_id": await body_of(callers.secretary, **body), "title_en": "Put to the vote", "decided_on": day}
    answer = await callers.secretary.post("/v1/resolutions", json={**told, "votes": votes})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "/votes"


@pytest.mark.parametrize("number", [False, "3", -1, 10**30])
async def test_votes_are_numbers_of_votes(callers: Callers, number: object) -> None:
    told = {"body_id": await body_of(callers.secretary), "title_en": "Put to the vote", "decided_on": "2026"}
    answer = await callers.secretary.post("/v1/resolutions", json={**told, "votes": {"for": 1, "against": number}})
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/votes/against"]


async def test_body_and_day_are_those_of_the_meeting(callers: Callers) -> None:
    body, other = await body_of(callers.secretary), await body_of(callers.secretary)
    meeting = await made(callers.secretary, "meetings", body_id=body, held_on="2026-01-05")
    told = {"meeting_id": meeting.json()["id"], "title_en": "x", "body_id": other, "decided_on": "2026-01-06"}
    answer = await callers.secretary.post("/v1/resolutions", json=told)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/body_id", "/decided_on"]
    nowhere = await callers.secretary.post("/v1/resolutions", json={"title_en": "Nobody's"})
    assert nowhere.status_code == 422


async def test_only_a_published_resolution_is_replaced(callers: Callers) -> None:
    draft = await drafted(callers.secretary, decided_on="2026-01-05")
    told = {"body_id": draft.json()["body_id"], "title_en": "Later", "supersedes_id": draft.json()["id"]}
    refused = await callers.secretary.post("/v1/resolutions", json=told)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/supersedes_id"
    await published(callers.secretary, draft)
    later = await callers.secretary.post("/v1/resolutions", json=told)
    assert later.status_code == 201, later.text
    assert later.json()["supersedes"]["id"] == draft.json()["id"]


@pytest.mark.parametrize("who", ["public", "agency", "reviewer", "auditor", "admin"])
async def test_nobody_else_records_or_publishes(callers: Callers, who: str) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    draft = await drafted(callers.secretary, decided_on="2026-01-05")
    status = 401 if who == "public" else 403
    told = {"kind": "board", "name_en": "Not theirs"}
    assert (await client.post("/v1/bodies", json=told)).status_code == status
    assert (await client.post("/v1/meetings", json={"body_id": draft.json()["body_id"]})).status_code == status
    assert (await published(client, draft)).status_code == status
