"""Reading cells: texts, ids, JSON, lists in all the ways that they are written, and what is told by its name."""

import re
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from smartcity_api.imports.kinds.columns import WRONG, Here, Read, is_text, shown
from smartcity_api.kit.language import Text

_BETWEEN: Final = re.compile(r"[;,|\n\r、]+")
_ELEMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')
_ESCAPED: Final = re.compile(r"\\(.)")
_SHOWN: Final = 5
MOST: Final = 1_000
LONGEST: Final = 100_000
"""Letters of a list in a cell."""

Called = Text
"""What is looked for, as a fault names it."""


def text(value: Any, _here: Here) -> Any:
    """A text; a spreadsheet may hold it as a number or a day."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def key(value: Any, here: Here) -> Any:
    """The id of a record, which finds it."""
    try:
        return UUID(str(value).strip())
    except ValueError:
        message = Text(
            "expected an id such as 0190b6a2-0000-7000-8000-000000000000",
            "ต้องเป็น UUID เช่น 0190b6a2-0000-7000-8000-000000000000",
        )
        return here.refuse("uuid_parsing", message, value)


def parsed(value: str, here: Here) -> Any:
    """JSON that stands in a cell."""
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return here.refuse("json_invalid", Text("this is no valid JSON", "ไม่ใช่ JSON ที่ถูกต้อง"), value)


def geometry(value: Any, here: Here) -> Any:
    """A geometry as the database reads it: WKT, or the text of GeoJSON."""
    try:
        text = orjson.dumps(value).decode() if isinstance(value, dict) else value
    except orjson.JSONEncodeError:
        text = None
    if isinstance(text, str) and is_text(text):
        return text.strip()
    message = Text("this is neither WKT nor GeoJSON", "ไม่ใช่ WKT หรือ GeoJSON")
    return here.refuse("unreadable_geometry", message, value)


def objects(value: Any, here: Here) -> Any:
    """A list of objects as JSON; one object alone is a list of one."""
    if isinstance(value, str):
        value = parsed(value, here)
    return [value] if isinstance(value, dict) else value


def mapping(value: Any, here: Here) -> Any:
    """An object as JSON."""
    return parsed(value, here) if isinstance(value, str) else value


def listed(value: Any, here: Here) -> Any:
    """The elements of a list in a cell, as many as any list may have."""
    found = _elements(value, here) if not isinstance(value, str) or len(value) <= LONGEST else None
    if found is None or (isinstance(found, list) and len(found) > MOST):
        message = Text(f"a list has at most {MOST:,} elements", f"รายการมีได้ไม่เกิน {MOST:,} ค่า")
        return here.refuse("too_long", message, None if found else value)
    return found


def _elements(value: Any, here: Here) -> Any:
    """JSON, PostgreSQL's {a,b}, or separated by commas, semicolons, bars or lines."""
    if isinstance(value, str):
        start = value.lstrip()[:1]
        if start == "[":
            return parsed(value, here)
        if start == "{" and value.rstrip().endswith("}"):
            inner = value.strip()[1:-1]
            return [_ESCAPED.sub(r"\1", quoted) if quoted else bare.strip() for quoted, bare in _ELEMENT.findall(inner)]
        return [found for part in _BETWEEN.split(value) if (found := part.strip())]
    if isinstance(value, list | tuple):
        return list(value)
    return [value]


def one_of(kind: str, called: Called) -> Read:
    """One thing by its code, id or name."""

    def read(value: Any, here: Here) -> Any:
        return named(kind, called, value, here)

    return read


def several_of(kind: str, called: Called) -> Read:
    """Several things by their codes or names."""

    def read(value: Any, here: Here) -> Any:
        found = listed(value, here)
        if not isinstance(found, list):
            return found
        codes = [named(kind, called, one, here) for one in found]
        return WRONG if WRONG in codes else codes

    return read


def named(kind: str, called: Called, value: Any, here: Here) -> Any:
    """The code of what is called so."""
    name = text(value, here)
    if not isinstance(name, str):
        return value  # the draft says what it should have been
    found = here.index.names[kind].find(name.strip())
    codes = found.codes
    if kind == "district" and len(codes) > 1 and here.provinces:  # its code begins with that of its province
        codes = tuple(code for code in codes if code[:2] in here.provinces) or codes
    if len(codes) == 1:
        return codes[0]
    if codes:
        return _ambiguous(called, value, codes, here)
    near, told = found.suggestion, shown(name)
    message = Text(
        f"there is no {called.en} “{told}”" + (f"; perhaps {near}" if near else ""),
        f"ไม่มี{called.th} “{told}”" + (f" หรือหมายถึง {near}" if near else ""),
    )
    return here.refuse(f"unknown_{kind}", message, value, near)


def _ambiguous(called: Called, value: Any, codes: tuple[str, ...], here: Here) -> Any:
    shown = ", ".join(codes[:_SHOWN]) + (", …" if len(codes) > _SHOWN else "")
    message = Text(
        f"several are called so; give the {called.en}'s code or id: {shown}",
        f"มี{called.th}ชื่อนี้หลายแห่ง โปรดระบุรหัส: {shown}",
    )
    return here.refuse("ambiguous_name", message, value)
