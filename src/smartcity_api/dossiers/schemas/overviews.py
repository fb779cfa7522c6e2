"""Wire shapes of a province's overview, and its parameters."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.certified_cities.schemas import Status
from smartcity_api.history.lifecycle import Stage
from smartcity_api.kit.areas import CityType
from smartcity_api.kit.codes import ProvinceCode
from smartcity_api.kit.params import DatedParams
from smartcity_api.kit.references import RecordReference
from smartcity_api.kit.schemas import AsOf, Edtf
from smartcity_api.milestones.schemas import MilestoneKind, MilestoneStatus

Href = Annotated[str, Field(description="URL of the record")]
Id = Annotated[UUID, Field(description="Its id in the resource's path")]
Name = Annotated[str, Field(description="The name or title to show")]


class OverviewParams(DatedParams):
    """Parameters of an overview."""


class OverviewProvince(BaseModel):
    """The province, in short."""

    code: ProvinceCode
    name_th: Annotated[str, Field(description="Official Thai name")]
    name_en: Annotated[str, Field(description="Romanised name")]
    regions: Annotated[
        dict[str, str], Field(description="Its region by each scheme", examples=[{"ngc6": "south", "four": "south"}])
    ]
    href: Href


class OverviewCounts(BaseModel):
    """How many there are: what the resources' own lists count with `province` and `as_of`."""

    pilot_areas: Annotated[int, Field(ge=0, description="Pilot areas")]
    promotion_zones: Annotated[int, Field(ge=0, description="Promotion zones")]
    proposals: Annotated[int, Field(ge=0, description="Proposals")]
    certified_cities: Annotated[int, Field(ge=0, description="Certified cities")]
    milestones: Annotated[int, Field(ge=0, description="Milestones of the province, its districts and its areas")]
    overdue_milestones: Annotated[int, Field(ge=0, description="Those of them that are late")]


class OverviewPilotArea(BaseModel):
    """A pilot area, in short."""

    id: Id
    display_name: Name
    position: Annotated[int, Field(ge=1, description="Its place in the committee's list")]
    selected_on: Annotated[Edtf | None, Field(description="The day on which it was chosen")]
    ended_on: Annotated[Edtf | None, Field(description="The day on which it ended")]
    href: Href


class OverviewZone(BaseModel):
    """A promotion zone, in short."""

    id: Id
    display_name: Name
    announced_on: Annotated[Edtf | None, Field(description="The day of its announcement")]
    certificate_on: Annotated[Edtf | None, Field(description="The day of its certificate")]
    ended_on: Annotated[Edtf | None, Field(description="The day on which it ended")]
    href: Href


class OverviewProposal(BaseModel):
    """A proposal, in short."""

    id: Id
    display_title: Name
    stage: Annotated[Stage, Field(description="Its stage, today or at the end of the day `as_of`")]
    certified_city_id: Annotated[UUID | None, Field(description="The city that it became")]
    href: Href


class OverviewCity(BaseModel):
    """A certified city, in short."""

    id: Id
    display_name: Name
    batch: Annotated[int | None, Field(description="The batch in which it was certified")]
    city_type: Annotated[CityType | None, Field(description="Null when no source says")]
    status: Annotated[Status, Field(description="Its status, today or at the end of the day `as_of`")]
    in_force_on: Annotated[Edtf | None, Field(description="Since when the certificate is in force")]
    proposal_id: Annotated[UUID | None, Field(description="The proposal that became it")]
    href: Href


class OverviewMilestone(BaseModel):
    """A milestone, in short."""

    id: Id
    display_title: Name
    subject: Annotated[RecordReference, Field(description="The record that it is a milestone of")]
    kind: Annotated[MilestoneKind, Field(description="What is due")]
    due_on: Annotated[Edtf | None, Field(description="The day on which it is due")]
    met_on: Annotated[Edtf | None, Field(description="The day on which it was met")]
    status: Annotated[MilestoneStatus, Field(description="Its status, today or at the end of the day `as_of`")]
    overdue: Annotated[bool, Field(description="Whether it is late, today or at the end of the day `as_of`")]
    href: Href


class Overview(BaseModel):
    """What the programme has in a province; of each kind the first 200, the resource's own list has the rest."""

    province: Annotated[OverviewProvince, Field(description="The province, in short")]
    as_of: AsOf
    counts: Annotated[OverviewCounts, Field(description="How many there are of each, listed here or not")]
    pilot_areas: Annotated[list[OverviewPilotArea], Field(description="Pilot areas that lie in it, in part at least")]
    promotion_zones: Annotated[list[OverviewZone], Field(description="Promotion zones that lie in it")]
    proposals: Annotated[list[OverviewProposal], Field(description="Proposals for areas in it")]
    certified_cities: Annotated[list[OverviewCity], Field(description="Certified cities in it")]
    milestones: Annotated[
        list[OverviewMilestone], Field(description="Milestones of the province, its districts and its areas")
    ]
