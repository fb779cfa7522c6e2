"""What is sent to record and to change pilot areas."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from smartcity_api.kit.areas import FootprintDraft, NamedDraft
from smartcity_api.kit.drafts import Ordinal, not_before
from smartcity_api.kit.schemas import Edtf


class PilotAreaDraft(NamedDraft, FootprintDraft):
    """One of the areas that the programme began with, as it is sent."""

    position: Annotated[Ordinal, Field(description="Its place in the committee's list, from 1", examples=[11])]
    selected_on: Annotated[Edtf | None, Field(description="The day on which it was chosen")] = None
    ended_on: Annotated[
        Edtf | None, not_before("selected_on"), Field(description="The day on which it ended, null while it runs")
    ] = None
    lead_agency_id: Annotated[UUID | None, Field(description="Who leads it (/v1/organisations)")] = None
    project_management_committee_id: Annotated[
        UUID | None, Field(description="Its project management committee (/v1/bodies)")
    ] = None
