"""Numbers as people type them: with Thai digits, thousands' marks, words for millions, or spoiled by spreadsheets."""

import math
import re
from decimal import Decimal
from typing import Any, Final

from smartcity_api.imports.kinds.columns import WRONG, Here
from smartcity_api.kit.days import arabic
from smartcity_api.kit.language import Text

LONGEST: Final = 60

_PLAIN: Final = re.compile(r"[0-9]{1,18}")
_AMOUNT: Final = re.compile(r"[0-9]{1,16}(\.[0-9]{1,2})?")
_DECIMAL: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_MARKED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(\.[0-9]+)?|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(\.[0-9]+)?")
_MARKS: Final = re.compile("[,\\s\u00a0\u202f]")
_NO_FRACTION: Final = re.compile(r"\.0+$")
_POWER: Final = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_SWAPPED: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,([0-9]{1,2}))?|[0-9]+,([0-9]{1,2})")
_SPOKEN: Final = re.compile(
    r"(?:ประมาณ|ราว|about|~|฿|THB)?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*(พันล้าน|ล้าน|แสน|หมื่น|พัน|million|billion)?"
    r"\s*(?:บาท|คน|ราย|ครัวเรือน|baht|THB|people|\.-)?",
    re.IGNORECASE,
)
_WORDS: Final = {
    "พันล้าน": 10**9, "ล้าน": 10**6, "แสน": 10**5, "หมื่น": 10**4, "พัน": 10**3, "million": 10**6, "billion": 10**9,
}  # fmt: skip


def whole(value: Any, here: Here) -> Any:
    """A whole number."""
    if isinstance(value, str):
        text = arabic(value.strip())
        if not _PLAIN.fullmatch(text):
            text = _number(text, value, here, _PLAIN)
        return int(text) if isinstance(text, str) else text
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool):
        return _refused(value, here, None)
    return value


def baht(value: Any, here: Here) -> Any:
    """An exact amount; a spreadsheet's number has as many decimals as it shows."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{Decimal(repr(value)):f}"
    if not isinstance(value, str):
        return value
    text = arabic(value.strip())
    return text if _AMOUNT.fullmatch(text) else _number(text, value, here, _AMOUNT)


def degrees(value: Any, here: Here) -> Any:
    """A longitude or a latitude."""
    text = arabic(str(value).strip()).removesuffix("°")
    try:
        found = float(text.replace("_", "?"))
    except ValueError:
        found = math.nan
    if math.isfinite(found):
        return found
    meant = text.replace(",", ".") if text.count(",") == 1 and "." not in text else None
    return here.refuse(
        "not_a_number", Text("expected degrees as a decimal number", "ต้องเป็นองศาในรูปทศนิยม"), value, meant
    )


def version(value: Any, here: Here) -> Any:
    """The version of a record."""
    found = whole(value, here)
    if found is WRONG or (isinstance(found, int) and 0 < found < 2**31):
        return found
    return here.refuse("not_a_version", Text("expected a whole number from 1", "ต้องเป็นจำนวนเต็มตั้งแต่ 1"), value)


def _number(text: str, value: Any, here: Here, form: re.Pattern[str]) -> Any:
    """What is no plain number: taken where it can mean one number only, else refused with what was meant."""
    if len(text) > LONGEST:
        return _refused(value, here, None)
    plain = _shorter(_MARKS.sub("", text)) if _MARKED.fullmatch(text) else _shorter(text)
    if not form.fullmatch(plain):
        meant = _meant(text)
        return _refused(value, here, meant if meant and form.fullmatch(meant) else None)
    if not _DECIMAL.fullmatch(text):
        message = Text(
            f"read as {plain}; write numbers without marks", f"อ่านเป็น {plain} โปรดเขียนตัวเลขโดยไม่มีเครื่องหมายคั่น"
        )
        here.warn("thousands_marks", message, value)
    return plain


def _shorter(text: str) -> str:
    return _NO_FRACTION.sub("", text)


def _meant(text: str) -> str | None:
    """The number that was probably meant."""
    if _POWER.fullmatch(text):
        return f"{Decimal(text):f}"
    swapped = _SWAPPED.fullmatch(text)
    if swapped:
        whole_part, _, fraction = text.replace(".", "").partition(",")
        return f"{whole_part}.{fraction}" if fraction else whole_part
    spoken = _SPOKEN.fullmatch(text)
    if spoken:
        found = Decimal(spoken[1].replace(",", "")) * _WORDS.get((spoken[2] or "").lower(), 1)
        return _shorter(f"{found:f}")
    return None


def _refused(value: Any, here: Here, meant: str | None) -> Any:
    if isinstance(value, str) and _POWER.fullmatch(value.strip()):
        message = Text(
            "a spreadsheet has shortened this number and its last digits may be lost; write it out",
            "สเปรดชีตย่อตัวเลขนี้และหลักท้ายอาจหายไป โปรดเขียนเต็ม",
        )
        return here.refuse("shortened_number", message, value, meant)
    message = Text(
        "expected a number in digits only, of baht at most two decimals", "ต้องเป็นตัวเลขล้วน จำนวนเงินมีทศนิยมไม่เกินสองตำแหน่ง"
    )
    return here.refuse("not_a_number", message, value, meant)
