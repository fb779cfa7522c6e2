"""Formats, languages, methods, paths and the pages of problems: what is asked for, and what is answered."""

import re
from typing import Any

import httpx
import pytest
from tests.kit.refusals import METHODS, PATHS, is_thai, path_of, refused

from smartcity_api.kit.errors import catalogue

JSON, GEOJSON, CSV, NDJSON = "application/json", "application/geo+json", "text/csv", "application/x-ndjson"
SMALL = "/v1/provinces?limit=1&geometry=none"
NOT_WRITTEN_HERE = {"x-request-id", "date", "cache-status"}


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


@pytest.mark.parametrize("route", PATHS)
async def test_another_method_is_405_and_told_which_are_right(client: httpx.AsyncClient, route: str) -> None:
    right = METHODS[route] | {"HEAD"}
    for method in {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "LOCK"} - right:
        answer = await client.request(method, path_of(route), headers={"Accept-Language": "th"})
        assert is_thai(refused(answer, "method-not-allowed"))
        assert answer.headers["allow"].split(", ") == sorted(right)
    for method in right:
        assert (await client.request(method, path_of(route))).status_code != 405


@pytest.mark.parametrize("form", ["json", "geojson", "csv", "ndjson", "geojsonseq"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_head_of_a_list_is_get_without_content(client: httpx.AsyncClient, form: str, coding: str) -> None:
    await same_head(client, f"/v1/districts?f={form}&count=exact&limit=60", coding)


@pytest.mark.parametrize("route", sorted(set(PATHS) - {"/metrics"}))
async def test_head_is_get_without_content(client: httpx.AsyncClient, route: str) -> None:
    await same_head(client, path_of(route), "identity")
    await same_head(client, path_of(route) + "?colour=red", "identity")


async def same_head(client: httpx.AsyncClient, path: str, coding: str) -> None:
    """HEAD has the status and the fields of GET, and no content; by then the answer may come from memory."""
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


# --- problem pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(catalogue()), ids=lambda kind: kind.slug())
async def test_every_problem_has_a_page_at_its_uri_in_both_languages(client: httpx.AsyncClient, kind: Any) -> None:
    answer = await client.get(f"/problems/{kind.slug()}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = re.sub("<[^>]+>", "", answer.text).replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    for expected in (str(kind.status), kind.title.en, kind.title.th, kind.remedy.en, kind.remedy.th):
        assert expected.replace("`", "").replace("<", "&lt;").replace(">", "&gt;") in text
    assert f"/problems/{kind.slug()}" in (await client.get("/problems")).text
