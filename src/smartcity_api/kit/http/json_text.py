"""JSON as clients send it, read within bounds: how many values it has, how wide an object is, and what a text is."""

import json
import re
from typing import Any, Final

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.parsers import NOT_TEXT

MAX_VALUES: Final = 600_000
"""Twice what a boundary with all its vertices has. Millions of small values cost far more than their bytes."""
MAX_MEMBERS: Final = 200
"""Members of one object: no record has as many, and each that is not known would be told of."""

_ESCAPED: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""How a NUL or half a surrogate pair can be written; whether it is one, the text that was read says."""


def parse(content: bytes) -> Any:
    """The value, or the problem with it."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") > MAX_VALUES:
        told = Text(f"The content has more than {MAX_VALUES:,} values", f"เนื้อหามีค่ามากกว่า {MAX_VALUES:,} ค่า")
        raise conflicts.ContentTooLarge(told)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable("not_text", f"byte {error.start} is not UTF-8", f"ไบต์ที่ {error.start} ไม่ใช่ UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError:
        raise unreadable("json_invalid", "the JSON is nested too deeply", "JSON ซ้อนลึกเกินไป") from None
    except ValueError as error:
        raise unreadable("json_invalid", f"not JSON: {error}", f"ไม่ใช่ JSON ที่ถูกต้อง: {error}") from None
    if _ESCAPED.search(text):
        _check_texts(value)
    return value


def unreadable(code: str, en: str, th: str, pointer: str = "") -> errors.Problem:
    """The problem of content that nothing can be made of."""
    return errors.Invalid.listing([errors.Fault(code=code, message=Text(en, th), pointer=pointer)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise ValueError(f"an object has more than {MAX_MEMBERS} members")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice[:100]!r} stands twice in one object")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _check_texts(value: Any) -> None:
    """Refuse texts, names of members among them, that no database and no answer can hold."""
    waiting = [("", value)]
    while waiting:
        pointer, found = waiting.pop()
        if isinstance(found, str):
            _check_text(pointer, found)
        elif isinstance(found, list):
            waiting += [(f"{pointer}/{place}", one) for place, one in enumerate(found)]
        elif isinstance(found, dict):
            for name, one in found.items():
                _check_text(pointer, name)
                waiting.append((f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", one))


def _check_text(pointer: str, text: str) -> None:
    if NOT_TEXT.search(text):
        raise unreadable(
            "not_text",
            "the text holds a NUL or a character that is not Unicode",
            "ข้อความมี NUL หรืออักขระที่ไม่ใช่ Unicode",
            pointer,
        )
