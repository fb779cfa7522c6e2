"""Wire shapes of milestones and the earlier versions of their dates, and the parameters of their list."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.codes import ProvincesParam
from smartcity_api.kit.params import AnyOf, DatedParams, DayParam, PageParams, Typed
from smartcity_api.kit.references import RecordReference, SubjectParam
from smartcity_api.kit.schemas import Edtf, KeyedShape
from smartcity_api.kit.shapes import shapes

MilestoneKind = Literal["plan", "report", "delivery", "review", "other"]
MilestoneStatus = Literal["scheduled", "met", "partially_met", "not_met"]

MOST_DAYS = 7320
"""Twenty years, the longest horizon of a plan."""

Progress = Annotated[float | None, Field(ge=0, le=100, description="Percent done, null when not known", examples=[50])]


class SetBy(BaseModel):
    """The resolution that set a milestone, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/resolutions")]
    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    decided_on: Annotated[Edtf | None, Field(description="The day of the decision, null when not known")]


class Evidence(BaseModel):
    """What shows that a milestone was met."""

    title: Annotated[str, Field(description="What it is")]
    url: Annotated[str | None, Field(description="Where it can be seen")] = None
    source_id: Annotated[UUID | None, Field(description="The source that it is (/v1/sources)")] = None


class MilestoneVersion(BaseModel):
    """A milestone's dates as they were recorded before."""

    version: Annotated[int, Field(ge=1, description="The milestone's version that had them", examples=[1])]
    due_on: Annotated[Edtf | None, Field(description="When it was due, in that version")]
    met_on: Annotated[Edtf | None, Field(description="When it was met, in that version")]
    status: Annotated[MilestoneStatus, Field(description="Its status in that version")]
    progress: Progress
    recorded_at: Annotated[datetime, Field(description="When that version was recorded here (RFC 3339, UTC)")]
    change_reason: Annotated[
        str | None, Field(description="Why it was given up for the next version, null where nobody said")
    ]


class Milestone(KeyedShape):
    """Something due on a day (OCDS milestone)."""

    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    subject: Annotated[RecordReference, Field(description="The record that it is a milestone of")]
    kind: Annotated[MilestoneKind, Field(description="What is due")]
    set_on: Annotated[Edtf | None, Field(description="The day on which it was set, null when not known")]
    resolution_id: Annotated[UUID | None, Field(description="The published resolution that set it, where one did")]
    resolution: Annotated[SetBy | None, Field(description="That resolution in short")]
    horizon: Annotated[
        str | None,
        Field(
            pattern="^P[1-9][0-9]{0,3}[DMY]$",
            description="How far ahead it was set (ISO 8601 duration)",
            examples=["P5Y"],
        ),
    ]
    due_on: Annotated[Edtf | None, Field(description="The day on which it is due, null when not known")]
    met_on: Annotated[Edtf | None, Field(description="The day on which it was met, null before or when not known")]
    status: Annotated[
        MilestoneStatus,
        Field(
            description="As far as it is recorded: today's, or that of the day asked by `as_of`, when a milestone was "
            "met only from `met_on` on"
        ),
    ]
    overdue: Annotated[
        bool, Field(description="Whether the day on which it was due is over and it was not met, today or on `as_of`")
    ]
    days_left: Annotated[
        int | None,
        Field(
            description="Days from today, or from `as_of`, to the last day on which it is due; below 0 when that is "
            "over, null once it was met or where the day is not known",
            examples=[30],
        ),
    ]
    progress: Progress
    depends_on: Annotated[list[UUID], Field(description="Milestones that come before it (/v1/milestones)")]
    evidence: Annotated[list[Evidence], Field(description="What shows that it was met")]
    versions: Annotated[
        list[MilestoneVersion], Field(description="Every earlier version of its dates, the oldest first")
    ]


MILESTONE = shapes(Milestone)


class MilestoneList(PageParams, DatedParams, of=Milestone):
    """Parameters of the list of milestones."""

    sort: Annotated[
        Literal["due_on", "-due_on", "display_title", "-display_title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "due_on"
    kind: Annotated[
        tuple[MilestoneKind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["delivery"]])
    ] = ()
    status: Annotated[
        tuple[MilestoneStatus, ...],
        AnyOf,
        Field(
            description="With any of these statuses, today or at the end of the day `as_of`", examples=[["scheduled"]]
        ),
    ] = ()
    overdue: Annotated[
        bool | None,
        WithJsonSchema({"type": "boolean"}),
        Field(description="Only what is late, or only what is not, today or at the end of the day `as_of`"),
    ] = None
    due_before: Annotated[DayParam, Field(description="Due before that day; a partial due day counts by its last")] = (
        None
    )
    due_after: Annotated[DayParam, Field(description="Due after that day; a partial due day counts by its last")] = None
    due_within_days: Annotated[
        int | None,
        Field(ge=0, le=MOST_DAYS),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_DAYS, "examples": [30]}),
        Field(
            description="Due soon: not met, and due today or in so many days from today, or from the day `as_of`; 0 is "
            "that day alone. What is late is not among them"
        ),
    ] = None
    subject: SubjectParam = None
    province: ProvincesParam = ()
