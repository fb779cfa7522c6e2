"""Answers from memory are those that the database would give, to everybody, and never older."""

import asyncio
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.callers import Callers, calling
from tests.support import application, settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

PHUKET = "/v1/provinces/83"
LIST = "/v1/certified-cities?f=geojson&limit=5"


@pytest.fixture
def settings(cluster: Cluster, own_database: str) -> Settings:
    return settings_for(cluster, own_database)


def came_from(answer: httpx.Response) -> str:
    return answer.headers["cache-status"].removeprefix("smartcity; ")


def data_statements(app: FastAPI) -> list[str]:
    """What is asked of the database from now on, but for its state."""
    sent: list[str] = []
    app.state.database.listener = lambda text, _: None if "state_mark" in text else sent.append(text)
    return sent


@pytest.mark.parametrize("address", [PHUKET, LIST, "/v1/statistics/counts?of=certified-cities", "/v1/search?q=ภูเก็ต"])
async def test_the_second_answer_asks_for_nothing_but_the_state(
    app: FastAPI, client: httpx.AsyncClient, address: str
) -> None:
    first = await client.get(address)
    sent = data_statements(app)
    second = await client.get(address)
    assert (came_from(first), came_from(second), sent) == ("fwd=miss; stored", "hit", [])
    assert second.content == first.content
    told = ("etag", "content-type", "cache-control", "vary", "link", "content-encoding")
    assert [second.headers.get(one) for one in told] == [first.headers.get(one) for one in told]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_a_change_in_psql_is_in_the_next_answer(
    client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    first = await client.get(PHUKET)
    owner.execute("UPDATE province SET aliases = '{Bhuket}' WHERE code = '83'")
    second = await client.get(PHUKET)
    assert (first.json()["aliases"] == ["Bhuket"], second.json()["aliases"]) == (False, ["Bhuket"])
    owner.execute("BEGIN; UPDATE province SET aliases = '{Puket}' WHERE code = '83'")
    assert came_from(await client.get(PHUKET)) == "hit"
    owner.execute("ROLLBACK")
    assert came_from(await client.get(PHUKET)) == "hit"


async def test_what_is_asked_otherwise_is_another_answer(client: httpx.AsyncClient) -> None:
    ways: list[dict[str, Any]] = [
        {},
        {"headers": {"Accept": "application/geo+json"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"Accept-Encoding": "identity"}},
        {"headers": {"Host": "other.test"}},
        {"params": {"limit": 2}},
    ]
    first = [await client.get("/v1/provinces", **way) for way in ways]
    again = [await client.get("/v1/provinces", **way) for way in ways]
    assert {came_from(one) for one in first} == {"fwd=miss; stored"}
    assert {came_from(one) for one in again} == {"hit"}
    assert [one.text for one in again] == [one.text for one in first]
    assert [one.headers["etag"] for one in again] == [one.headers["etag"] for one in first]
    assert again[1].json()["type"] == "FeatureCollection"
    assert "other.test" in again[4].json()["next"]


async def test_everybody_gets_what_he_may_see(app: FastAPI) -> None:
    async with calling(app) as callers:
        await _answered_apart(callers)


async def _answered_apart(callers: Callers) -> None:
    draft = {"title_th": "ร่างของหน่วยงาน", "provinces": ["83"]}
    made = await callers.agency.post("/v1/proposals", json=draft)
    assert made.status_code == 201, made.text
    address = f"/v1/proposals/{made.json()['id']}"
    for _ in range(2):
        seen = {
            name: (await getattr(callers, name).get(address)).status_code
            for name in ("agency", "foreign", "public", "secretary")
        }
        assert seen == {"agency": 200, "foreign": 404, "public": 404, "secretary": 200}
        totals = {
            name: (await getattr(callers, name).get("/v1/proposals?count=exact&limit=1")).json()["matched"]
            for name in ("agency", "foreign", "public", "secretary")
        }
        assert totals["agency"] == totals["secretary"] == totals["public"] + 1 == totals["foreign"] + 1


async def test_who_has_the_answer_gets_none(client: httpx.AsyncClient, owner: psycopg.Connection[Any]) -> None:
    tags = []
    for coding in ("identity", "gzip", "br"):
        answer = await client.get(LIST, headers={"Accept-Encoding": coding})
        tags.append(answer.headers["etag"])
        for held in (tags[-1], f'W/{tags[-1]}, "x"', tags[0], "*"):
            again = await client.get(LIST, headers={"Accept-Encoding": coding, "If-None-Match": held})
            assert (again.status_code, again.content, came_from(again)) == (304, b"", "hit")
            assert not {"content-type", "content-encoding"} & set(again.headers)
            assert "Accept-Encoding" in again.headers["vary"]
    assert len(set(tags)) == 3
    owner.execute("UPDATE certified_city SET name_en = 'Elsewhere'")
    later = await client.get(LIST, headers={"If-None-Match": tags[0], "Accept-Encoding": "identity"})
    assert later.status_code == 200
    head = await client.head(LIST, headers={"Accept-Encoding": "identity"})
    assert (came_from(head), head.content, head.headers["etag"]) == ("hit", b"", later.headers["etag"])


async def test_a_hundred_equal_requests_are_computed_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await client.get(PHUKET)  # connections and the like
    sent = data_statements(app)
    answers = await asyncio.gather(*(client.get("/v1/districts?f=geojson&limit=300") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(sent) == 1


async def test_problems_and_streams_are_not_kept(client: httpx.AsyncClient) -> None:
    for address, status in (("/v1/provinces/99", 404), ("/v1/provinces?x=1", 400), ("/v1/provinces?f=ndjson", 200)):
        for _ in range(2):
            answer = await client.get(address)
            assert (answer.status_code, answer.headers.get("cache-status")) == (status, None)


async def test_routes_of_unmarked_tables_pass_by(app: FastAPI) -> None:
    async with calling(app) as callers:
        for address in ("/v1/audit/heads", "/v1/changes", "/v1/clients", "/v1/imports"):
            client = callers.secretary if address == "/v1/imports" else callers.admin
            for _ in range(2):
                answer = await client.get(address)
                assert (answer.status_code, answer.headers.get("cache-status")) == (200, None), address


async def test_memory_is_bounded(cluster: Cluster, own_database: str) -> None:
    async with application(settings_for(cluster, own_database, cache_size=300_000)) as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
            for limit in range(1, 120):
                await client.get(f"/v1/provinces?limit={limit}", headers={"Accept-Encoding": "identity"})
                assert 0 < app.state.answers.taken <= 300_000
            assert came_from(await client.get("/v1/provinces?limit=1")) == "fwd=miss; stored"
            whole = "/v1/provinces?f=geojson&limit=77"
            answers = [await client.get(whole, headers={"Accept-Encoding": "identity"}) for _ in range(2)]
            assert {came_from(one) for one in answers} == {"fwd=miss; stored"}, "larger than its part of the room"
            assert app.state.answers.taken <= 300_000


async def test_nothing_is_kept_where_there_is_no_room(cluster: Cluster, own_database: str) -> None:
    async with (
        application(settings_for(cluster, own_database, cache_size=0)) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register.test") as client,
    ):
        assert [(await client.get(PHUKET)).headers.get("cache-status") for _ in range(2)] == [None, None]


async def test_nothing_is_answered_for_a_database_that_is_away(
    cluster: Cluster, client: httpx.AsyncClient, own_database: str
) -> None:
    assert (await client.get(PHUKET)).status_code == 200
    cluster.sql(f"ALTER DATABASE {own_database} ALLOW_CONNECTIONS false")
    cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{own_database}'")
    for _ in range(2):
        assert (await client.get(PHUKET)).status_code == 503
    for path, status in (("/v1/provinces?limit=0", 400), ("/ogc/nothing", 404), ("/ogc/conformance", 200)):
        assert (await client.get(path)).status_code == status, "needs no database"
    cluster.sql(f"ALTER DATABASE {own_database} ALLOW_CONNECTIONS true")
    assert (await client.get(PHUKET)).status_code == 200


async def test_the_metrics_say_how_answers_came_about(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await client.get(PHUKET)
    await client.get("/v1/provinces?f=ndjson")
    told = (await client.get("/metrics")).text
    for line in (
        'cache_answers_total{source="hit"} 2.0',
        'cache_answers_total{source="made"} 1.0',
        'source="passed"} 1.0',
    ):
        assert line in told
    assert 'http_requests_total{method="GET",route="/v1/provinces/{code}",status="200"} 3.0' in told


async def test_slow_answers_hold_up_no_kept_ones(cluster: Cluster, own_database: str) -> None:
    small = settings_for(cluster, own_database, database_pool_size=1, database_pool_timeout=0.5)
    async with (
        application(small) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register.test") as client,
    ):
        await client.get(PHUKET)
        async with app.state.database.statement():  # the only one to read by
            assert came_from(await client.get(PHUKET)) == "hit"
            assert (await client.get("/v1/provinces/50")).status_code == 503
