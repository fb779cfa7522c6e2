"""Formats, languages, methods, paths, conditional requests and origins: what is asked for, and what is answered."""

import gzip
import re
from typing import Any

import httpx
import psycopg
import pytest
from tests.kit.refusals import PATHS, is_thai, path_of, refused
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.kit.errors import catalogue
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings

JSON, GEOJSON, CSV, NDJSON = "application/json", "application/geo+json", "text/csv", "application/x-ndjson"
SMALL = "/v1/provinces?limit=1&geometry=none"
PAGE = "/v1/provinces?limit=5&geometry=none"
NOT_WRITTEN_HERE = {"x-request-id", "date"}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        (GEOJSON, GEOJSON),
        (f"{JSON};q=0.5, {GEOJSON}", GEOJSON),
        (f"{JSON};q=0.5, {GEOJSON};q=0.4", JSON),
        (f"{GEOJSON}, {JSON}", JSON),
        (f"{JSON};q=0, */*", GEOJSON),
        (f"text/html, {NDJSON};q=0.1", NDJSON),
        ("TEXT/CSV", CSV),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        (f"{GEOJSON};q=nan, {CSV};q=0.2", CSV),
        (f"{GEOJSON};q=1e3, {CSV};q=0.2", CSV),
        (f"{GEOJSON};q=2, {CSV};q=0.2", CSV),
        (f",,;, {CSV}", CSV),
        (f"{GEOJSON} ; q=0.9 , {CSV} ; q=0.2", GEOJSON),
    ],
)
async def test_the_format_that_the_client_likes_best_is_answered(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    client.headers.pop("accept")
    answer = await client.get(SMALL, headers={} if accept is None else {"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "accept" in re.split(", *", answer.headers["vary"].lower())


async def test_accept_may_be_sent_on_several_lines(client: httpx.AsyncClient) -> None:
    client.headers.pop("accept")
    answer = await client.get(SMALL, headers=[("Accept", "text/html"), ("Accept", GEOJSON)])
    assert answer.headers["content-type"] == GEOJSON


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/png", f"{JSON};q=0", "json", "*/*;q=0", "*", ";;;", f"{JSON};q=x", "/", "ไทย"],
)
@pytest.mark.parametrize("path", ["/v1/provinces", "/v1/districts", "/v1/sources", "/v1/provinces/83"])
async def test_what_cannot_be_met_is_406_and_says_what_there_is(
    client: httpx.AsyncClient, path: str, accept: str
) -> None:
    problem = refused(
        await client.get(path, headers=[(b"Accept", accept.encode()), (b"Accept-Language", b"th")]), "not-acceptable"
    )
    assert JSON in problem["detail"]
    assert is_thai(problem)


async def test_sources_offer_no_geojson(client: httpx.AsyncClient) -> None:
    problem = refused(await client.get("/v1/sources", headers={"Accept": GEOJSON}), "not-acceptable")
    assert GEOJSON not in problem["detail"]


@pytest.mark.parametrize(("f", "expected"), [("json", JSON), ("geojson", GEOJSON), ("csv", CSV), ("ndjson", NDJSON)])
async def test_f_wins_over_accept(client: httpx.AsyncClient, f: str, expected: str) -> None:
    answer = await client.get(f"{SMALL}&f={f}", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("th", "th"),
        ("th-TH", "th"),
        ("TH", "th"),
        ("en;q=0.5, th", "th"),
        ("en, th;q=0.9", "en"),
        ("fr, th;q=0.1", "th"),
        ("fr", "en"),
        ("*", "en"),
        ("th;q=0", "en"),
        ("th;q=nan", "en"),
        ("thai", "en"),
        ("", "en"),
        (",;=,;q=", "en"),
    ],
)
async def test_a_problem_speaks_the_readers_language(
    client: httpx.AsyncClient, accept_language: str, language: str
) -> None:
    answer = await client.get("/v1/provinces?limit=0", headers={"Accept-Language": accept_language})
    assert is_thai(refused(answer, "invalid-parameter")) == (language == "th")
    assert answer.headers["content-language"] == language


# --- methods and paths -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "LOCK"])
@pytest.mark.parametrize("route", PATHS)
async def test_another_method_is_405_and_told_which_are_right(
    client: httpx.AsyncClient, route: str, method: str
) -> None:
    answer = await client.request(method, path_of(route), headers={"Accept-Language": "th"})
    assert is_thai(refused(answer, "method-not-allowed"))
    allowed = answer.headers["allow"].split(", ")
    assert sorted(allowed) == ["GET", "HEAD"]
    for right in allowed:
        assert (await client.request(right, path_of(route))).status_code != 405


@pytest.mark.parametrize("form", ["json", "geojson", "csv", "ndjson"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_head_of_a_list_is_get_without_content(client: httpx.AsyncClient, form: str, coding: str) -> None:
    await same_head(client, f"/v1/districts?f={form}&count=exact&limit=60", coding)


@pytest.mark.parametrize("route", sorted(set(PATHS) - {"/metrics"}))
async def test_head_is_get_without_content(client: httpx.AsyncClient, route: str) -> None:
    await same_head(client, path_of(route), "identity")
    await same_head(client, path_of(route) + "?colour=red", "identity")


async def same_head(client: httpx.AsyncClient, path: str, coding: str) -> None:
    """HEAD has the status and the fields of GET, and no content."""
    got, head = [await client.request(way, path, headers={"Accept-Encoding": coding}) for way in ("GET", "HEAD")]
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert got.content
    ours, theirs = [{k: v for k, v in one.headers.items() if k not in NOT_WRITTEN_HERE} for one in (head, got)]
    if got.status_code >= 400:
        lengths = [fields.pop("content-length") for fields in (ours, theirs)]
        assert lengths[0] == lengths[1]
    assert ours == theirs


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/provinces/",
        "/v1/provinces//83",
        "//v1/provinces",
        "//example.org/v1",
        "/V1/provinces",
        "/v1/provinces/83/",
        "/v1/provinces/83/boundary",
        "/v1/provinces.json",
        "/v1/%00",
        "/%00",
        "/v1/%2E%2E/healthz",
        "/v1/..%2Fhealthz",
        "/%FF%FE",
        "/%ED%A0%80",
        "/จังหวัด",
        "/v1/provinces%3Flimit=1",
        "/v1/provinces%23",
        "/docs",
        "/redoc",
        "/" + "a" * 8000,
    ],
)
async def test_a_path_that_leads_nowhere_is_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept-Language": "th"})
    problem = refused(answer, "no-such-path")
    assert is_thai(problem)
    assert problem["instance"].isascii()


async def test_a_path_above_the_bound_is_refused(client: httpx.AsyncClient) -> None:
    refused(await client.get("/" + "a" * 40_000), "headers-too-large")


@pytest.mark.parametrize(
    "path", ["/v1/search?q=", "/problems/no-such-problem", "/problems/NO", "/v1/locate", "/v1/search"]
)
async def test_the_other_paths_refuse_as_clearly(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept-Language": "th"})
    assert is_thai(refused(answer, "no-such-record" if path.endswith("no-such-problem") else "invalid-parameter"))


# --- conditional requests --------------------------------------------------------------------------------------------


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


# --- origins ---------------------------------------------------------------------------------------------------------


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


# --- problem pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(catalogue()), ids=lambda kind: kind.slug())
async def test_every_problem_has_a_page_at_its_uri_in_both_languages(client: httpx.AsyncClient, kind: Any) -> None:
    answer = await client.get(f"/problems/{kind.slug()}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = re.sub("<[^>]+>", "", answer.text).replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    for expected in (str(kind.status), kind.title.en, kind.title.th, kind.remedy.en, kind.remedy.th):
        assert expected.replace("`", "").replace("<", "&lt;").replace(">", "&gt;") in text
    assert f"/problems/{kind.slug()}" in (await client.get("/problems")).text
