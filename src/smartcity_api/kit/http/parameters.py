"""The query of a request, read at once by the Pydantic model of its path, and refused where it would be guessed at.

FastAPI's own `Query()` models look every field up anew in each request, which took a quarter of a small page's time
(benchmarks/README.md); this reads the query once. `kit.http.openapi` describes the same model in the contract.
"""

from collections.abc import Iterator
from typing import Any, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import Strict


class QueryReader:
    """Reads one model out of the query; a field that is a tuple may be given several times, any other once."""

    def __init__(self, model: type[Strict]) -> None:
        self.model = model
        self._several = frozenset(
            field.alias or name for name, field in model.model_fields.items() if get_origin(field.annotation) is tuple
        )

    async def __call__(self, request: Request) -> Strict:
        """The parameters, or a problem that names each that is wrong."""
        given: dict[str, str | list[str]] = {}
        for name, value in _pairs(request.scope["query_string"]):
            if name in self._several:
                several = given.setdefault(name, [])
                assert isinstance(several, list)
                several.append(value)
            elif name in given:
                raise errors.InvalidParameter.naming(
                    name,
                    "given_twice",
                    Text(f"{name}: this parameter may be given only once", f"{name}: ระบุได้เพียงครั้งเดียว"),
                    value,
                )
            else:
                given[name] = value
        try:
            return self.model.model_validate(given)
        except ValidationError as error:
            found = error.errors(include_url=False)
            raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in found]) from None


def query(model: type[Strict]) -> Any:
    """For a route's signature: `Annotated[Model, query(Model)]`."""
    return Depends(QueryReader(model))


def model_of(route: APIRoute) -> type[Strict]:
    """The model that a route reads its query by; every route has one, if only `NoParams`."""
    readers = (one.call for one in route.dependant.dependencies)
    return next(reader.model for reader in readers if isinstance(reader, QueryReader))


def described(model: type[Strict]) -> list[dict[str, Any]]:
    """The OpenAPI parameters of a model."""
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": {key: value for key, value in field.items() if (key, value) != ("default", None)},
            "description": field["description"],
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _pairs(text: bytes) -> Iterator[tuple[str, str]]:
    """Names and values as `application/x-www-form-urlencoded` has them, but nothing that is not UTF-8.

    Decoders replace what is not, so that another text than the client's would be looked for.
    """
    for pair in filter(None, text.split(b"&")):
        name, _, value = pair.partition(b"=")
        if b"%" in pair or b"+" in pair:
            name, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in (name, value))
        try:
            yield name.decode(), value.decode()
        except UnicodeDecodeError:
            shown = name.decode(errors="replace")
            raise errors.InvalidParameter.naming(
                shown,
                "not_text",
                Text(f"{shown}: the text is not UTF-8", f"{shown}: ข้อความไม่ได้เข้ารหัสเป็น UTF-8"),
                value.decode(errors="replace"),
            ) from None
