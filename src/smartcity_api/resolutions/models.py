"""The tables of bodies, meetings, resolutions and decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, DateTime, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Named, Titled, Valid, is_day, named_rules, one_of, titled_rules, valid_rules
from smartcity_api.kit.models import FOLDED, Base, Record, by_day, searchable

BODY_KINDS = (
    "committee",
    "subcommittee",
    "working_group",
    "project_management_committee",
    "cabinet",
    "board",
)
MANDATES = ("committee", "subcommittee", "working_group", "board")
"""The parts that bodies have in a procedure; a body without one decides nothing about proposals and cities."""

ACTIONS = (
    "approve",
    "approve_in_principle",
    "acknowledge",
    "consider",
    "announce",
    "order",
    "return",
    "defer",
    "reject",
    "grant",
    "renew",
    "suspend",
    "reinstate",
    "revoke",
)


class Body(Named, Valid, Record, Base):
    """A committee, a subcommittee, a working group, the Cabinet, a board: whoever resolves."""

    __tablename__ = "body"

    kind: Mapped[str] = mapped_column(Text, comment="What it is")
    mandate: Mapped[str | None] = mapped_column(
        Text, comment="Which of a procedure's bodies it is; null when it decides nothing about proposals and cities"
    )
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("body.id"), index=True, comment="The body that appointed it and that it reports to"
    )
    legal_basis: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="[{instrument, number, dated_on, clause, text}], unknown members left out"
    )
    members: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB,
        server_default="[]",
        comment="[{role, name_th, name_en, position, organisation_id}]; role: chair, secretary, joint_secretary, "
        "member or expert; office holders in their office only",
    )
    seats: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="[{category, role, number}] where only numbers are known"
    )

    __table_args__ = (
        *named_rules("body"),
        *valid_rules(),
        *by_day("body", "valid_from_on"),
        one_of("kind", *BODY_KINDS),
        one_of("mandate", *MANDATES),
    )


class Meeting(Record, Base):
    """A sitting of a body."""

    __tablename__ = "meeting"

    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True, comment="The body that sat")
    number: Mapped[str | None] = mapped_column(
        Text, comment="n/BE-year, restarting every year in every body; null when not known"
    )
    held_on: Mapped[str | None] = mapped_column(Text, comment="Day (EDTF); null when not known")
    place: Mapped[str | None] = mapped_column(Text, comment="Where it was held")
    chair: Mapped[str | None] = mapped_column(Text, comment="Who presided, with the office held")
    names_folded: Mapped[str] = mapped_column(
        FOLDED,
        Computed("smartcity_fold_names(number, place, ARRAY[chair])", persisted=True),
        deferred=True,
        comment="Number, place and chair, one a line, folded for search",
    )

    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("number ~ '^[1-9][0-9]{0,2}/2[45][0-9]{2}$'", name="number_is_n_of_a_buddhist_year"),
        is_day("held_on"),
        *by_day("meeting", "held_on"),
        Index("ix_meeting_updated_at", "updated_at", "id"),
        searchable("meeting"),
    )


class Resolution(Titled, Record, Base):
    """What a body resolved in a meeting, or announced by itself."""

    __tablename__ = "resolution"

    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True, comment="The body that resolved")
    meeting_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("meeting.id"), index=True, comment="The meeting; null for an announcement of the body's own"
    )
    number: Mapped[str | None] = mapped_column(Text, comment="The announcement's own number, as 1/2562")
    decided_on: Mapped[str | None] = mapped_column(Text, comment="The meeting's day, or the announcement's (EDTF)")
    item_no: Mapped[str | None] = mapped_column(Text, comment="Number of the agenda item")
    text: Mapped[str | None] = mapped_column(Text, comment="What was resolved, in the source's words or in short")
    document_url: Mapped[str | None] = mapped_column(Text, comment="Where the official document can be read")
    document_sha256: Mapped[str | None] = mapped_column(Text, comment="SHA-256 of that document")
    votes: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="{for, against, abstained}; null when not known"
    )
    supersedes_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("resolution.id"), index=True, comment="The earlier resolution that this one replaces"
    )
    published_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="Since when it is public here; null while it is a draft"
    )

    __table_args__ = (
        *titled_rules("resolution"),
        is_day("decided_on"),
        *by_day("resolution", "decided_on"),
        CheckConstraint("document_sha256 ~ '^[0-9a-f]{64}$'", name="document_sha256_is_a_hash"),
    )


class Decision(Record, Base):
    """What a resolution decides about one subject, or about a number of subjects that it does not name."""

    __tablename__ = "decision"

    resolution_id: Mapped[UUID] = mapped_column(
        ForeignKey("resolution.id"), index=True, comment="The resolution that it is part of"
    )
    position: Mapped[int] = mapped_column(Integer, comment="Its place in the resolution, from 1")
    action: Mapped[str] = mapped_column(Text, comment="What was decided about the subject")
    subject_type: Mapped[str | None] = mapped_column(Text, comment="Path segment of the subject's resource")
    subject_id: Mapped[str | None] = mapped_column(Text, comment="The subject's key in that path")
    text: Mapped[str | None] = mapped_column(Text, comment="What it says where it names no record")
    conditions: Mapped[str | None] = mapped_column(Text, comment="On what terms")
    stated_subjects: Mapped[int | None] = mapped_column(
        Integer, comment="How many subjects it states, where it does not name them all"
    )

    __table_args__ = (
        UniqueConstraint("resolution_id", "position"),
        Index("ix_decision_subject", "subject_type", "subject_id"),
        one_of("action", *ACTIONS),
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject_is_whole"),
        CheckConstraint("subject_id IS NOT NULL OR text IS NOT NULL", name="it_says_something"),
        CheckConstraint("position > 0", name="position_counts_from_one"),
    )
