"""Days of the programme: EDTF level 0 texts of the Common Era, `2021-11-05`, `2021-11` or `2021`, and today in Bangkok.

A partial day is a whole month or year: it has a first and a last day, and sorts and selects by its last.
"""

import calendar
import re
from datetime import date, datetime, timedelta, timezone
from typing import Final

from pydantic_core import PydanticCustomError

from smartcity_api.kit.refusals import refusal

ERA = 543
"""How many years the Buddhist era is ahead of the Common Era."""

PATTERN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
"""What such a text looks like; whether the month has that day, the pattern does not know."""

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Thailand has had no summer time and no other offset since 1920, so no time zone data are needed."""

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def today() -> date:
    """The day that it is in Bangkok."""
    return datetime.now(BANGKOK).date()


def arabic(text: str) -> str:
    """The text with Thai digits as Arabic ones."""
    return text.translate(_THAI_DIGITS)


def first_day(text: str) -> date:
    """The first day that a valid text can mean."""
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The last day that a valid text can mean."""
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def parse_edtf(text: str) -> str:
    """The text, Thai digits as Arabic ones; refused when it is no day, month or year of the Common Era."""
    found = arabic(text)
    check_era(found)
    if not re.fullmatch(PATTERN[1:-1], found):
        raise refusal(
            "not_a_day",
            "expected a day, a month or a year such as 2021-11-05, 2021-11 or 2021",
            "ต้องเป็นวัน เดือน หรือปี เช่น 2021-11-05, 2021-11 หรือ 2021",
        )
    try:
        last_day(found)
    except ValueError:
        raise no_such_day(found) from None
    return found


def parse_day(text: str) -> date:
    """A whole day; Thai digits are digits, a year of the Buddhist era or less than a day is refused."""
    found = arabic(text)
    check_era(found)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        raise refusal("not_a_day", "expected a whole day such as 2021-11-05", "ต้องเป็นวันที่ครบถ้วน เช่น 2021-11-05")
    try:
        return date.fromisoformat(found)
    except ValueError:
        raise no_such_day(found) from None


def no_such_day(text: str) -> PydanticCustomError:
    """The refusal of what is written like a day but is in no calendar."""
    return refusal("no_such_day", f"there is no day {text}", f"ไม่มีวันที่ {text}")


def check_era(text: str) -> None:
    """Refuse a text that begins with a year of the Buddhist era, with the one that was meant."""
    year = int(text[:4]) if re.match(r"[0-9]{4}(?![0-9])", text) else 0
    if 2400 <= year <= 2700:
        suggested = f"{year - ERA}{text[4:]}"
        raise refusal(
            "ambiguous-era",
            f"{year} looks like a year of the Buddhist era; years here are of the Common Era: {suggested}",
            f"{year} น่าจะเป็นปีพุทธศักราช ที่นี่ใช้ปีคริสต์ศักราช: {suggested}",
            suggested=suggested,
        )


def _parts(text: str) -> tuple[int, int | None, int | None]:
    year, month, day = ([int(part) for part in text.split("-")] + [None, None])[:3]
    assert year is not None
    return year, month, day
