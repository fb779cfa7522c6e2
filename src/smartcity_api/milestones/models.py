"""The tables of milestones and of the earlier versions of their dates."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Keyed, Titled, is_day, keyed_rules, one_of, titled_rules
from smartcity_api.kit.models import Base, Record, by_day

KINDS = ("plan", "report", "delivery", "review", "other")
STATUSES = ("scheduled", "met", "partially_met", "not_met")

DUE = "coalesce(smartcity_last_day(due_on), 'infinity'::date)"
"""By which what is late and what is due soon is found among those not met, however many were."""


class Milestone(Titled, Keyed, Record, Base):
    """Something due on a day (OCDS milestone)."""

    __tablename__ = "milestone"

    subject_type: Mapped[str] = mapped_column(Text, comment="Path segment of the resource that it is a milestone of")
    subject_id: Mapped[str] = mapped_column(Text, comment="That record's key in its path")
    kind: Mapped[str] = mapped_column(Text, comment="What is due")
    set_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it was set; it exists since then")
    resolution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("resolution.id"), index=True, comment="The resolution that set it, where one did"
    )
    horizon: Mapped[str | None] = mapped_column(
        Text, comment="How far ahead it was set (ISO 8601 duration), as P30D, P5Y, P20Y"
    )
    due_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it is due; null when not known")
    met_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it was met; null before, or unknown")
    status: Mapped[str] = mapped_column(
        Text, server_default="scheduled", comment="OCDS milestone status as far as it is recorded"
    )
    progress: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent done, 0 to 100; null when unknown")
    depends_on: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Ids of milestones that come before it"
    )
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="What shows that it was met: [{title, url, source_id}]"
    )

    __table_args__ = (
        *titled_rules("milestone"),
        *keyed_rules(),
        one_of("kind", *KINDS),
        one_of("status", *STATUSES),
        is_day("set_on"),
        is_day("due_on"),
        is_day("met_on"),
        *by_day("milestone", "due_on"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_a_percentage"),
        CheckConstraint("horizon ~ '^P[1-9][0-9]{0,3}[DMY]$'", name="horizon_is_a_duration"),
        Index("ix_milestone_open", text(DUE), "id", postgresql_where=text("status <> 'met'")),
        Index("ix_milestone_subject", "subject_type", "subject_id"),
        Index("ix_milestone_depends_on", "depends_on", postgresql_using="gin"),
    )


class MilestoneVersion(Base):
    """A milestone's dates as they were recorded before; written by a trigger at every change, never changed."""

    __tablename__ = "milestone_version"

    milestone_id: Mapped[UUID] = mapped_column(
        ForeignKey("milestone.id", ondelete="CASCADE"), primary_key=True, comment="The milestone"
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True, comment="The milestone's version that it was")
    due_on: Mapped[str | None] = mapped_column(Text, comment="When it was due, in that version")
    met_on: Mapped[str | None] = mapped_column(Text, comment="When it was met, in that version")
    status: Mapped[str] = mapped_column(Text, comment="Its status in that version")
    progress: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Its progress in that version")
    recorded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When that version was recorded here"
    )
    reason: Mapped[str | None] = mapped_column(
        Text, comment="Why the milestone was brought to that version; null where nobody said"
    )

    __table_args__ = (Index("ix_milestone_version_milestone_id", "milestone_id", "version"),)
