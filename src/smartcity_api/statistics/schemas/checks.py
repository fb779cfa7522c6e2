"""Claims beside our own counts: the record, and the parameters of the list."""

from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, WithJsonSchema, field_validator

from smartcity_api.kit.areas import CityType
from smartcity_api.kit.params import AnyOf, PageParams
from smartcity_api.kit.references import Code, ResourceName, StatedValue, code, id_list
from smartcity_api.kit.schemas import Comparator, Edtf, RecordShape
from smartcity_api.kit.shapes import shapes
from smartcity_api.statistics.schemas.params import EdgeParam, check_edges

Verdict = Literal["agrees", "differs", "not_derivable"]


class CheckedSource(BaseModel):
    """Who states it, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/sources")]
    slug: Annotated[str, Field(description="Short stable name", examples=["doc-002"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries, null without one")]
    reliability: Annotated[Literal["A", "B", "C", "D"], Field(description="How far it is to be trusted, from A to D")]


class OwnCount(BaseModel):
    """What the register counts for the day and the stage of a claim."""

    areas: Annotated[int, Field(ge=0, description="Areas, each counted once")]
    provinces: Annotated[int, Field(ge=0, description="Provinces that they lie in, each counted once")]


class CheckedClaim(RecordShape):
    """What a source states, beside what the register counts for the same day and stage."""

    verdict: Annotated[
        Verdict,
        Field(
            description="agrees, differs (by the comparator; `~` is within a tenth), or not_derivable: no count, "
            "no day, or about what the register has not all of"
        ),
    ]
    of: Annotated[ResourceName | None, Field(description="The resource that is counted, null for what is not")]
    metric: Annotated[str, Field(description="What is counted or said", examples=["areas"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")]
    value: Annotated[
        StatedValue,
        Field(description="What the source states", examples=[30]),
    ]
    ours: Annotated[OwnCount | None, Field(description="Our own count, null when not derivable")]
    difference: Annotated[float | None, Field(description="Ours less the claim's, null when not derivable")]
    as_of: Annotated[Edtf | None, Field(description="The day that the statement is about; a partial one by its last")]
    stage: Annotated[str | None, Field(description="The stage or status that is counted, where one is meant")]
    reached: Annotated[str | None, Field(description="The stage or event that was reached, where one is meant")]
    city_type: Annotated[CityType | None, Field(description="The city type that is counted, where one is meant")]
    source: Annotated[CheckedSource, Field(description="Who states it")]
    quote: Annotated[str | None, Field(description="The source's own words")]
    href: Annotated[str, Field(description="URL of the claim")]


CHECKED_CLAIM = shapes(CheckedClaim)


class CheckParams(PageParams, of=CheckedClaim):
    """Parameters of the list of checked claims."""

    sort: Annotated[
        Literal["as_of", "-as_of", "metric", "-metric", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending, unknown days last both ways"),
    ] = "as_of"
    verdict: Annotated[
        tuple[Verdict, ...], AnyOf, Field(description="With any of these verdicts", examples=[["differs"]])
    ] = ()
    of: Annotated[
        ResourceName | None,
        WithJsonSchema({"type": "string", "enum": list(get_args(ResourceName))}),
        Field(description="Only counts of this resource"),
    ] = None
    metric: Annotated[Code | None, code("areas"), Field(description="Only this metric")] = None
    source: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("source-id", "sources/doc-002"),
        Field(description="Stated by any of these sources"),
    ] = ()
    from_: Annotated[EdgeParam, Field(alias="from", description="About this day or a later one")] = None
    to: Annotated[EdgeParam, Field(description="About this day or an earlier one")] = None

    @field_validator("to")
    @classmethod
    def _not_backwards(cls, to: str | None, info: ValidationInfo) -> str | None:
        check_edges(info.data.get("from_"), to)
        return to
