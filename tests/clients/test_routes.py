"""Clients and their keys: made, listed, narrowed, paused, revoked; a key is shown once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.callers import HOME, Callers

from smartcity_api.identity.keys import digest_of, looks_like_key, new_key
from smartcity_api.local_cluster import OWNER, Cluster

CLIENTS = "/v1/clients"
ORGANISATION = {"kind": "agency", "name_en": "Made by a client"}


def draft(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "role": "secretary", **changes}


async def made(callers: Callers, name: str, **changes: Any) -> httpx.Response:
    answer = await callers.admin.post(CLIENTS, json=draft(name, **changes))
    assert answer.status_code == 201, answer.text
    return answer


async def calling_with(callers: Callers, key: str, method: str = "GET", path: str = "/v1/provinces") -> httpx.Response:
    content = ORGANISATION if method == "POST" else None
    return await callers.public.request(method, path, headers={"Authorization": f"Bearer {key}"}, json=content)


async def test_a_key_is_shown_once_and_works(callers: Callers, cluster: Cluster, written_database: str) -> None:
    answer = await made(callers, "Works")
    key = answer.json()["key"]
    assert looks_like_key(key)
    assert (await calling_with(callers, key, "POST", "/v1/organisations")).status_code == 201
    read = await callers.admin.get(answer.headers["location"])
    assert "key" not in read.json()
    assert read.json()["keys"][0]["last_used_at"] is not None
    assert read.headers["cache-control"].startswith("private")
    url = cluster.url(OWNER, written_database).replace("+psycopg", "")
    with psycopg.connect(url) as owner:
        assert owner.execute("SELECT digest FROM api_key WHERE prefix = %s", [key[4:12]]).fetchone() == (
            digest_of(key),
        )


async def test_a_paused_client_is_refused_until_it_is_resumed_and_a_revoked_one_for_ever(callers: Callers) -> None:
    answer = await made(callers, "On and off")
    key, path = answer.json()["key"], answer.headers["location"]
    for verb, status in (("pause", 401), ("resume", 200), ("revoke", 401), ("resume", 401)):
        done = await callers.admin.post(f"{path}/{verb}", headers={"If-Match": "*"})
        assert done.status_code == 200, done.text
        assert (await calling_with(callers, key)).status_code == status, verb


async def test_keys_are_replaced_one_by_one(callers: Callers) -> None:
    answer = await made(callers, "Turns its keys")
    first, path = answer.json()["key"], answer.headers["location"]
    second = await callers.admin.post(f"{path}/keys", json={}, headers={"If-Match": answer.headers["etag"]})
    assert second.status_code == 201, second.text
    assert len(second.json()["keys"]) == 2
    gone = await callers.admin.post(f"{path}/keys/{first[4:12]}/revoke", headers={"If-Match": "*"})
    assert gone.status_code == 200
    assert (await calling_with(callers, first)).status_code == 401
    assert (await calling_with(callers, second.json()["key"])).status_code == 200


async def test_a_key_ends_when_it_says(callers: Callers, cluster: Cluster, written_database: str) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = await made(callers, "Ends", expires_at=soon)
    key = answer.json()["key"]
    assert (await calling_with(callers, key)).status_code == 200
    with psycopg.connect(cluster.url(OWNER, written_database).replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("UPDATE api_key SET expires_at = now() WHERE prefix = %s", [key[4:12]])
    refused = await calling_with(callers, key)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="smartcity"')


async def test_scopes_narrow_what_a_role_may_do(callers: Callers) -> None:
    narrow = (await made(callers, "Reads only", scopes=["read"])).json()["key"]
    assert (await calling_with(callers, narrow)).status_code == 200
    assert (await calling_with(callers, narrow, "POST", "/v1/organisations")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"role": "public"}, "/role"),
        ({"role": "agency"}, ""),
        ({"role": "agency", "organisation_id": str(HOME), "scopes": ["clients.manage"]}, ""),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_at": "2570-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": True}, "/expires_at"),
        ({"expires_at": 1893456000}, "/expires_at"),
        ({"colour": "red"}, "/colour"),
        ({"organisation_id": "00000000-0000-0000-0000-000000000000"}, "/organisation_id"),
    ],
)
async def test_a_client_that_cannot_be_is_refused(callers: Callers, changes: dict[str, Any], pointer: str) -> None:
    answer = await callers.admin.post(CLIENTS, json=draft("Cannot be", **changes))
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_two_clients_do_not_share_a_name(callers: Callers) -> None:
    await made(callers, "The same")
    assert (await callers.admin.post(CLIENTS, json=draft("The same"))).status_code == 409


async def test_the_list_is_paged(callers: Callers) -> None:
    names = [f"Page {number}" for number in range(5)]
    for name in names:
        await made(callers, name)
    found: list[str] = []
    following: str | None = f"{CLIENTS}?limit=2"
    while following and len(found) < 6:
        page = (await callers.admin.get(following)).json()
        found.extend(client["name"] for client in page["items"])
        following = page["next"]
    assert found[:5] == names[::-1]


@pytest.mark.parametrize(
    "header", ["Basic dTpw", "Bearer", "Bearer ", "Bearer scr_x", "Bearer {key}", "Bearer {key}!", "Bearer a.b.c"]
)
async def test_what_is_no_key_is_refused_everywhere(app: FastAPI, callers: Callers, header: str) -> None:
    header = header.format(key=new_key())
    for path in ("/v1/provinces", "/healthz", CLIENTS):
        answer = await callers.public.get(path, headers={"Authorization": header})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), path
        assert header.removeprefix("Bearer ").strip() not in answer.text or len(header) < 12
