"""The tables of plans, targets and activities."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Titled, is_day, one_of, titled_rules
from smartcity_api.kit.models import Base, Record, by_day
from smartcity_api.sources.models import COMPARATORS

PLAN_KINDS = ("master_plan", "action_plan", "phase_plan", "development_plan")
PLAN_STATUSES = ("announced", "approved", "approved_in_principle", "ordered")
ACTIVITY_KINDS = ("event", "course", "ambassadors", "workstream", "visit", "seminar", "network_project", "network")


class Plan(Titled, Record, Base):
    """A plan of the programme, or of the nation for it; a newer version is a plan of its own."""

    __tablename__ = "plan"

    kind: Mapped[str] = mapped_column(Text, comment="What sort of plan it is")
    status: Mapped[str] = mapped_column(Text, comment="What was done about it")
    decided_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) of that decision; null when not known")
    starts_on: Mapped[str | None] = mapped_column(Text, comment="Beginning (EDTF) of its period")
    ends_on: Mapped[str | None] = mapped_column(Text, comment="End (EDTF) of its period")
    renamed_from: Mapped[str | None] = mapped_column(Text, comment="The title that it had before, if it was renamed")
    resolution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("resolution.id"), index=True, comment="The resolution about it, where there is one"
    )
    supersedes_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("plan.id"), index=True, comment="The earlier version that it replaces"
    )

    __table_args__ = (
        *titled_rules("plan"),
        one_of("kind", *PLAN_KINDS),
        one_of("status", *PLAN_STATUSES),
        is_day("decided_on"),
        is_day("starts_on"),
        is_day("ends_on"),
        *by_day("plan", "decided_on"),
    )


class Target(Titled, Record, Base):
    """What a plan wants to reach by when."""

    __tablename__ = "target"

    plan_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("plan.id"), index=True, comment="The plan that sets it; null for a statement outside of plans"
    )
    position: Mapped[int | None] = mapped_column(Integer, comment="Its phase or place in the plan, from 1")
    stated_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) on which it was stated")
    metric: Mapped[str] = mapped_column(Text, comment="What is counted, as areas, provinces, investment")
    comparator: Mapped[str] = mapped_column(Text, server_default="=", comment="How the value is meant")
    value: Mapped[Decimal] = mapped_column(Numeric, comment="How much")
    unit: Mapped[str | None] = mapped_column(Text, comment="Unit of the value, as THB")
    starts_on: Mapped[str | None] = mapped_column(Text, comment="Beginning (EDTF) of the phase")
    deadline_on: Mapped[str | None] = mapped_column(Text, comment="By when (EDTF)")
    within: Mapped[str | None] = mapped_column(Text, comment="By when as a duration (ISO 8601), as P5Y")
    subject_type: Mapped[str | None] = mapped_column(Text, comment="Path segment of the record it is about, if of one")
    subject_id: Mapped[str | None] = mapped_column(Text, comment="That record's key in its path")

    __table_args__ = (
        *titled_rules("target"),
        one_of("comparator", *COMPARATORS),
        is_day("stated_on"),
        is_day("starts_on"),
        is_day("deadline_on"),
        *by_day("target", "deadline_on"),
        CheckConstraint("within ~ '^P[1-9][0-9]{0,3}[DMY]$'", name="within_is_a_duration"),
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject_is_whole"),
        Index("ix_target_subject", "subject_type", "subject_id"),
    )


class Activity(Titled, Record, Base):
    """What was done: an event, a course, a visit, a workstream, a network's project."""

    __tablename__ = "activity"

    kind: Mapped[str] = mapped_column(Text, comment="What sort of activity it is")
    position: Mapped[int | None] = mapped_column(Integer, comment="Its place in its source's list, from 1")
    description: Mapped[str | None] = mapped_column(Text, comment="What was done, in short")
    subject_type: Mapped[str | None] = mapped_column(Text, comment="Path segment of the record it is about, if of one")
    subject_id: Mapped[str | None] = mapped_column(Text, comment="That record's key in its path")
    starts_on: Mapped[str | None] = mapped_column(Text, comment="First day (EDTF); null when not known")
    ends_on: Mapped[str | None] = mapped_column(Text, comment="Last day (EDTF); null when not known")
    provinces: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Codes of the provinces it took place in or for"
    )
    organisations: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Ids of the organisations that took part"
    )
    figures: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="[{metric, comparator, value, unit}]"
    )

    __table_args__ = (
        *titled_rules("activity"),
        one_of("kind", *ACTIVITY_KINDS),
        is_day("starts_on"),
        is_day("ends_on"),
        *by_day("activity", "starts_on"),
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject_is_whole"),
        Index("ix_activity_subject", "subject_type", "subject_id"),
        Index("ix_activity_provinces", "provinces", postgresql_using="gin"),
    )
