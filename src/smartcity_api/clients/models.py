"""The tables of API clients, of their keys, and of the answers that repeated requests get again."""

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
    LargeBinary,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.identity.roles import Role
from smartcity_api.kit.columns import one_of
from smartcity_api.kit.models import Base


class Client(Base):
    """A program or a person that calls with keys of its own."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Opaque key; the audit trail names it")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="What it is, for those who manage clients")
    role: Mapped[str] = mapped_column(Text, comment="Whom it acts as")
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="The organisation whose proposals are its own"
    )
    scopes: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Permissions that its keys leave of the role's; null leaves all"
    )
    source_system: Mapped[str | None] = mapped_column(
        Text, unique=True, comment="The system whose rows are its own in imports; null: one of its organisation"
    )
    paused_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="Since when its keys are refused for the time being"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="Since when its keys are refused for ever"
    )
    version: Mapped[int] = mapped_column(
        Integer, server_default="1", server_onupdate=FetchedValue(), comment="Raised by one at every change"
    )
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When it was made"
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        server_onupdate=FetchedValue(),
        comment="When it was last changed",
    )

    __table_args__ = (
        one_of("role", *(role for role in Role if role is not Role.PUBLIC)),
        CheckConstraint("role <> 'agency' OR organisation_id IS NOT NULL", name="an_agency_has_its_organisation"),
        CheckConstraint("smartcity_is_clean(name)", name="name_is_clean"),
        CheckConstraint(
            "smartcity_is_clean(source_system) AND source_system NOT LIKE '%/%'",
            name="source_system_is_a_name",
        ),
    )


class ApiKey(Base):
    """A key of a client; only its hash is here."""

    __tablename__ = "api_key"

    prefix: Mapped[str] = mapped_column(Text, primary_key=True, comment="Its first letters, by which it is looked up")
    client_id: Mapped[UUID] = mapped_column(
        ForeignKey("client.id", ondelete="CASCADE"), index=True, comment="Whose it is"
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the whole key")
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When it was issued"
    )
    expires_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="From when on it is refused; null when it does not expire"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="Since when it is refused for ever"
    )
    last_used_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it was last used, to the hour: not every request writes it"
    )

    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest_is_sha256"),)


class IdempotentAnswer(Base):
    """What a request with an Idempotency-Key was answered, kept with its effect in one transaction, for seven days."""

    __tablename__ = "idempotent_answer"

    actor: Mapped[str] = mapped_column(Text, primary_key=True, comment="Who sent it")
    key: Mapped[str] = mapped_column(Text, primary_key=True, comment="The Idempotency-Key")
    fingerprint: Mapped[bytes] = mapped_column(
        LargeBinary, comment="SHA-256 of method, path, query, precondition and content"
    )
    status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status of the answer")
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="Its header fields")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, comment="Its content")
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When it was answered"
    )

    __table_args__ = (Index("ix_idempotent_answer_created_at", "created_at"),)
