"""What texts, days and places in the register's files must be like; each check says what is wrong, or nothing."""

import re
import unicodedata
from typing import Any, Final

from pydantic_core import PydanticCustomError

from smartcity_api.kit.days import parse_edtf

KEBAB: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_FIXED_SPACE: Final = re.compile("[\u00a0\u202f]")
_SARA_AM: Final = re.compile("\u0e4d[\u0e48-\u0e4b]?\u0e32")
_UNREADABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
# The envelope that the trigger `smartcity_footprint` allows.
WEST, SOUTH, EAST, NORTH = 97.2, 5.5, 105.8, 20.6


def text_fault(text: str) -> str | None:
    """Why the text is not clean, as `smartcity_clean` in the database has it."""
    if not text.strip():
        return "is empty; leave the member out"
    for pattern, name, remedy in (
        (_UNREADABLE, "a control character or half a character", "take it out"),
        (_INVISIBLE, "a zero-width character", "take it out"),
        (_FIXED_SPACE, "a no-break space", "write a plain space"),
        (_SARA_AM, "a decomposed sara am", "write U+0E33"),
    ):
        found = pattern.search(text)
        if found:
            codes = " ".join(f"U+{ord(char):04X}" for char in found[0])
            return f"holds {name} ({codes}) at character {found.start() + 1}; {remedy}"
    if not unicodedata.is_normalized("NFC", text):
        return f"is not in Unicode form NFC; write {unicodedata.normalize('NFC', text)!r}"
    if text != " ".join(text.split()):
        return "has white space at an end, in a row, or a line break; write single spaces between words"
    return None


def day_fault(text: str) -> str | None:
    """Why the text is no EDTF day of the Common Era."""
    try:
        written = parse_edtf(text)
    except PydanticCustomError as error:
        return str(error.context["en"]) if error.context else str(error)
    return None if written == text else f"has Thai digits; write {written}"


def year_fault(year: int) -> str | None:
    """Why the number is no year of the Common Era."""
    return day_fault(f"{year:04d}")


def slug_fault(slug: Any) -> str | None:
    """Why a row cannot have that slug."""
    if slug is None:
        return "is missing; every row has one, and its id follows from it"
    if not isinstance(slug, str) or not KEBAB.fullmatch(slug):
        return f"{slug!r} is not kebab-case ASCII, as steering-committee-2560"
    return None


def location_fault(location: Any) -> str | None:
    """Why it is no [longitude, latitude] in Thailand."""
    if not (isinstance(location, list) and len(location) == 2 and all(map(is_number, location))):
        return f"{location!r} is not [longitude, latitude]"
    lon, lat = location
    if _in_thailand(lon, lat):
        return None
    if _in_thailand(lat, lon):
        return f"{location} has the coordinates swapped; longitude comes first: [{lat}, {lon}]"
    return f"{location} lies outside Thailand, which is within longitude {WEST}..{EAST} and latitude {SOUTH}..{NORTH}"


def is_number(value: Any) -> bool:
    """Whether it is a number; to Python, true is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_thailand(lon: float, lat: float) -> bool:
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
