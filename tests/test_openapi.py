"""The OpenAPI document: committed as the code has it, valid, self-contained, described and exemplified throughout."""

import csv
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from smartcity_api.app import LAYERS
from smartcity_api.cli.service import render
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.codes import REGIONS
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.responses import EVERYWHERE, PROBLEM_TYPES
from smartcity_api.kit.layers import Layer

Json = dict[str, Any]

COMMITTED = Path(__file__).parent.parent / "openapi" / "openapi.json"
TEXT = render()
DOCUMENT: Json = json.loads(TEXT)
OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()
}
LISTS = {DOCUMENT["paths"][f"/v1/{name}"]["get"]["operationId"]: layer for name, layer in LAYERS.items()}
RECORDS: dict[str, Json] = {
    layer.name: DOCUMENT["paths"][f"/v1/{layer.name}/{{{layer.key.key}}}"]["get"] for layer in LAYERS.values()
}
PLAIN = {operation["operationId"] for name, operation in RECORDS.items() if not LAYERS[name].is_spatial} | {"get_link"}
"""Records that are JSON and nothing else."""

NO_OPERATION = {
    errors.NoSuchPath: "is answered where there is no operation",
    errors.MethodNotAllowed: "is answered where there is no operation",
    errors.RequestTimeout: "the request never became one of an operation",
}
"""Problems that belong to no operation of the document, and why."""


def walk(part: Any, place: str = "#") -> Iterator[tuple[str, Json]]:
    """Every object of the document with its place."""
    if isinstance(part, dict):
        yield place, part
    for key, inner in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from walk(inner, f"{place}/{key}")


def resolved(part: Json) -> Json:
    """The object itself, or the component that it refers to."""
    if "$ref" not in part:
        return part
    found = DOCUMENT
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def parameters(operation: Json) -> dict[str, Json]:
    """An operation's parameters by name."""
    return {one["name"]: one for one in map(resolved, operation["parameters"])}


def validator(schema: Json) -> Any:
    """A validator of one of the document's schemas, formats included."""
    return jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"]}, validate_formats=True)


def test_the_committed_document_is_what_the_code_says() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == TEXT, "openapi/openapi.json is out of date: run `make openapi`"


def test_it_is_written_the_same_way_every_time() -> None:
    assert render() == TEXT
    assert TEXT.endswith("}\n")
    assert "ภูเก็ต" in TEXT


def test_it_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    problems = [error.message for error in jsonschema_rs.validator_for(OPENAPI_31).iter_errors(DOCUMENT)]
    assert problems == []


def test_every_schema_is_a_valid_schema() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        assert validator(schema) is not None, name


def test_every_reference_stays_inside_and_leads_somewhere() -> None:
    references = [(place, part) for place, part in walk(DOCUMENT) if "$ref" in part]
    assert references
    for place, part in references:
        assert part["$ref"].startswith("#/components/"), place
        assert resolved(part), place


def test_every_component_is_used() -> None:
    used = {part["$ref"] for _, part in walk(DOCUMENT) if "$ref" in part}
    used |= {f"#/components/securitySchemes/{name}" for needed in DOCUMENT["security"] for name in needed}
    for kind, components in DOCUMENT["components"].items():
        assert {f"#/components/{kind}/{name}" for name in components} <= used


def test_every_component_has_a_name_of_its_own() -> None:
    components = DOCUMENT["components"]["schemas"]
    assert not [name for name in components if "__" in name], "two models of one name in different packages"
    titles = [schema["title"] for schema in components.values() if "title" in schema]
    assert len(titles) == len(set(titles)), "generated clients name their models by the titles"


def test_generated_clients_can_tell_what_is_what() -> None:
    for place, part in walk(DOCUMENT["components"]["schemas"]):
        kinds = [resolved(one).get("type") for one in part.get("anyOf", ())]
        assert kinds.count("array") < 2, f"{place}: lists of two kinds look the same to generated code"
        title = part.get("title")
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", title if isinstance(title, str) else "").lower()
        assert snake not in part.get("properties", ()), f"{place}: a property with the name of its own model"


def test_every_operation_says_what_it_is() -> None:
    ids = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    names = [tag["name"] for tag in DOCUMENT["tags"]]
    assert names == sorted(names), "Spectral wants them in this order"
    known = set(names)
    for operation in OPERATIONS.values():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", operation["operationId"])
        assert operation["summary"]
        assert operation["description"].endswith(".")
        assert operation["tags"]
        assert set(operation["tags"]) <= known
    assert all(tag["description"] for tag in DOCUMENT["tags"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_refusals_are_problems(name: str) -> None:
    responses = {status: resolved(response) for status, response in OPERATIONS[name]["responses"].items()}
    assert {"400", "431", "500"} <= responses.keys()
    assert {"200", "201", "202", "204"} & responses.keys()
    for status, response in responses.items():
        assert response["description"]
        if status < "400":
            continue
        content = response["content"]
        assert list(content) == ["application/problem+json"]
        assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
        examples = content["application/problem+json"]["examples"]
        assert [f"/problems/{slug}" for slug in examples] == response[PROBLEM_TYPES]
        assert all(resolved(example)["value"]["status"] == int(status) for example in examples.values())


def test_every_problem_is_documented_where_it_can_be_answered() -> None:
    documented = {
        name: {
            uri
            for response in map(resolved, operation["responses"].values())
            for uri in response.get(PROBLEM_TYPES, ())
        }
        for name, operation in OPERATIONS.items()
    }
    uris = {kind: f"/problems/{kind.slug()}" for kind in errors.catalogue()}
    assert set(uris) - set(NO_OPERATION) == {kind for kind in uris if uris[kind] in set().union(*documented.values())}
    for name, found in documented.items():
        writes = "Idempotency-Key" in parameters(OPERATIONS[name])
        assert {uris[kind] for kind in EVERYWHERE} <= found, name
        assert writes == (uris[conflicts.KeyReused] in found), name
        cursors = [one for one in parameters(OPERATIONS[name]).values() if one["schema"].get("format") == "cursor"]
        assert bool(cursors) == (uris[errors.InvalidCursor] in found), name
        assert ("f" in parameters(OPERATIONS[name]) or name in PLAIN) == (uris[errors.NotAcceptable] in found)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_is_described_and_has_an_example_to_send(name: str) -> None:
    for parameter in parameters(OPERATIONS[name]).values():
        assert parameter["description"], parameter["name"]
        if parameter["schema"].get("format") == "cursor":
            assert "example" not in parameter  # a cursor is valid only in the list that gave it
        else:
            validator(parameter["schema"]).validate(parameter["example"])


def test_every_example_is_valid() -> None:
    checked = 0
    for place, part in walk(DOCUMENT):
        if place.startswith("#/components/examples") or not isinstance(part.get("examples"), list):
            continue
        for example in part["examples"]:
            assert validator(part).is_valid(example), (place, example)
            checked += 1
    for example in DOCUMENT["components"]["examples"].values():
        validator(DOCUMENT["components"]["schemas"]["ProblemDetails"]).validate(example["value"])
        checked += 1
    assert checked > 30


def test_what_is_sent_is_described_exactly() -> None:
    contents = [one["requestBody"]["content"] for one in OPERATIONS.values() if "requestBody" in one]
    left = [shape["schema"] for content in contents for shape in content.values()]
    seen: list[Json] = []
    while left:
        part = left.pop()
        if part in seen:
            continue
        seen.append(part)
        left += [inner for _, inner in walk(resolved(part)) if "$ref" in inner]
        assert "properties" not in resolved(part) or resolved(part).get("additionalProperties") is False, part
    assert len(seen) > len(contents)


def test_a_new_record_links_to_what_can_be_done_with_it() -> None:
    for path, methods in DOCUMENT["paths"].items():
        response = methods.get("post", {}).get("responses", {}).get("201")
        for name, reference in (response or {}).get("links", {}).items():
            link = resolved(reference)
            assert link["operationId"] == name
            needed = {one["name"] for one in parameters(OPERATIONS[name]).values() if one["in"] == "path"}
            assert needed <= link["parameters"].keys(), (path, name)
            assert ("If-Match" in parameters(OPERATIONS[name])) == ("header.If-Match" in link["parameters"])
    assert {"change_proposal", "submit_proposal", "announce_zone", "list_moves"} <= (
        DOCUMENT["paths"]["/v1/proposals"]["post"]["responses"]["201"]["links"].keys()
    )


def test_every_property_is_described() -> None:
    bare = [
        f"{name}.{key}"
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for key, member in schema.get("properties", {}).items()
        if not member.get("description")
    ]
    assert bare == []
    assert all(schema["description"] for schema in DOCUMENT["components"]["schemas"].values())


@pytest.mark.parametrize(("name", "layer"), LISTS.items(), ids=LISTS)
def test_a_list_offers_what_its_layer_has(name: str, layer: Layer) -> None:
    offered = parameters(OPERATIONS[name])
    assert sorted(offered["fields"]["schema"]["items"]["enum"]) == sorted(layer.properties)
    assert offered["sort"]["schema"]["enum"] == [sign + sort for sort in layer.sorts for sign in ("", "-")]
    plain = ["json", "csv", "ndjson", "xlsx", "parquet"]
    spatial = ["json", "geojson", "csv", "ndjson", "geojsonseq", "xlsx", "gpkg", "fgb", "parquet"]
    formats = spatial if layer.is_spatial else plain
    assert offered["f"]["schema"]["enum"] == formats
    media_types = [MEDIA_TYPES[form].partition(";")[0] for form in formats]
    assert list(OPERATIONS[name]["responses"]["200"]["content"]) == media_types


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_a_record_has_the_properties_of_its_layer(layer: Layer) -> None:
    for shape in RECORDS[layer.name]["responses"]["200"]["content"].values():
        schema = resolved(shape["schema"])
        described = resolved(schema["properties"]["properties"]) if "geometry" in schema["properties"] else schema
        assert set(described["properties"]) - {"location", "boundary"} == set(layer.properties)


def test_the_regions_are_those_of_the_register() -> None:
    data = (files("smartcity_api.register") / "data" / "provinces.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(data.splitlines()))
    assert {scheme: tuple(sorted({row[f"region_{scheme}"] for row in rows})) for scheme in REGIONS} == REGIONS
