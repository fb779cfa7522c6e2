"""What is sent to record decisions, and to correct a resolution."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_api.kit.areas import CityType
from smartcity_api.kit.drafts import Draft, Name, Prose
from smartcity_api.kit.references import RecordReferenceDraft
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import CitationDraft, Edtf
from smartcity_api.resolutions.drafts import VotesDraft
from smartcity_api.resolutions.schemas import Action

MAX_DECISIONS = 5000

Progress = Annotated[float, Field(ge=0, le=100, strict=True, allow_inf_nan=False)]
Position = Annotated[int, Field(ge=1, le=2_000_000_000, strict=True, description="A decision's place, from 1")]


class CertifiedDraft(BaseModel):
    """What the city that comes into being is to have otherwise than its proposal."""

    model_config = ConfigDict(extra="forbid")

    name_th: Annotated[Name | None, Field(description="Thai name; the proposal's title when left out")] = None
    name_en: Annotated[Name | None, Field(description="English name; the proposal's title when left out")] = None
    batch: Annotated[int | None, Field(ge=1, le=1000, strict=True, description="The batch that it is part of")] = None
    batch_position: Annotated[
        int | None, Field(ge=1, le=999, strict=True, description="Its place in the batch's list")
    ] = None
    city_type: Annotated[CityType | None, Field(description="The proposal's when left out, if it has only one")] = None
    operator_id: Annotated[
        UUID | None, Field(description="Who runs it (/v1/organisations); the proponent when left out")
    ] = None
    valid_until: Annotated[Edtf | None, Field(description="Last day of validity, where a document gives one")] = None


class DecisionDraft(BaseModel):
    """One decision, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[Action, Field(description="What was decided")]
    subject: Annotated[RecordReferenceDraft | None, Field(description="The record that it is about")] = None
    text: Annotated[Prose | None, Field(description="What it says beyond, or instead of, naming a record")] = None
    conditions: Annotated[Prose | None, Field(description="On what terms")] = None
    stated_subjects: Annotated[
        int | None,
        Field(ge=0, le=1_000_000, strict=True, description="How many subjects it states, if it does not name them all"),
    ] = None
    subject_version: Annotated[
        int | None, Field(ge=1, strict=True, description="The version of the subject that is meant; 412 if it is stale")
    ] = None
    reason: Annotated[
        Prose | None,
        Field(description="Why: needed to return, reject, suspend or revoke, unless `change_reason` says it for all"),
    ] = None
    city: Annotated[CertifiedDraft | None, Field(description="For a certification: details of the city")] = None
    progress: Annotated[
        Progress | None,
        Field(description="For a renewal: percent done as the decision states it, else that of the city's milestones"),
    ] = None
    sources: Annotated[list[CitationDraft], Field(default_factory=list, max_length=100, description="What it rests on")]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.subject is None and self.text is None:
            raise refusal("says_nothing", "subject or text is needed", "ต้องมี subject หรือ text")
        return self


class DecisionsDraft(BaseModel):
    """Decisions of one resolution, as they are sent: all are recorded, or none."""

    model_config = ConfigDict(extra="forbid")

    decisions: Annotated[
        list[DecisionDraft], Field(min_length=1, max_length=MAX_DECISIONS, description="The decisions, in order")
    ]


class DecisionCorrection(BaseModel):
    """What was recorded wrongly about one decision; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    position: Position
    action: Annotated[Action | None, Field(description="What was decided in fact")] = None
    conditions: Annotated[Prose | None, Field(description="On what terms in fact; null: on none")] = None
    remove: Annotated[Literal[True] | None, Field(description="It was never decided")] = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        named = {"action", "conditions", "remove"} & self.model_fields_set
        if not named or ("remove" in named and len(named) > 1) or ("action" in named and self.action is None):
            raise refusal(
                "unclear",
                "name action or conditions, or remove: true alone",
                "ระบุ action หรือ conditions หรือ remove: true",
            )
        return self


class ResolutionCorrection(Draft):
    """What was recorded wrongly about a published resolution; what is left out stays, null empties."""

    title_th: Annotated[Name | None, Field(description="Title in Thai")] = None
    title_en: Annotated[Name | None, Field(description="Title in English")] = None
    body_id: Annotated[UUID | None, Field(description="The body that resolved, without a meeting")] = None
    meeting_id: Annotated[UUID | None, Field(description="The meeting; body and day follow from it")] = None
    number: Annotated[Name | None, Field(description="The announcement's own number")] = None
    decided_on: Annotated[
        Edtf | None, Field(description="The day; of a meeting, then all resolutions of that meeting are corrected")
    ] = None
    item_no: Annotated[Name | None, Field(description="Number of the agenda item")] = None
    text: Annotated[Prose | None, Field(description="What was resolved")] = None
    document_url: Annotated[
        str | None, Field(pattern="^https?://[^\\s]+$", max_length=2000, description="Where the document can be read")
    ] = None
    document_sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its content")] = None
    votes: Annotated[VotesDraft | None, Field(description="How the vote went")] = None
    decisions: Annotated[
        list[DecisionCorrection],
        Field(default_factory=list, max_length=MAX_DECISIONS, description="Decisions that were recorded wrongly"),
    ]

    def changes(self) -> dict[str, Any]:
        """The resolution's own columns that are named, as they are to be."""
        named = self.model_fields_set - {"decisions"}
        return {column: value for name in sorted(named) for column, value in self.field_columns(name).items()}

    def column(self, name: str, value: Any) -> dict[str, Any]:
        """Votes by the names that they have in JSON."""
        if name == "votes" and self.votes is not None:
            value = self.votes.model_dump(by_alias=True, exclude_none=True) or None
        return super().column(name, value)
