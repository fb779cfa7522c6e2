"""The tables of calls and proposals."""

from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.history.lifecycle import ORIGINS, STAGES
from smartcity_api.kit.areas import CityType, Dimension
from smartcity_api.kit.columns import Keyed, Titled, all_of, is_day, keyed_rules, one_of, titled_rules
from smartcity_api.kit.models import Base, Record, by_day
from smartcity_api.provinces.models import Footprint, footprint_rules


class Call(Titled, Record, Base):
    """A round of applications."""

    __tablename__ = "call"

    name: Mapped[str | None] = mapped_column(Text, unique=True, comment="n/BE-year, as 1/2563; null when not known")
    opens_on: Mapped[str | None] = mapped_column(Text, comment="First day (EDTF); null when not known")
    closes_on: Mapped[str | None] = mapped_column(Text, comment="Last day (EDTF); null when not known")

    __table_args__ = (
        *titled_rules("call"),
        is_day("opens_on"),
        is_day("closes_on"),
        *by_day("call", "opens_on"),
        CheckConstraint("name ~ '^[1-9][0-9]{0,2}/2[45][0-9]{2}$'", name="name_is_n_of_a_buddhist_year"),
    )


BY_PROVINCE = {
    "stage": ("stage", "display_title", "id"),
    **{name: (name, "id") for name in ("display_title", "created_at", "updated_at")},
}
"""How the proposals of a province are asked for: an index of an array knows no order."""


class Proposal(Titled, Footprint, Keyed, Record, Base):
    """An area's plan on its way through screening, promotion zone, assessment and approval."""

    __tablename__ = "proposal"

    origin: Mapped[str] = mapped_column(
        Text, server_default="application", comment="Who recorded it: register (the loader alone) or application"
    )
    stage: Mapped[str] = mapped_column(
        Text, server_default="draft", comment="Stage of its last event; written by the history's trigger alone"
    )
    is_public: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Its history has held in_promotion_zone or a later stage; written by the history's trigger alone",
    )
    reference_number: Mapped[str | None] = mapped_column(Text, unique=True, comment="The secretariat's number for it")
    call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("call.id"), index=True, comment="The round that it answered; null when not known"
    )
    proponent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="Who proposes; null where no source names one"
    )
    city_types: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="livable, newable or both; empty when not known"
    )
    dimensions: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Codes of the smart dimensions it pursues; empty when not known"
    )
    budget_thb: Mapped[Decimal | None] = mapped_column(Numeric(18, 2), comment="Budget in baht")
    population: Mapped[int | None] = mapped_column(BigInteger, comment="People who live in the area")
    criteria: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default="{}", comment="What it says to each of the five criteria: {code: text}"
    )
    documents: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="[{title, url, sha256?, media_type?, size?}]"
    )

    __table_args__ = (
        *titled_rules("proposal"),
        *footprint_rules("proposal"),
        one_of("origin", *ORIGINS),
        one_of("stage", *STAGES),
        all_of("city_types", *get_args(CityType)),
        all_of("dimensions", *get_args(Dimension)),
        *keyed_rules(),
        CheckConstraint("budget_thb >= 0 AND population >= 0", name="figures_are_not_negative"),
        Index("ix_proposal_stage", "stage", "display_title", "id"),
        Index("ix_proposal_public_stage", "stage", "display_title", "id", postgresql_where=text("is_public")),
        Index("ix_proposal_created_at", "created_at", "id"),
        *(
            Index(f"ix_proposal_public_{name}", name, "id", postgresql_where=text("is_public"))
            for name in ("display_title", "created_at", "updated_at")
        ),
        Index(
            "ix_proposal_public_shape",
            text("(coalesce(boundary, location))"),
            postgresql_using="gist",
            postgresql_where=text("is_public"),
        ),
        *(
            Index(f"ix_proposal_{place}_{name}", text(f"(provinces[{n}])"), *columns, postgresql_where=where)
            for n, place, where in (
                (1, "first_province", None),
                (2, "second_province", text("provinces[2] IS NOT NULL")),
            )
            for name, columns in BY_PROVINCE.items()
        ),
        Index(
            "ix_proposal_further_provinces",
            text("(provinces[3:])"),
            postgresql_using="gin",
            postgresql_where=text("provinces[3] IS NOT NULL"),
        ),
    )
