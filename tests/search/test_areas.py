"""The programme's areas by their names and by a place on the map, today and on any day."""

from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.search import schemas
from smartcity_api.search.queries import AREAS, MOST, SEARCHED
from smartcity_api.settings import Settings

Json = dict[str, Any]
POINT, SQUARE, NOWHERE, EARLY = (f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
AT, NORTH, AWAY = (98.9, 18.7), (98.9, 18.71), (99.5, 19.5)
"""The place of the rows, a place some 1,100 m north of it, and one far away."""

ROWS = """
INSERT INTO promotion_zone (id, name_th, name_en, provinces, location, boundary, boundary_kind, announced_on) VALUES
  ('00000000-0000-4000-8000-000000000001', 'ย่านทดลองกุหลาบ', 'Rose Trial Quarter', '{50,51}',
   ST_SetSRID(ST_MakePoint(98.9, 18.7), 4326), NULL, 'representative_point', '2020-06'),
  ('00000000-0000-4000-8000-000000000002', 'ย่านทดลองมะลิ', NULL, '{50}', NULL,
   ST_Multi(ST_MakeEnvelope(98.8, 18.6, 99.0, 18.705, 4326)), 'surveyed', '2021-03-04'),
  ('00000000-0000-4000-8000-000000000003', 'ย่านทดลองลั่นทม', NULL, '{50}', NULL, NULL, NULL, '2021-03-05');
INSERT INTO pilot_area (id, position, name_en, variants, provinces, selected_on, ended_on)
SELECT '00000000-0000-4000-8000-000000000004', 902, NULL,
       jsonb_build_array(jsonb_build_object('text', 'Orchid Trial', 'language', 'en', 'source_id', id)), '{50}',
       '2018-09-27', '2019-09-27' FROM source LIMIT 1;
INSERT INTO promotion_zone (id, name_en, provinces, location, boundary_kind)
SELECT md5('crowd ' || n)::uuid, 'Crowd ' || n, '{96}', ST_SetSRID(ST_MakePoint(101.8 + n / 100000.0, 6.4), 4326),
       'representative_point' FROM generate_series(1, 120) AS n
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with some areas more."""
    with stocked(cluster, template, f"areas_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def asked(client: httpx.AsyncClient, path: str, **params: Any) -> Json:
    """The answer; anything but 200 fails with the problem's text."""
    answer = await client.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def found(client: httpx.AsyncClient, **params: Any) -> list[str]:
    """The ids that a search finds."""
    page = await asked(client, "search", **params)
    schemas.HitPage.model_validate(page)
    return [hit["id"] for hit in page["items"]]


async def areas(client: httpx.AsyncClient, place: tuple[float, float], **params: Any) -> dict[str, tuple[str, int]]:
    """Our areas at a place: how they match, and how far away they are."""
    answer = await asked(client, "locate", lon=place[0], lat=place[1], **params)
    schemas.Located.model_validate(answer)
    ours = (POINT, SQUARE, NOWHERE, EARLY)
    return {area["id"]: (area["match"], area["distance_m"]) for area in answer["areas"] if area["id"] in ours}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("วังจันทร์วัลเลย์", "certified-cities"),
        ("Wangchan Valley", "certified-cities"),
        ("wangchan vallye", "certified-cities"),
        ("สำนักงานส่งเสริมเศรษฐกิจดิจิทัล", "organisations"),
        ("ย่านทดลองกุหลาบ", "promotion-zones"),
        ("orchid trial", "pilot-areas"),
        ("ภูเก็ต", "provinces"),
    ],
)
async def test_the_best_hit_comes_first(client: httpx.AsyncClient, words: str, first: str) -> None:
    best = (await asked(client, "search", q=words))["items"][0]
    assert best["resource"] == first
    record = (await client.get(best["href"])).json()
    assert best["display_name"] == record.get("display_name", record["name_th"])
    assert (best["name_th"], best["name_en"]) == (record["name_th"], record["name_en"])


async def test_a_proposal_is_found_by_its_title(client: httpx.AsyncClient) -> None:
    for row in (await listed(client, "proposals"))[:3]:
        hits = (await asked(client, "search", q=row["display_title"], resource="proposals"))["items"]
        hit = next(hit for hit in hits if hit["id"] == row["id"])
        assert (hit["display_name"], hit["name_th"], hit["name_en"], hit["score"]) == (
            row["display_title"],
            row["title_th"],
            row["title_en"],
            1000,
        )
        assert hit["provinces"] == row["provinces"]


async def test_a_search_of_a_day_finds_what_there_was(client: httpx.AsyncClient) -> None:
    async def on(day: str | None) -> set[str]:
        return set(await found(client, q="ทดลอง", resource="promotion-zones", **({"as_of": day} if day else {})))

    assert await on("2020-06-29") == set()
    assert await on("2020-06-30") == {POINT}
    assert await on("2021-03-04") == {POINT, SQUARE}
    assert await on(None) == {POINT, SQUARE, NOWHERE}
    assert await found(client, q="orchid trial", as_of="2019-09-26") == [EARLY]
    assert await found(client, q="orchid trial", as_of="2019-09-27") == []


async def test_provinces_and_districts_are_found_on_any_day(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/search", params={"q": "ภูเก็ต", "as_of": "1999-01-01"})
    assert {hit["resource"] for hit in answer.json()["items"]} == {"provinces", "districts"}
    assert (answer.json()["as_of"], answer.headers["x-as-of"]) == ("1999-01-01", "1999-01-01")


async def test_a_search_can_be_kept_to_some_resources(client: httpx.AsyncClient) -> None:
    page = await asked(client, "search", q="smart city", resource="certified-cities,proposals", limit=100)
    assert {hit["resource"] for hit in page["items"]} == {"certified-cities", "proposals"}


async def test_hits_with_ids_join_page_by_page(client: httpx.AsyncClient) -> None:
    whole = await found(client, q="เมืองอัจฉริยะ", limit=100, as_of="2026-01-01")
    joined: list[str] = []
    url: str | None = "/v1/search?q=เมืองอัจฉริยะ&limit=7&as_of=2026-01-01"
    while url:
        page = (await client.get(url)).json()
        joined += [hit["id"] for hit in page["items"]]
        url = page["next"]
    assert len(joined) == len(set(joined)) > 20
    assert joined[:100] == whole


async def test_a_cursor_is_of_its_day(client: httpx.AsyncClient) -> None:
    page = await asked(client, "search", q="เมืองอัจฉริยะ", limit=1, as_of="2023-01-01")
    other = page["next"].replace("2023-01-01", "2022-12-31")
    refused(await client.get(other), "invalid-cursor", ("after", "foreign_cursor"))


async def test_a_place_is_in_an_area_or_near_the_only_point_that_is_known_of_it(client: httpx.AsyncClient) -> None:
    assert await areas(client, AT) == {SQUARE: ("covers", 0), POINT: ("near", 0)}
    assert await areas(client, NORTH) == {POINT: ("near", 1107)}
    assert await areas(client, NORTH, within=1106) == {}
    assert await areas(client, NORTH, within=1107.5) == {POINT: ("near", 1107)}
    assert await areas(client, AWAY) == {}


async def test_a_place_of_a_day_has_what_there_was(client: httpx.AsyncClient) -> None:
    assert await areas(client, AT, as_of="2020-06-29") == {}
    assert await areas(client, AT, as_of="2020-06-30") == {POINT: ("near", 0)}
    assert await areas(client, AT, as_of="2021-03-04") == {SQUARE: ("covers", 0), POINT: ("near", 0)}
    answer = await client.get("/v1/locate", params={"lon": AT[0], "lat": AT[1], "as_of": "1999-01-01"})
    assert (answer.json()["province"]["code"], answer.headers["x-as-of"]) == ("50", "1999-01-01")


async def test_an_area_of_whole_provinces_covers_every_place_in_them(client: httpx.AsyncClient) -> None:
    cities = [row for row in await listed(client, "certified-cities") if row["boundary_kind"] == "administrative"]
    assert cities
    for city in cities:
        lon, lat = city["location"]["coordinates"]
        answer = await asked(client, "locate", lon=lon, lat=lat)
        assert (city["id"], "covers") in {(area["id"], area["match"]) for area in answer["areas"]}


async def test_areas_lead_to_their_records_the_nearest_first(client: httpx.AsyncClient) -> None:
    answer = await asked(client, "locate", lon=100.5018, lat=13.7563, within=50_000)
    distances = [area["distance_m"] for area in answer["areas"]]
    assert distances == sorted(distances)
    assert len(distances) > 3
    for area in answer["areas"]:
        record = (await client.get(area["href"])).json()
        assert record["provinces"] == area["provinces"]


async def test_a_crowded_place_names_the_nearest(client: httpx.AsyncClient) -> None:
    answer = await asked(client, "locate", lon=101.8, lat=6.4)
    assert [area["display_name"] for area in answer["areas"]] == [f"Crowd {n}" for n in range(1, MOST + 1)]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("within=0", "within", "greater_than"),
        ("within=100001", "within", "less_than_equal"),
        ("within=nan", "within", "finite_number"),
        ("within=1_0", "within", "not_a_number"),
        ("as_of=2564-01-01", "as_of", "ambiguous-era"),
        ("as_of=2999-01-01", "as_of", "future_day"),
    ],
)
async def test_bad_parameters_are_refused(client: httpx.AsyncClient, query: str, parameter: str, code: str) -> None:
    refused(await client.get(f"/v1/locate?lon=98.9&lat=18.7&{query}"), "invalid-parameter", (parameter, code))
    if parameter == "as_of":
        refused(await client.get(f"/v1/search?q=a&{query}"), "invalid-parameter", (parameter, code))


def test_the_vocabularies_are_those_of_the_queries() -> None:
    assert get_args(schemas.Resource) == tuple(SEARCHED)
    assert get_args(schemas.Area) == tuple(layer.name for layer in AREAS)


async def test_each_costs_one_question(client: httpx.AsyncClient, statements: list[tuple[str, Any]]) -> None:
    await asked(client, "locate", lon=AT[0], lat=AT[1], as_of="2022-01-01")
    assert len(statements) == 1
    statements.clear()
    await asked(client, "search", q="เมือง", limit=100)
    assert [text.split()[0] for text, _ in statements] == ["SET", "SELECT"]
