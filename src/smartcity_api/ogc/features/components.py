"""The schemas, headers and problems that the OpenAPI document of the OGC API refers to."""

from typing import Any, Final

_LINKS: Final[dict[str, Any]] = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}


def _texts(*names: str) -> dict[str, Any]:
    return {name: {"type": "string"} for name in names}


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties}
    return {**found, "required": list(required)} if required else found


_SCHEMAS: Final[dict[str, Any]] = {
    "Link": _object("href", "rel", **_texts("href", "rel", "type", "title", "hreflang")),
    "Landing": _object("title", "links", **_texts("title", "description"), links=_LINKS),
    "Conformance": _object("conformsTo", conformsTo={"type": "array", "items": {"type": "string"}}, links=_LINKS),
    "Definition": {"type": "object"},
    "Tile": {"type": "string", "format": "binary", "description": "Mapbox Vector Tile"},
    "Schema": {"type": "object", "description": "JSON Schema (2020-12)"},
    "Extent": _object(
        spatial=_object(
            bbox={
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
            },
            crs={"type": "string"},
        ),
        temporal=_object(
            interval={
                "type": "array",
                "items": {"type": "array", "items": {"type": "string", "format": "date-time", "nullable": True}},
            },
            trs={"type": "string"},
        ),
    ),
    "Collection": _object(
        "id",
        "links",
        **_texts("id", "title", "description", "attribution", "itemType", "storageCrs"),
        extent={"$ref": "#/components/schemas/Extent"},
        crs={"type": "array", "items": {"type": "string"}},
        links=_LINKS,
    ),
    "Collections": _object(
        "links",
        "collections",
        links=_LINKS,
        crs={"type": "array", "items": {"type": "string"}},
        collections={"type": "array", "items": {"$ref": "#/components/schemas/Collection"}},
    ),
    "Geometry": {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Point", "MultiPolygon"]},
            "coordinates": {"type": "array", "items": {}},
        },
    },
    "Feature": _object(
        "type",
        "id",
        "geometry",
        "properties",
        type={"type": "string", "enum": ["Feature"]},
        id={"type": "string"},
        geometry={"$ref": "#/components/schemas/Geometry"},
        properties={"type": "object", "nullable": True},
        links=_LINKS,
    ),
    "FeatureCollection": _object(
        "type",
        "features",
        "numberReturned",
        type={"type": "string", "enum": ["FeatureCollection"]},
        features={"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        links=_LINKS,
        numberReturned={"type": "integer", "minimum": 0},
        numberMatched={"type": "integer", "minimum": 0},
        as_of={"type": "string", "format": "date"},
    ),
    "Problem": _object(
        "type",
        "title",
        "status",
        **_texts("type", "title", "detail", "instance", "request_id"),
        status={"type": "integer"},
        errors={"type": "array", "items": {"type": "object"}},
    ),
}


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


COMPONENTS: Final[dict[str, Any]] = {
    "schemas": _SCHEMAS,
    "headers": {
        "Content-Crs": {
            "description": "Reference system of the coordinates, in angle brackets",
            "schema": {"type": "string"},
        }
    },
    "responses": {
        "400": _problem("A parameter is unknown, given twice, or not valid"),
        "404": _problem("There is no such collection or item, as far as you may see"),
        "406": _problem("None of the accepted formats is offered"),
        "500": _problem("The service failed"),
    },
}
"""What the document's references lead to."""
