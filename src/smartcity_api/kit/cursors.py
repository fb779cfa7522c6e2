"""Cursors: a place in one list, opaque to clients, refused by every other list."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.parsers import NOT_TEXT

_DIGEST = 8


class Fingerprint:
    """What a list is: its resource, its order and its filters, in eight bytes, made when a cursor needs them."""

    def __init__(self, *parts: object) -> None:
        self._parts = parts

    @cached_property
    def digest(self) -> bytes:
        """The bytes; equal parts, equal bytes."""
        return hashlib.blake2b(repr(self._parts).encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def encode(position: Sequence[str], of: Fingerprint) -> str:
    """The cursor of the row at this position in the list with that fingerprint."""
    content = json.dumps(list(position), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(sealed(content, of)).decode().rstrip("=")


def decode(cursor: str, of: Fingerprint, *, length: int, parameter: str = "after") -> list[str]:
    """The position, or `InvalidCursor` when it is damaged, made up, or another list's.

    The seal is no secret: a position that somebody computes for himself only begins the page there, behind the same
    filters as any other; where it is no number or instant, PostgreSQL refuses it (`kit.http.problems`).
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        content = raw[_DIGEST:]
        position = json.loads(content)
    except (binascii.Error, ValueError, RecursionError):
        raise malformed(cursor, parameter) from None
    if raw[:_DIGEST] != _seal(content, of):
        raise refused(
            "foreign_cursor",
            Text(
                "this cursor was given by a list with other filters or another order",
                "ตัวชี้ตำแหน่งนี้มาจากรายการที่มีตัวกรองหรือการเรียงลำดับต่างกัน",
            ),
            cursor,
            parameter,
        )
    if not _is_position(position, length):
        raise malformed(cursor, parameter)
    return [str(value) for value in position]


def decode_id(cursor: str, of: Fingerprint) -> UUID:
    """The position in a list that is in the order of its ids."""
    (text,) = decode(cursor, of, length=1)
    try:
        return UUID(text)
    except ValueError:
        raise malformed(cursor) from None


def malformed(cursor: str | None = None, parameter: str = "after") -> errors.InvalidCursor:
    """The problem of what looks like a cursor and is none."""
    what = Text("this is not a cursor of this service", "ไม่ใช่ตัวชี้ตำแหน่งของบริการนี้")
    return refused("malformed_cursor", what, cursor, parameter)


def refused(code: str, what: Text, cursor: str | None, parameter: str = "after") -> errors.InvalidCursor:
    """The problem of a cursor that cannot be followed."""
    message = Text(f"{parameter}: {what.en}", f"{parameter}: {what.th}")
    return errors.InvalidCursor(
        message, faults=[errors.Fault(code=code, message=message, parameter=parameter, value=cursor)]
    )


def _is_position(position: object, length: int) -> bool:
    return (
        isinstance(position, list)
        and len(position) == length
        and all(isinstance(value, str) and _is_text(value) for value in position)
    )


def _is_text(value: str) -> bool:
    """JSON can write a NUL and half a character; PostgreSQL can read neither."""
    return not NOT_TEXT.search(value)


def sealed(content: bytes, of: Fingerprint) -> bytes:
    """The content with the seal of the list with that fingerprint before it."""
    return _seal(content, of) + content


def _seal(content: bytes, of: Fingerprint) -> bytes:
    return hashlib.blake2b(content, key=of.digest, digest_size=_DIGEST, person=b"smartcity-cursor").digest()
