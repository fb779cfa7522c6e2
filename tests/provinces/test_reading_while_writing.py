"""Lists that are read while others write: nothing that stays is lost or repeated, and a stream is one moment."""

import asyncio
import json
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture
def settings(cluster: Cluster, own_database: str) -> Settings:
    """The service on the test's own database, which it writes to."""
    return settings_for(cluster, own_database)


@pytest.mark.parametrize("sort", ["code", "-name_th"])
async def test_what_stays_appears_exactly_once(
    client: httpx.AsyncClient, owner: psycopg.Connection[Any], sort: str
) -> None:
    gone = [row[0] for row in owner.execute("SELECT code FROM district WHERE province_code = '84' ORDER BY code")]
    seen: list[str] = []
    url: str | None = f"/v1/districts?sort={sort}&limit=50&fields=code&geometry=none"
    while url:
        page = (await client.get(url)).json()
        seen += [item["code"] for item in page["items"]]
        url = page["next"]
        # Meanwhile rows go, and others change what they are not sorted by.
        if gone:
            owner.execute("DELETE FROM district WHERE code = %s", (gone.pop(),))
        owner.execute("UPDATE district SET aliases = aliases || '{x}'::text[] WHERE province_code = '10'")
    staying = [row[0] for row in owner.execute("SELECT code FROM district")]
    assert len(seen) == len(set(seen))
    assert set(staying) <= set(seen)


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_a_stream_shows_one_moment(app: FastAPI, owner: psycopg.Connection[Any], form: str) -> None:
    chunks: list[bytes] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the client stays, and sends nothing
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            if not chunks:  # the first rows are out: everything that is to come goes away behind its back
                owner.execute("DELETE FROM district")
            chunks.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/districts",
        "raw_path": b"/v1/districts",
        "root_path": "",
        "query_string": f"f={form}&geometry=none".encode(),
        "headers": [(b"host", b"register.test")],
    }
    await app(scope, receive, send)
    lines = b"".join(chunks).decode().splitlines()
    assert len(lines) == 928 + (form == "csv")
    if form == "ndjson":
        assert all(json.loads(line)["code"] for line in lines)
