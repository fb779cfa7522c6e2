"""The OpenAPI 3.1 document: what FastAPI derives, mended where it says what is not so, and completed."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from smartcity_api.kit.http.responses import REFERENCED

_METHODS = ("get", "put", "post", "delete", "patch")
_NEVER_SENT = ("HTTPValidationError", "ValidationError")
"""FastAPI's own error shapes: this service answers problem details instead."""


def document(app: FastAPI) -> dict[str, Any]:
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
    schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
    _, referenced = models_json_schema(
        [(model, "serialization") for model in REFERENCED.values()], ref_template="#/components/schemas/{model}"
    )
    schemas.update(referenced["$defs"])
    for name in _NEVER_SENT:
        schemas.pop(name, None)
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    for path in found["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _mend(operation)
    found["security"] = []  # reading needs no key
    return found


def _mend(operation: dict[str, Any]) -> None:
    """Take out what FastAPI adds by itself: 422 for parameters (400 here), and JSON where none is answered."""
    invented = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
    if invented.get("schema", {}).get("$ref", "").endswith("HTTPValidationError"):
        del operation["responses"]["422"]
    content = operation["responses"].get("200", {}).get("content", {})
    if content.get("application/json", {}).get("schema") == {}:
        del content["application/json"]
    for parameter in operation.get("parameters", []):
        parameter["schema"].pop("description", None)
        parameter["schema"].pop("title", None)
        if "examples" in parameter["schema"]:
            parameter["example"] = parameter["schema"].pop("examples")[0]
