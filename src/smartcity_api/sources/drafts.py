"""What is sent to record and to change sources and their claims."""

from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from smartcity_api.kit import parsers
from smartcity_api.kit.areas import CityType
from smartcity_api.kit.drafts import Draft, Name, Number, Prose, Url
from smartcity_api.kit.references import Code, RecordReferenceDraft, ResourceName
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Comparator, Edtf
from smartcity_api.sources.schemas import Reliability


class SourceDraft(Draft):
    """A document or data set, as it is sent."""

    is_fact: ClassVar[bool] = False

    slug: Annotated[
        str,
        Field(
            pattern="^[a-z0-9]+(-[a-z0-9]+)*$",
            max_length=100,
            description="Short name of its own, which stays",
            examples=["gazette-140-205"],
        ),
    ]
    title: Annotated[Name, Field(description="Title, in the source's own language")]
    publisher: Annotated[Name | None, Field(description="Who published it")] = None
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries")] = None
    url: Annotated[Url | None, Field(description="Where it can be read")] = None
    reference: Annotated[
        Name | None, Field(description="What identifies it otherwise, as a file name; this or `url` is needed")
    ] = None
    reliability: Annotated[
        Reliability, Field(description="A official text, B press or agency, C secondary, D never to be relied on alone")
    ]
    licence: Annotated[Name | None, Field(description="Licence of what was taken from it")] = None
    attribution: Annotated[Name | None, Field(description="The words to show where its data are shown")] = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.url is None and self.reference is None:
            raise refusal("not_to_be_found", "url or reference is needed", "ต้องมี url หรือ reference")
        return self


class ClaimDraft(Draft):
    """What one source states, as it is sent; it need not be true."""

    is_fact: ClassVar[bool] = False

    source_id: Annotated[UUID, Field(description="The source that states it")]
    metric: Annotated[Code, Field(description="What is counted or said", examples=["areas"])]
    of: Annotated[ResourceName | None, Field(description="The resource that is counted, if it is one")] = None
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")] = "="
    value: Annotated[
        Number | Name | Annotated[list[Number | Name | RecordReferenceDraft], Field(min_length=1, max_length=1000)],
        Field(description="A number, a day or a text, or an ordered list of values or records", examples=[30]),
    ]
    unit: Annotated[Name | None, Field(description="Unit of the value", examples=["THB"])] = None
    as_of: Annotated[Edtf | None, Field(description="The day that the statement is about")] = None
    stage: Annotated[Code | None, Field(description="The stage or status that is counted, where one is meant")] = None
    reached: Annotated[Code | None, Field(description="The stage or event that was reached, where one is meant")] = None
    city_type: Annotated[CityType | None, Field(description="The city type that is counted, where one is meant")] = None
    subject: Annotated[RecordReferenceDraft | None, Field(description="The one record that it is about, if of one")] = (
        None
    )
    quote: Annotated[Prose | None, Field(description="The source's own words")] = None
    note: Annotated[Prose | None, Field(description="What a reader must know: a conflict, a slip, an inference")] = None

    def column(self, name: str, value: Any) -> dict[str, Any]:
        """As any other, but with the ids of a list as they are kept."""
        if name == "value" and isinstance(value, list):
            value = [{**one, "id": parsers.as_kept(one["id"])} if isinstance(one, dict) else one for one in value]
        return super().column(name, value)
