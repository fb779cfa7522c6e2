"""Wire shapes that several resources share: citations, records, pages, GeoJSON."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from smartcity_api.kit.days import PATTERN, parse_edtf


def requiring(*names: str) -> Callable[[dict[str, Any]], None]:
    """For shapes of list items: `fields` may leave out everything but the key."""

    def change(schema: dict[str, Any]) -> None:
        schema["required"] = list(names)

    return change


Edtf = Annotated[
    str,
    AfterValidator(parse_edtf),
    Field(description="A day, a month or a year of the Common Era (EDTF level 0)"),
    WithJsonSchema({"type": "string", "format": "edtf", "pattern": PATTERN, "examples": ["2021-11-05"]}),
]
"""A day of the programme, as far as it is known."""


Comparator = Literal["=", ">", ">=", "<", "<=", "~"]
"""How a figure is meant."""


class Citation(BaseModel):
    """What a record, or one field of it, rests on."""

    source_id: Annotated[UUID, Field(description="A record of /v1/sources")]
    field: Annotated[str | None, Field(description="The field it supports; the whole record when absent")] = None
    quote: Annotated[str | None, Field(description="The source's own words")] = None
    locator: Annotated[str | None, Field(description="Where in the source: page, section, row")] = None
    note: Annotated[str | None, Field(description="What the source leaves open, and what was derived from it")] = None


class CitationDraft(Citation):
    """What a record, or one field of it, rests on, as it is sent."""

    model_config = ConfigDict(extra="forbid")


class RecordShape(BaseModel):
    """What every record carries."""

    id: Annotated[UUID, Field(description="Opaque key, the same in every installation")]
    sources: Annotated[list[Citation], Field(description="What the record rests on")]
    version: Annotated[int, Field(ge=1, description="Raised by one at every change")]
    created_at: Annotated[datetime, Field(description="When it was recorded here (RFC 3339, UTC)")]
    updated_at: Annotated[datetime, Field(description="When it was last changed here (RFC 3339, UTC)")]


class KeyedShape(RecordShape):
    """What has a key in the system that it was loaded from."""

    source_system: Annotated[str | None, Field(description="The system that it was loaded from")]
    external_id: Annotated[str | None, Field(description="Its key in that system")]


AsOf = Annotated[
    date | None,
    Field(
        description="The day that was asked: existence and stage or status are those at the end of that day in "
        "Bangkok; everything else is today's"
    ),
]


class PageShape(BaseModel):
    """What every page carries besides its items."""

    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]
    matched: Annotated[int | None, Field(ge=0, description="Records that match; only when `count` asked for it")] = None
    as_of: AsOf = None


class Link(BaseModel):
    """A link of a GeoJSON answer (RFC 8288 relation types)."""

    rel: Annotated[str, Field(description="Relation type", examples=["next"])]
    type: Annotated[str, Field(description="Media type", examples=["application/geo+json"])]
    href: Annotated[str, Field(description="URL", examples=["https://register.example/v1/provinces?f=geojson"])]


Position = Annotated[
    list[float],
    Field(min_length=2, max_length=2, description="Longitude, latitude (WGS 84)", examples=[[98.39, 7.89]]),
]


class Point(BaseModel):
    """GeoJSON Point."""

    type: Annotated[Literal["Point"], Field(description="The GeoJSON type")]
    coordinates: Position


class MultiPolygon(BaseModel):
    """GeoJSON MultiPolygon."""

    type: Annotated[Literal["MultiPolygon"], Field(description="The GeoJSON type")]
    coordinates: Annotated[
        list[list[list[Position]]], Field(description="Polygons, each an outer ring and its holes; rings are closed")
    ]


Geometry = Annotated[Point | MultiPolygon, Field(discriminator="type")]


class GeometryShape(BaseModel):
    """The geometry members of a plain JSON record, as far as `geometry` asks for them."""

    location: Annotated[Point | None, Field(description="A point to label")] = None
    boundary: Annotated[MultiPolygon | None, Field(description="Boundary, with `geometry=full`")] = None


class FeatureShape(BaseModel):
    """What every Feature carries besides its id and its properties."""

    type: Annotated[Literal["Feature"], Field(description="The GeoJSON type")]
    geometry: Annotated[Geometry | None, Field(description="As much of it as `geometry` asks for")]


class CollectionShape(BaseModel):
    """What every FeatureCollection carries besides its features."""

    type: Annotated[Literal["FeatureCollection"], Field(description="The GeoJSON type")]
    links: Annotated[list[Link], Field(description="`self`, and `next` while there are more")]
    matched: Annotated[int | None, Field(ge=0, description="Records that match; only when `count` asked for it")] = None
    as_of: AsOf = None
