"""The OpenAPI 3.0 document of the OGC API alone, made from its collections and the models that read its queries."""

from functools import cache
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api import __version__
from smartcity_api.kit.http.representations import represented
from smartcity_api.ogc.answers import form_of, page, root
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.features.components import COMPONENTS
from smartcity_api.ogc.features.describing import ABOUT, READER, TITLE
from smartcity_api.ogc.features.operations import Answered, Described, as_of_30, in_path, reading
from smartcity_api.ogc.features.params import ItemParams, PageOfFace
from smartcity_api.ogc.features.questions import ASKERS
from smartcity_api.ogc.features.tile_paths import tile_paths

FORMS: Final = ("openapi", "html")


async def api(request: Request) -> Response:
    """The document, or a page of it."""
    params: Any = await READER(request)
    form, base = form_of(request, params.f, *FORMS), root(request)
    if form == "html":
        return page(request, "api.html", {"told": definition(base)})
    return represented(orjson.dumps(definition(base)), form)


def definition(base: str) -> Described:
    """The document of the API at this address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.en,
            "description": ABOUT.en,
            "version": __version__,
        },
        "servers": [{"url": base, "description": "This service"}],
        "tags": [{"name": "api", "description": "What this is, and what it keeps to."}]
        + [{"name": one.id, "description": one.about.en} for one in COLLECTIONS.values()]
        + [{"name": "tiles", "description": "Vector tiles of all collections, and what describes tiles."}],
        "paths": _paths(),
        "components": COMPONENTS,
    }


@cache
def _paths() -> dict[str, Described]:
    found = {
        "/": reading("api", "landing", "The way in", PageOfFace, Answered(schema="Landing")),
        "/conformance": reading(
            "api", "conformance", "Standards that are kept to", PageOfFace, Answered(schema="Conformance")
        ),
        "/api": reading(
            "api", "definition", "This document", PageOfFace, Answered(schema="Definition", form="openapi")
        ),
        "/collections": reading("api", "collections", "The collections", PageOfFace, Answered(schema="Collections")),
    }
    for one in COLLECTIONS.values():
        found.update(_of_collection(one))
    return {**found, **tile_paths()}


def _of_collection(one: Collection) -> dict[str, Described]:
    path, name = f"/collections/{one.id}", one.id.replace("-", "_")
    told = Answered(schema="Collection")
    found = {path: reading(one.id, name, f"{one.title.en}: what there is to know", PageOfFace, told)}
    for part, about in (
        ("queryables", "what it can be filtered by"),
        ("sortables", "what it can be sorted by"),
        ("schema", "what an item has"),
    ):
        summary, told = f"{one.title.en}: {about}", Answered(schema="Schema", form="schema")
        found[f"{path}/{part}"] = reading(one.id, f"{name}_{part}", summary, PageOfFace, told)
    model, told = ASKERS[one.id].reader.model, Answered(schema="FeatureCollection", form="geojson")
    found[f"{path}/items"] = reading(one.id, f"{name}_items", f"{one.title.en}: a page of items", model, told)
    told, summary = Answered(schema="Feature", form="geojson"), f"{one.title.en}: one item"
    found[f"{path}/items/{{featureId}}"] = reading(one.id, f"{name}_item", summary, ItemParams, told, _feature_id(one))
    return found


def _feature_id(one: Collection) -> Described:
    key = one.shapes.record.model_json_schema()["properties"][str(one.layer.key.key)]
    schema = {name: value for name, value in as_of_30(key).items() if name in ("type", "pattern")}
    return in_path("featureId", f"The {one.layer.key.key} of the item", **schema)
