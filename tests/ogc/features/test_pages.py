"""What describes the API and its collections: links, languages, formats, documents, and pages for people."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import psycopg
import pytest
from tests.ogc.features.reading import linked, read
from tests.support import application, settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.crs import CRS84, SYSTEMS

PLACES = ["", "/", "/conformance", "/collections"]
OF_COLLECTIONS = ["", "/queryables", "/sortables", "/schema", "/items?limit=5"]
PATHS = [*PLACES, *(f"/collections/{name}{part}" for name in COLLECTIONS for part in OF_COLLECTIONS)]
REL = "http://www.opengis.net/def/rel/ogc/1.0/"


def with_form(path: str, form: str) -> str:
    return f"/ogc{path}{'&' if '?' in path else '?'}f={form}"


class Page(HTMLParser):
    """What a browser would load or follow, the text, and how elements are nested."""

    VOID = frozenset(("meta", "link", "input", "image", "path", "circle"))

    def __init__(self, content: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[dict[str, str | None]] = []
        self.names: list[str] = []
        self.open: list[str] = []
        self.feed(content)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.names.append(tag)
        self.tags.append(found)
        self.addresses += [value for name in ("href", "src", "action", "srcset") if (value := found.get(name))]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PATHS)
async def test_every_document_names_itself_and_its_other_format(client: httpx.AsyncClient, path: str) -> None:
    told = (await client.get(with_form(path, "json"))).json()
    if "$schema" in told:
        assert told["$id"] == f"http://register.test/ogc{path}"
        return
    for rel, form in (("self", "json"), ("alternate", "html")):
        href = linked(told, rel)
        assert href is not None
        assert href == f"http://register.test{with_form(path, form)}"
        answer = await client.get(href)
        declared = next(one["type"] for one in told["links"] if one["rel"] == rel)
        assert answer.headers["content-type"].partition("; charset")[0] == declared


@pytest.mark.parametrize("path", [*PATHS, "/api"])
@pytest.mark.parametrize("language", ["th", "en"])
async def test_pages_are_for_people_and_load_nothing_from_elsewhere(
    client: httpx.AsyncClient, path: str, language: str
) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    answer = await client.get(f"/ogc{path}", headers=accept)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert {"lang": language} in page.tags
    for word in ("title", "h1", "main", "nav"):
        assert page.names.count(word) >= 1, word
    assert page.names.count("h1") == 1
    assert not {"script", "iframe", "object", "img"} & set(page.names)
    assert not any(name.startswith("on") or name == "style" for tag in page.tags for name in tag)
    outside = [one for one in page.addresses if not one.startswith(("http://register.test/", "#"))]
    assert outside == []


async def test_links_of_the_landing_page_and_of_collections_lead_somewhere(client: httpx.AsyncClient) -> None:
    told = await read(client, "")
    rels = {one["rel"] for one in told["links"]}
    assert rels >= {"self", "alternate", "service-desc", "service-doc", "conformance", "data", f"{REL}data"}
    listed = await read(client, "/collections")
    assert [one["id"] for one in listed["collections"]] == list(COLLECTIONS)
    wanted = {"items", "license", *(f"{REL}{name}" for name in ("queryables", "sortables", "schema"))}
    links = [*told["links"], *listed["links"]]
    for one in listed["collections"]:
        assert {link["rel"] for link in one["links"]} >= wanted
        links += one["links"]
    for link in links:
        assert link["type"]
        if link["href"].startswith("http://register.test/"):
            answer = await client.get(link["href"])
            assert answer.status_code == 200, link
            assert answer.headers["content-type"].partition("; charset")[0] == link["type"]


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_a_collection_says_where_when_and_how(client: httpx.AsyncClient, collection: str) -> None:
    one = await read(client, f"/collections/{collection}")
    (among,) = [other for other in (await read(client, "/collections"))["collections"] if other["id"] == collection]
    assert one["crs"] == list(SYSTEMS)
    assert among["crs"] == ["#/crs"]
    assert one["storageCrs"] == CRS84 == one["crs"][0]
    assert one["itemType"] == "feature"
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    assert 97 < west < east < 106
    assert 5 < south < north < 21
    assert one["extent"] == among["extent"]
    if COLLECTIONS[collection].begins is None:
        assert "temporal" not in one["extent"]
    else:
        begin, end = one["extent"]["temporal"]["interval"][0]
        assert "2018" <= begin < end
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT16:59:59Z", end)


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if name != "milestones"])
async def test_the_extent_is_that_of_the_data(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], collection: str
) -> None:
    layer = COLLECTIONS[collection].layer
    shape = "boundary" if layer.shape is None else "coalesce(boundary, location)"
    row = reader.execute(
        f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({shape}) AS e "
        f"FROM {layer.table.__tablename__}) AS found"
    ).fetchone()
    assert row is not None
    told = (await read(client, f"/collections/{collection}"))["extent"]["spatial"]["bbox"][0]
    assert told == pytest.approx(row, abs=0.00002)
    assert told[0] <= row[0]
    assert told[1] <= row[1]
    assert told[2] >= row[2]
    assert told[3] >= row[3]


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_what_can_be_filtered_by_is_in_answers(client: httpx.AsyncClient, collection: str) -> None:
    answer = await client.get(f"/ogc/collections/{collection}/queryables")
    assert answer.headers["content-type"] == "application/schema+json"
    told = answer.json()
    assert told["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert told["additionalProperties"] is False
    item = (await read(client, f"/collections/{collection}/items", limit=1))["features"][0]
    derived = {
        "geometry",
        "subject_type",
        "subject_id",
        *(f"region_{name}" for name in ("ngc6", "four", "nso7", "nesdc6")),
    }
    assert told["properties"].keys() - derived <= item["properties"].keys()
    assert told["properties"]["geometry"]["format"] == "geometry-any"
    schema = await read(client, f"/collections/{collection}/schema")
    assert schema["properties"].keys() == item["properties"].keys() | {"geometry"}
    for name in (await read(client, f"/collections/{collection}/sortables"))["properties"]:
        assert (await client.get(f"/ogc/collections/{collection}/items?sortby={name}&limit=1")).status_code == 200


async def test_titles_are_in_the_readers_language(client: httpx.AsyncClient) -> None:
    for language, title in (("th", "จังหวัด"), ("en", "Provinces")):
        answer = await client.get("/ogc/collections/provinces", headers={"Accept-Language": language})
        assert answer.json()["title"] == title
        assert answer.headers["content-language"] == language
    items = await client.get("/ogc/collections/provinces/items?limit=1", headers={"Accept-Language": "th"})
    assert "content-language" not in items.headers


@pytest.mark.parametrize("path", [*PATHS, "/api", "/collections/provinces/items/83", "/static/style.css"])
async def test_what_is_the_same_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(f"/ogc{path}")
    again = await client.get(f"/ogc{path}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


async def test_links_are_right_behind_a_proxy(cluster: Cluster, shared_database: str) -> None:
    settings = settings_for(cluster, shared_database, public_url="https://maps.example/register")
    async with application(settings) as app:
        transport = httpx.ASGITransport(app, root_path="/register")
        async with httpx.AsyncClient(transport=transport, base_url="http://inside.test") as client:
            for path in (*PATHS, "/collections/provinces/items/83", "/api"):
                for form in ("json", "html"):
                    answer = await client.get(with_form(path, form))
                    assert answer.status_code == 200, answer.text
                    assert "inside.test" not in answer.text
                    assert "https://maps.example/register/ogc" in answer.text
            page = await read(client, "/collections/provinces/items", limit=2)
            following = linked(page, "next") or ""
            assert following.startswith("https://maps.example/register/ogc/collections/provinces/items?")
            path = following.removeprefix("https://maps.example/register")
            assert (await client.get(path)).json()["numberReturned"] == 2


HOSTILE = "<script>alert(1)</script>\"'><b onmouseover=x>&amp;"


async def test_hostile_names_are_only_text(owner: psycopg.Connection[Any], cluster: Cluster, own_database: str) -> None:
    first = "(SELECT min(id::text)::uuid FROM promotion_zone)"
    owner.execute(f"UPDATE promotion_zone SET name_th = %s, variants = '[]' WHERE id = {first}", (HOSTILE,))
    async with application(settings_for(cluster, own_database)) as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
            found = (await read(client, "/collections/promotion-zones/items"))["features"]
            (hostile,) = [one["id"] for one in found if one["properties"]["name_th"] == HOSTILE]
            path = "/collections/promotion-zones/items"
            for query in ({}, {"q": HOSTILE}, None):
                whole = f"/ogc{path}/{hostile}" if query is None else f"/ogc{path}"
                page = await client.get(whole, params={"f": "html", **(query or {})})
                assert page.status_code == 200
                assert not {"script", "b"} & set(Page(page.text).names)
                assert "alert(1)" in page.text


async def test_the_metrics_count_by_template(client: httpx.AsyncClient) -> None:
    await client.get("/ogc/collections/provinces/items/83")
    metrics = (await client.get("/metrics")).text
    assert 'route="/ogc/collections/{collection}/items/{feature}"' in metrics
    assert "/ogc/collections/provinces/items/83" not in metrics
