"""Wire shapes and parameters of search and locate."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, WithJsonSchema, field_validator

from smartcity_api.kit.params import AnyOf, CursorParam, Query, Strict, Typed
from smartcity_api.kit.parsers import check_position
from smartcity_api.kit.schemas import PageShape

Resource = Literal["provinces", "districts"]


class SearchParams(Strict):
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
    name_th: Annotated[str, Field(description="Official Thai name")]
    name_en: Annotated[str, Field(description="Romanised name")]
    province: Annotated[str, Field(description="Code of the province that it lies in, or is")]
    score: Annotated[
        int,
        Field(ge=0, le=1000, description="1000 a whole name, 900 its beginning, 800 a part of it, below: resemblance"),
    ]
    href: Annotated[str, Field(description="URL of the record")]


class HitPage(PageShape):
    """What a search found, the best first."""

    items: Annotated[list[Hit], Field(description="The hits of this page")]


class LocateParams(Strict):
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


class Located(BaseModel):
    """What a place lies in."""

    lon: Annotated[float, Field(description="Longitude that was asked")]
    lat: Annotated[float, Field(description="Latitude that was asked")]
    province: Annotated[Unit | None, Field(description="Null outside Thailand and at sea")]
    district: Annotated[Unit | None, Field(description="Null outside Thailand and at sea")]
