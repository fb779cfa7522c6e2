"""What the reading kit does for areas: a day to count on, unknown days last, arrays of codes, points as shapes."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from benchmarks.plans import explained, nodes_of
from fastapi import FastAPI
from tests.kit.refusals import refused
from tests.kit.trials import TRIALS, make_table, router
from tests.support import application, cloned, settings_for

from smartcity_api.app import LAYERS
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import OWNER, Cluster

SOURCE = register_id("sources", "iso-3166-2-th")
ROWS: list[tuple[str, str | None, str | None, int | None, list[str], list[str], str | None]] = [
    ("a", "2019", "2021-11-05", 300, ["83"], ["8301"], "POINT(98.3981 7.89059)"),
    ("b", "2020-06", "2021-11-06", 100, ["50", "83"], [], "POINT(98.9853 18.7883)"),
    ("c", "2020-06-30", None, None, ["10"], ["1001"], None),
    ("d", None, None, 200, ["50"], [], "POINT(98.9853 18.7883)"),
    ("e", "2022-01-01", "2022", None, ["10"], [], "POINT(100.5018 13.7563)"),
    ("f", None, None, -5, ["90"], [], None),
]
"""Name, since_on, certified_on, budget, provinces, districts, location."""
SQUARE = "MULTIPOLYGON(((100 13, 101 13, 101 14, 100 14, 100 13)))"


def id_of(name: str) -> UUID:
    return UUID(int=ord(name))


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with a table more."""
    with cloned(cluster, template, f"trials_{worker_id}") as name:
        with owning(cluster, name) as owner:
            fill(owner)
        yield name


@pytest.fixture
def owner(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to it, in autocommit; what a test changes, it changes back."""
    with owning(cluster, database) as connection:
        yield connection


def owning(cluster: Cluster, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(cluster.url(OWNER, database).replace("+psycopg", ""), autocommit=True)


def fill(owner: psycopg.Connection[Any]) -> None:
    make_table(owner)
    for name, since, certified, budget, provinces, districts, place in ROWS:
        owner.execute(
            "INSERT INTO trial (id, name_th, since_on, certified_on, budget, provinces, districts, about, location) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, ST_GeomFromText(%s, 4326))",
            (id_of(name), name, since, certified, budget, provinces, districts, SOURCE, place),
        )
    owner.execute("UPDATE trial SET about = NULL WHERE name_th > 'b'")
    owner.execute("UPDATE trial SET boundary = ST_GeomFromText(%s, 4326) WHERE name_th = 'c'", (SQUARE,))


@pytest.fixture(scope="module")
async def app(cluster: Cluster, database: str) -> AsyncIterator[FastAPI]:
    async with application(settings_for(cluster, database)) as app:
        app.include_router(router)
        app.state.layers = {**LAYERS, "trials": TRIALS}
        yield app


async def names(client: httpx.AsyncClient, **params: Any) -> str:
    """The names of the list, following its pages of two."""
    found, url = "", str(httpx.URL("/v1/trials", params={"limit": 2, **params}))
    while url:
        answer = await client.get(url)
        assert answer.status_code == 200, answer.text
        found += "".join(item["name_th"] for item in answer.json()["items"])
        url = answer.json()["next"]
    return found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("since_on", "abcedf"), ("-since_on", "ecbafd"), ("budget", "fbdace"), ("-budget", "adbfec")],
)
async def test_what_is_not_known_is_last_both_ways(client: httpx.AsyncClient, sort: str, expected: str) -> None:
    assert await names(client, sort=sort) == expected


@pytest.mark.parametrize("name", ["since_on", "budget"])
@pytest.mark.parametrize(("sign", "way"), [("", "up"), ("-", "down")])
async def test_what_may_be_unknown_is_sorted_by_an_index(
    client: httpx.AsyncClient,
    owner: psycopg.Connection[Any],
    statements: list[tuple[str, Any]],
    name: str,
    sign: str,
    way: str,
) -> None:
    following = (await client.get(f"/v1/trials?sort={sign}{name}&limit=1")).json()["next"]
    await client.get(following)
    assert len(statements) == 2
    owner.execute("SET enable_seqscan = off")
    for statement, values in statements:
        nodes = list(nodes_of(explained(owner, statement, values, 1)["Plan"]))
        assert f"ix_trial_{name}_{way}" in {node.get("Index Name") for node in nodes}
        assert "Sort" not in {node["Node Type"] for node in nodes}


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2019-12-30", ""), ("2019-12-31", "a"), ("2020-06-29", "a"), ("2020-06-30", "abc"), ("2022-01-01", "abce")],
)
async def test_a_day_selects_what_existed_at_its_end(client: httpx.AsyncClient, day: str, expected: str) -> None:
    assert await names(client, as_of=day) == expected


async def test_a_day_tells_the_status_at_its_end_and_says_so(client: httpx.AsyncClient) -> None:
    today = await client.get("/v1/trials?fields=name_th,status")
    assert [item["status"] for item in today.json()["items"]].count("certified") == 3
    assert "x-as-of" not in today.headers
    assert "as_of" not in today.json()
    then = await client.get("/v1/trials?fields=name_th,status&as_of=2021-11-05&count=exact")
    assert {item["name_th"]: item["status"] for item in then.json()["items"]} == {
        "a": "certified",
        "b": "running",
        "c": "running",
    }
    assert (then.json()["as_of"], then.json()["matched"]) == ("2021-11-05", 3)
    assert then.headers["etag"] != today.headers["etag"]


@pytest.mark.parametrize("form", ["json", "geojson", "csv", "ndjson"])
async def test_every_format_says_which_day_it_is_about(client: httpx.AsyncClient, form: str) -> None:
    answer = await client.get(f"/v1/trials?f={form}&as_of=2021-11-05")
    assert answer.headers["x-as-of"] == "2021-11-05"
    assert answer.text.count("certified") == 1
    if form in ("json", "geojson"):
        assert answer.json()["as_of"] == "2021-11-05"
    assert "x-as-of" not in (await client.get(f"/v1/trials?f={form}")).headers


async def test_what_was_reached_by_a_day_selects_instead_of_existence(client: httpx.AsyncClient) -> None:
    assert await names(client, as_of="2021-11-06", reached="certified") == "ab"
    assert await names(client, as_of="2021-11-05", reached="certified") == "a"
    assert await names(client, as_of="2022-12-31", reached="certified") == "abe"


@pytest.mark.parametrize("value", ["2564-11-05", "2021-11", "2999-01-01"])
async def test_a_bad_day_is_refused(client: httpx.AsyncClient, value: str) -> None:
    code = {"2564-11-05": "ambiguous-era", "2021-11": "not_a_day", "2999-01-01": "future_day"}[value]
    refused(await client.get(f"/v1/trials?as_of={value}"), "invalid-parameter", ("as_of", code))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"province": "83"}, "ab"),
        ({"province": "83,10"}, "abce"),
        ({"district": "1001"}, "c"),
        ({"region": "ngc6:north"}, "bd"),
        ({"region": "ngc6:south,four:north"}, "abdf"),
        ({"region": "ngc6:north", "province": "83"}, "b"),
    ],
)
async def test_areas_are_found_by_any_of_their_provinces(
    client: httpx.AsyncClient, query: dict[str, str], expected: str
) -> None:
    assert await names(client, **query) == expected


@pytest.mark.parametrize("query", ["province=99", "district=9999", "region=four:atlantis"])
async def test_codes_that_do_not_exist_are_refused(client: httpx.AsyncClient, query: str) -> None:
    refused(await client.get(f"/v1/trials?{query}"), "invalid-parameter", (query.partition("=")[0], "unknown_value"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"bbox": "98,7,99,8"}, "a"),
        ({"bbox": "100.4,13.4,100.6,13.8"}, "ce"),
        ({"near": "100.5018,13.7563,1000"}, "ce"),
        ({"intersects": "provinces/83"}, "a"),
        ({"intersects": f"trials/{id_of('c')}"}, "ce"),
        ({"intersects": f"trials/{id_of('d')}"}, "bd"),
    ],
)
async def test_a_point_stands_for_a_boundary_that_is_not_known(
    client: httpx.AsyncClient, query: dict[str, str], expected: str
) -> None:
    assert await names(client, **query) == expected


@pytest.mark.parametrize("key", ["83", str(UUID(int=1)), "00000000"])
async def test_a_key_that_is_no_uuid_is_as_unknown_as_any_other(client: httpx.AsyncClient, key: str) -> None:
    for path in ("trials", "provinces"):
        answer = await client.get(f"/v1/{path}?intersects=trials/{key}")
        problem = refused(answer, "invalid-parameter", ("intersects", "unknown_value"))
        assert problem["errors"][0]["value"] == f"trials/{key}"


async def test_records_are_found_by_the_id_of_another(client: httpx.AsyncClient) -> None:
    assert await names(client, about=str(SOURCE)) == "ab"
    for wrong in ("iso-3166-2-th", str(UUID(int=1))):
        refused(await client.get(f"/v1/trials?about={wrong}"), "invalid-parameter", ("about", "unknown_value"))


async def test_one_record_is_read_at_its_own_path(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/trials/{id_of('c')}")).json()
    assert (found["name_th"], found["location"], found["boundary"]["type"]) == ("c", None, "MultiPolygon")
    feature = (await client.get(f"/v1/trials/{id_of('a')}?f=geojson&geometry=point")).json()
    assert feature["geometry"] == {"type": "Point", "coordinates": [98.3981, 7.89059]}
    refused(await client.get(f"/v1/trials/{UUID(int=1)}"), "no-such-record")
    refused(await client.get("/v1/trials/c"), "invalid-parameter", ("id", "uuid_parsing"))
    refused(
        await client.get(f"/v1/trials/{id_of('a')}?detail=low"), "invalid-parameter", ("detail", "unknown_parameter")
    )


async def test_a_list_takes_the_names_of_its_record_as_fields(client: httpx.AsyncClient) -> None:
    line = (await client.get("/v1/trials?f=ndjson&fields=budget&limit=1&geometry=none")).text
    assert json.loads(line) == {"id": str(id_of("a")), "budget": 300}
    refused(await client.get("/v1/trials?fields=location"), "invalid-parameter", ("fields", "literal_error"))


@pytest.fixture
def hide(owner: psycopg.Connection[Any]) -> Iterator[Callable[[str], None]]:
    """Hides rows by their names, until the test is over."""
    yield lambda name: owner.execute("UPDATE trial SET hidden = true WHERE name_th = %s", (name,)).close()
    owner.execute("UPDATE trial SET hidden = false WHERE hidden")


async def test_what_may_not_be_seen_is_as_good_as_absent(
    client: httpx.AsyncClient, hide: Callable[[str], None]
) -> None:
    asked = f"/v1/trials/{id_of('c')}", f"/v1/trials?intersects=trials/{id_of('c')}"
    assert [(await client.get(url)).status_code for url in asked] == [200, 200]
    hide("c")
    absent, unknown = [await client.get(url) for url in asked]
    refused(absent, "no-such-record")
    refused(unknown, "invalid-parameter", ("intersects", "unknown_value"))
    assert await names(client) == "abdef"
    assert await names(client, as_of="2020-06-30") == "ab"
    assert (await client.get("/v1/trials?count=exact")).json()["matched"] == 5
    for form in ("csv", "ndjson"):
        assert str(id_of("c")) not in (await client.get(f"/v1/trials?f={form}")).text
