"""Wire shapes of what decisions and corrections did, or would do."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.kit.references import RecordReference
from smartcity_api.kit.schemas import Edtf
from smartcity_api.resolutions.schemas import Action

Standing = Annotated[str | None, Field(description="A proposal's stage or a city's status", examples=["plan_approved"])]


class DecisionOutcome(BaseModel):
    """What became of one decision."""

    position: Annotated[int, Field(ge=1, description="Its place in the resolution")]
    id: Annotated[UUID | None, Field(description="Its id; null in a dry run")]
    action: Annotated[Action, Field(description="What was decided")]
    subject: Annotated[RecordReference | None, Field(description="The record that it is about")]
    moved: Annotated[bool, Field(description="Whether anything happened to the subject by it")]
    before: Standing
    after: Standing
    effective_on: Annotated[Edtf | None, Field(description="Since when; null where it moved nothing")]
    city_id: Annotated[
        UUID | None, Field(description="The city that came into being (/v1/certified-cities); null in a dry run")
    ]
    progress: Annotated[float | None, Field(description="For a renewal: the progress that it rests on, in percent")]
    replaced: Annotated[
        list[UUID], Field(description="Decisions of the superseded resolution that count no more for this subject")
    ]


class DecisionsAnswer(BaseModel):
    """What the decisions of a request did; in a dry run, what they would do."""

    resolution_id: Annotated[UUID, Field(description="The resolution")]
    version: Annotated[int, Field(ge=1, description="Its version now")]
    decided_on: Annotated[Edtf, Field(description="Its day")]
    dry_run: Annotated[bool, Field(description="Whether nothing was changed")]
    decisions: Annotated[list[DecisionOutcome], Field(description="Decision by decision, as they were sent")]


class HistoryStep(BaseModel):
    """One event of a history, in short."""

    stage: Annotated[str, Field(description="The stage, or what happened to a city", examples=["plan_approved"])]
    on: Annotated[Edtf | None, Field(description="Since when")]


class Effect(BaseModel):
    """A subject whose history is, or would be, another one by the correction."""

    subject: Annotated[RecordReference, Field(description="The proposal or the city")]
    before: Standing
    after: Standing
    events_before: Annotated[list[HistoryStep], Field(description="What had happened, in order")]
    events_after: Annotated[list[HistoryStep], Field(description="What happened in fact, in order")]
    city_id: Annotated[
        UUID | None,
        Field(description="Of a proposal: the city whose certificate is in force by it, where there is one"),
    ]


class CorrectionAnswer(BaseModel):
    """What a correction did; in a dry run, what it would do."""

    resolution_id: Annotated[UUID, Field(description="The resolution")]
    version: Annotated[int, Field(ge=1, description="Its version now")]
    decided_on: Annotated[Edtf | None, Field(description="Its day now")]
    dry_run: Annotated[bool, Field(description="Whether nothing was changed")]
    resolutions: Annotated[
        list[UUID], Field(description="The resolutions that were corrected: with a meeting's day, all of the meeting")
    ]
    effects: Annotated[list[Effect], Field(description="Every subject whose stage or dates are others now")]
