"""Pydantic's findings as faults that name the place, in both languages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from smartcity_api.kit.errors import Fault
from smartcity_api.kit.language import Text

PARAMETER_PLACES = ("query", "path", "header", "cookie")

# Pydantic speaks English only; these are the kinds that requests of this service can meet.
_THAI: Mapping[str, str] = {
    "missing": "ต้องระบุค่านี้",
    "extra_forbidden": "ไม่รู้จักชื่อนี้",
    "int_parsing": "ต้องเป็นจำนวนเต็ม",
    "int_parsing_size": "จำนวนเต็มยาวเกินไป",
    "int_from_float": "ต้องเป็นจำนวนเต็ม",
    "int_type": "ต้องเป็นจำนวนเต็ม",
    "float_parsing": "ต้องเป็นตัวเลข",
    "float_type": "ต้องเป็นตัวเลข",
    "finite_number": "ต้องเป็นจำนวนจำกัด",
    "bool_parsing": "ต้องเป็น true หรือ false",
    "greater_than": "ต้องมากกว่า {gt}",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than": "ต้องน้อยกว่า {lt}",
    "less_than_equal": "ต้องไม่เกิน {le}",
    "literal_error": "ต้องเป็นค่าใดค่าหนึ่งใน {expected}",
    "enum": "ต้องเป็นค่าใดค่าหนึ่งใน {expected}",
    "string_too_short": "ต้องมีอย่างน้อย {min_length} อักขระ",
    "string_too_long": "ต้องมีไม่เกิน {max_length} อักขระ",
    "string_pattern_mismatch": "ต้องมีรูปแบบ {pattern}",
    "string_unicode": "ไม่ใช่ข้อความ Unicode ที่ถูกต้อง",
    "too_long": "มีได้ไม่เกิน {max_length} ค่า",
    "json_invalid": "ไม่ใช่ JSON ที่ถูกต้อง",
    "string_type": "ต้องเป็นข้อความ",
    "uuid_parsing": "ต้องเป็น UUID เช่น 0190b6a2-0000-7000-8000-000000000000",
    "uuid_type": "ต้องเป็น UUID",
}
_CODES = {"extra_forbidden": "unknown_parameter"}


def faults_of(found: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """One fault for each finding of Pydantic."""
    return [_fault(finding) for finding in found]


def _fault(finding: Mapping[str, Any]) -> Fault:
    kind, context = str(finding["type"]), dict(finding.get("ctx") or {})
    place, *rest = finding["loc"] or ("body",)
    code, suggested = str(context.get("code") or _CODES.get(kind, kind)), context.get("suggested")
    if place in PARAMETER_PLACES:
        name = str(rest[0]) if rest else str(place)
        message = _sentence(kind, finding, context)
        prefixed = Text(f"{name}: {message.en}", f"{name}: {message.th}")
        return Fault(code=code, message=prefixed, parameter=name, value=_value(finding), suggested=suggested)
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in rest)
    message = _sentence(kind, finding, context)
    return Fault(code=code, message=message, pointer=pointer, value=_value(finding), suggested=suggested)


def _sentence(kind: str, finding: Mapping[str, Any], context: Mapping[str, Any]) -> Text:
    if "th" in context:
        return Text(str(context["en"]), str(context["th"]))
    english = str(finding["msg"])
    if kind == "extra_forbidden":
        english = "this parameter is not known here"
    elif kind == "missing":
        english = "this parameter is required"
    # `{ge}` and the like are filled by hand: str.format would stumble over braces in a pattern.
    thai = re.sub(r"\{(\w+)\}", lambda m: str(context.get(m[1], m[0])), _THAI.get(kind, english))
    return Text(english, thai)


def _value(finding: Mapping[str, Any]) -> str | None:
    sent = finding.get("input")
    if sent is None or finding["type"] == "missing":
        return None
    return sent if isinstance(sent, str) else repr(sent)
