"""Wire shapes of plans, targets and activities, and the parameters of their lists."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.kit.areas import OrganisationsParam
from smartcity_api.kit.codes import ProvinceCode, ProvincesParam, RegionsParam
from smartcity_api.kit.params import AnyOf, PageParams
from smartcity_api.kit.references import Code, RecordReference, SubjectParam, code, id_list
from smartcity_api.kit.schemas import Comparator, Edtf, RecordShape
from smartcity_api.kit.shapes import shapes

PlanKind = Literal["master_plan", "action_plan", "phase_plan", "development_plan"]
PlanStatus = Literal["announced", "approved", "approved_in_principle", "ordered"]
ActivityKind = Literal["event", "course", "ambassadors", "workstream", "visit", "seminar", "network_project", "network"]


class TitledShape(RecordShape):
    """What has a title, in Thai, in English, or both."""

    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]


class DecidedBy(BaseModel):
    """The resolution about a plan, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/resolutions")]
    title_th: Annotated[str | None, Field(description="Title in Thai")]
    title_en: Annotated[str | None, Field(description="Title in English")]
    decided_on: Annotated[Edtf | None, Field(description="The day of the decision, null when not known")]


class PlanInShort(BaseModel):
    """A plan, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/plans")]
    title_th: Annotated[str | None, Field(description="Title in Thai")]
    title_en: Annotated[str | None, Field(description="Title in English")]


class Plan(TitledShape):
    """A plan of the programme, or of the nation for it; a newer version is a plan of its own."""

    kind: Annotated[PlanKind, Field(description="What sort of plan it is")]
    status: Annotated[PlanStatus, Field(description="What was done about it")]
    decided_on: Annotated[Edtf | None, Field(description="The day of that, null when not known")]
    starts_on: Annotated[Edtf | None, Field(description="Beginning of its period")]
    ends_on: Annotated[Edtf | None, Field(description="End of its period")]
    renamed_from: Annotated[str | None, Field(description="The title that it had before, if it was renamed")]
    resolution_id: Annotated[UUID | None, Field(description="The published resolution about it, where there is one")]
    resolution: Annotated[DecidedBy | None, Field(description="That resolution in short")]
    supersedes_id: Annotated[UUID | None, Field(description="The earlier version that it replaces")]
    supersedes: Annotated[PlanInShort | None, Field(description="That version in short")]


class Target(TitledShape):
    """What a plan wants to reach by when."""

    plan_id: Annotated[UUID | None, Field(description="The plan that sets it, null for a statement outside of plans")]
    plan: Annotated[PlanInShort | None, Field(description="That plan in short")]
    position: Annotated[int | None, Field(description="Its phase or place in the plan, from 1")]
    stated_on: Annotated[Edtf | None, Field(description="The day on which it was stated")]
    metric: Annotated[str, Field(description="What is counted", examples=["areas"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")]
    value: Annotated[float, Field(description="How much", examples=[105])]
    unit: Annotated[str | None, Field(description="Unit of the value", examples=["areas"])]
    starts_on: Annotated[Edtf | None, Field(description="Beginning of the phase")]
    deadline_on: Annotated[Edtf | None, Field(description="By when")]
    within: Annotated[
        str | None,
        Field(
            pattern="^P[1-9][0-9]{0,3}[DMY]$",
            description="By when, as a duration (ISO 8601)",
            examples=["P5Y"],
        ),
    ]
    subject: Annotated[RecordReference | None, Field(description="The record that it is about, if of one")]


class Figure(BaseModel):
    """A number that an activity came to, as its source gives it."""

    metric: Annotated[str, Field(description="What is counted", examples=["people_trained"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")] = "="
    value: Annotated[float, Field(description="How much", examples=[150])]
    unit: Annotated[str | None, Field(description="Unit of the value", examples=["people"])] = None


class Participant(BaseModel):
    """An organisation that took part, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/organisations")]
    display_name: Annotated[str, Field(description="The name to show")]
    abbreviation: Annotated[str | None, Field(description="What it is called for short")]


class Activity(TitledShape):
    """What was done: an event, a course, a visit, a workstream, a network's project."""

    kind: Annotated[ActivityKind, Field(description="What sort of activity it is")]
    position: Annotated[int | None, Field(description="Its place in its source's list, from 1")]
    description: Annotated[str | None, Field(description="What was done, in short")]
    subject: Annotated[RecordReference | None, Field(description="The record that it is about, if of one")]
    starts_on: Annotated[Edtf | None, Field(description="First day, null when not known")]
    ends_on: Annotated[Edtf | None, Field(description="Last day, null when not known")]
    provinces: Annotated[list[ProvinceCode], Field(description="The provinces that it took place in or for")]
    organisations: Annotated[
        list[Participant], Field(description="The organisations that took part, in the order of the source")
    ]
    figures: Annotated[list[Figure], Field(description="What it came to, in numbers")]


PLAN = shapes(Plan)
TARGET = shapes(Target)
ACTIVITY = shapes(Activity)


class PlanList(PageParams, of=Plan):
    """Parameters of the list of plans."""

    sort: Annotated[
        Literal["decided_on", "-decided_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "decided_on"
    kind: Annotated[
        tuple[PlanKind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["phase_plan"]])
    ] = ()
    status: Annotated[
        tuple[PlanStatus, ...], AnyOf, Field(description="With any of these statuses", examples=[["approved"]])
    ] = ()


class TargetList(PageParams, of=Target):
    """Parameters of the list of targets."""

    sort: Annotated[
        Literal["deadline_on", "-deadline_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "deadline_on"
    plan: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("plan-id", "plans/phase-plan-2562-03"),
        Field(description="Of any of these plans"),
    ] = ()
    metric: Annotated[Code | None, code("areas"), Field(description="Only this metric")] = None
    subject: SubjectParam = None


class ActivityList(PageParams, of=Activity):
    """Parameters of the list of activities."""

    sort: Annotated[
        Literal["starts_on", "-starts_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "starts_on"
    kind: Annotated[
        tuple[ActivityKind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["course"]])
    ] = ()
    province: ProvincesParam = ()
    region: RegionsParam = ()
    organisation: OrganisationsParam = ()
    subject: SubjectParam = None
