"""Who asks the same as another does not depend on how that one fares, and what is kept is all counted."""

import asyncio
from typing import Any

import httpx
import psycopg
from tests.kit.refusals import Wire, lengthen
from tests.support import application, serving, settings_for

from smartcity_api.local_cluster import Cluster

LONG_LIST = "/v1/sources?f=ndjson"


def test_nobody_waits_for_a_slow_reader_of_a_stream(
    cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    lengthen(owner)
    with serving(settings_for(cluster, own_database)) as url, Wire(url, receive_buffer=4096) as slow:
        slow.send(f"GET {LONG_LIST} HTTP/1.1", "Host: x")
        assert slow.socket.recv(100).startswith(b"HTTP/1.1 200")
        with Wire(url, receive_buffer=4096) as other:
            other.socket.settimeout(20)
            other.send(f"GET {LONG_LIST} HTTP/1.1", "Host: x")
            assert other.socket.recv(100).startswith(b"HTTP/1.1 200")


async def test_who_waits_for_what_takes_too_long_learns_it_with_the_first(
    cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    """All at once they would compute it again, and nobody else would get a connection."""
    address = "/ogc/collections/districts/items?limit=7"
    settings = settings_for(cluster, own_database, statement_timeout=1.0, database_pool_size=2)
    async with (
        application(settings) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register.test") as client,
    ):
        await client.get("/ogc/collections/districts/items?limit=8")
        sent: list[str] = []
        app.state.database.listener = lambda text, _: None if "state_mark" in text else sent.append(text)
        with owner.transaction():
            owner.execute("LOCK TABLE district")
            answers = await asyncio.gather(*(client.get(address) for _ in range(50)))
            assert {answer.json()["type"] for answer in answers} == {"/problems/query-too-slow"}
            assert len({answer.headers["x-request-id"] for answer in answers}) == 50
            assert all(answer.json()["request_id"] == answer.headers["x-request-id"] for answer in answers)
            assert len(sent) == 1
        assert (await client.get(address)).status_code == 200
        assert 'route="/ogc/collections/{collection}/items",status="503"} 50.0' in (await client.get("/metrics")).text


async def test_long_questions_take_room_as_well(cluster: Cluster, own_database: str) -> None:
    room = 400_000
    async with (
        application(settings_for(cluster, own_database, cache_size=room)) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register.test") as client,
    ):
        first = "*/*, x/y" + " " * 20_000
        for number in range(25):
            await client.get("/v1/provinces/83?geometry=none", headers={"Accept": f"{first}{number}"})
        again = await client.get("/v1/provinces/83?geometry=none", headers={"Accept": f"{first}0"})
        assert again.status_code == 200
        assert again.headers["cache-status"] == "smartcity; fwd=miss; stored", "25 times 20 kB do not fit"
        assert app.state.answers.taken <= room
