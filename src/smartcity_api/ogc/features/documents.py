"""What items have, can be filtered by and sorted by, as JSON Schema (OGC API - Features Parts 3 and 5)."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit.language import Language
from smartcity_api.ogc.answers import collection_of, document, form_of, language_of, root
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.features.describing import READER
from smartcity_api.ogc.queryables import Queryable

FORMS: Final = ("schema", "html")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_KINDS: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "geometry": {"format": "geometry-any", "x-ogc-role": "primary-geometry"},
}


async def queryables(request: Request) -> Response:
    """What the collection can be filtered by."""
    asked = collection_of(request)
    language = language_of(request)
    properties = {name: _property(one, language) for name, one in asked.queryables.items()}
    return await _answer(request, asked, "queryables", properties, additional=False)


async def sortables(request: Request) -> Response:
    """What the collection can be sorted by."""
    asked = collection_of(request)
    language = language_of(request)
    properties = {
        name: _property(asked.queryables[name], language) if name in asked.queryables else {"title": name}
        for name in dict.fromkeys((*asked.layer.sorts, str(asked.layer.key.key)))
    }
    return await _answer(request, asked, "sortables", properties, additional=False)


async def schema(request: Request) -> Response:
    """What an item has: its properties as in `/v1`, and its geometry."""
    asked = collection_of(request)
    language = language_of(request)
    told = asked.shapes.record.model_json_schema()
    properties: dict[str, Any] = {}
    for name, found in told["properties"].items():
        if name in asked.layer.properties:
            properties[name] = {**found, **_role(asked, name)}
            if name in asked.queryables:
                properties[name]["title"] = asked.queryables[name].title.in_(language)
    properties["geometry"] = {**_KINDS["geometry"], "title": asked.queryables["geometry"].title.in_(language)}
    extra = {"$defs": told["$defs"]} if "$defs" in told else {}
    return await _answer(request, asked, "schema", properties, **extra)


async def _answer(
    request: Request,
    asked: Collection,
    name: str,
    properties: dict[str, Any],
    *,
    additional: bool | None = None,
    **extra: Any,
) -> Response:
    params: Any = await READER(request)
    form, language = form_of(request, params.f, *FORMS), language_of(request)
    told: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"{root(request)}/collections/{asked.id}/{name}",
        "type": "object",
        "title": asked.title.in_(language),
        "description": asked.about.in_(language),
        "properties": properties,
        **extra,
    }
    if additional is not None:
        told["additionalProperties"] = additional
    return document(request, form, told, "queryables.html", {"collection": asked, "what": name})


def _property(one: Queryable, language: Language) -> dict[str, Any]:
    title = {"title": one.title.in_(language)}
    if one.kind == "strings":
        return {**title, "type": "array", "items": {"type": "string", **_listed(one)}}
    return {**title, **_KINDS[one.kind], **_listed(one)}


def _listed(one: Queryable) -> dict[str, Any]:
    return {"enum": list(one.values)} if one.values else {}


def _role(asked: Collection, name: str) -> dict[str, str]:
    return {"x-ogc-role": "id"} if name == asked.layer.key.key else {}
