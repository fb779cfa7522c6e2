"""Wire shapes of pilot areas, and the parameters of their list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from smartcity_api.kit.areas import FootprintParams, FootprintShape, NamedShape, OrganisationsParam
from smartcity_api.kit.schemas import Edtf
from smartcity_api.kit.shapes import shapes


class PilotArea(NamedShape, FootprintShape):
    """One of the areas that the programme began with."""

    position: Annotated[int, Field(ge=1, description="Its place in the committee's list", examples=[1])]
    selected_on: Annotated[Edtf | None, Field(description="The day on which it was chosen")]
    ended_on: Annotated[Edtf | None, Field(description="The day on which it ended, null while it runs")]
    lead_agency_id: Annotated[
        UUID | None, Field(description="Who leads it (/v1/organisations), null where no source names one")
    ]
    project_management_committee_id: Annotated[
        UUID | None, Field(description="Its project management committee (/v1/bodies), null where no source names one")
    ]


PILOT_AREA = shapes(PilotArea, spatial=True)


class PilotAreaList(FootprintParams, of=PilotArea):
    """Parameters of the list of pilot areas."""

    sort: Annotated[
        Literal[
            "position",
            "-position",
            "display_name",
            "-display_name",
            "selected_on",
            "-selected_on",
            "updated_at",
            "-updated_at",
        ],
        Field(description="Order; `-` for descending, unknown days last"),
    ] = "position"
    organisation: OrganisationsParam = ()
