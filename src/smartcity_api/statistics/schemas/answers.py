"""The answers of the statistics: counts, series and durations."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.certified_cities.schemas import CityEventName, Status
from smartcity_api.history.lifecycle import Stage
from smartcity_api.kit.areas import CityType, Dimension
from smartcity_api.kit.codes import ProvinceCode, RegionName
from smartcity_api.kit.schemas import AsOf, Comparator, Edtf
from smartcity_api.statistics.schemas.params import By, Of, Period, Reached


class Claimed(BaseModel):
    """The latest claim about the same number."""

    value: Annotated[float, Field(description="The number of areas that it states", examples=[61])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")]
    as_of: Annotated[Edtf, Field(description="The day that it is about")]
    claim_id: Annotated[UUID, Field(description="Its id in /v1/claims")]


class Coverage(BaseModel):
    """How much of what there is the register has."""

    recorded: Annotated[int, Field(ge=0, description="The areas that are counted here")]
    claimed: Annotated[
        Claimed | None,
        Field(description="The latest claim on or before that day about the same thing, null when there is none"),
    ]
    complete: Annotated[
        bool, Field(description="Whether the register has all of them, as far as is known; else it has those named")
    ]


class Tally(BaseModel):
    """One count."""

    areas: Annotated[int, Field(ge=0, description="Areas, each counted once")]
    provinces: Annotated[int, Field(ge=0, description="Provinces that these areas lie in, each counted once")]
    undated: Annotated[
        int,
        Field(
            ge=0,
            description="Records whose day is not known: among `areas` when no day and nothing reached is asked, "
            "else left out of them",
        ),
    ]
    coverage: Annotated[Coverage, Field(description="How much of what there is the register has")]


class GroupKey(BaseModel):
    """The values that a group has in common, named as the filters of the list; those that `by` asks for."""

    province: Annotated[ProvinceCode | None, Field(description="Code of the province")] = None
    region: Annotated[RegionName | None, Field(description="Region, `<scheme>:<code>`")] = None
    city_type: Annotated[CityType | None, Field(description="City type, null when not known")] = None
    dimension: Annotated[Dimension | None, Field(description="Smart dimension, null when none is known")] = None
    stage: Annotated[Stage | None, Field(description="Stage, null when none had begun by then")] = None
    status: Annotated[Status | None, Field(description="Status, null when it was not in force by then")] = None
    year: Annotated[int | None, Field(description="Year (CE) since when it exists, null when not known")] = None


class CountedGroup(Tally):
    """The count of one group; an area is in as many groups as it has values."""

    group: Annotated[GroupKey, Field(description="What its areas have in common")]


class Counts(BaseModel):
    """How many there are, together and by group."""

    of: Annotated[Of, Field(description="What is counted")]
    by: Annotated[list[By], Field(description="What the groups are by")]
    as_of: AsOf
    reached: Annotated[Reached | None, Field(description="The stage or event that was asked, null for existence")]
    total: Annotated[Tally, Field(description="All of them, each once, whatever groups they are in")]
    groups: Annotated[
        list[CountedGroup],
        Field(description="Every province, region, stage, status and city type, zeros too; of others what there is"),
    ]


class PeriodCount(BaseModel):
    """What changed in a period, and how many there were at its end."""

    period: Annotated[str, Field(description="The month or the year", examples=["2021-11"])]
    first: Annotated[str, Field(description="Its first day", json_schema_extra={"format": "date"})]
    last: Annotated[str, Field(description="Its last day, or today", json_schema_extra={"format": "date"})]
    added: Annotated[int, Field(ge=0, description="Came to be counted in it")]
    ended: Annotated[int, Field(ge=0, description="Ceased to be counted in it: ended, revoked, or no longer as asked")]
    at_end: Annotated[
        int,
        Field(
            ge=0,
            description="Counted at the end of its last day; a revoked city is not, though lists and counts still show "
            "it with that status",
        ),
    ]


class Series(BaseModel):
    """How many there were over time."""

    of: Annotated[Of, Field(description="What is counted")]
    by: Annotated[Period, Field(description="Length of the periods")]
    reached: Annotated[Reached | None, Field(description="The stage or event that was asked, null for existence")]
    undated: Annotated[int, Field(ge=0, description="Records whose day is not known; they are in no period")]
    coverage: Annotated[Coverage, Field(description="Of the last period")]
    periods: Annotated[list[PeriodCount], Field(description="Without a gap, the earliest first")]


DurationStep = Literal[Stage, CityEventName, "in_force"]


class Duration(BaseModel):
    """How long it took from one step to a later one."""

    earlier: Annotated[DurationStep, Field(description="Stage, event, or coming into force")]
    later: Annotated[DurationStep, Field(description="What came after it")]
    n: Annotated[int, Field(ge=1, description="Records that have both, each with a day")]
    median_days: Annotated[float, Field(ge=0, description="Half of them took no longer")]
    p90_days: Annotated[float, Field(ge=0, description="Nine tenths of them took no longer")]


class Durations(BaseModel):
    """How long the steps took; a partial day counts by its last."""

    of: Annotated[Literal["proposals", "certified-cities"], Field(description="Whose steps are timed")]
    as_of: AsOf
    items: Annotated[list[Duration], Field(description="Every pair of steps that there is, in their usual order")]
