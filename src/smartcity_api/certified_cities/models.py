"""The table of certified cities."""

from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.history.lifecycle import ORIGINS, STATUSES
from smartcity_api.kit.areas import CityType
from smartcity_api.kit.columns import Named, is_day, named_rules, one_of
from smartcity_api.kit.models import Base, Record, by_day, by_number
from smartcity_api.provinces.models import Footprint, footprint_rules

REVIEW_DUE = (
    "coalesce(least(smartcity_last_day(policy_review_due_on), smartcity_last_day(valid_until)), 'infinity'::date)"
)
"""The day by which a city must be looked at again: the first of those that are known; infinity when none is."""


class CertifiedCity(Named, Footprint, Record, Base):
    """An area with the programme's certificate. What happened to it are events (`history`)."""

    __tablename__ = "certified_city"

    origin: Mapped[str] = mapped_column(
        Text, server_default="application", comment="Who recorded it: register (the loader alone) or application"
    )
    batch: Mapped[int | None] = mapped_column(Integer, comment="The batch in which it was certified, from 1")
    batch_position: Mapped[int | None] = mapped_column(Integer, comment="Its place in the batch's list, from 1")
    batch_order: Mapped[int | None] = mapped_column(
        Integer, Computed("batch * 1000 + batch_position", persisted=True), comment="By what batches are sorted"
    )
    city_type: Mapped[str | None] = mapped_column(Text, comment="livable or newable; null when no source says")
    proposal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("proposal.id"), unique=True, comment="The proposal that became it; null where none is recorded"
    )
    operator_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="Who runs it; null where no source names one"
    )
    status: Mapped[str] = mapped_column(
        Text, server_default="granted", comment="Status after its last event; written by the history's trigger alone"
    )
    in_force_on: Mapped[str | None] = mapped_column(
        Text, comment="Since when (EDTF) the certificate is in force; written by the history's trigger alone"
    )
    in_force_basis: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB,
        comment="{event, kind, id}: the acknowledgement or grant and what opened it; written by the history's trigger",
    )
    valid_until: Mapped[str | None] = mapped_column(
        Text, comment="Last day (EDTF) of validity; null since no official text gives one"
    )
    policy_review_due_on: Mapped[str | None] = mapped_column(
        Text, comment="When the unconfirmed two years after it came into force end (EDTF)"
    )

    __table_args__ = (
        *named_rules("certified_city"),
        *footprint_rules("certified_city"),
        one_of("origin", *ORIGINS),
        one_of("city_type", *get_args(CityType)),
        one_of("status", *STATUSES),
        UniqueConstraint("batch", "batch_position"),
        is_day("in_force_on"),
        is_day("valid_until"),
        is_day("policy_review_due_on"),
        *by_day("certified_city", "in_force_on"),
        Index("ix_certified_city_valid_until", text("coalesce(smartcity_last_day(valid_until), 'infinity'::date)")),
        Index("ix_certified_city_review_due", text(REVIEW_DUE), "id"),
        *by_number("certified_city", "batch_order"),
        Index("ix_certified_city_status", "status", "id"),
        Index("ix_certified_city_proposal", "proposal_id"),
    )
