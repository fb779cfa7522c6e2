"""What a path can answer, for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

from smartcity_api.kit import errors
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.problems import MEDIA_TYPE as PROBLEM
from smartcity_api.kit.http.problems import ProblemDetails

Responses = dict[int | str, dict[str, Any]]

_ETAG = {
    "description": "Strong validator, `<version>-<hash>`; send it back in If-None-Match",
    "schema": {"type": "string"},
}
_LINK = {"description": "The next page, rel=next (RFC 8288)", "schema": {"type": "string"}}
_NOT_MODIFIED: Responses = {304: {"description": "The client's copy, named by If-None-Match, is current"}}


def computed(model: type[BaseModel], *, cursor: bool = False) -> Responses:
    """An answer worked out from the parameters, as JSON."""
    problems = (errors.InvalidParameter, *((errors.InvalidCursor,) if cursor else ()), errors.UnexpectedBody)
    return {
        200: {
            "description": "The answer",
            "headers": {"ETag": _ETAG, **({"Link": _LINK} if cursor else {})},
            "content": {MEDIA_TYPES["json"]: _schema(model)},
        },
        **_NOT_MODIFIED,
        **documented(*problems, *_ALWAYS),
    }


REFERENCED: dict[str, type[BaseModel]] = {}
"""Models that answers name by reference; `kit.http.openapi` puts them into the document's components."""


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    REFERENCED[model.__name__] = model
    return {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}


def listing(page: type[BaseModel], collection: type[BaseModel] | None = None) -> Responses:
    """A list: pages as JSON (and GeoJSON), the whole as csv and ndjson."""
    content: dict[str, Any] = {MEDIA_TYPES["json"]: _schema(page)}
    if collection:
        content[MEDIA_TYPES["geojson"]] = _schema(collection)
    content["text/csv"] = {"schema": {"type": "string", "description": "RFC 4180, UTF-8, with a header row"}}
    content[MEDIA_TYPES["ndjson"]] = {"schema": {"type": "string", "description": "One JSON object a line"}}
    return {
        200: {"description": "The records", "headers": {"ETag": _ETAG, "Link": _LINK}, "content": content},
        **_NOT_MODIFIED,
        **documented(errors.InvalidParameter, errors.InvalidCursor, errors.UnexpectedBody),
        **documented(errors.NotAcceptable, *_ALWAYS),
    }


def single(record: type[BaseModel], feature: type[BaseModel] | None = None, *, found: bool = True) -> Responses:
    """One record, as JSON (and as a GeoJSON Feature); `found` when it may be missing."""
    content = {MEDIA_TYPES["json"]: _schema(record)}
    if feature:
        content[MEDIA_TYPES["geojson"]] = _schema(feature)
    return {
        200: {"description": "The record", "headers": {"ETag": _ETAG}, "content": content},
        **_NOT_MODIFIED,
        **documented(errors.InvalidParameter, errors.UnexpectedBody),
        **(documented(errors.NoSuchRecord) if found else {}),
        **documented(errors.NotAcceptable, *_ALWAYS),
    }


def documented(*kinds: type[errors.Problem]) -> Responses:
    """These problems, grouped by status."""
    grouped: dict[int, list[str]] = {}
    for kind in kinds:
        grouped.setdefault(kind.status, []).append(f"{kind.title.en} (`/problems/{kind.slug()}`)")
    content = {PROBLEM: _schema(ProblemDetails)}
    return {status: {"description": "; ".join(titles), "content": content} for status, titles in grouped.items()}


_ALWAYS = (
    errors.HeadersTooLarge,
    errors.InternalError,
    errors.DatabaseUnavailable,
    errors.DatabaseBusy,
    errors.QueryTooSlow,
)
