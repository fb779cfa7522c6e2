"""Wire shapes and parameters of search and locate."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, WithJsonSchema, field_validator

from smartcity_api.kit.codes import ProvinceCode
from smartcity_api.kit.params import AnyOf, CursorParam, DatedParams, Query, Typed
from smartcity_api.kit.parsers import check_position
from smartcity_api.kit.schemas import AsOf, PageShape

Area = Literal["certified-cities", "promotion-zones", "pilot-areas", "proposals"]
Resource = Literal[
    "provinces", "districts", "certified-cities", "promotion-zones", "pilot-areas", "proposals", "organisations"
]


class SearchParams(DatedParams):
    """What is sought, and where."""

    q: Annotated[
        Query,
        Field(
            description="Part of a name in Thai or English, typing errors forgiven",
            min_length=1,
            examples=["chiang mai"],
            json_schema_extra={"format": "search"},
        ),
    ]
    resource: Annotated[
        tuple[Resource, ...], AnyOf, Field(description="Only in these resources", examples=[["provinces"]])
    ] = ()
    limit: Annotated[int, Field(ge=1, le=100, description="Records on a page", examples=[20]), Typed] = 20
    after: CursorParam = None


class Hit(BaseModel):
    """A record that a search found."""

    resource: Annotated[Resource, Field(description="The path segment of its resource")]
    id: Annotated[str, Field(description="Its key in that path", examples=["50"])]
    display_name: Annotated[str, Field(description="The name or title to show")]
    name_th: Annotated[str | None, Field(description="Name or title in Thai, null when no source gives it")]
    name_en: Annotated[str | None, Field(description="Name or title in English, null when no source gives it")]
    provinces: Annotated[
        list[ProvinceCode], Field(description="The provinces that it lies in, or is; none for national organisations")
    ]
    score: Annotated[
        int,
        Field(ge=0, le=1000, description="1000 a whole name, 900 its beginning, 800 a part of it, below: resemblance"),
    ]
    href: Annotated[str, Field(description="URL of the record")]


class HitPage(PageShape):
    """What a search found, the best first."""

    items: Annotated[list[Hit], Field(description="The hits of this page")]


class LocateParams(DatedParams):
    """A place on Earth, WGS 84."""

    lon: Annotated[
        float,
        Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude in degrees", examples=[98.39]),
        Typed,
    ]
    lat: Annotated[
        float,
        Field(allow_inf_nan=False, description="Latitude in degrees"),
        Typed,
        WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90, "examples": [7.89]}),
    ]

    within: Annotated[
        float,
        Field(
            gt=0,
            le=100_000,
            allow_inf_nan=False,
            description="How far away, in metres, an area may lie of which only a point is known",
            examples=[5000],
        ),
        Typed,
    ] = 5000

    @field_validator("lat")
    @classmethod
    def _on_earth_and_not_swapped(cls, lat: float, info: ValidationInfo) -> float:
        check_position(info.data.get("lon", 0.0), lat)
        return lat


class Unit(BaseModel):
    """An administrative unit that holds the place."""

    code: Annotated[str, Field(description="Its code", examples=["83"])]
    name_th: Annotated[str, Field(description="Official Thai name")]
    name_en: Annotated[str, Field(description="Romanised name")]
    href: Annotated[str, Field(description="URL of the record")]


class LocatedArea(BaseModel):
    """An area of the programme at the place."""

    resource: Annotated[Area, Field(description="The path segment of its resource")]
    id: Annotated[UUID, Field(description="Its key in that path")]
    display_name: Annotated[str, Field(description="The name or title to show")]
    match: Annotated[
        Literal["covers", "near"],
        Field(description="covers: its boundary holds the place; near: only a point of it is known, which lies near"),
    ]
    distance_m: Annotated[int, Field(ge=0, description="Metres to that point, 0 where its boundary covers the place")]
    provinces: Annotated[list[ProvinceCode], Field(description="The provinces that it lies in")]
    href: Annotated[str, Field(description="URL of the record")]


class Located(BaseModel):
    """What a place lies in."""

    lon: Annotated[float, Field(description="Longitude that was asked")]
    lat: Annotated[float, Field(description="Latitude that was asked")]
    as_of: AsOf
    province: Annotated[Unit | None, Field(description="Null outside Thailand and at sea")]
    district: Annotated[Unit | None, Field(description="Null outside Thailand and at sea")]
    areas: Annotated[
        list[LocatedArea], Field(max_length=100, description="Areas of the programme there, the nearest first")
    ]
