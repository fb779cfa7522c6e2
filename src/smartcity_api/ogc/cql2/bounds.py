"""How large a filter may be, found in one pass before anything parses it."""

import re

from smartcity_api.kit.parsers import NOT_TEXT
from smartcity_api.ogc.cql2.problems import refused

MAX_LENGTH = 65_536
"""Characters; the head of a request may be smaller still."""
MAX_TOKENS = 6_000
"""Words, numbers and signs, which the parser of CQL2 text takes time for; a run of coordinates is one."""
MAX_NESTING = 200
"""Brackets within brackets; in CQL2 JSON an operation is two."""
MAX_DEPTH = 32
"""Operations within operations, where AND in AND and OR in OR are one."""
MAX_OPERATIONS = 200
MAX_ITEMS = 2_500
"""Values of a list."""
MAX_VERTICES = 10_000
MAX_PATTERN = 1_000
"""Characters of a pattern of LIKE."""

_NUMBER = r"[0-9.]+(?:[eE][+-]?[0-9]+)?"
_POSITION = rf"{_NUMBER}(?:\s+[+-]?{_NUMBER})+"
_TEXT_TOKEN = re.compile(
    rf"""'(?:[^'\\]|''|\\.)*'|"[^"]*"|{_POSITION}(?:\s*,\s*[+-]?{_POSITION})*|[\w.:]+|\S""", re.DOTALL
)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.+-]+|\S', re.DOTALL)


def check_text(value: str) -> str:
    """The text, refused where PostgreSQL could not hold it or an answer could not repeat it."""
    if NOT_TEXT.search(value):
        raise refused(
            "not_text",
            "it holds a NUL or a character that is not Unicode",
            "มี NUL หรืออักขระที่ไม่ใช่ Unicode",
        )
    return value


def check_size(source: str, *, is_json: bool) -> None:
    """Refuse what is too long, too much or nested too deeply."""
    if len(source) > MAX_LENGTH:
        raise too_large("too_long", f"{MAX_LENGTH} characters", f"{MAX_LENGTH} อักขระ")
    check_text(source)
    depth = 0
    for count, token in enumerate((_JSON_TOKEN if is_json else _TEXT_TOKEN).finditer(source)):
        if count == MAX_TOKENS and not is_json:
            raise too_large("too_much", f"{MAX_TOKENS} words, numbers and signs", f"{MAX_TOKENS} คำ ตัวเลข และเครื่องหมาย")
        depth += (token[0] in "([{") - (token[0] in ")]}")
        if depth > MAX_NESTING:
            raise too_large("too_deep", f"{MAX_NESTING} brackets within each other", f"วงเล็บซ้อนกัน {MAX_NESTING} ชั้น")


def too_large(code: str, en: str, th: str) -> Exception:
    """The problem of a filter that is larger than it may be."""
    return refused(code, f"it may have at most {en}", f"มีได้ไม่เกิน {th}")


def check_list(count: int) -> None:
    """Refuse a list of too many values."""
    if count > MAX_ITEMS:
        raise too_large("too_many", f"{MAX_ITEMS} values in a list", f"{MAX_ITEMS} ค่าในรายการ")
