"""What is sent to record and to change plans, targets and activities."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from smartcity_api.kit import parsers
from smartcity_api.kit.areas import TitledDraft
from smartcity_api.kit.codes import ProvinceCode
from smartcity_api.kit.drafts import Name, Number, Ordinal, Prose, not_before
from smartcity_api.kit.references import Code, RecordReferenceDraft
from smartcity_api.kit.schemas import Comparator, Edtf
from smartcity_api.programme.schemas import ActivityKind, PlanKind, PlanStatus


class PlanDraft(TitledDraft):
    """A plan of the programme, as it is sent; a newer version is a plan of its own."""

    kind: Annotated[PlanKind, Field(description="What sort of plan it is")]
    status: Annotated[PlanStatus, Field(description="What was done about it")]
    decided_on: Annotated[Edtf | None, Field(description="The day of that")] = None
    starts_on: Annotated[Edtf | None, Field(description="Beginning of its period")] = None
    ends_on: Annotated[Edtf | None, not_before("starts_on"), Field(description="End of its period")] = None
    renamed_from: Annotated[Name | None, Field(description="The title that it had before, if it was renamed")] = None
    resolution_id: Annotated[UUID | None, Field(description="The resolution about it, where there is one")] = None
    supersedes_id: Annotated[UUID | None, Field(description="The earlier version that it replaces")] = None


class TargetDraft(TitledDraft):
    """What a plan wants to reach by when, as it is sent."""

    plan_id: Annotated[UUID | None, Field(description="The plan that sets it, null outside of plans")] = None
    position: Annotated[Ordinal | None, Field(description="Its phase or place in the plan, from 1")] = None
    stated_on: Annotated[Edtf | None, Field(description="The day on which it was stated")] = None
    metric: Annotated[Code, Field(description="What is counted", examples=["areas"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")] = "="
    value: Annotated[Number, Field(description="How much", examples=[105])]
    unit: Annotated[Name | None, Field(description="Unit of the value", examples=["areas"])] = None
    starts_on: Annotated[Edtf | None, Field(description="Beginning of the phase")] = None
    deadline_on: Annotated[Edtf | None, not_before("starts_on"), Field(description="By when")] = None
    within: Annotated[
        str | None,
        Field(pattern="^P[1-9][0-9]{0,3}[DMY]$", description="By when, as a duration (ISO 8601)", examples=["P5Y"]),
    ] = None
    subject: Annotated[RecordReferenceDraft | None, Field(description="The record that it is about, if of one")] = None


class FigureDraft(BaseModel):
    """A number that an activity came to, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    metric: Annotated[Code, Field(description="What is counted", examples=["people_trained"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")] = "="
    value: Annotated[Number, Field(description="How much", examples=[150])]
    unit: Annotated[Name | None, Field(description="Unit of the value", examples=["people"])] = None


class ActivityDraft(TitledDraft):
    """What was done, as it is sent."""

    kind: Annotated[ActivityKind, Field(description="What sort of activity it is")]
    position: Annotated[Ordinal | None, Field(description="Its place in its source's list, from 1")] = None
    description: Annotated[Prose | None, Field(description="What was done, in short")] = None
    subject: Annotated[RecordReferenceDraft | None, Field(description="The record that it is about, if of one")] = None
    starts_on: Annotated[Edtf | None, Field(description="First day")] = None
    ends_on: Annotated[Edtf | None, not_before("starts_on"), Field(description="Last day")] = None
    provinces: Annotated[
        list[ProvinceCode],
        AfterValidator(parsers.distinct),
        Field(default_factory=list, max_length=77, description="The provinces that it took place in or for"),
    ]
    organisations: Annotated[
        list[UUID],
        AfterValidator(parsers.distinct),
        Field(default_factory=list, max_length=500, description="Ids of the organisations that took part, in order"),
    ]
    figures: Annotated[
        list[FigureDraft], Field(default_factory=list, max_length=100, description="What it came to, in numbers")
    ]
