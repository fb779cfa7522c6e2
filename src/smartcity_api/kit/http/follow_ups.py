"""OpenAPI links: from the answer that has a record to everything that can be asked of, or done to, that record."""

from collections.abc import Iterator
from typing import Any

from smartcity_api.kit.http.operations import NEEDS_VERSION

_JSON = "application/json"
_REFERENCE = "#/components/links/"

Json = dict[str, Any]


def add_links(found: Json) -> None:
    """Give every answer with a record its links, each a component of the document, by the operation's id."""
    links = found["components"].setdefault("links", {})
    for place, answers in _answers(found["paths"]):
        for operation, response in answers:
            targets = {
                target["operationId"]: target for target in _asked_at(found["paths"], place) if target is not operation
            }
            for name, target in targets.items():
                links.setdefault(name, _link(found, target, place, response))
            if targets:
                response["links"] = {name: {"$ref": _REFERENCE + name} for name in sorted(targets)}


def _answers(paths: Json) -> Iterator[tuple[str, list[tuple[Json, Json]]]]:
    """The path of each kind of record, and the operations that answer with one such record."""
    for place in paths:
        collection, _, last = place.rpartition("/")
        if not last.startswith("{"):
            continue
        created = paths.get(collection, {}).get("post")
        single = paths[place].get("get")
        shape = _shape(single["responses"]["200"]) if single else None
        alike = [one for one in _asked_at(paths, place) if shape and shape == _shape(one["responses"].get("200", {}))]
        answers = [(one, one["responses"]["200"]) for one in alike]
        if created and "201" in created["responses"]:
            answers.append((created, created["responses"]["201"]))
        yield place, answers


def _asked_at(paths: Json, place: str) -> list[Json]:
    """The operations at a record's path and below it that need no other key."""
    return [
        operation
        for path, methods in paths.items()
        if path == place or (path.startswith(f"{place}/") and "{" not in path.removeprefix(place))
        for operation in methods.values()
    ]


def _shape(response: Json) -> Json | None:
    schema: Json | None = response.get("content", {}).get(_JSON, {}).get("schema")
    return schema


def _link(found: Json, target: Json, place: str, response: Json) -> Json:
    """The record's key is in the answer; those of what it is part of were in the request."""
    *outer, key = (step.strip("{}") for step in place.split("/") if step.startswith("{"))
    shape = _shape(response) or {}
    members = found["components"]["schemas"].get(shape.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
    parameters = {name: f"$request.path.{name}" for name in outer}
    parameters[key] = f"$response.body#/{key if key in members else 'id'}"
    if target.get(NEEDS_VERSION):
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": target["operationId"], "description": target["summary"], "parameters": parameters}
