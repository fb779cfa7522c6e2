"""Cursors that are forged, damaged or another list's, and pages that join to exactly the whole list."""

import base64
import json
from typing import Any, get_args

import httpx
import psycopg
import pytest
from tests.kit.refusals import is_thai, refused
from tests.support import settings_for

from smartcity_api.frameworks.schemas import FrameworkList
from smartcity_api.kit import cursors
from smartcity_api.kit.http.lists import NOT_FILTERS
from smartcity_api.kit.layers import Sort
from smartcity_api.local_cluster import Cluster
from smartcity_api.organisations.schemas import OrganisationList
from smartcity_api.programme.schemas import ActivityList, PlanList, TargetList
from smartcity_api.provinces.schemas import DistrictList, ProvinceList
from smartcity_api.settings import Settings
from smartcity_api.sources.schemas import ClaimList, SourceList

LISTS = (
    ("provinces", ProvinceList, 20),
    ("districts", DistrictList, 300),
    ("sources", SourceList, 7),
    ("claims", ClaimList, 40),
    ("organisations", OrganisationList, 5),
    ("frameworks", FrameworkList, 2),
    ("plans", PlanList, 2),
    ("targets", TargetList, 4),
    ("activities", ActivityList, 4),
)
SORTS = [
    (path, sort, limit) for path, model, limit in LISTS for sort in get_args(model.model_fields["sort"].annotation)
]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


FORGED = [
    "x",
    "!!!!",
    "ตัวชี้",
    "AAAA",
    "A" * 400,
    encoded({"code": "83"}),
    encoded(["83"]),
    encoded(b"12345678" + b'["83"]'),
    encoded(b"12345678" + b"[" * 5000),
    encoded(b"12345678" + b"\xff\xfe"),
    encoded(b"12345678null"),
    encoded(b"12345678" + b"9" * 5000),
    "83%00",
    "%20",
    "",
]


async def first_cursor(client: httpx.AsyncClient, query: str) -> str:
    """The cursor that the first page of a list gives."""
    following = (await client.get(f"/v1/{query}")).json()["next"]
    return httpx.URL(following).params["after"]


@pytest.mark.parametrize("cursor", FORGED, ids=range(len(FORGED)))
@pytest.mark.parametrize("path", ["provinces?", "sources?", "search?q=x&", "districts?f=csv&", "provinces?f=ndjson&"])
async def test_a_made_up_cursor_is_refused(client: httpx.AsyncClient, path: str, cursor: str) -> None:
    answer = await client.get(f"/v1/{path}after={cursor}", headers={"Accept-Language": "th"})
    problem = refused(answer, "invalid-cursor")
    assert [fault["parameter"] for fault in problem["errors"]] == ["after"]
    assert is_thai(problem)


async def test_one_changed_character_is_noticed(client: httpx.AsyncClient) -> None:
    cursor = await first_cursor(client, "provinces?limit=3&sort=name_th")
    for place in range(len(cursor)):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        answer = await client.get("/v1/provinces", params={"sort": "name_th", "after": changed})
        # The last character may carry bits that mean nothing.
        if answer.status_code != 200 or place < len(cursor) - 1:
            refused(answer, "invalid-cursor")


@pytest.mark.parametrize(
    "other",
    [
        "districts?limit=3",
        "sources?",
        "provinces?sort=-code",
        "provinces?sort=name_th",
        "provinces?region=four:north",
        "provinces?province=83",
        "provinces?q=a",
        "provinces?bbox=98,7,99,8",
        "provinces?updated_since=2020-01-01T00:00:00Z",
        "search?q=a",
    ],
)
async def test_a_cursor_of_another_list_is_refused(client: httpx.AsyncClient, other: str) -> None:
    cursor = await first_cursor(client, "provinces?limit=3")
    answer = await client.get(f"/v1/{other}&after={cursor}")
    refused(answer, "invalid-cursor", ("after", "foreign_cursor"))


async def test_a_cursor_serves_any_format_limit_and_choice_of_fields(client: httpx.AsyncClient) -> None:
    cursor = await first_cursor(client, "provinces?limit=70")
    for query in ("f=json&limit=2", "f=geojson&fields=code", "f=csv", "f=ndjson&geometry=none", "count=exact"):
        assert (await client.get(f"/v1/provinces?{query}&after={cursor}")).status_code == 200


async def test_a_cursor_longer_than_any_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces?after=" + "A" * 20_000)
    refused(answer, "invalid-parameter", ("after", "string_too_long"))
    refused(await client.get("/v1/provinces?after=" + "A" * 60_000), "headers-too-large")


def seal_of_provinces(sort: str) -> cursors.Fingerprint:
    """The fingerprint of the whole list of provinces in that order; anybody who reads the code can compute it."""
    params = ProvinceList(sort=sort)  # type: ignore[arg-type]
    asked = [(name, getattr(params, name)) for name in sorted(ProvinceList.model_fields.keys() - NOT_FILTERS)]
    return cursors.Fingerprint("provinces", Sort.parse(sort), asked)


@pytest.mark.parametrize(
    ("sort", "position"),
    [
        ("area_km2", ["large", "83"]),
        ("area_km2", ["", "83"]),
        ("area_km2", ["1e999999", "83"]),
        ("updated_at", ["now or never", "83"]),
        ("-updated_at", ["99999999-01-01", "83"]),
        ("updated_at", ["2026-99-01", "83"]),
        ("code", ["8\x003"]),
        ("updated_at", ["2001-07-11 10:51:14 America/Does_not_exist", "83"]),
        ("code", []),
    ],
)
@pytest.mark.parametrize("form", ["json", "ndjson"])
async def test_a_well_sealed_position_that_cannot_be_is_refused(
    client: httpx.AsyncClient, sort: str, position: list[str], form: str
) -> None:
    seal = seal_of_provinces(sort)
    sane = cursors.encode(["0", "00"] if sort == "area_km2" else ["2000-01-01", "00"] if "at" in sort else ["00"], seal)
    assert (await client.get(f"/v1/provinces?sort={sort}&f={form}&after={sane}")).status_code == 200
    forged = cursors.encode(position, seal)
    refused(await client.get(f"/v1/provinces?sort={sort}&f={form}&after={forged}"), "invalid-cursor")


@pytest.mark.parametrize("position", [["many", "0", "83"], ["9" * 20, "0", "83"], ["1", "83"]])
async def test_a_well_sealed_position_of_a_search_is_refused_too(
    client: httpx.AsyncClient, position: list[str]
) -> None:
    seal = cursors.Fingerprint("search", "a", (), None)
    sane = cursors.encode(["0", "0", "83"], seal)
    assert (await client.get(f"/v1/search?q=a&after={sane}")).status_code == 200
    refused(await client.get(f"/v1/search?q=a&after={cursors.encode(position, seal)}"), "invalid-cursor")


async def walked(client: httpx.AsyncClient, url: str | None) -> list[dict[str, Any]]:
    """The items of every page, by the `next` links."""
    found: list[dict[str, Any]] = []
    while url:
        answer = await client.get(url)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        url = page["next"]
    return found


@pytest.mark.parametrize(("path", "sort", "limit"), SORTS)
async def test_all_pages_together_are_the_whole_list(
    client: httpx.AsyncClient, path: str, sort: str, limit: int
) -> None:
    query = f"/v1/{path}?sort={sort}" + ("&geometry=none" if path in ("provinces", "districts") else "")
    whole = [json.loads(line) for line in (await client.get(f"{query}&f=ndjson")).text.splitlines()]
    pages = await walked(client, f"{query}&limit={limit}")
    assert pages == whole
    assert len({item["id"] for item in pages}) == len(pages) > limit


class TestLongTitles:
    """A source's title has no bound: its cursor must still be accepted."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database)

    async def test_a_cursor_holds_whatever_a_list_is_sorted_by(
        self, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
    ) -> None:
        owner.execute("UPDATE source SET title = repeat('ประกาศ ', 300) || slug || '\"\\\n'")
        for sort in ("title", "-title"):
            pages = await walked(client, f"/v1/sources?sort={sort}&limit=2")
            assert len({item["id"] for item in pages}) == len(pages) >= 8


async def test_a_well_sealed_half_of_a_character_is_refused(client: httpx.AsyncClient) -> None:
    content, seal = rb'["\ud800"]', seal_of_provinces("code")
    forged = base64.urlsafe_b64encode(cursors.sealed(content, seal)).decode().rstrip("=")
    refused(await client.get(f"/v1/provinces?after={forged}"), "invalid-cursor")
