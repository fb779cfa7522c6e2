"""What a path can answer, for the OpenAPI document."""

from typing import Any, get_args

from pydantic import BaseModel

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.problems import MEDIA_TYPE as PROBLEM
from smartcity_api.kit.http.problems import ProblemDetails
from smartcity_api.kit.params import Plain, Spatial
from smartcity_api.kit.shapes import Shapes

Responses = dict[int | str, dict[str, Any]]

PROBLEM_TYPES = "x-problem-types"
"""Extension of a response: the URIs of the problem types that it can be, for machines."""

EVERYWHERE = (
    errors.InvalidParameter,
    errors.UnexpectedBody,
    errors.MalformedRequest,
    conflicts.Unauthenticated,
    errors.HeadersTooLarge,
    errors.InternalError,
    conflicts.IssuerUnavailable,
)
"""What any path can answer; `kit.http.openapi` adds these to every operation."""

FROM_DATABASE = (errors.DatabaseUnavailable, errors.DatabaseBusy, errors.QueryTooSlow, errors.NotReady)
"""What every path that asks the database can answer."""

_ETAG = {
    "description": "Strong validator, `<version>-<hash>`; send it back in If-None-Match",
    "schema": {
        "type": "string",
        "pattern": '^"[0-9]+-[0-9a-f]+(-[a-z]+)?"$',
        "examples": ['"1-5f8c0c2c61f7b1b2a0d4a6c3"'],
    },
}
_LINK = {
    "description": "The next page, rel=next (RFC 8288); absent on the last",
    "schema": {"type": "string", "examples": ['</v1/provinces?limit=2&after=c2VhbGVk>; rel="next"']},
}
_AS_OF = {
    "description": "The day that was asked with `as_of`: existence and stage or status are those at the end of it",
    "schema": {"type": "string", "format": "date", "examples": ["2021-11-05"]},
}
_MATCHED = {
    "description": "Records that match, where the answer is the whole list and `count` asked for it",
    "schema": {"type": "integer", "minimum": 0, "examples": [77]},
}
_DISPOSITION = {
    "description": "A name for the file, where the answer is the whole list (RFC 6266)",
    "schema": {"type": "string", "examples": ['attachment; filename="provinces.csv"']},
}

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": _ETAG,
    "Link": _LINK,
    "AsOf": _AS_OF,
    "Matched": _MATCHED,
    "Disposition": _DISPOSITION,
}
"""Fields of many answers; `kit.http.openapi` puts them into the document's components."""


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def _whole(description: str) -> dict[str, Any]:
    return {"description": description, "type": "string"}


WHOLE: dict[str, dict[str, Any]] = {
    "Csv": _whole(
        "RFC 4180, UTF-8, with a header row; lists and objects are JSON, shapes WKT. A text that a spreadsheet would "
        "take for a formula has an apostrophe before it"
    ),
    "Ndjson": _whole("One JSON object a line"),
    "GeoJsonSeq": _whole("One GeoJSON Feature a line, each after a record separator (RFC 8142)"),
    "Binary": _whole("A file of that type, with licence, attribution and as_of in it"),
}
"""What whole lists look like, in the document's components as well."""

FORMS = {
    "csv": "Csv",
    "ndjson": "Ndjson",
    "geojsonseq": "GeoJsonSeq",
    "xlsx": "Binary",
    "gpkg": "Binary",
    "fgb": "Binary",
    "parquet": "Binary",
}

_NOT_MODIFIED: Responses = {
    304: {"description": "The client's copy, named by If-None-Match, is current", "headers": {"ETag": _header("ETag")}}
}


def computed(model: type[BaseModel], *, cursor: bool = False, stored: bool = True) -> Responses:
    """An answer worked out from the parameters, as JSON; `stored` when the database has to be asked."""
    return {
        200: {
            "description": "The answer",
            "headers": {"ETag": _header("ETag"), **({"Link": _header("Link")} if cursor else {})},
            "content": {MEDIA_TYPES["json"]: _schema(model)},
        },
        **_NOT_MODIFIED,
        **documented(*((errors.InvalidCursor,) if cursor else ()), *(FROM_DATABASE if stored else ())),
    }


def written(description: str, form: str, schema: dict[str, Any]) -> Responses:
    """A text of the service's own, the same for everybody who asks."""
    media_type = MEDIA_TYPES[form].partition(";")[0]
    content = {media_type: {"schema": schema}}
    return {
        200: {"description": description, "headers": {"ETag": _header("ETag")}, "content": content},
        **_NOT_MODIFIED,
    }


REFERENCED: dict[str, type[BaseModel]] = {}
"""Models that answers name by reference; `kit.http.openapi` puts them into the document's components."""


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    REFERENCED[model.__name__] = model
    return {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}


def listing(shapes: Shapes, *, dated: bool = False) -> Responses:
    """A list: pages as JSON (and GeoJSON), the whole in other formats; `dated` where it can be asked for a day."""
    content: dict[str, Any] = {MEDIA_TYPES["json"]: _schema(shapes.page)}
    if shapes.collection:
        content[MEDIA_TYPES["geojson"]] = _schema(shapes.collection)
    for form in get_args(Spatial if shapes.collection else Plain):
        if form in FORMS:
            media_type = MEDIA_TYPES[form].partition(";")[0]
            content[media_type] = {"schema": {"$ref": f"#/components/schemas/{FORMS[form]}"}}
    names = {"Link": "Link", "X-Matched": "Matched", "Content-Disposition": "Disposition"}
    headers = {
        name: _header(kept)
        for name, kept in {"ETag": "ETag", **names, **({"X-As-Of": "AsOf"} if dated else {})}.items()
    }
    return {
        200: {"description": "The records", "headers": headers, "content": content},
        **_NOT_MODIFIED,
        **documented(errors.InvalidCursor, errors.NotAcceptable, *FROM_DATABASE, conflicts.InsufficientStorage),
    }


def single(shapes: Shapes) -> Responses:
    """One record, as JSON (and as a GeoJSON Feature)."""
    content = {MEDIA_TYPES["json"]: _schema(shapes.record)}
    if shapes.feature:
        content[MEDIA_TYPES["geojson"]] = _schema(shapes.feature)
    return {
        200: {"description": "The record", "headers": {"ETag": _header("ETag")}, "content": content},
        **_NOT_MODIFIED,
        **documented(errors.NoSuchRecord, conflicts.Deleted, errors.NotAcceptable, *FROM_DATABASE),
    }


def record_answer(shapes: Shapes, *, status: int = 200) -> Responses:
    """The record as it is after a write, as JSON; with its address where it is new."""
    return answered(shapes.record, status=status)


def answered(model: type[BaseModel], *, status: int = 200, located: bool = False) -> Responses:
    """What a write answers; `located` where the record is new though the status is not 201."""
    where = {"description": "The new record's address", "schema": {"type": "string", "format": "uri-reference"}}
    headers = {"ETag": _header("ETag"), **({"Location": where} if located or status == 201 else {})}
    content = {MEDIA_TYPES["json"]: _schema(model)}
    return {status: {"description": "The record as it is now", "headers": headers, "content": content}}


def documented(*kinds: type[errors.Problem]) -> Responses:
    """These problems, grouped by status."""
    grouped: dict[int, list[type[errors.Problem]]] = {}
    for kind in kinds:
        grouped.setdefault(kind.status, []).append(kind)
    return {status: _problems(*together) for status, together in grouped.items()}


def _problems(*kinds: type[errors.Problem]) -> dict[str, Any]:
    """One response that can be any of these problems, all of one status."""
    examples = {kind.slug(): {"$ref": f"#/components/examples/{kind.slug()}"} for kind in kinds}
    found: dict[str, Any] = {
        "description": "; ".join(f"{kind.title.en} (`/problems/{kind.slug()}`)" for kind in kinds),
        "content": {PROBLEM: {**_schema(ProblemDetails), "examples": examples}},
        PROBLEM_TYPES: [f"/problems/{kind.slug()}" for kind in kinds],
    }
    if issubclass(kinds[0], errors.Unavailable):
        wait = {"type": "integer", "minimum": 0, "examples": [kinds[0].retry_after]}
        found["headers"] = {"Retry-After": {"description": "Seconds to wait before trying again", "schema": wait}}
    return found


def add_everywhere(responses: Responses) -> None:
    """Complete one operation's documented responses with the problems that every path can answer."""
    known = {f"/problems/{kind.slug()}": kind for kind in errors.catalogue()}
    asked = [known[uri] for response in responses.values() for uri in response.get(PROBLEM_TYPES, ())]
    kinds: dict[type[errors.Problem], None] = dict.fromkeys((*EVERYWHERE, *asked))
    responses.update({str(status): response for status, response in documented(*kinds).items()})


def example_of(kind: type[errors.Problem]) -> dict[str, Any]:
    """What a problem of this kind looks like."""
    value = {
        "type": f"/problems/{kind.slug()}",
        "title": kind.title.en,
        "status": kind.status,
        "instance": "/v1/provinces",
        "request_id": "0199e3a4-6c1f-7d53-8a0b-2f4f7f1f0c55",
        "errors": [],
    }
    return {"summary": kind.title.en, "value": value}
