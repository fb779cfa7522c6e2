"""The table of frameworks."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Titled, Valid, one_of, titled_rules, valid_rules
from smartcity_api.kit.models import Base, Record, by_day

KINDS = (
    "dimensions",
    "pillars",
    "criteria",
    "city_types",
    "infrastructures",
    "success_factors",
    "plan_goals",
    "pmc_terms",
    "incentives",
)


class Framework(Titled, Valid, Record, Base):
    """One version of an ordered list: of dimensions, pillars, criteria, incentives."""

    __tablename__ = "framework"

    kind: Mapped[str] = mapped_column(Text, comment="What it is a list of")
    label: Mapped[str] = mapped_column(Text, comment="Which version it is, as v1")
    items: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="In order: [{code, name_th, name_en, text, compulsory, value, unit}], unknown members left out"
    )
    note: Mapped[str | None] = mapped_column(Text, comment="What a reader must know about this version")
    resolution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("resolution.id"), index=True, comment="The resolution that decided it, where one did"
    )
    plan_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("plan.id"), index=True, comment="The plan that it belongs to, where it belongs to one"
    )

    __table_args__ = (
        *titled_rules("framework"),
        *valid_rules(),
        *by_day("framework", "valid_from_on"),
        one_of("kind", *KINDS),
        UniqueConstraint("kind", "label"),
    )
