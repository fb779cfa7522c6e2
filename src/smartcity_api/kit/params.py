"""The query parameters that lists and records share, each documented by its type; `kit.parsers` reads their values."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from smartcity_api.kit import parsers
from smartcity_api.kit.places import BBox, Detail, Near, Reference, Shape
from smartcity_api.kit.schemas import RecordShape

MAX_LIMIT = 1000

Plain = Literal["json", "csv", "ndjson", "xlsx", "parquet"]
Spatial = Literal["json", "geojson", "csv", "ndjson", "geojsonseq", "xlsx", "gpkg", "fgb", "parquet"]
"""Formats of lists, the best first."""
Count = Literal["none", "estimate", "exact"]

Typed = BeforeValidator(parsers.digits)
"""Marks a number that somebody may type."""


class _Several:
    """Splits what was given, lets the field's own rules count it, and then drops what was given again."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        given = core_schema.no_info_before_validator_function(parsers.split, handler(source))
        return core_schema.no_info_after_validator_function(parsers.once, given)


AnyOf = _Several()
"""Marks a parameter that may be given several times: any of its values matches."""

Query = Annotated[str, Field(max_length=200), BeforeValidator(parsers.readable)]

BBoxParam = Annotated[
    BBox | None,
    PlainValidator(parsers.bbox),
    WithJsonSchema({"type": "string", "format": "bbox", "examples": ["98.2,7.7,98.5,8.2"]}),
    Field(description="west,south,east,north in degrees (WGS 84); what touches the box matches"),
]
NearParam = Annotated[
    Near | None,
    PlainValidator(parsers.near),
    WithJsonSchema({"type": "string", "format": "near", "examples": ["100.5018,13.7563,20000"]}),
    Field(description="lon,lat,metres: what lies within that geodesic distance of the point"),
]
IntersectsParam = Annotated[
    Reference | None,
    PlainValidator(parsers.reference),
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
    PlainValidator(parsers.instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-01T00:00:00Z"]}),
    Field(description="Changed here at or after that instant (RFC 3339)"),
]
AsOfParam = Annotated[
    date | None,
    PlainValidator(parsers.past_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2021-11-05"]}),
    Field(description="What existed at the end of that day in Bangkok, in the stage or status that it had then"),
]
DayParam = Annotated[
    date | None,
    PlainValidator(parsers.parse_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-12-31"]}),
]
"""A whole day, past or to come."""
RecordedAsOfParam = Annotated[
    datetime | None,
    PlainValidator(parsers.past_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-01T00:00:00Z"]}),
    Field(
        description="What was recorded here at that instant (RFC 3339), whatever day it is about; other records that "
        "are mentioned in short are today's"
    ),
]
YearParam = Annotated[
    int | None,
    PlainValidator(parsers.year),
    WithJsonSchema(
        {"type": "integer", "minimum": parsers.FIRST_YEAR, "maximum": parsers.LAST_YEAR, "examples": [2021]}
    ),
]
DetailParam = Annotated[
    Detail, Field(description="Scale of boundaries: full, medium (about 300 m) or low (about 2 km)")
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


class DryRunParams(Strict):
    """What an operation takes that can be tried without an effect."""

    dry_run: Annotated[
        bool, Field(description="Answer as if it were done, after every check, but change nothing", examples=[False])
    ] = False


_ABOUT_FORMATS = "Format; wins over `Accept`. All but json and geojson are the whole list unless `limit` is given"


class PlainRecordParams(Strict):
    """How any one record is answered."""

    recorded_as_of: RecordedAsOfParam = None


class RecordParams(PlainRecordParams):
    """How one record that has a geometry is answered."""

    f: Annotated[
        Literal["json", "geojson"] | None,
        WithJsonSchema({"type": "string", "enum": ["json", "geojson"]}),
        Field(description="Format; wins over `Accept`"),
    ] = None
    geometry: Annotated[Shape, Field(description="How much geometry: none, the label point, or the whole boundary")] = (
        "full"
    )


class UnitRecordParams(RecordParams):
    """How a record is answered whose boundary is kept at several scales."""

    detail: DetailParam = "full"


class PageParams(Strict):
    """What every list takes; `of` is the model of its records, `key` the property that is always answered."""

    f: Annotated[
        str | None,
        GetPydanticSchema(lambda _, handler: handler(Plain | None)),  # spatial lists widen it
        WithJsonSchema({"type": "string", "enum": list(get_args(Plain))}),
        Field(description=_ABOUT_FORMATS),
    ] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=MAX_LIMIT),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [20]}),
        Field(
            description="Records on a page, 50 when not given; where the format is the whole list, at most, else all"
        ),
    ] = None
    after: CursorParam = None
    count: Annotated[
        Count,
        Field(description="Whether `matched` is left out, estimated where nothing is hidden from you, or counted"),
    ] = "none"
    bom: Annotated[bool, Field(description="Begin csv with a byte order mark, for spreadsheets")] = False
    fields: tuple[str, ...] = ()
    sort: str
    q: SearchParam = None
    updated_since: UpdatedSinceParam = None

    def __init_subclass__(cls, *, of: type[RecordShape] | None = None, key: str = "id", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, of: type[RecordShape] | None = None, key: str = "id", **kwargs: Any) -> None:
        """Let `fields` take the names of the record's properties, so that no list repeats them."""
        super().__pydantic_init_subclass__(**kwargs)
        if of is not None:
            cls.model_fields["fields"] = _fields_of(of, key)
            cls.model_rebuild(force=True)


def _fields_of(record: type[RecordShape], key: str) -> FieldInfo:
    own = [name for name in record.model_fields if name not in RecordShape.model_fields]
    common = [name for name in RecordShape.model_fields if name != "id"]
    about = Field(
        description=f"Only these properties; the {key} is always there",
        examples=[[key, next(name for name in own if name != key)]],
    )
    kind: Any = Annotated[tuple[Literal[("id", *own, *common)], ...], AnyOf, about]  # type: ignore[valid-type]
    return FieldInfo.from_annotated_attribute(kind, ())


class AreaParams(PageParams):
    """What every list of areas takes besides."""

    f: Annotated[
        Spatial | None,
        WithJsonSchema({"type": "string", "enum": list(get_args(Spatial))}),
        Field(description=_ABOUT_FORMATS),
    ] = None
    geometry: Annotated[
        Shape | None,
        WithJsonSchema({"type": "string", "enum": ["none", "point", "full"]}),
        Field(
            description="How much geometry: none, the label point, or the whole boundary; default point, for maps full"
        ),
    ] = None
    bbox: BBoxParam = None
    near: NearParam = None
    intersects: IntersectsParam = None


class UnitParams(AreaParams):
    """What lists take whose boundaries are kept at several scales."""

    detail: DetailParam = "full"


class DatedParams(Strict):
    """What lists take of records that exist from one day on: `class CityList(AreaParams, DatedParams, of=City)`."""

    as_of: AsOfParam = None
