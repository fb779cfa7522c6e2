"""The OpenAPI 3.0 document of the OGC API: it stands alone, and says what is true."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.conformance import CONFORMS_TO
from smartcity_api.ogc.routes import ROUTES

TYPE = "application/vnd.oai.openapi+json;version=3.0"
NOT_IN_30 = {"const", "$defs", "examples", "prefixItems", "$schema", "exclusiveMinimum", "exclusiveMaximum"}


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/ogc/api", headers={"Accept": TYPE})
    assert answer.headers["content-type"] == TYPE
    found: dict[str, Any] = answer.json()
    return found


def objects(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield told
        for one in told.values():
            yield from objects(one)
    elif isinstance(told, list):
        for one in told:
            yield from objects(one)


def schemas(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["components"]["schemas"].values()
    for one in objects(document["paths"]):
        if isinstance(one.get("schema"), dict):
            yield one["schema"]


async def test_it_is_openapi_30_and_stands_alone(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.0.3"
    assert document["servers"][0]["url"] == "http://register.test/ogc"
    for one in objects(document):
        if "$ref" in one:
            assert set(one) == {"$ref"}
            found: Any = document
            for step in one["$ref"].removeprefix("#/").split("/"):
                found = found[step]
    for schema in schemas(document):
        for one in objects(schema):
            if "properties" not in one or "type" in one:
                assert not NOT_IN_30 & one.keys(), one
            assert not isinstance(one.get("type"), list), one
            assert one.get("required") != []
            assert one.get("type") != "null"


async def test_operations_are_whole_and_their_names_differ(document: dict[str, Any]) -> None:
    names = []
    for path, operations in document["paths"].items():
        assert list(operations) == ["get"]
        told = operations["get"]
        names.append(told["operationId"])
        assert told["summary"]
        assert "200" in told["responses"]
        placed = {one["name"] for one in told["parameters"] if one["in"] == "path"}
        assert placed == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        given = [(one["in"], one["name"]) for one in told["parameters"]]
        assert len(given) == len(set(given))
        assert all(one["description"] and one["schema"] for one in told["parameters"])
        assert {tag["name"] for tag in document["tags"]} >= set(told["tags"])
    assert len(names) == len(set(names))


async def test_every_path_is_described_and_no_other(document: dict[str, Any]) -> None:
    served = set()
    for route in ROUTES:
        path = route.path.removeprefix("/ogc")
        for name in COLLECTIONS if "{collection}" in path else [""]:
            served.add(path.replace("{collection}", name).replace("{feature}", "{featureId}"))
    files = {path for path in served if path.startswith(("/static", "/styles"))}
    assert set(document["paths"]) == served - files - {""}


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_parameters_of_items_are_as_the_standard_has_them(document: dict[str, Any], collection: str) -> None:
    told = document["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
    found = {one["name"]: one for one in told}
    for name in ("limit", "bbox", "datetime", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs"):
        assert found[name]["in"] == "query"
        assert found[name]["required"] is False
        assert found[name]["style"] == "form"
        assert found[name]["explode"] is False
    assert found["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}
    assert found["bbox"]["schema"] == {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }
    assert found["datetime"]["schema"]["type"] == "string"
    assert not {"sort", "fields", "bom"} & found.keys()


async def test_every_parameter_that_is_described_is_known(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    asked = 0
    for path, operations in document["paths"].items():
        if "{" in path:
            continue
        for one in operations["get"]["parameters"]:
            schema = one["schema"]
            value = (schema.get("enum") or schema.get("items", {}).get("enum") or [schema.get("example", "")])[0]
            given = value[0] if isinstance(value, list) else value
            answer = await client.get(f"/ogc{path}", params={one["name"]: given})
            assert answer.status_code in (200, 400), answer.text
            assert "unknown_parameter" not in answer.text, (path, one["name"])
            asked += 1
    assert asked > 200


async def test_what_is_conformed_to_is_listed_once(client: httpx.AsyncClient) -> None:
    told = (await client.get("/ogc/conformance")).json()["conformsTo"]
    assert told == list(CONFORMS_TO)
    assert len(told) == len(set(told))
    for part, name in ((1, "core"), (1, "oas30"), (1, "html"), (1, "geojson"), (2, "crs"), (3, "filter")):
        assert f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}" in told
