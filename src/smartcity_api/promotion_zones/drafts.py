"""What is sent to record and to change promotion zones."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from smartcity_api.kit import parsers
from smartcity_api.kit.areas import CityType, Dimension, FootprintDraft, NamedDraft
from smartcity_api.kit.drafts import Name, not_before
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Edtf


class PromotionZoneDraft(NamedDraft, FootprintDraft):
    """A promotion zone, as it is sent; those of proposals come into being by their announcement."""

    city_types: Annotated[
        list[CityType],
        AfterValidator(parsers.distinct),
        Field(default_factory=list, max_length=2, description="One, both, or none when not known"),
    ]
    dimensions: Annotated[
        list[Dimension],
        AfterValidator(parsers.distinct),
        Field(default_factory=list, max_length=9, description="Smart dimensions that it pursues, none when not known"),
    ]
    operator_id: Annotated[UUID | None, Field(description="Who runs it (/v1/organisations)")] = None
    announced_on: Annotated[Edtf | None, Field(description="The day of its announcement")] = None
    announced_by_id: Annotated[UUID | None, Field(description="Who announced it (/v1/organisations)")] = None
    certificate_on: Annotated[Edtf | None, Field(description="The day on which its certificate was handed over")] = None
    ended_on: Annotated[
        Edtf | None,
        not_before("announced_on"),
        not_before("certificate_on"),
        Field(description="The day on which it ended, null while it runs; with `end_reason`"),
    ] = None
    end_reason: Annotated[Name | None, Field(description="Why it ended")] = None

    @model_validator(mode="after")
    def _ends_for_a_reason(self) -> Self:
        if (self.ended_on is None) != (self.end_reason is None):
            raise refusal("half_ended", "ended_on and end_reason go together", "ended_on และ end_reason ต้องมีคู่กัน")
        return self
