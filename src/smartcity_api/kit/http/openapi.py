"""The OpenAPI 3.1 document: what FastAPI derives, mended where it says what is not so, and completed."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from smartcity_api.kit import errors
from smartcity_api.kit.http.content import JSON, MAX_REASON, MERGE_PATCH, REASON, reader_of
from smartcity_api.kit.http.follow_ups import add_links
from smartcity_api.kit.http.operations import NEEDS_VERSION, Operation
from smartcity_api.kit.http.parameters import described, model_of
from smartcity_api.kit.http.responses import HEADERS, PROBLEM_TYPES, REFERENCED, WHOLE, add_everywhere, example_of

_METHODS = ("get", "put", "post", "delete", "patch")

_TAG = '(W/)?"[0-9]{1,18}(-[0-9a-z-]*)?"'

_HEADERS: dict[str, dict[str, Any]] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Language of problems: `th` or `en`, by weight (RFC 9110, 12.5.4); English unless Thai is asked",
        "schema": {"type": "string"},
        "example": "th, en;q=0.5",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of the copy that the client has; 304 without content when it is current",
        "schema": {"type": "string"},
        "example": '"1-5f8c0c2c61f7b1b2a0d4a6c3"',
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the record as it was read; 412 when it has changed since, `*` for any version",
        "schema": {"type": "string", "pattern": rf"^(\*|{_TAG}( *, *{_TAG})*)$"},
        "example": '"1-5f8c0c2c61f7b1b2a0d4a6c3"',
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Any text of the client's own: sent again within seven days, the request has no second effect",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "6f1c0f5e-8a53-4b4e-9d7e-0d7a5a1c2b3d",
    },
    "ChangeReason": {
        "name": "X-Change-Reason",
        "in": "header",
        "description": "Why, as percent-encoded UTF-8; `change_reason` in the content wins over it",
        "schema": {"type": "string"},
        "example": "%E0%B9%81%E0%B8%81%E0%B9%89%E0%B9%84%E0%B8%82",
    },
}
"""Request headers that paths take; they are read before the routes, so FastAPI does not know them."""

_CHANGE_REASON = {
    "type": ["string", "null"],
    "maxLength": MAX_REASON,
    "description": "Why it is sent; the audit trail keeps it",
    "examples": ["Corrected by the published minutes"],
}
"""Every content may have it; it is taken out before the rest is read."""

SCHEME = "bearer"
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`scr_...`) of /v1/clients, or an access token of the issuer that is trusted here",
}

REFERENCED_INPUT: dict[str, type[BaseModel]] = {}
"""Models that requests name by reference."""


def document(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The document, self-contained: every `$ref` points into it."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version=app.openapi_version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        contact=app.contact,
        servers=app.servers,
    )
    for route in (route for router in routers for route in router.routes if isinstance(route, APIRoute)):
        for method in route.methods or ():
            operation = found["paths"][route.path_format][method.lower()]
            operation.setdefault("parameters", []).extend(described(model_of(route)))
            _describe_writing(operation, route)
    for path in found["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _mend(operation)
    found["security"] = [{}, {SCHEME: []}]  # reading needs no key; what it shows may depend on one
    components = found.setdefault("components", {})
    components["securitySchemes"] = {SCHEME: _SCHEME}
    components["parameters"] = _HEADERS
    components["examples"] = {
        kind.slug(): example_of(kind) for kind in sorted(errors.catalogue(), key=lambda kind: kind.slug())
    }
    components["headers"] = HEADERS
    components["schemas"] = _schemas({**components.get("schemas", {}), **WHOLE})
    add_links(found)
    components["responses"] = _shared(found["paths"])
    _prune(found)
    return found


def _shared(paths: dict[str, Any]) -> dict[str, Any]:
    """The problems that operations answer, each kind of answer written once and referred to."""
    shared: dict[str, Any] = {}
    for operation in (path[method] for path in paths.values() for method in _METHODS if method in path):
        for status, response in operation["responses"].items():
            if PROBLEM_TYPES in response:
                slugs = [uri.removeprefix("/problems/") for uri in response[PROBLEM_TYPES]]
                name = "".join(slug.title().replace("-", "") for slug in slugs)
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))


def _describe_writing(operation: dict[str, Any], route: APIRoute) -> None:
    """What a writing route takes besides its query: content, precondition, key, reason."""
    if not isinstance(route, Operation):
        return
    operation["security"] = [{SCHEME: []}]
    names = ["ChangeReason"]
    if operation.get(NEEDS_VERSION):
        names.append("IfMatch")
    if "POST" in (route.methods or ()):
        names.append("IdempotencyKey")
    operation["parameters"].extend({"$ref": f"#/components/parameters/{name}"} for name in names)
    reader = reader_of(route)
    if reader is not None:
        REFERENCED_INPUT[reader.model.__name__] = reader.model
        schema = {"$ref": f"#/components/schemas/{reader.model.__name__}"}
        media_type = MERGE_PATCH if reader.patch else JSON
        operation["requestBody"] = {"required": True, "content": {media_type: {"schema": schema}}}


def text(app: FastAPI) -> str:
    """The document as it is committed: readable, the same on every machine."""
    return json.dumps(app.state.openapi, ensure_ascii=False, indent=2) + "\n"


def _schemas(derived: dict[str, Any]) -> dict[str, Any]:
    """Every schema by its name, without the titles that only repeat a property's name."""
    # In one go, so that two models of one name get other names and the references to them lead nowhere: a test tells.
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in REFERENCED.values()]
    models += [(model, "validation") for model in REFERENCED_INPUT.values()]
    _, modelled = models_json_schema(models, ref_template="#/components/schemas/{model}")
    schemas = {**derived, **modelled["$defs"]}
    for name in REFERENCED_INPUT:
        schemas[name].setdefault("properties", {}).setdefault(REASON, dict(_CHANGE_REASON))
    for schema in schemas.values():
        for member in schema.get("properties", {}).values():
            member.pop("title", None)
            if member.get("default", ...) is None:  # an optional member of an answer is absent, never filled in
                del member["default"]
    return dict(sorted(schemas.items()))


def _prune(found: dict[str, Any]) -> None:
    """Take out components that nothing refers to, which FastAPI and Pydantic leave behind."""
    components = found["components"]
    while True:
        named = {*_references(found), ("securitySchemes", SCHEME)}
        unused = [(kind, name) for kind in components for name in components[kind] if (kind, name) not in named]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]


def _references(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        match = re.fullmatch("#/components/([a-z]+)/(.+)", str(part.get("$ref", "")))
        if match:
            yield match[1], match[2]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _references(inner)


def _mend(operation: dict[str, Any]) -> None:
    """Take out what FastAPI adds by itself: 422 for parameters (400 here), and JSON where none is answered."""
    responses = operation["responses"]
    if PROBLEM_TYPES not in responses.get("422", {PROBLEM_TYPES: ()}):
        del responses["422"]
    content = responses.get("200", {}).get("content", {})
    if content.get("application/json", {}).get("schema") == {}:
        del content["application/json"]
    add_everywhere(responses)
    operation["responses"] = dict(sorted(responses.items()))
    parameters = operation.setdefault("parameters", [])
    for parameter in (one for one in parameters if "schema" in one):
        _mend_parameter(parameter)
    for name in ("AcceptLanguage", *(("IfNoneMatch",) if "304" in responses else ())):
        parameters.append({"$ref": f"#/components/parameters/{name}"})


def _mend_parameter(parameter: dict[str, Any]) -> None:
    """Everything about a parameter but its type stands beside its schema, with an example that can be sent as it is."""
    schema = parameter["schema"]
    schema.pop("description", None)
    schema.pop("title", None)
    if schema.get("default") == []:  # not given, which is not the same as an empty list
        del schema["default"]
    if any(value.startswith("-") for value in schema.get("enum", ())):  # generated clients need names for these
        schema["x-enum-varnames"] = [_constant(value) for value in schema["enum"]]
    examples = [*schema.pop("examples", []), *schema.get("enum", []), *([False] if schema["type"] == "boolean" else [])]
    if "default" in schema and schema["default"] in examples:
        examples = [schema["default"]]
    if examples:
        parameter["example"] = examples[0]


def _constant(order: str) -> str:
    """`-name_th` as `NAME_TH_DESCENDING`."""
    return order.removeprefix("-").upper() + ("_DESCENDING" if order.startswith("-") else "")
