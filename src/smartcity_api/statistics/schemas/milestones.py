"""The progress of milestones: the parameters and the answer."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.areas import Dimension
from smartcity_api.kit.codes import ProvinceCode, ProvincesParam
from smartcity_api.kit.params import AnyOf, AsOfParam
from smartcity_api.kit.schemas import AsOf
from smartcity_api.milestones.schemas import MilestoneKind
from smartcity_api.statistics.schemas.params import TableParams

ProgressBy = Literal["province", "city", "dimension"]


class ProgressParams(TableParams):
    """Whose progress is asked, and by what."""

    by: Annotated[
        ProgressBy | None,
        WithJsonSchema({"type": "string", "enum": ["province", "city", "dimension"]}),
        Field(
            description="One group for each province, city or smart dimension; none: only the total. A city has its "
            "own milestones and those of the proposal that became it; a dimension has those of the promotion zones "
            "and proposals that pursue it, and of the cities that these proposals became"
        ),
    ] = None
    province: ProvincesParam = ()
    kind: Annotated[
        tuple[MilestoneKind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["delivery"]])
    ] = ()
    as_of: AsOfParam = None


class ProgressTally(BaseModel):
    """How far some milestones have come."""

    milestones: Annotated[int, Field(ge=0, description="Milestones, each counted once: those that the list finds")]
    met: Annotated[int, Field(ge=0, description="Those with the status met, today or at the end of the day `as_of`")]
    overdue: Annotated[
        int, Field(ge=0, description="Those whose due day is over and that were not met, today or on `as_of`")
    ]
    progress: Annotated[
        float | None,
        Field(
            ge=0,
            le=100,
            description="Mean of the progress of those where it is known, to two decimals, each weighing the same; "
            "today's even with `as_of`; null when none is known",
            examples=[62.5],
        ),
    ]
    progress_known: Annotated[int, Field(ge=0, description="Milestones whose progress is known")]


class CityInShort(BaseModel):
    """A city that milestones are grouped by."""

    id: Annotated[UUID, Field(description="Its id in /v1/certified-cities")]
    display_name: Annotated[str, Field(description="The name to show")]


class ProgressKey(BaseModel):
    """What the milestones of a group have in common: the one that `by` asks for; null for those that have none."""

    province: Annotated[ProvinceCode | None, Field(description="Code of the province")] = None
    city: Annotated[CityInShort | None, Field(description="The city")] = None
    dimension: Annotated[Dimension | None, Field(description="Smart dimension")] = None


class ProgressGroup(ProgressTally):
    """How far the milestones of one group have come; a milestone is in as many groups as it has values."""

    group: Annotated[ProgressKey, Field(description="What its milestones have in common")]


class MilestoneProgress(BaseModel):
    """How far milestones have come, together and by group."""

    by: Annotated[ProgressBy | None, Field(description="What the groups are by, null without groups")]
    as_of: AsOf
    total: Annotated[ProgressTally, Field(description="All of them, each once, whatever groups they are in")]
    groups: Annotated[
        list[ProgressGroup],
        Field(description="Every province, without milestones too; of cities and dimensions those that have any"),
    ]
