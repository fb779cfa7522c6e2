"""Wire shapes of sources, and the parameters of their list."""

from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.areas import CityType
from smartcity_api.kit.params import AnyOf, PageParams
from smartcity_api.kit.references import Code, RecordReference, ResourceName, StatedValue, SubjectParam, code, id_list
from smartcity_api.kit.schemas import Comparator, Edtf, RecordShape
from smartcity_api.kit.shapes import shapes

Reliability = Literal["A", "B", "C", "D"]


class Source(RecordShape):
    """A document or data set: where facts were read."""

    slug: Annotated[str, Field(description="Short stable name", examples=["tis-1099"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries (EDTF level 0), null without one")]
    url: Annotated[str | None, Field(description="Where it can be read")]
    reference: Annotated[str | None, Field(description="What identifies it otherwise, as a file name or a package")]
    reliability: Annotated[
        Reliability, Field(description="A official text, B press or agency, C secondary, D never to be relied on alone")
    ]
    licence: Annotated[str | None, Field(description="Licence of what was taken from it")]
    attribution: Annotated[str | None, Field(description="The words to show where its data are shown")]


SOURCE = shapes(Source)


class SourceList(PageParams, of=Source):
    """Parameters of the list of sources."""

    sort: Annotated[
        Literal["slug", "-slug", "title", "-title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending"),
    ] = "slug"
    reliability: Annotated[
        Reliability | None,
        WithJsonSchema({"type": "string", "enum": ["A", "B", "C", "D"]}),
        Field(description="Only this trust"),
    ] = None


class ClaimSource(BaseModel):
    """The source of a claim, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/sources")]
    slug: Annotated[str, Field(description="Short stable name", examples=["doc-002"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    reliability: Annotated[Reliability, Field(description="How far it is to be trusted, from A to D")]


class Claim(RecordShape):
    """What one source states; conflicting claims live side by side."""

    source_id: Annotated[UUID, Field(description="The source that states it")]
    source: Annotated[ClaimSource, Field(description="That source in short")]
    metric: Annotated[str, Field(description="What is counted or said", examples=["areas"])]
    of: Annotated[
        ResourceName | None,
        Field(description="The resource that is counted, null for what the register does not count"),
    ]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")]
    value: Annotated[
        StatedValue,
        Field(
            description="A number, a day or a text, or an ordered list of values or records; in csv as JSON text",
            examples=[30],
        ),
    ]
    unit: Annotated[str | None, Field(description="Unit of the value", examples=["THB"])]
    as_of: Annotated[Edtf | None, Field(description="The day that the statement is about, null when it names none")]
    stage: Annotated[str | None, Field(description="The stage or status that is counted, where one is meant")]
    reached: Annotated[str | None, Field(description="The stage or event that was reached, where one is meant")]
    city_type: Annotated[CityType | None, Field(description="The city type that is counted, where one is meant")]
    subject: Annotated[RecordReference | None, Field(description="The one record that it is about, if of one")]
    quote: Annotated[str | None, Field(description="The source's own words")]
    note: Annotated[str | None, Field(description="What a reader must know: a conflict, a slip, an inference")]


CLAIM = shapes(Claim)


class ClaimList(PageParams, of=Claim):
    """Parameters of the list of claims."""

    sort: Annotated[
        Literal["metric", "-metric", "as_of", "-as_of", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "metric"
    of: Annotated[
        ResourceName | None,
        WithJsonSchema({"type": "string", "enum": list(get_args(ResourceName))}),
        Field(description="Only counts of this resource"),
    ] = None
    metric: Annotated[
        Code | None,
        code("areas"),
        Field(description="Only this metric"),
    ] = None
    source: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("source-id", "sources/iso-3166-2-th"),
        Field(description="Stated by any of these sources"),
    ] = ()
    subject: SubjectParam = None
    stage: Annotated[
        Code | None,
        code("granted"),
        Field(description="Only counts of this stage or status"),
    ] = None
    reached: Annotated[
        Code | None,
        code("plan_approved"),
        Field(description="Only counts of what had reached this stage or event"),
    ] = None
    city_type: Annotated[
        CityType | None,
        WithJsonSchema({"type": "string", "enum": list(get_args(CityType))}),
        Field(description="Only counts of this city type"),
    ] = None
