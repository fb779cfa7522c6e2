"""Wire shapes of promotion zones, and the parameters of their list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from smartcity_api.kit.areas import (
    CityType,
    Dimension,
    DimensionsParam,
    FootprintParams,
    FootprintShape,
    NamedShape,
    OrganisationsParam,
    TypesParam,
)
from smartcity_api.kit.schemas import Edtf
from smartcity_api.kit.shapes import shapes


class PromotionZone(NamedShape, FootprintShape):
    """An announced promotion zone: an accepted candidate that prepares its plan. Certification does not end it."""

    city_types: Annotated[list[CityType], Field(max_length=2, description="One, both, or none when not known")]
    dimensions: Annotated[list[Dimension], Field(description="Smart dimensions that it pursues, none when not known")]
    operator_id: Annotated[
        UUID | None, Field(description="Who runs it (/v1/organisations), null where no source names one")
    ]
    announced_on: Annotated[Edtf | None, Field(description="The day of its announcement")]
    announced_by_id: Annotated[UUID | None, Field(description="Who announced it (/v1/organisations)")]
    certificate_on: Annotated[Edtf | None, Field(description="The day on which its certificate was handed over")]
    ended_on: Annotated[Edtf | None, Field(description="The day on which it ended, null while it runs")]
    end_reason: Annotated[str | None, Field(description="Why it ended")]


PROMOTION_ZONE = shapes(PromotionZone, spatial=True)


class PromotionZoneList(FootprintParams, of=PromotionZone):
    """Parameters of the list of promotion zones."""

    sort: Annotated[
        Literal["display_name", "-display_name", "announced_on", "-announced_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending, unknown days last"),
    ] = "display_name"
    city_type: TypesParam = ()
    dimension: DimensionsParam = ()
    organisation: OrganisationsParam = ()
