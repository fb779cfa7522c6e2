"""The tables of events, of the periods that follow from them, and of the rules that they obey."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.history.lifecycle import CITY_EVENTS, STAGES
from smartcity_api.kit.columns import is_day, one_of
from smartcity_api.kit.models import Base

SUBJECTS = ("proposals", "certified-cities")


class Procedure(Base):
    """The rules of a time. Only the owner may change when they became strict."""

    __tablename__ = "procedure"

    code: Mapped[str] = mapped_column(Text, primary_key=True, comment="The Buddhist year in which it began")
    in_force_from: Mapped[date] = mapped_column(Date, unique=True, comment="First day; it ends where the next begins")
    strict_from: Mapped[date] = mapped_column(
        Date, comment="From this day on the register's own history must be gapless too"
    )
    basis: Mapped[str] = mapped_column(Text, comment="The order, announcement or resolution that it rests on")


class LifecycleMove(Base):
    """`history.lifecycle.MOVES` as rows, for the trigger that judges events."""

    __tablename__ = "lifecycle_move"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Its line in MOVES")
    subject_type: Mapped[str] = mapped_column(Text, comment="What moves")
    from_stage: Mapped[str | None] = mapped_column(Text, comment="From where; null at the beginning, * from anywhere")
    kind: Mapped[str] = mapped_column(Text, comment="act or decision")
    by: Mapped[str | None] = mapped_column(Text, comment="Who acts, or which body decides; null for any recorded body")
    action: Mapped[str] = mapped_column(Text, comment="What is done")
    to_stage: Mapped[str] = mapped_column(Text, comment="To where")
    procedure: Mapped[str | None] = mapped_column(Text, comment="Under which rules; null under all")
    after_zone: Mapped[bool | None] = mapped_column(
        Boolean, comment="Only after (true) or before (false) the promotion zone; null for both"
    )
    register_only: Mapped[bool] = mapped_column(Boolean, comment="Only in the register's own loose history")


class Act(Base):
    """What an applicant or the secretariat did to move a subject; never changed."""

    __tablename__ = "act"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Opaque key")
    subject_type: Mapped[str] = mapped_column(Text, comment="What moves")
    subject_id: Mapped[UUID] = mapped_column(comment="Its id")
    by: Mapped[str] = mapped_column(Text, comment="applicant or secretariat")
    action: Mapped[str] = mapped_column(Text, comment="What was done")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why; required for returning, rejecting and backdating")
    recorded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp(), comment="When it was recorded here"
    )

    __table_args__ = (
        one_of("subject_type", *SUBJECTS),
        one_of("by", "applicant", "secretariat"),
        CheckConstraint("action NOT IN ('return', 'reject') OR reason IS NOT NULL", name="it_has_its_reason"),
        Index("ix_act_subject", "subject_type", "subject_id"),
    )


class Event(Base):
    """One step in the history of a subject. The highest revision counts; nothing is changed, nothing is deleted."""

    __tablename__ = "event"

    subject_type: Mapped[str] = mapped_column(Text, primary_key=True, comment="proposals or certified-cities")
    subject_id: Mapped[UUID] = mapped_column(primary_key=True, comment="Its id")
    revision: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="Which writing of the whole history, from 1"
    )
    seq: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="Its place in that history, from 1"
    )
    stage: Mapped[str] = mapped_column(Text, comment="A proposal's stage after it; for a city, what happened")
    effective_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF) from which it holds; null when unknown")
    counts_from: Mapped[date | None] = mapped_column(
        Date, comment="First day whose end it counts on: its last day, or a later one before it; set by the trigger"
    )
    opened_by_kind: Mapped[str] = mapped_column(Text, comment="decision, act or statement (of a source)")
    opened_by_id: Mapped[UUID] = mapped_column(comment="Id of the decision, the act or the source")
    award_year: Mapped[int | None] = mapped_column(
        SmallInteger, comment="CE year that an award was given for; it may differ from the ceremony's"
    )
    note: Mapped[str | None] = mapped_column(Text, comment="What the source leaves open")
    sources: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="What it rests on: [{source_id, field?, quote?, locator?, note?}]"
    )
    recorded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.clock_timestamp(),
        comment="When it was recorded here: the database's clock and nobody else's",
    )

    __table_args__ = (
        is_day("effective_on"),
        one_of("subject_type", *SUBJECTS),
        one_of("stage", *dict.fromkeys((*STAGES, *CITY_EVENTS))),
        one_of("opened_by_kind", "decision", "act", "statement"),
        CheckConstraint("revision > 0 AND seq > 0", name="it_counts_from_one"),
        Index("ix_event_opened_by", "opened_by_kind", "opened_by_id"),
        Index(
            "ix_event_of_city",
            "stage",
            "counts_from",
            postgresql_where=text("subject_type = 'certified-cities' OR stage IN ('plan_approved', 'certified')"),
        ),
    )


class StagePeriod(Base):
    """From when until when a subject had a stage or status: derived from its events, for asking about a day."""

    __tablename__ = "stage_period"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True, comment="The proposal or the city")
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Its place, from 1")
    subject_type: Mapped[str] = mapped_column(Text, comment="proposals or certified-cities")
    stage: Mapped[str] = mapped_column(Text, comment="The stage, or a city's status")
    reached: Mapped[int | None] = mapped_column(
        SmallInteger, comment="Place on the line of the highest stage that was reached by then; null for cities"
    )
    starts_on: Mapped[date] = mapped_column(Date, comment="First day at whose end it holds")
    ends_before: Mapped[date] = mapped_column(
        Date, server_default="infinity", comment="First day at whose end it holds no more; infinity while it holds"
    )

    __table_args__ = (
        CheckConstraint("starts_on <= ends_before", name="it_ends_after_it_begins"),
        UniqueConstraint("subject_id", "starts_on", "position"),
        # Without the type: its stages and statuses are other ones, and cities have reached nothing on the line.
        Index("ix_stage_period_stage", "stage", "starts_on"),
        Index("ix_stage_period_reached", "reached", "starts_on"),
        Index("ix_stage_period_begun", "starts_on", postgresql_where=text("position = 1")),
    )
