"""Values of query parameters as they are typed: each is parsed once, or refused with a reason in both languages."""

import math
import re
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from smartcity_api.kit.days import arabic, check_era, parse_day, today
from smartcity_api.kit.places import BBox, Near, Reference
from smartcity_api.kit.refusals import refusal

Value = TypeVar("Value")

MAX_METRES = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2399
"""Years that are of the Common Era for certain, and of anybody's concern."""
# Around Thailand: a latitude among these longitudes, with a longitude among these latitudes, means they were swapped.
THAI_LON, THAI_LAT = (97.0, 106.0), (5.0, 21.0)


def numbers(value: str, expected: int, shape: str) -> list[float]:
    """Exactly that many finite numbers, separated by commas."""
    parts = value.split(",")
    if len(parts) != expected:
        raise refusal(
            "wrong_number_of_values",
            f"expected {expected} numbers as {shape}, got {len(parts)}",
            f"ต้องมี {expected} จำนวนในรูป {shape} แต่ได้ {len(parts)}",
        )
    try:
        # Python would also read `9_8`; Thai digits it rightly reads.
        found = [float(part.replace("_", "?")) for part in parts]
    except ValueError:
        raise refusal("not_a_number", f"every value must be a number: {shape}", f"ทุกค่าต้องเป็นตัวเลข: {shape}") from None
    if not all(math.isfinite(number) for number in found):
        raise refusal("not_finite", "NaN and infinity are not coordinates", "NaN และค่าอนันต์ไม่ใช่พิกัด")
    return found


def digits(value: Any) -> Any:
    """A number as people type it: Thai digits are digits, but `1_000` and true, which Python reads, are none."""
    if not isinstance(value, str | bool):
        return value
    if isinstance(value, bool) or "_" in value:
        raise refusal("not_a_number", "expected a number", "ต้องเป็นตัวเลข")
    return arabic(value)


def check_position(lon: float, lat: float) -> None:
    """Refuse what is no place on Earth, and say so when the two look swapped (latitude first)."""
    swapped = THAI_LON[0] <= lat <= THAI_LON[1] and THAI_LAT[0] <= lon <= THAI_LAT[1]
    if swapped:
        raise refusal(
            "swapped_coordinates",
            f"{lon:g},{lat:g} has the latitude first; the order is longitude, latitude",
            f"{lon:g},{lat:g} สลับลำดับ ต้องเป็นลองจิจูดก่อนละติจูด",
        )
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise refusal(
            "out_of_range",
            "longitude must be within -180..180 and latitude within -90..90",
            "ลองจิจูดต้องอยู่ใน -180..180 และละติจูดต้องอยู่ใน -90..90",
        )


def bbox(value: str) -> BBox:
    west, south, east, north = numbers(value, 4, "west,south,east,north")
    check_position(west, south)
    check_position(east, north)
    if south > north:
        raise refusal(
            "bbox_swapped", f"south {south:g} is north of north {north:g}", f"ขอบใต้ {south:g} อยู่เหนือขอบเหนือ {north:g}"
        )
    if west > east:
        raise refusal(
            "bbox_across_date_line",
            f"west {west:g} is east of east {east:g}; a box across the date line is not supported here",
            f"ขอบตะวันตก {west:g} อยู่ตะวันออกของขอบตะวันออก {east:g}; ไม่รองรับกรอบที่ข้ามเส้นแบ่งวัน",
        )
    return BBox(west, south, east, north)


def near(value: str) -> Near:
    lon, lat, metres = numbers(value, 3, "lon,lat,metres")
    check_position(lon, lat)
    if not 0 < metres <= MAX_METRES:
        raise refusal(
            "out_of_range",
            f"metres must be above 0 and at most {MAX_METRES}",
            f"ระยะต้องมากกว่า 0 และไม่เกิน {MAX_METRES} เมตร",
        )
    return Near(lon, lat, metres)


def reference(value: str) -> Reference:
    match = re.fullmatch(r"([a-z]+(?:-[a-z]+)*)/([0-9A-Za-z-]{1,64})", value)
    if not match:
        raise refusal(
            "malformed", "expected <resource>/<id>, for example provinces/83", "ต้องเป็น <resource>/<id> เช่น provinces/83"
        )
    return Reference(match[1], match[2])


NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""A character that PostgreSQL cannot hold, or an answer cannot repeat."""
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""What `smartcity_clean` takes out of texts: zero-width characters, and the byte order mark."""

_SEEN = re.compile(f"[^\\s{''.join(map(chr, _INVISIBLE))}]")
"""A character that is neither a space nor invisible."""

SPACES = {**_INVISIBLE, 0x00A0: " ", 0x202F: " "}
"""The same, and the spaces that do not break as ordinary ones."""

SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
"""Sara am in its two halves, with or without a tone mark between them."""


def as_kept(key: str) -> str:
    """An id as the database writes it: a path takes capitals too, but subjects are compared as texts."""
    try:
        return str(UUID(key))
    except ValueError:
        return key


def readable(value: str) -> str:
    """A text that PostgreSQL can hold: no NUL, no lone surrogate, not blank."""
    if NOT_TEXT.search(value):
        raise refusal(
            "not_text", "the text holds a NUL or a character that is not Unicode", "ข้อความมี NUL หรืออักขระที่ไม่ใช่ Unicode"
        )
    if not _SEEN.search(value):
        raise refusal("blank", "the text must not be blank", "ข้อความต้องไม่ว่าง")
    return value


_INSTANT = re.compile(r"(\d{4})(-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|([+-]\d\d:\d\d)|)", re.ASCII)


def instant(value: str) -> datetime:
    """An RFC 3339 instant with its zone; a year of the Buddhist era is refused with the one that was meant."""
    match = _INSTANT.fullmatch(value)
    check_era(value)
    if not match:
        raise refusal(
            "not_an_instant",
            "expected an RFC 3339 instant such as 2026-01-31T00:00:00Z (a + is written %2B in a URL)",
            "ต้องเป็นเวลาแบบ RFC 3339 เช่น 2026-01-31T00:00:00Z (เครื่องหมาย + ใน URL ต้องเขียนเป็น %2B)",
        )
    if not match[3]:
        raise refusal(
            "timezone_aware",
            f"the time zone is missing; for Bangkok {value}+07:00 (in a URL {value}%2B07:00), for UTC {value}Z",
            f"ต้องระบุเขตเวลา เวลาไทยคือ {value}+07:00 (ใน URL เขียน {value}%2B07:00) เวลา UTC คือ {value}Z",
        )
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusal("no_such_instant", f"there is no instant {value}", f"ไม่มีเวลา {value}") from None


def past_instant(value: str) -> datetime:
    """An instant that is not in the future."""
    found = instant(value)
    if found > datetime.now(UTC):
        raise refusal("future_instant", f"{value} is in the future", f"{value} เป็นเวลาในอนาคต")
    return found


def past_day(value: str) -> date:
    """A whole day that is not in the future."""
    day = parse_day(value)
    if day > today():
        raise refusal(
            "future_day",
            f"{day} is in the future; today in Bangkok is {today()}",
            f"{day} เป็นวันในอนาคต วันนี้ตามเวลากรุงเทพฯ คือ {today()}",
        )
    return day


def year(value: str) -> int:
    """A year of the Common Era; one of the Buddhist era is refused with the one that was meant."""
    found = arabic(value)
    check_era(found)
    if not re.fullmatch("[0-9]{4}", found) or not FIRST_YEAR <= int(found) <= LAST_YEAR:
        raise refusal(
            "not_a_year",
            f"expected a year of the Common Era from {FIRST_YEAR} to {LAST_YEAR}",
            f"ต้องเป็นปีคริสต์ศักราชตั้งแต่ {FIRST_YEAR} ถึง {LAST_YEAR}",
        )
    return int(found)


def split(value: Any) -> Any:
    """Several values may be given as `a=1&a=2` or as `a=1,2`."""
    if isinstance(value, list):
        return [part for item in value for part in str(item).split(",")]
    return value


def once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values in their order; one that was given again counts once."""
    return tuple(dict.fromkeys(values))


def distinct(values: list[Value]) -> list[Value]:
    """The list, refused when it names something twice."""
    if len(set(values)) < len(values):
        raise refusal("not_distinct", "every value may be named once only", "ระบุแต่ละค่าได้เพียงครั้งเดียว")
    return values
