"""Wire shapes and parameters that all areas of the programme share: names, footprint, and what opened an event."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_api.kit.codes import DistrictCode, DistrictsParam, ProvinceCode, ProvincesParam, RegionsParam
from smartcity_api.kit.drafts import Boundary, Draft, Name, PointDraft
from smartcity_api.kit.params import AnyOf, AreaParams, DatedParams
from smartcity_api.kit.references import id_list
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Citation, Edtf, RecordShape

CityType = Literal["livable", "newable"]
Dimension = Literal[
    "mobility",
    "energy_and_environment",
    "energy",
    "environment",
    "economy",
    "living",
    "people",
    "governance",
    "community",
]
"""The codes of all versions of the smart dimensions together; which version has which is a framework."""


class NameVariant(BaseModel):
    """Another name of a record, with the source that uses it."""

    text: Annotated[str, Field(description="The name")]
    language: Annotated[Literal["th", "en"], Field(description="Its language")]
    source_id: Annotated[UUID, Field(description="The source that uses it")]
    note: Annotated[str | None, Field(description="What a reader must know about it")] = None


class NameVariantDraft(NameVariant):
    """Another name of a record, with the source that uses it, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[Name, Field(description="The name")]


class NamedShape(RecordShape):
    """What has names."""

    display_name: Annotated[
        str, Field(description="The name to show: Thai, else English, else the best-sourced variant")
    ]
    name_th: Annotated[str | None, Field(description="Official Thai name, null when no source gives it")]
    name_en: Annotated[
        str | None,
        Field(description="English name that a source gives it, null when none does; renderings are variants"),
    ]
    variants: Annotated[list[NameVariant], Field(description="Other names, the best-sourced first")]


class NamedDraft(Draft):
    """What has names, as it is sent; at least one is needed."""

    name_th: Annotated[Name | None, Field(description="Official Thai name")] = None
    name_en: Annotated[Name | None, Field(description="English name that a source gives it")] = None
    variants: Annotated[
        list[NameVariantDraft],
        Field(default_factory=list, max_length=50, description="Other names, the best-sourced first"),
    ]

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if self.name_th is None and self.name_en is None and not self.variants:
            raise refusal("nameless", "name_th or name_en is needed", "ต้องมี name_th หรือ name_en")
        return self


class TitledDraft(Draft):
    """What has a title, as it is sent; in Thai, in English, or both."""

    title_th: Annotated[Name | None, Field(description="Title in Thai")] = None
    title_en: Annotated[Name | None, Field(description="Title in English")] = None

    @model_validator(mode="after")
    def _has_a_title(self) -> Self:
        if self.title_th is None and self.title_en is None:
            raise refusal("untitled", "title_th or title_en is needed", "ต้องมี title_th หรือ title_en")
        return self


class FootprintDraft(Draft):
    """Where an area lies, as it is sent."""

    provinces: Annotated[list[ProvinceCode], Field(min_length=1, max_length=77, description="Provinces it lies in")]
    districts: Annotated[
        list[DistrictCode], Field(default_factory=list, max_length=928, description="Districts it lies in, if known")
    ]
    boundary_kind: Annotated[
        Literal["surveyed", "administrative", "representative_point"] | None,
        Field(
            description="surveyed: with your `boundary`; administrative: the districts, else the provinces, whole; "
            "representative_point: only `location`; null: not even that"
        ),
    ] = None
    location: Annotated[PointDraft | None, Field(description="A point in it (WGS 84)")] = None
    boundary: Annotated[Boundary | None, Field(description="Its surveyed boundary (WGS 84)")] = None


class FootprintShape(RecordShape):
    """Where an area lies."""

    provinces: Annotated[list[ProvinceCode], Field(min_length=1, description="The provinces that it lies in")]
    districts: Annotated[list[DistrictCode], Field(description="The districts that it lies in, as far as known")]
    boundary_kind: Annotated[
        Literal["surveyed", "administrative", "representative_point"] | None,
        Field(
            description="surveyed by the applicant; administrative: whole provinces or districts; "
            "representative_point: only a point is known; null: not even that"
        ),
    ]


class Opener(BaseModel):
    """What opened an event."""

    kind: Annotated[
        Literal["decision", "act", "statement"],
        Field(description="A decision of a resolution, an act, or the statement of a source"),
    ]
    id: Annotated[UUID, Field(description="Id of the decision, the act or the source")]
    resolution_id: Annotated[
        UUID | None, Field(description="The resolution that the decision is part of (/v1/resolutions)")
    ]


class EventShape(BaseModel):
    """What happened to a record, and what opened it."""

    on: Annotated[Edtf | None, Field(description="The day, as precisely as it is known")]
    opened_by: Annotated[Opener, Field(description="Who or what opened it")]
    note: Annotated[str | None, Field(description="What the source leaves open")]
    sources: Annotated[list[Citation], Field(description="What it rests on")]


TypesParam = Annotated[
    tuple[CityType, ...], AnyOf, Field(description="Of any of these city types", examples=[["livable"]])
]
DimensionsParam = Annotated[
    tuple[Dimension, ...], AnyOf, Field(description="With any of these smart dimensions", examples=[["environment"]])
]
OrganisationsParam = Annotated[
    tuple[UUID, ...],
    Field(max_length=100),
    AnyOf,
    id_list("organisation-id", "organisations/depa"),
    Field(description="Where any of these organisations has a part: ids of /v1/organisations"),
]


class FootprintParams(AreaParams, DatedParams):
    """What every list of the programme's areas takes."""

    province: ProvincesParam = ()
    district: DistrictsParam = ()
    region: RegionsParam = ()
