"""Wire shapes of frameworks, and the parameters of their list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.kit.params import AnyOf, DatedParams, PageParams
from smartcity_api.kit.references import Code, code
from smartcity_api.kit.schemas import Edtf, RecordShape
from smartcity_api.kit.shapes import shapes

Kind = Literal[
    "dimensions",
    "pillars",
    "criteria",
    "city_types",
    "infrastructures",
    "success_factors",
    "plan_goals",
    "pmc_terms",
    "incentives",
]


class FrameworkEntry(BaseModel):
    """One entry of a framework; what its source does not say is absent."""

    code: Annotated[
        str | None, Field(description="Its code, the same in every version that has it", examples=["environment"])
    ] = None
    name_th: Annotated[str | None, Field(description="Name in Thai")] = None
    name_en: Annotated[str | None, Field(description="Name in English", examples=["Smart Environment"])] = None
    text: Annotated[str | None, Field(description="What it says in full, or what it means")] = None
    compulsory: Annotated[bool | None, Field(description="Whether every city must have it")] = None
    value: Annotated[float | str | None, Field(description="The figure that it sets, as years or per cent")] = None
    unit: Annotated[str | None, Field(description="Unit of the value", examples=["years"])] = None


class Framework(RecordShape):
    """One version of one of the programme's ordered lists: of dimensions, pillars, criteria, incentives."""

    kind: Annotated[Kind, Field(description="What it is a list of")]
    label: Annotated[str, Field(description="Which version of that list it is", examples=["v1"])]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    items: Annotated[list[FrameworkEntry], Field(description="The entries, in the order of the source")]
    note: Annotated[str | None, Field(description="What a reader must know about this version")]
    resolution_id: Annotated[UUID | None, Field(description="The resolution that decided it, where one did")]
    plan_id: Annotated[UUID | None, Field(description="The plan that it belongs to, where it belongs to one")]
    valid_from_on: Annotated[Edtf | None, Field(description="First day on which it holds, null when not known")]
    valid_until_on: Annotated[
        Edtf | None, Field(description="Last day on which it holds, null while it holds or when not known")
    ]


FRAMEWORK = shapes(Framework)


class FrameworkList(PageParams, DatedParams, of=Framework):
    """Parameters of the list of frameworks."""

    sort: Annotated[
        Literal["valid_from_on", "-valid_from_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "valid_from_on"
    kind: Annotated[tuple[Kind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["dimensions"]])] = ()
    label: Annotated[
        Code | None,
        code("v3"),
        Field(description="Only this version of each list"),
    ] = None
