"""Requests about records that exist: ids in paths and contents, versions, keys and reasons as clients send them."""

import re
import zlib
from collections.abc import Collection
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from tests.contract.contents import filled

KEYS = {"provinces": "code", "districts": "code"}
"""What records are named by that have no id."""
MADE: dict[str, list[str]] = {}
"""Ids of the records of each resource that this run has made."""
EXAMPLE_TAG = '"1-5f8c0c2c61f7b1b2a0d4a6c3"'
TRUE_TAG = re.compile('"[0-9]+-[0-9a-f]{24}(-[a-z]+)?"')


@cache
def existing(base_url: str, resource: str) -> list[str]:
    """Ids of some records of that resource, which were there before."""
    key = KEYS.get(resource, "id")
    page = requests.get(f"{base_url}/v1/{resource}", params={"fields": key}, timeout=60)
    return [item[key] for item in page.json()["items"]] if page.ok else []


def remember(case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
    """What was made."""
    if response.status_code == 201 and case.path.count("/") == 2:
        MADE.setdefault(_collection(case), []).append(response.json()["id"])


def mostly(case: schemathesis.Case[Any]) -> int:
    """A number from 0 to 7, the same for the same request."""
    return zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode()) % 8


def name_record(case: schemathesis.Case[Any]) -> None:
    """A path names a record that exists, mostly; in a story it stays the one that a link leads to."""
    if "id" not in case.path_parameters or not _is_good(case, ParameterLocation.PATH) or mostly(case) == 0:
        return
    made = MADE.get(_collection(case), [])
    known = made[-20:] or _ids(case, _collection(case))
    if known and not (_is_story(case) and case.path_parameters["id"] in made):
        case.path_parameters["id"] = known[zlib.crc32(repr(case.path_parameters).encode()) % len(known)]


def write_well(case: schemathesis.Case[Any]) -> None:
    """What the document allows is sent about records that exist, in versions that are, with a reason, as a new one."""
    if _is_good(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        case.body = filled(case.body, _members(case), _collection(case), lambda resource: _ids(case, resource))
    if not _is_good(case, ParameterLocation.HEADER):
        return
    tag, key = case.headers.get("If-Match"), case.headers.get("Idempotency-Key")
    if tag is not None and (tag == EXAMPLE_TAG or not TRUE_TAG.fullmatch(tag)):
        case.headers["If-Match"] = "*"
    case.headers["X-Change-Reason"] = quote(case.headers.get("X-Change-Reason") or "Because")
    if case.method == "POST" and (key is not None or _is_story(case)):  # what is told again goes as it went before
        told = repr((case.path, case.path_parameters, case.query, case.body, dict(case.headers)))
        case.headers["Idempotency-Key"] = sha256(told.encode()).hexdigest()


def _is_good(case: schemathesis.Case[Any], place: ParameterLocation) -> bool:
    """Whether that part of the request is as the document has it; what was said without knowing is left as it is."""
    component = case.meta.components.get(place) if case.meta and case.path.startswith("/v1/") else None
    return component is not None and component.mode.is_positive


def _is_story(case: schemathesis.Case[Any]) -> bool:
    return case.meta is not None and case.meta.phase.name is TestPhase.STATEFUL


def _collection(case: schemathesis.Case[Any]) -> str:
    """The resource, whether the path says it or leaves it to be said."""
    part = case.path.split("/")[2]
    return str(case.path_parameters.get(part.strip("{}"), part))


def _ids(case: schemathesis.Case[Any], resource: str) -> list[str]:
    made = () if _is_story(case) else MADE.get(resource, ())[-20:]
    return [*made, *existing(case.operation.base_url, resource)[:20]]


def _members(case: schemathesis.Case[Any]) -> Collection[str]:
    """What a content can have."""
    (shape,) = case.operation.definition.raw["requestBody"]["content"].values()
    name = shape["schema"]["$ref"].rpartition("/")[2]
    members: dict[str, Any] = case.operation.schema.raw_schema["components"]["schemas"][name]["properties"]
    return members.keys()
