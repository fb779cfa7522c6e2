"""The query parameters that lists share: each is parsed once, refused with a reason, and documented by its type."""

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from smartcity_api.kit.places import BBox, Detail, Near, Reference, Shape
from smartcity_api.kit.refusals import refusal

MAX_LIMIT = 1000
MAX_METRES = 1_000_000
# Around Thailand: a latitude among these longitudes, with a longitude among these latitudes, means they were swapped.
THAI_LON, THAI_LAT = (97.0, 106.0), (5.0, 21.0)

Format = Literal["json", "geojson", "csv", "ndjson"]
Count = Literal["none", "estimate", "exact"]


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


def _digits(value: Any) -> Any:
    """A number as people type it: Thai digits are digits, but `1_000`, which Python reads, is none."""
    if not isinstance(value, str):
        return value
    if "_" in value:
        raise refusal("not_a_number", "expected a number", "ต้องเป็นตัวเลข")
    return value.translate(_THAI_DIGITS)


_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
Typed = BeforeValidator(_digits)
"""Marks a number that somebody may type."""


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


def _bbox(value: str) -> BBox:
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


def _near(value: str) -> Near:
    lon, lat, metres = numbers(value, 3, "lon,lat,metres")
    check_position(lon, lat)
    if not 0 < metres <= MAX_METRES:
        raise refusal(
            "out_of_range",
            f"metres must be above 0 and at most {MAX_METRES}",
            f"ระยะต้องมากกว่า 0 และไม่เกิน {MAX_METRES} เมตร",
        )
    return Near(lon, lat, metres)


def _reference(value: str) -> Reference:
    match = re.fullmatch(r"([a-z]+(?:-[a-z]+)*)/([0-9A-Za-z-]{1,64})", value)
    if not match:
        raise refusal(
            "malformed", "expected <resource>/<id>, for example provinces/83", "ต้องเป็น <resource>/<id> เช่น provinces/83"
        )
    return Reference(match[1], match[2])


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""What `smartcity_clean` takes out of texts: zero-width characters, and the byte order mark."""


def readable(value: str) -> str:
    """A text that PostgreSQL can hold: no NUL, no lone surrogate, not blank."""
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise refusal(
            "not_text", "the text holds a NUL or a character that is not Unicode", "ข้อความมี NUL หรืออักขระที่ไม่ใช่ Unicode"
        )
    if not value.translate(_INVISIBLE).strip():
        raise refusal("blank", "the text must not be blank", "ข้อความต้องไม่ว่าง")
    return value


_INSTANT = re.compile(r"(\d{4})(-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|([+-]\d\d:\d\d)|)", re.ASCII)
ERA = 543
"""How many years the Buddhist era is ahead of the Common Era."""


def _instant(value: str) -> datetime:
    """An RFC 3339 instant with its zone; a year of the Buddhist era is refused with the one that was meant."""
    match = _INSTANT.fullmatch(value)
    year = int(value[:4]) if re.match(r"[0-9]{4}(?![0-9])", value) else 0
    if 2400 <= year <= 2700:
        suggested = f"{year - ERA}{value[4:]}"
        raise refusal(
            "ambiguous-era",
            f"{year} looks like a year of the Buddhist era; years here are of the Common Era: {suggested}",
            f"{year} น่าจะเป็นปีพุทธศักราช ที่นี่ใช้ปีคริสต์ศักราช: {suggested}",
            suggested=suggested,
        )
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


def _split(value: Any) -> Any:
    """Several values may be given as `a=1&a=2` or as `a=1,2`; a repeated one counts once."""
    if isinstance(value, list):
        return list(dict.fromkeys(part for item in value for part in str(item).split(",")))
    return value


AnyOf = BeforeValidator(_split)
"""Marks a parameter that may be given several times: any of its values matches."""

Query = Annotated[str, Field(max_length=200), BeforeValidator(readable)]

BBoxParam = Annotated[
    BBox | None,
    PlainValidator(_bbox),
    WithJsonSchema({"type": "string", "format": "bbox", "examples": ["98.2,7.7,98.5,8.2"]}),
    Field(description="west,south,east,north in degrees (WGS 84); what touches the box matches"),
]
NearParam = Annotated[
    Near | None,
    PlainValidator(_near),
    WithJsonSchema({"type": "string", "format": "near", "examples": ["100.5018,13.7563,20000"]}),
    Field(description="lon,lat,metres: what lies within that geodesic distance of the point"),
]
IntersectsParam = Annotated[
    Reference | None,
    PlainValidator(_reference),
    WithJsonSchema({"type": "string", "format": "intersects", "examples": ["provinces/83"]}),
    Field(description="<resource>/<id>: what shares at least a point with that record's boundary"),
]
SearchParam = Annotated[
    Query | None,
    WithJsonSchema({"type": "string", "format": "search", "minLength": 1, "maxLength": 200, "examples": ["ภูเก็ต"]}),
    Field(description="Part of a name in Thai or English, typing errors forgiven; wildcards have no meaning"),
]
UpdatedSinceParam = Annotated[
    datetime | None,
    PlainValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-01T00:00:00Z"]}),
    Field(description="Changed here at or after that instant (RFC 3339)"),
]
CursorParam = Annotated[
    str | None,
    Field(max_length=16_000),  # a cursor holds the values that its list is sorted by, long titles among them
    WithJsonSchema({"type": "string", "format": "cursor"}),
    Field(description="Where the page begins: taken from a `next` link, never made up"),
]


class Strict(BaseModel):
    """Parameters of a path: what is not named is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParams(Strict):
    """A path without parameters."""


class RecordParams(Strict):
    """How one record that has a geometry is answered."""

    f: Annotated[
        Literal["json", "geojson"] | None,
        WithJsonSchema({"type": "string", "enum": ["json", "geojson"]}),
        Field(description="Format; wins over `Accept`"),
    ] = None

    geometry: Annotated[Shape, Field(description="How much geometry: none, the label point, or the whole boundary")] = (
        "full"
    )
    detail: Annotated[
        Detail, Field(description="Scale of boundaries: full, medium (about 300 m) or low (about 2 km)")
    ] = "full"


class PageParams(Strict):
    """What every list takes."""

    f: Annotated[
        Format | None,
        WithJsonSchema({"type": "string", "enum": ["json", "geojson", "csv", "ndjson"]}),
        Field(description="Format; wins over `Accept`. csv and ndjson are the whole list unless `limit` is given"),
    ] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=MAX_LIMIT),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [20]}),
        Field(
            description="Records on a page, 50 when not given; csv and ndjson: on the whole answer, all when not given"
        ),
    ] = None
    after: CursorParam = None
    count: Annotated[
        Count,
        Field(description="Whether `matched` is left out, estimated by the planner, or counted in the same snapshot"),
    ] = "none"
    bom: Annotated[bool, Field(description="Begin csv with a byte order mark, for spreadsheets")] = False
    fields: tuple[str, ...] = ()
    sort: str
    q: SearchParam = None
    updated_since: UpdatedSinceParam = None


class AreaParams(PageParams):
    """What every list of areas takes besides."""

    geometry: Annotated[
        Shape | None,
        WithJsonSchema({"type": "string", "enum": ["none", "point", "full"]}),
        Field(
            description="How much geometry: none, the label point, or the whole boundary; default point, geojson full"
        ),
    ] = None
    detail: Annotated[
        Detail, Field(description="Scale of boundaries: full, medium (about 300 m) or low (about 2 km)")
    ] = "full"
    bbox: BBoxParam = None
    near: NearParam = None
    intersects: IntersectsParam = None
