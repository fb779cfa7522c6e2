"""Conditional requests, compressed answers and origins: what caches and browsers rely on."""

import gzip
import re
from typing import Any

import httpx
import psycopg
import pytest
from tests.kit.refusals import refused
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings

SMALL = "/v1/provinces?limit=1&geometry=none"
PAGE = "/v1/provinces?limit=5&geometry=none"


@pytest.mark.parametrize(
    "path", [PAGE, "/v1/provinces/83", "/v1/provinces/83?f=geojson", "/openapi.json", "/", "/problems"]
)
@pytest.mark.parametrize("asked", ["{}", "W/{}", '"other", {}', '{}, "other"', "*", '"0-0",W/{}', " {} "])
async def test_what_the_client_has_is_not_sent_again(client: httpx.AsyncClient, path: str, asked: str) -> None:
    whole = await client.get(path, headers={"Accept-Encoding": "identity"})
    tag = whole.headers["etag"]
    assert re.fullmatch(r'"\d+-[0-9a-f]{24}"', tag)
    headers = {"Accept-Encoding": "identity", "If-None-Match": asked.format(tag)}
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path, headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
        for field in ("etag", "cache-control", "vary"):
            assert answer.headers[field] == whole.headers[field]
        assert not {"content-type", "content-length", "content-encoding"} & set(answer.headers)
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize("asked", ['"other"', "{0}x", "bare", '"', "", ",", 'W/"other"', "W/*"])
async def test_what_the_client_has_not_is_sent(client: httpx.AsyncClient, asked: str) -> None:
    assert (await client.get(PAGE, headers={"If-None-Match": asked})).status_code == 200


async def test_tags_may_come_on_several_lines(client: httpx.AsyncClient) -> None:
    tag = (await client.get(PAGE, headers={"Accept-Encoding": "identity"})).headers["etag"]
    answer = await client.get(PAGE, headers=[("If-None-Match", '"a"'), ("If-None-Match", tag)])
    assert answer.status_code == 304


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_a_compressed_answer_has_a_tag_of_its_own(client: httpx.AsyncClient, coding: str) -> None:
    plain = await client.get(PAGE, headers={"Accept-Encoding": "identity"})
    async with client.stream("GET", PAGE, headers={"Accept-Encoding": coding}) as packed:
        assert packed.headers["content-encoding"] == coding
        raw = b"".join([part async for part in packed.aiter_raw()])
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'
    assert {"accept", "accept-encoding"} <= set(re.split(", *", packed.headers["vary"].lower()))
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert len(raw) < len(plain.content)
    if coding == "gzip":
        assert gzip.decompress(raw) == plain.content
    for now in ("identity", coding):
        fields = {"Accept-Encoding": now, "If-None-Match": packed.headers["etag"]}
        again = await client.get(PAGE, headers=fields)
        assert (again.status_code, again.headers["etag"]) == (304, packed.headers["etag"])
        assert "accept-encoding" in again.headers["vary"].lower()


async def test_representations_have_different_tags(client: httpx.AsyncClient) -> None:
    queries = ("", "&f=geojson", "&fields=code", "&count=exact", "&sort=-code", "&limit=6")
    tags = [(await client.get(PAGE.replace("&limit=5", "") + query)).headers["etag"] for query in queries[:5]]
    assert len(set(tags)) == 5


async def test_streams_and_problems_have_no_tag_and_are_never_304(client: httpx.AsyncClient) -> None:
    stream = await client.get(SMALL + "&f=csv", headers={"If-None-Match": "*"})
    assert (stream.status_code, "etag" in stream.headers) == (200, False)
    refused(await client.get("/v1/provinces/99", headers={"If-None-Match": "*"}), "no-such-record")
    refused(await client.get("/v1/provinces?x=1", headers={"If-None-Match": "*"}), "invalid-parameter")


class TestChanges:
    """A database of its own, since rows change."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database)

    async def test_a_changed_row_changes_version_and_tag(
        self, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
    ) -> None:
        paths = ("/v1/provinces/83", PAGE + "&province=83", "/v1/provinces/10")
        before = {path: await client.get(path) for path in paths}
        owner.execute("UPDATE province SET aliases = aliases || ARRAY['Junkceylon'] WHERE code = '83'")
        after = {
            path: await client.get(path, headers={"If-None-Match": one.headers["etag"]}) for path, one in before.items()
        }
        assert [answer.status_code for answer in after.values()] == [200, 200, 304]
        first, second = before[paths[0]], after[paths[0]]
        assert (first.json()["version"], second.json()["version"]) == (1, 2)
        assert (first.headers["etag"][:3], second.headers["etag"][:3]) == ('"1-', '"2-')

    async def test_a_change_that_changes_nothing_is_none(
        self, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
    ) -> None:
        tag = (await client.get("/v1/provinces/83")).headers["etag"]
        owner.execute("UPDATE province SET name_en = name_en")
        assert (await client.get("/v1/provinces/83", headers={"If-None-Match": tag})).status_code == 304


async def test_any_page_may_read(client: httpx.AsyncClient) -> None:
    for path in (SMALL, "/v1/provinces?x=1", "/nothing", "/v1/provinces?f=ndjson&limit=1"):
        answer = await client.get(path, headers={"Origin": "https://example.org"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"ETag", "Link", "X-Request-Id"} <= set(answer.headers["access-control-expose-headers"].split(", "))
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_of_a_read_is_answered(client: httpx.AsyncClient) -> None:
    fields = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match, x-request-id",
    }
    answer = await client.options("/v1/provinces", headers=fields)
    assert answer.status_code == 200
    assert set(answer.headers["access-control-allow-methods"].split(", ")) == {"GET", "HEAD"}
    refusing = await client.options("/v1/provinces", headers={**fields, "Access-Control-Request-Method": "DELETE"})
    assert refusing.status_code == 400


async def test_origins_that_are_chosen_vary_the_answer(settings: Settings) -> None:
    chosen = settings.model_copy(update={"cors_origins": ("https://a.example",)})
    app = create_app(chosen, connect(chosen))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register.test") as client:
        for origin, allowed in (("https://a.example", "https://a.example"), ("https://b.example", None), (None, None)):
            answer = await client.get(SMALL, headers={"Origin": origin} if origin else {})
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert "origin" in answer.headers["vary"].lower()
    await app.state.database.close()
