"""Wire shapes of timelines, and their parameters."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.certified_cities.schemas import CityEventName
from smartcity_api.dossiers.schemas.subjects import Dossier
from smartcity_api.history.lifecycle import LineStage, Stage
from smartcity_api.kit.params import AsOfParam, Strict
from smartcity_api.kit.references import RecordReference
from smartcity_api.kit.schemas import AsOf, Citation, Edtf
from smartcity_api.milestones.schemas import MilestoneKind, MilestoneStatus
from smartcity_api.programme.schemas import ActivityKind
from smartcity_api.resolutions.schemas import Action, BodyKind
from smartcity_api.sources.schemas import Reliability

Timed = Literal[
    "certified-cities",
    "proposals",
    "promotion-zones",
    "pilot-areas",
    "provinces",
    "districts",
    "calls",
    "organisations",
    "bodies",
    "meetings",
    "resolutions",
    "frameworks",
    "plans",
    "targets",
    "activities",
    "milestones",
]
"""Everything but documents and what they say."""

Happening = Literal[
    CityEventName,
    "validity_ends",
    "policy_review_due",
    "selected",
    "certificate",
    "opened",
    "closed",
    "began",
    "ended",
    "held",
    "decided",
    "superseded",
    "stated",
    "period_begins",
    "period_ends",
    "deadline",
    "set",
    "due",
    "met",
    "partially_met",
]


class TimelineParams(Strict):
    """Which part of a timeline is wanted."""

    as_of: Annotated[AsOfParam, Field(description="Nothing after that day in Bangkok, and nothing undated")] = None


class TimelineDecision(BaseModel):
    """The decision behind an entry."""

    id: Annotated[UUID, Field(description="Its id, as in its resolution")]
    position: Annotated[int, Field(ge=1, description="Its place in the resolution")]
    action: Annotated[Action, Field(description="What was decided")]
    text: Annotated[str | None, Field(description="What it says beyond, or instead of, naming a record")]
    conditions: Annotated[str | None, Field(description="On what terms")]
    stated_subjects: Annotated[
        int | None, Field(ge=0, description="How many subjects it states, where it does not name them all")
    ]


class TimelineResolution(BaseModel):
    """The resolution behind an entry."""

    id: Annotated[UUID, Field(description="Its id in /v1/resolutions")]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    number: Annotated[str | None, Field(description="An announcement's own number", examples=["1/2562"])]
    decided_on: Annotated[Edtf | None, Field(description="The day of the decision")]


class TimelineMeeting(BaseModel):
    """The meeting behind an entry."""

    id: Annotated[UUID, Field(description="Its id in /v1/meetings")]
    number: Annotated[str | None, Field(description="Its number in the Buddhist year", examples=["1/2564"])]
    held_on: Annotated[Edtf | None, Field(description="The day")]


class TimelineBody(BaseModel):
    """The body behind an entry."""

    id: Annotated[UUID, Field(description="Its id in /v1/bodies")]
    display_name: Annotated[str, Field(description="The name to show")]
    kind: Annotated[BodyKind, Field(description="What it is")]


class TimelineAct(BaseModel):
    """The act of the applicant or the secretariat behind an entry."""

    id: Annotated[UUID, Field(description="Opaque key")]
    by: Annotated[Literal["applicant", "secretariat"], Field(description="Who acted")]
    action: Annotated[str, Field(description="What was done", examples=["submit"])]


class TimelineSource(BaseModel):
    """The source whose statement opened an event."""

    id: Annotated[UUID, Field(description="Its id in /v1/sources")]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries")]
    url: Annotated[str | None, Field(description="Where it can be read")]
    reliability: Annotated[Reliability, Field(description="How far it is to be trusted, from A to D")]


class TimelineOrganisation(BaseModel):
    """The organisation behind an entry."""

    id: Annotated[UUID, Field(description="Its id in /v1/organisations")]
    display_name: Annotated[str, Field(description="The name to show")]
    abbreviation: Annotated[str | None, Field(description="What it is called for short", examples=["depa"])]


class TimelineMilestone(BaseModel):
    """The milestone that an entry is about."""

    id: Annotated[UUID, Field(description="Its id in /v1/milestones")]
    kind: Annotated[MilestoneKind, Field(description="What is due")]
    set_on: Annotated[Edtf | None, Field(description="When it was set")]
    due_on: Annotated[Edtf | None, Field(description="When it is due")]
    met_on: Annotated[Edtf | None, Field(description="When it was met")]
    status: Annotated[MilestoneStatus, Field(description="Its status, today or at the end of the day `as_of`")]
    overdue: Annotated[bool, Field(description="Whether it is late, today or at the end of the day `as_of`")]


class TimelineActivity(BaseModel):
    """The activity that an entry is about."""

    id: Annotated[UUID, Field(description="Its id in /v1/activities")]
    kind: Annotated[ActivityKind, Field(description="What sort of activity it is")]
    starts_on: Annotated[Edtf | None, Field(description="First day")]
    ends_on: Annotated[Edtf | None, Field(description="Last day")]


class Entry(BaseModel):
    """Something that happened or is due; of the members that name other records, those that apply."""

    kind: Annotated[
        Literal["event", "decision", "meeting", "resolution", "milestone", "activity"],
        Field(description="What it is; a decision that opened an event stands with that event"),
    ]
    on: Annotated[Edtf | None, Field(description="The day, as precisely as it is known; null comes last")]
    subject: Annotated[
        RecordReference, Field(description="Whose it is: the record's own, or that of a city's proposal")
    ]
    event: Annotated[Happening | None, Field(description="What happened or will")]
    stage: Annotated[Stage | None, Field(description="The stage of the proposal after it")]
    title: Annotated[
        str | None, Field(description="Title of the milestone, activity or resolution, or a meeting's number")
    ]
    decision: Annotated[TimelineDecision | None, Field(description="The decision behind it")]
    resolution: Annotated[
        TimelineResolution | None, Field(description="The published resolution behind it, or that it is about")
    ]
    meeting: Annotated[TimelineMeeting | None, Field(description="The meeting of that resolution")]
    body: Annotated[TimelineBody | None, Field(description="The body that resolved")]
    act: Annotated[TimelineAct | None, Field(description="The act of the applicant or the secretariat that opened it")]
    source: Annotated[TimelineSource | None, Field(description="The source whose statement opened it")]
    organisation: Annotated[TimelineOrganisation | None, Field(description="Who announced it")]
    milestone: Annotated[TimelineMilestone | None, Field(description="The milestone that it is about")]
    activity: Annotated[TimelineActivity | None, Field(description="The activity that it is about")]
    award_year: Annotated[
        int | None, Field(description="CE year that an award was given for; it may differ from the ceremony's")
    ]
    note: Annotated[str | None, Field(description="What the source leaves open, or why something ended")]
    sources: Annotated[list[Citation], Field(description="What it rests on")]


class Timeline(Dossier):
    """All that is dated about a record, in order: by the last day of a partial date, what is undated at the end."""

    as_of: AsOf
    revision: Annotated[
        int | None,
        Field(
            ge=1,
            description="How often a proposal's or city's own history was written; the last writing is shown, null "
            "where there is none",
        ),
    ]
    undocumented_stages: Annotated[
        list[LineStage | Literal["acknowledged"]] | None,
        Field(description="Steps that a proposal or a city must have passed and that no event documents, as of today"),
    ]
    entries: Annotated[list[Entry], Field(description="What happened and what is due, in order")]
