"""One path of the OpenAPI document: what it takes, by the model that reads its query, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smartcity_api.kit.http.parameters import described
from smartcity_api.kit.params import Strict
from smartcity_api.ogc.answers import TYPES

Described = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a path answers: the schema of its format, by its name among the components, and whether also a page."""

    schema: str
    form: str = "json"
    html: bool = True

    @property
    def content(self) -> Described:
        """The media types with their schemas."""
        found: Described = {TYPES[self.form]: {"schema": {"$ref": f"#/components/schemas/{self.schema}"}}}
        return {**found, "text/html": {"schema": {"type": "string"}}} if self.html else found


def reading(
    tag: str, name: str, summary: str, model: type[Strict], answer: Answered, *path: Described
) -> dict[str, Described]:
    """A path that is read; `path` are the parameters in it."""
    answers: Described = {"200": {"description": summary, "content": answer.content}}
    if answer.form == "geojson":
        answers["200"]["headers"] = {"Content-Crs": {"$ref": "#/components/headers/Content-Crs"}}
    for status in ("400", "404", "406", "500"):
        answers[status] = {"$ref": f"#/components/responses/{status}"}
    asked = [_parameter(one) for one in described(model)]
    told = {"tags": [tag], "operationId": name, "summary": summary, "parameters": [*path, *asked]}
    return {"get": {**told, "responses": answers}}


def in_path(name: str, about: str, **schema: Any) -> Described:
    """A parameter of a path."""
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": about}


def _parameter(told: Mapping[str, Any]) -> Described:
    """Lists are given with commas between their values."""
    schema = as_of_30(told["schema"])
    if isinstance(schema.get("default"), dict):  # a reference system, which is written by its URI
        schema["default"] = schema["default"]["uri"]
    return {**told, "schema": schema, "style": "form", "explode": False}


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
