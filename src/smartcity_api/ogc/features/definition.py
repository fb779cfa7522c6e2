"""The OpenAPI 3.0 document of the OGC API alone, made from its collections and the models that read its queries."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api import __version__
from smartcity_api.kit.http.parameters import described
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.params import Strict
from smartcity_api.ogc.answers import form_of, page, root
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.features.components import COMPONENTS
from smartcity_api.ogc.features.describing import ABOUT, READER, TITLE
from smartcity_api.ogc.features.params import ItemParams, PageOfFace
from smartcity_api.ogc.features.questions import ASKERS

Described = dict[str, Any]
FORMS: Final = ("openapi", "html")


async def api(request: Request) -> Response:
    """The document, or a page of it."""
    params: Any = await READER(request)
    form, base = form_of(request, params.f, *FORMS), root(request)
    if form == "html":
        return page(request, "api.html", {"told": definition(base)})
    return represented(_written(base), form)


@lru_cache(maxsize=64)
def _written(base: str) -> bytes:
    return orjson.dumps(definition(base))


@lru_cache(maxsize=64)
def definition(base: str) -> Described:
    """The document of the API at this address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.en,
            "description": ABOUT.en,
            "version": __version__,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": base, "description": "This service"}],
        "tags": [{"name": "api", "description": "What this is, and what it keeps to."}]
        + [{"name": one.id, "description": one.about.en} for one in COLLECTIONS.values()],
        "paths": _paths(),
        "components": COMPONENTS,
    }


def _paths() -> dict[str, Described]:
    found = {
        "/": _reading("api", "landing", "The way in", PageOfFace, "Landing"),
        "/conformance": _reading("api", "conformance", "Standards that are kept to", PageOfFace, "Conformance"),
        "/api": _reading("api", "definition", "This document", PageOfFace, "Definition", form="openapi"),
        "/collections": _reading("api", "collections", "The collections", PageOfFace, "Collections"),
    }
    for one in COLLECTIONS.values():
        found.update(_of_collection(one))
    return found


def _of_collection(one: Collection) -> dict[str, Described]:
    path, name = f"/collections/{one.id}", one.id.replace("-", "_")
    found = {path: _reading(one.id, name, f"{one.title.en}: what there is to know", PageOfFace, "Collection")}
    for part, about in (
        ("queryables", "what it can be filtered by"),
        ("sortables", "what it can be sorted by"),
        ("schema", "what an item has"),
    ):
        summary = f"{one.title.en}: {about}"
        found[f"{path}/{part}"] = _reading(one.id, f"{name}_{part}", summary, PageOfFace, "Schema", form="schema")
    model: Any = ASKERS[one.id].reader.model
    summary = f"{one.title.en}: a page of items"
    found[f"{path}/items"] = _reading(one.id, f"{name}_items", summary, model, "FeatureCollection", form="geojson")
    single = _reading(one.id, f"{name}_item", f"{one.title.en}: one item", ItemParams, "Feature", form="geojson")
    single["get"]["parameters"].insert(0, _feature_id(one))
    found[f"{path}/items/{{featureId}}"] = single
    return found


_MEDIA: Final = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "schema": "application/schema+json",
    "openapi": "application/vnd.oai.openapi+json;version=3.0",
}


def _reading(
    tag: str, name: str, summary: str, model: type[Strict], schema: str, *, form: str = "json"
) -> dict[str, Described]:
    content = {
        _MEDIA[form]: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
        "text/html": {"schema": {"type": "string"}},
    }
    answers: Described = {"200": {"description": summary, "content": content}}
    if form == "geojson":
        answers["200"]["headers"] = {"Content-Crs": {"$ref": "#/components/headers/Content-Crs"}}
    for status in ("400", "404", "406", "500"):
        answers[status] = {"$ref": f"#/components/responses/{status}"}
    asked = [_parameter(one) for one in described(model)]
    return {"get": {"tags": [tag], "operationId": name, "summary": summary, "parameters": asked, "responses": answers}}


def _parameter(told: Mapping[str, Any]) -> Described:
    """Lists are given with commas between their values."""
    schema = as_of_30(told["schema"])
    if isinstance(schema.get("default"), dict):  # a reference system, which is written by its URI
        schema["default"] = schema["default"]["uri"]
    return {**told, "schema": schema, "style": "form", "explode": False}


def _feature_id(one: Collection) -> Described:
    key = one.shapes.record.model_json_schema()["properties"][str(one.layer.key.key)]
    return {
        "name": "featureId",
        "in": "path",
        "required": True,
        "schema": {name: value for name, value in as_of_30(key).items() if name in ("type", "pattern")},
        "description": f"The {one.layer.key.key} of the item",
    }


def as_of_30(schema: Mapping[str, Any]) -> Described:
    """A JSON schema in the words of OpenAPI 3.0, which has one example, no constants and no null."""
    found = {name: value for name, value in schema.items() if name not in ("title", "examples", "description")}
    kinds = [one for one in found.pop("anyOf", []) if one != {"type": "null"}]
    if len(kinds) == 1:
        found = {**kinds[0], **found}
    elif kinds:
        found["anyOf"] = [as_of_30(one) for one in kinds]
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if isinstance(found.get("items"), dict):
        found["items"] = as_of_30(found["items"])
    if schema.get("examples"):
        found["example"] = schema["examples"][0]
    return {name: value for name, value in found.items() if name != "default" or value not in (None, [])}
