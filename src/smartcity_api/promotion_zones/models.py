"""The table of promotion zones."""

from typing import get_args
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.history.lifecycle import ORIGINS
from smartcity_api.kit.areas import CityType, Dimension
from smartcity_api.kit.columns import Named, all_of, is_day, named_rules, one_of
from smartcity_api.kit.models import Base, Record, by_day
from smartcity_api.provinces.models import Footprint, footprint_rules


class PromotionZone(Named, Footprint, Record, Base):
    """An announced promotion zone. Certification does not end it."""

    __tablename__ = "promotion_zone"

    origin: Mapped[str] = mapped_column(
        Text, server_default="application", comment="Who recorded it: register (the loader alone) or application"
    )
    city_types: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="livable, newable or both; empty when not known"
    )
    dimensions: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Codes of the smart dimensions it pursues; empty when not known"
    )
    operator_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="Who runs it; null where no source names one"
    )
    announced_on: Mapped[str | None] = mapped_column(
        Text, comment="Day (EDTF) of the announcement; null when not known"
    )
    announced_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="Who announced it"
    )
    certificate_on: Mapped[str | None] = mapped_column(
        Text, comment="Day (EDTF) on which its certificate was handed over; null when not known"
    )
    ended_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it ended; null while it runs")
    end_reason: Mapped[str | None] = mapped_column(Text, comment="Why it ended")

    __table_args__ = (
        *named_rules("promotion_zone"),
        *footprint_rules("promotion_zone"),
        one_of("origin", *ORIGINS),
        all_of("city_types", *get_args(CityType)),
        all_of("dimensions", *get_args(Dimension)),
        is_day("announced_on"),
        is_day("certificate_on"),
        is_day("ended_on"),
        *by_day("promotion_zone", "announced_on"),
    )
