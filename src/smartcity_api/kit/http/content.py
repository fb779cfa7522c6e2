"""What a writing request carries: its JSON, its precondition and its reason, read once and refused where unclear."""

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import Message

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.http import json_text
from smartcity_api.kit.language import Text

MAX_CONTENT: Final = 16 * 1024 * 1024
PATIENCE: Final = 120.0
"""Seconds for all of the content: who may write was asked before, and may not be allowed any more after days."""
JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
REASON: Final = "change_reason"
MAX_REASON: Final = 4000
MAX_FAULTS: Final = 100
"""Faults that are told at once: a boundary may have as many as it has vertices."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A writing request as it was read; `expected` are the versions in If-Match, None any."""

    content: bytes
    value: Any
    reason: str | None
    expected: frozenset[int] | None


async def nothing() -> Message:
    """The content was read before."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def received(request: Request, *, needs_version: bool) -> Sent:
    """The whole of it, before any connection to the database is taken: a slow client holds up nobody."""
    expected = _expected(request, needed=needs_version)
    content = await _content(request)
    value = _parsed(request, content) if content else None
    return Sent(content, value, reason_of(request, value), expected)


async def _content(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MAX_CONTENT:
        raise conflicts.ContentTooLarge
    content = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                content += part
                if len(content) > MAX_CONTENT:
                    raise conflicts.ContentTooLarge
    except TimeoutError:
        raise errors.RequestTimeout(headers={"Connection": "close"}) from None
    except ClientDisconnect:  # nobody reads the answer, and nothing of the service failed
        raise errors.MalformedRequest from None
    return bytes(content)


def _parsed(request: Request, content: bytes) -> Any:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    taken = (MERGE_PATCH, JSON) if request.method == "PATCH" else (JSON,)
    if media_type not in taken or "content-encoding" in request.headers:
        raise conflicts.UnsupportedMediaType(Text(f"Taken here: {taken[0]}", f"รับเฉพาะ {taken[0]}"))
    return json_text.parse(content)


def reason_of(request: Request, value: Any) -> str | None:
    """From the content, else from the header; blank is none."""
    given = value.get(REASON) if isinstance(value, dict) else None
    if given is not None and not isinstance(given, str):
        fault = errors.Fault(
            code="string_type", message=Text("expected a text", "ต้องเป็นข้อความ"), pointer=f"/{REASON}", value=repr(given)
        )
        raise errors.Invalid.listing([fault])
    if given is None:
        try:
            given = unquote_to_bytes(request.headers.get("x-change-reason", "")).decode()
        except UnicodeDecodeError:
            raise errors.InvalidParameter.naming(
                "X-Change-Reason",
                "not_text",
                Text("X-Change-Reason: percent-encode UTF-8", "X-Change-Reason: ต้องเป็น UTF-8 แบบ percent-encoding"),
            ) from None
    if len(given) > MAX_REASON:
        raise json_text.unreadable(
            "string_too_long",
            f"a reason has at most {MAX_REASON} letters",
            f"เหตุผลยาวไม่เกิน {MAX_REASON} อักขระ",
        )
    # What controls a terminal would do so to whoever reads the audit trail or the log.
    return " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in given).split()) or None


_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})(?:-[0-9a-z-]*)?"')


def _expected(request: Request, *, needed: bool) -> frozenset[int] | None:
    given = request.headers.get("if-match")
    if given is None:
        if needed:
            raise conflicts.PreconditionRequired
        return None
    if given.strip() == "*":
        return None
    tags = [_TAG.fullmatch(tag.strip()) for tag in given.split(",")]
    if not all(tags):
        raise errors.InvalidParameter.naming(
            "If-Match",
            "not_a_tag",
            Text("If-Match: send the ETag of the record as it was given", "If-Match: ส่งค่า ETag ตามที่ได้รับ"),
            given,
        )
    return frozenset(int(tag[1]) for tag in tags if tag)


class ContentReader:
    """Reads a request's JSON by a model; for a merge patch (RFC 7396) `model` only documents what may stand in it."""

    def __init__(self, model: type[BaseModel], *, patch: bool = False) -> None:
        self.model = model
        self.patch = patch

    async def __call__(self, request: Request) -> Any:
        """The model, or for a patch its members as they were sent; the reason is taken out."""
        sent: Sent = request.state.sent
        if not sent.content:
            raise json_text.unreadable(
                "missing", "there is no content; send JSON, if only {}", "ไม่มีเนื้อหา ต้องส่ง JSON แม้เป็นเพียง {}"
            )
        value = sent.value
        if isinstance(value, dict):
            value = {name: member for name, member in value.items() if name != REASON}
        if not self.patch:
            return validated(self.model, value)
        if not isinstance(value, dict):
            raise json_text.unreadable("dict_type", "a merge patch is a JSON object", "merge patch ต้องเป็นออบเจกต์ JSON")
        return value


def validated(model: type[BaseModel], value: Any) -> Any:
    """The value as the model has it; each fault points at its place in the content."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MAX_FAULTS]
        raise RequestValidationError([{**one, "loc": ("body", *_place(one, value))} for one in found]) from None


def _place(finding: Mapping[str, Any], value: Any) -> list[int | str]:
    """Where a finding stands in the content: without the names of a union's kinds, which are no members of it."""
    found: list[int | str] = []
    *ways, last = finding["loc"] or [""]
    for step in (*ways, last):
        if (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int)):
            found.append(step)
            value = value[step]
    return [*found, last] if finding["type"] == "missing" else found


def content(model: type[BaseModel]) -> Any:
    """For a route's signature: `Annotated[Model, content(Model)]`."""
    return Depends(ContentReader(model))


def patch(model: type[BaseModel]) -> Any:
    """For a route's signature: `Annotated[dict[str, Any], patch(Model)]`."""
    return Depends(ContentReader(model, patch=True))


def reader_of(route: APIRoute) -> ContentReader | None:
    """What reads a route's content, where it takes any."""
    readers = (one.call for one in route.dependant.dependencies)
    return next((reader for reader in readers if isinstance(reader, ContentReader)), None)


def merged(target: Any, change: Any) -> Any:
    """A JSON merge patch applied (RFC 7396): null takes away, objects merge, everything else replaces."""
    if not isinstance(change, Mapping):
        return change
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in change.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found
