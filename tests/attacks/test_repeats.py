"""What a repeated request gets again: nothing that is secret, and nothing of another caller's."""

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from tests.callers import HOME, Callers

from smartcity_api.clients.models import IdempotentAnswer

CLIENTS = "/v1/clients"
KEYED = {"Idempotency-Key": "the-same-for-everybody"}


async def kept(app: FastAPI, client: str) -> list[str]:
    """What is stored of answers about a client."""
    async with app.state.database.snapshot() as snapshot:
        found = await snapshot.rows(select(IdempotentAnswer.content))
    return [text for text in (bytes(content).decode() for (content,) in found) if client in text]


async def same_again(caller: httpx.AsyncClient, path: str, draft: object, **headers: str) -> httpx.Response:
    answer = await caller.post(path, json=draft, headers={**KEYED, **headers})
    assert answer.headers["idempotent-replayed"] == "true"
    return answer


async def test_a_key_is_told_once_and_kept_nowhere(callers: Callers, app: FastAPI) -> None:
    draft = {"name": "Repeats itself", "role": "reviewer"}
    first = (await callers.admin.post(CLIENTS, json=draft, headers=KEYED)).json()
    again = (await same_again(callers.admin, CLIENTS, draft)).json()
    assert first.pop("key").startswith("scr_")
    assert again.pop("key") is None
    assert again == first
    assert ["scr_" in text for text in await kept(app, first["id"])] == [False]


async def test_a_further_key_is_told_once_too(callers: Callers, app: FastAPI) -> None:
    made = await callers.admin.post(CLIENTS, json={"name": "Has two keys", "role": "reviewer"})
    path, headers = f"{made.headers['location']}/keys", {"Idempotency-Key": "further", "If-Match": "*"}
    issued = await callers.admin.post(path, json={}, headers=headers)
    assert issued.json()["key"].startswith("scr_")
    assert (await same_again(callers.admin, path, {}, **headers)).json()["key"] is None
    assert ["scr_" in text for text in await kept(app, made.json()["id"])] == [False]


async def test_the_same_key_of_another_caller_is_another_key(callers: Callers) -> None:
    draft = {"title_en": "Filed twice", "provinces": ["83"]}
    headers = {"Idempotency-Key": "filed"}
    mine = await callers.agency.post("/v1/proposals", json=draft, headers=headers)
    other = await callers.foreign.post("/v1/proposals", json=draft, headers=headers)
    assert (mine.status_code, other.status_code) == (201, 201)
    assert mine.json()["id"] != other.json()["id"]
    assert (mine.json()["proponent_id"], "idempotent-replayed" in other.headers) == (str(HOME), False)


async def test_an_answer_is_not_said_again_to_who_may_not_come_in(callers: Callers) -> None:
    made = await callers.admin.post(CLIENTS, json={"name": "Leaves", "role": "agency", "organisation_id": str(HOME)})
    headers = {"Authorization": f"Bearer {made.json()['key']}", "Idempotency-Key": "left"}
    draft = {"title_en": "Left behind", "provinces": ["83"]}
    assert (await callers.public.post("/v1/proposals", json=draft, headers=headers)).status_code == 201
    await callers.admin.post(f"{made.headers['location']}/revoke", headers={"If-Match": "*"})
    assert (await callers.public.post("/v1/proposals", json=draft, headers=headers)).status_code == 401
