"""What is sent to record and to change milestones, and to report on them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from smartcity_api.kit import parsers
from smartcity_api.kit.areas import TitledDraft
from smartcity_api.kit.days import first_day, today
from smartcity_api.kit.drafts import KeyedDraft, Name, Number, Prose, Url, not_before
from smartcity_api.kit.references import RecordReferenceDraft
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Edtf
from smartcity_api.milestones.schemas import MilestoneKind


class MilestoneDraft(TitledDraft, KeyedDraft):
    """Something due on a day, as it is sent; how far it is, reports tell."""

    subject: Annotated[
        RecordReferenceDraft,
        Field(description="The record that it is a milestone of; of the programme as a whole: one of its plans"),
    ]
    kind: Annotated[MilestoneKind, Field(description="What is due")]
    set_on: Annotated[Edtf | None, Field(description="The day on which it was set; it exists since then")] = None
    resolution_id: Annotated[UUID | None, Field(description="The resolution that set it, where one did")] = None
    horizon: Annotated[
        str | None,
        Field(
            pattern="^P[1-9][0-9]{0,3}[DMY]$",
            description="How far ahead it was set (ISO 8601 duration)",
            examples=["P30D", "P5Y"],
        ),
    ] = None
    due_on: Annotated[
        Edtf | None,
        not_before("set_on"),
        Field(description="The day on which it is due; later changes are re-planning"),
    ] = None
    depends_on: Annotated[
        list[UUID],
        AfterValidator(parsers.distinct),
        Field(default_factory=list, max_length=100, description="Milestones that come before it, without circles"),
    ]


class EvidenceDraft(BaseModel):
    """What shows how far a milestone is, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Name, Field(description="What it is")]
    url: Annotated[Url | None, Field(description="Where it can be seen")] = None
    source_id: Annotated[UUID | None, Field(description="The source that it is (/v1/sources)")] = None


Shown = Annotated[
    list[EvidenceDraft],
    Field(default_factory=list, max_length=50, description="What shows it; added to what is there already"),
]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MilestoneReplanning(_Sent):
    """Another day for a milestone; the reason is `change_reason`. One that was met, or missed, is open again."""

    due_on: Annotated[Edtf, Field(description="The day on which it is due from now on", examples=["2027-12-31"])]


class MilestoneReport(_Sent):
    """How far a milestone is."""

    progress: Annotated[Number | None, Field(ge=0, le=100, description="Percent done", examples=[60])] = None
    status: Annotated[
        Literal["scheduled", "partially_met", "not_met"] | None,
        Field(description="What is to be said of it besides; that it is met is said by meeting it"),
    ] = None
    evidence: Shown
    note: Annotated[
        Prose | None, Field(max_length=4000, description="What is to be known about it, kept as the reason")
    ] = None


def _begun(day: str | None) -> str | None:
    """No day of the future; a month or a year may still go on."""
    if day is not None and first_day(day) > today():
        raise refusal("future_day", f"{day} is in the future; today is {today()}", f"{day} ยังมาไม่ถึง วันนี้คือ {today()}")
    return day


class MilestoneMet(_Sent):
    """That a milestone is met."""

    met_on: Annotated[
        Edtf | None,
        AfterValidator(_begun),
        Field(description="The day on which it was; today when left out", examples=["2026-01-31"]),
    ] = None
    evidence: Shown
