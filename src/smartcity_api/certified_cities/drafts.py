"""What is sent to change a certified city, and to tell what happened to it."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from smartcity_api.kit.areas import CityType, FootprintDraft, NamedDraft
from smartcity_api.kit.days import parse_day
from smartcity_api.kit.drafts import Prose
from smartcity_api.kit.schemas import CitationDraft, Edtf


class CertifiedCityDraft(NamedDraft, FootprintDraft):
    """What of a city can be changed; what happened to it follows from decisions and events."""

    renamed: ClassVar[Mapping[str, str]] = {}

    batch: Annotated[
        int | None, Field(ge=1, le=1000, strict=True, description="The batch in which it was certified")
    ] = None
    batch_position: Annotated[
        int | None, Field(ge=1, le=999, strict=True, description="Its place in the batch's list")
    ] = None
    city_type: Annotated[CityType | None, Field(description="livable or newable")] = None
    operator_id: Annotated[UUID | None, Field(description="Who runs it (/v1/organisations)")] = None
    valid_until: Annotated[Edtf | None, Field(description="Last day of validity, where a document gives one")] = None
    policy_review_due_on: Annotated[Edtf | None, Field(description="When it is to be looked at again")] = None


def _whole(value: str) -> str:
    return parse_day(value).isoformat()


WholeDay = Annotated[
    str, AfterValidator(_whole), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-01-09"]})
]
"""A whole day: what is recorded here as it happens is known to the day."""


class CityEventDraft(BaseModel):
    """Something that happened to a city, in any order: no decision about its status."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[Literal["announced", "cabinet", "ceremony"], Field(description="What happened")]
    on: Annotated[
        WholeDay | None, Field(description="The day, today when left out; an earlier one needs a `change_reason`")
    ] = None
    award_year: Annotated[
        int | None, Field(ge=2000, le=2399, strict=True, description="CE year that an award was given for")
    ] = None
    note: Annotated[Prose | None, Field(description="What the source leaves open")] = None
    sources: Annotated[list[CitationDraft], Field(default_factory=list, max_length=100, description="What it rests on")]

    def told(self) -> dict[str, Any]:
        """What stands in the event besides what happened and when."""
        return {
            "award_year": self.award_year,
            "note": self.note,
            "sources": [one.model_dump(mode="json", exclude_none=True) for one in self.sources],
        }
