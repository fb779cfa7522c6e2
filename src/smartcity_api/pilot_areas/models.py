"""The table of pilot areas."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Named, is_day, named_rules
from smartcity_api.kit.models import Base, Record, by_day
from smartcity_api.provinces.models import Footprint, footprint_rules


class PilotArea(Named, Footprint, Record, Base):
    """One of the areas that the committee chose to begin with."""

    __tablename__ = "pilot_area"

    position: Mapped[int] = mapped_column(Integer, comment="Its place in the committee's list, from 1")
    selected_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it was chosen")
    ended_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it ended; null while it runs")
    lead_agency_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="Who leads it; null where no source names one"
    )
    project_management_committee_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("body.id"), index=True, comment="Its project management committee; null where no source names one"
    )

    __table_args__ = (
        *named_rules("pilot_area"),
        *footprint_rules("pilot_area"),
        UniqueConstraint("position"),
        CheckConstraint("position > 0", name="position_counts_from_one"),
        is_day("selected_on"),
        is_day("ended_on"),
        *by_day("pilot_area", "selected_on"),
    )
