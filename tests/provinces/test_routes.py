"""Provinces and districts over HTTP: what is served, filtered, sorted, shaped and counted."""

import csv
import io
import itertools
import json
from typing import Any

import httpx
import psycopg
import pytest

from smartcity_api.local_cluster import Cluster

PHUKET = "98.2,7.7,98.5,8.2"


async def page(client: httpx.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    """The page as JSON; anything but 200 fails with the problem's text."""
    answer = await client.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def codes(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    """The codes of the whole list, by ndjson."""
    answer = await client.get(f"/v1/{path}", params={"f": "ndjson", "fields": "code", **params})
    assert answer.status_code == 200, answer.text
    return [json.loads(line)["code"] for line in answer.text.splitlines()]


@pytest.mark.parametrize(("path", "number"), [("provinces", 77), ("districts", 928)])
async def test_all_of_them_are_there(client: httpx.AsyncClient, path: str, number: int) -> None:
    assert (await page(client, path, count="exact", limit=1))["matched"] == number
    assert len(set(await codes(client, path))) == number


async def test_a_province_is_found_by_its_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/provinces/83")
    province = answer.json()
    assert (province["name_th"], province["name_en"], province["iso_3166_2"]) == ("ภูเก็ต", "Phuket", "TH-83")
    assert province["regions"] == {"ngc6": "south", "four": "south", "nso7": "southern", "nesdc6": "south"}
    assert province["boundary"]["type"] == "MultiPolygon"
    assert province["location"]["type"] == "Point"
    assert answer.headers["etag"].startswith('"1-')
    cited = {citation["source_id"] for citation in province["sources"]}
    for source in cited:
        assert (await client.get(f"/v1/sources/{source}")).status_code == 200


async def test_a_single_record_can_be_a_feature(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/districts/8301", headers={"Accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()
    assert (feature["type"], feature["id"], feature["geometry"]["type"]) == ("Feature", "8301", "MultiPolygon")
    assert feature["properties"]["province"] == "83"


@pytest.mark.parametrize(
    ("scheme", "counts"),
    [
        ("ngc6", {"north": 9, "central": 22, "northeast": 20, "east": 7, "west": 5, "south": 14}),
        ("four", {"north": 17, "northeast": 20, "central": 26, "south": 14}),
        (
            "nso7",
            {
                "bangkok_vicinity": 6,
                "sub_central": 6,
                "eastern": 8,
                "western": 6,
                "northern": 17,
                "northeastern": 20,
                "southern": 14,
            },
        ),
        (
            "nesdc6",
            {"north": 17, "northeast": 20, "central": 18, "east": 8, "south": 11, "southern_border": 3},
        ),
    ],
)
async def test_regions_are_those_of_their_scheme(
    client: httpx.AsyncClient, scheme: str, counts: dict[str, int]
) -> None:
    for region, number in counts.items():
        assert len(await codes(client, "provinces", region=f"{scheme}:{region}")) == number
    assert sum(counts.values()) == 77


async def test_districts_of_a_province_and_of_a_region(client: httpx.AsyncClient) -> None:
    assert await codes(client, "districts", province="83") == ["8301", "8302", "8303"]
    assert len(await codes(client, "districts", province="10")) == 50
    assert await codes(client, "districts", province=["83"], region="four:north") == []
    assert await codes(client, "districts", district="8301,1001") == ["1001", "8301"]
    both = await codes(client, "districts", province="83,82")
    assert both == await codes(client, "districts", province=["82", "83"])


async def test_a_box_selects_what_it_touches(client: httpx.AsyncClient) -> None:
    assert await codes(client, "provinces", bbox=PHUKET) == ["82", "83"]
    assert await codes(client, "provinces", bbox="0,0,1,1") == []


async def test_near_selects_by_geodesic_distance(client: httpx.AsyncClient) -> None:
    assert await codes(client, "provinces", near="98.39,7.89,1") == ["83"]
    assert set(await codes(client, "provinces", near="98.39,7.89,60000")) == {"81", "82", "83"}


async def test_intersects_takes_another_records_boundary(client: httpx.AsyncClient) -> None:
    neighbours = await codes(client, "provinces", intersects="provinces/10")
    assert set(neighbours) == {"10", "11", "12", "13", "24", "73", "74"}
    assert await codes(client, "provinces", intersects="districts/8301") == ["83"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ภูเก็ต", "83"),
        ("phuket", "83"),
        ("เชียงใหม่", "50"),
        ("chaing mai", "50"),
        ("Lopburi", "16"),
        ("Chonburi", "20"),
        ("กทม.", "10"),
        ("Krung Thep", "10"),
        ("นครราชศรีมา", "30"),
        ("sisaket", "33"),
    ],
)
async def test_a_name_is_found_in_either_language_and_misspelled(
    client: httpx.AsyncClient, words: str, code: str
) -> None:
    assert code in await codes(client, "provinces", q=words)


async def test_thai_names_sort_as_in_a_dictionary(client: httpx.AsyncClient) -> None:
    names = [item["name_th"] for item in (await page(client, "provinces", sort="name_th", limit=100))["items"]]
    # A leading vowel sorts after its consonant: เชียงราย among ช, not after every consonant.
    assert names.index("ชุมพร") < names.index("เชียงราย") < names.index("ตรัง")
    backwards = [item["name_th"] for item in (await page(client, "provinces", sort="-name_th", limit=100))["items"]]
    assert backwards == names[::-1]


async def test_fields_and_geometry_leave_out_what_is_not_asked(client: httpx.AsyncClient) -> None:
    item = (await page(client, "provinces", limit=1, fields="name_en", geometry="none"))["items"][0]
    assert item == {"code": "10", "name_en": "Bangkok"}
    shapes = {
        shape: set((await page(client, "provinces", limit=1, fields="code", geometry=shape))["items"][0])
        for shape in ("none", "point", "full")
    }
    assert shapes == {"none": {"code"}, "point": {"code", "location"}, "full": {"code", "location", "boundary"}}
    default = (await page(client, "provinces", limit=1, fields="code"))["items"][0]
    assert set(default) == shapes["point"]


async def test_geojson_has_whole_boundaries_unless_told(client: httpx.AsyncClient) -> None:
    whole = await page(client, "districts", f="geojson", province="83")
    assert {feature["geometry"]["type"] for feature in whole["features"]} == {"MultiPolygon"}
    points = await page(client, "districts", f="geojson", province="83", geometry="point")
    assert {feature["geometry"]["type"] for feature in points["features"]} == {"Point"}
    none = await page(client, "districts", f="geojson", province="83", geometry="none")
    assert {feature["geometry"] for feature in none["features"]} == {None}


async def test_smaller_scales_are_smaller_and_their_borders_still_meet(client: httpx.AsyncClient) -> None:
    sizes = {}
    for detail in ("full", "medium", "low"):
        collection = await page(client, "provinces", f="geojson", limit=100, detail=detail, fields="code")
        sizes[detail] = len(json.dumps(collection))
        assert_borders_are_shared(collection["features"])
    assert sizes["full"] > sizes["medium"] > sizes["low"]


def assert_borders_are_shared(features: list[dict[str, Any]]) -> None:
    """Every stretch of border lies on one boundary (the coast, the frontier) or on exactly two."""
    uses: dict[frozenset[tuple[float, float]], int] = {}
    for feature in features:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                for start, end in itertools.pairwise(ring):
                    edge = frozenset({tuple(start), tuple(end)})
                    uses[edge] = uses.get(edge, 0) + 1
    assert set(uses.values()) == {1, 2}


async def test_counts_are_left_out_estimated_or_exact(client: httpx.AsyncClient) -> None:
    assert "matched" not in await page(client, "districts", limit=1)
    assert (await page(client, "districts", limit=1, count="exact", province="10"))["matched"] == 50
    assert 900 < (await page(client, "districts", limit=1, count="estimate"))["matched"] < 960


async def test_next_links_lead_through_the_whole_list(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    url: str | None = "/v1/districts?limit=200&fields=code&geometry=none&sort=-area_km2"
    while url:
        answer = await client.get(url)
        found = answer.json()
        seen += [item["code"] for item in found["items"]]
        url = found["next"]
        assert (url is None) == ("link" not in answer.headers)
        if url:
            assert answer.headers["link"] == f'<{url}>; rel="next"'
    assert len(seen) == len(set(seen)) == 928


async def test_csv_is_the_whole_list_with_wkt(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/districts", params={"f": "csv", "province": "83", "bom": "true", "geometry": "full"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="districts.csv"'
    assert "etag" not in answer.headers
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["name_th"] for row in rows] == ["เมืองภูเก็ต", "กะทู้", "ถลาง"]
    assert all(row["boundary"].startswith("MULTIPOLYGON") and row["location"].startswith("POINT") for row in rows)


async def test_streams_obey_a_limit_and_say_how_many_match(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/districts", params={"f": "ndjson", "limit": 3, "count": "exact"})
    assert len(answer.text.splitlines()) == 3
    assert answer.headers["x-matched"] == "928"
    empty = await client.get(
        "/v1/districts", params={"f": "csv", "bbox": "0,0,1,1", "fields": "code", "geometry": "none"}
    )
    assert empty.text == "code\r\n"


@pytest.mark.parametrize("form", ["json", "geojson"])
async def test_a_page_costs_as_many_queries_for_one_row_as_for_fifty(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]], form: str
) -> None:
    sent = []
    for limit in (1, 50):
        statements.clear()
        await page(client, "districts", f=form, limit=limit, region="four:south", count="exact", q="เมือง")
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 5


async def test_updated_since_finds_what_changed(
    client: httpx.AsyncClient, cluster: Cluster, shared_database: str
) -> None:
    moment = cluster.sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").strip()
    assert await codes(client, "provinces", updated_since=moment) == []
    assert len(await codes(client, "provinces", updated_since="2020-01-01T07:00:00+07:00")) == 77


async def test_every_label_point_lies_in_its_own_boundary(owner: psycopg.Connection[Any]) -> None:
    for table in ("province", "district"):
        outside = owner.execute(f"SELECT count(*) FROM {table} WHERE NOT ST_Contains(boundary, location)").fetchone()
        assert outside == (0,)


async def test_provinces_are_exactly_their_districts_at_every_scale(owner: psycopg.Connection[Any]) -> None:
    for column in ("boundary", "boundary_medium", "boundary_low"):
        different = owner.execute(
            f"SELECT count(*) FROM province p JOIN (SELECT province_code, ST_Union({column}) AS whole FROM district "
            f"GROUP BY 1) d ON d.province_code = p.code WHERE ST_Area(ST_SymDifference(p.{column}, d.whole)) > 1e-9"
        ).fetchone()
        assert different == (0,)
