"""The tables of comments, assessments and contacts of proposals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    FetchedValue,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import one_of
from smartcity_api.kit.models import Base

VISIBILITIES = ("internal", "applicant")


class Part:
    """A row that belongs to one proposal, and goes with it when a draft is deleted."""

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Opaque key; their order is that of filing")
    proposal_id: Mapped[UUID] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), comment="The proposal that it belongs to"
    )
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When it was recorded here"
    )


class Versioned:
    """What can be changed; both columns belong to the trigger function `smartcity_touch_record`."""

    version: Mapped[int] = mapped_column(
        Integer, server_default="1", server_onupdate=FetchedValue(), comment="Raised by one at every change"
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        server_onupdate=FetchedValue(),
        comment="When it was last changed here",
    )


class Comment(Part, Versioned, Base):
    """What somebody says about a proposal; never changed, at most struck out."""

    __tablename__ = "comment"

    visibility: Mapped[str] = mapped_column(Text, comment="internal, or to the applicant as well")
    text: Mapped[str] = mapped_column(Text, comment="What is said")
    author: Mapped[str] = mapped_column(Text, comment="Who says it, as the audit trail names him")
    author_role: Mapped[str] = mapped_column(Text, comment="Whom he acted as")
    struck_out_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it was struck out; null while it stands"
    )
    struck_out_by: Mapped[str | None] = mapped_column(Text, comment="Who struck it out")
    struck_out_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was struck out")

    __table_args__ = (
        one_of("visibility", *VISIBILITIES),
        CheckConstraint(
            "num_nulls(struck_out_at, struck_out_by, struck_out_reason) IN (0, 3)", name="striking_out_is_whole"
        ),
        Index("ix_comment_proposal_id", "proposal_id", "id"),
    )


class Assessment(Part, Base):
    """What one reviewer makes of a submitted plan; never changed, a later one of his supersedes it."""

    __tablename__ = "assessment"

    submission_id: Mapped[UUID] = mapped_column(
        comment="What submitted the plan: the act, or the source that states it"
    )
    round: Mapped[int] = mapped_column(SmallInteger, comment="How often a plan had been submitted by then")
    reviewer: Mapped[str] = mapped_column(Text, comment="Who assesses, as the audit trail names him")
    revision: Mapped[int] = mapped_column(SmallInteger, comment="His how many-th of this plan; the last one counts")
    framework_id: Mapped[UUID] = mapped_column(
        ForeignKey("framework.id"), index=True, comment="The version of the criteria"
    )
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="By criterion: {code: {score, text}}, 0 to 100")

    __table_args__ = (
        Index("ix_assessment_of_plan", "proposal_id", "submission_id", "reviewer", "revision", unique=True),
        CheckConstraint("round > 0 AND revision > 0", name="it_counts_from_one"),
    )


class Contact(Part, Versioned, Base):
    """Whom to ask about a proposal: personal data, nowhere else, and gone when erased.

    No rule of the database looks at what is personal: PostgreSQL would write a refused row into its log.
    """

    __tablename__ = "contact"

    name: Mapped[str] = mapped_column(Text, comment="The person's name")
    position: Mapped[str | None] = mapped_column(Text, comment="The office that the person holds")
    email: Mapped[str | None] = mapped_column(Text, comment="Where the person reads")
    phone: Mapped[str | None] = mapped_column(Text, comment="Where the person answers")

    __table_args__ = (Index("ix_contact_proposal_id", "proposal_id", "id"),)


PERSONAL = ("name", "position", "email", "phone")
"""The columns of a contact that the audit trail leaves out."""
