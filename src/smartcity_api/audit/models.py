"""The tables of the audit trail: what changed, the blocks that seal it, and the tables whose rows it tells of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import one_of
from smartcity_api.kit.models import Base

OPS = ("insert", "update", "delete")


class AuditedTable(Base):
    """A table whose rows the trail tells of; written by `smartcity_attach_audit`."""

    __tablename__ = "audited_table"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="Its name")
    resource: Mapped[str] = mapped_column(Text, unique=True, comment="What its rows are called in the trail")
    parts: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="The columns of the key that the trail knows a row by"
    )
    hidden: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="The columns that the trail leaves out")


class AuditEntry(Base):
    """One change of one row; written by triggers, numbered by the sealer, and never changed."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(
        BigInteger,
        Identity(),
        primary_key=True,
        comment="In the order of writing; others may be committed later",
    )
    resource: Mapped[str] = mapped_column(
        Text, comment="Path segment of the resource, or what a part of records is called"
    )
    subject_id: Mapped[str] = mapped_column(Text, comment="The key of the row")
    op: Mapped[str] = mapped_column(Text, comment="insert, update or delete")
    version: Mapped[int | None] = mapped_column(
        Integer, comment="The row's version after the change, of a deleted row its last; null where rows have none"
    )
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), comment="When it was changed, by the database's clock"
    )
    actor: Mapped[str] = mapped_column(Text, comment="Who: the service's caller, else role/ and the database's user")
    request_id: Mapped[str | None] = mapped_column(
        Text, comment="The request that changed it; null outside the service"
    )
    reason: Mapped[str | None] = mapped_column(Text, comment="Why, where somebody said so")
    after: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True),
        deferred=True,
        comment="The row after the change, geometry as GeoJSON; null when it was deleted",
    )
    served: Mapped[bool] = mapped_column(
        Boolean, comment="Whether the resource has a path of its own, so that the feed of changes tells of it"
    )
    public_before: Mapped[bool] = mapped_column(Boolean, comment="Whether anybody could see the row before")
    public_after: Mapped[bool] = mapped_column(Boolean, comment="Whether anybody can see the row after")
    organisation_before: Mapped[UUID | None] = mapped_column(
        Uuid, comment="Who could see it before even though it was not public"
    )
    organisation_after: Mapped[UUID | None] = mapped_column(
        Uuid, comment="Who can see it after even though it is not public"
    )
    number: Mapped[int | None] = mapped_column(
        BigInteger,
        unique=True,
        comment="Its place in the trail, without gaps, given once it was committed; null until then",
    )
    hash: Mapped[bytes | None] = mapped_column(LargeBinary, comment="SHA-256 of all the rest")

    __table_args__ = (
        one_of("op", *OPS),
        Index("ix_audit_entry_actor", "actor", "number"),
        Index("ix_audit_entry_subject", "resource", "subject_id", "id"),
        Index("ix_audit_entry_unsealed", "id", postgresql_where=text("number IS NULL")),
        Index("ix_audit_entry_public", "number", postgresql_where=text("served AND (public_before OR public_after)")),
        Index(
            "ix_audit_entry_concerned",
            "organisation_after",
            "number",
            postgresql_where=text("served AND organisation_after IS NOT NULL"),
        ),
        Index(
            "ix_audit_entry_formerly",
            "organisation_before",
            "number",
            postgresql_where=text("served AND organisation_before IS NOT NULL"),
        ),
    )


class AuditBlock(Base):
    """A run of entries, chained to the run before it by its hash."""

    __tablename__ = "audit_block"

    number: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="Its place in the chain, from 1"
    )
    first: Mapped[int] = mapped_column(BigInteger, comment="Number of its first entry")
    last: Mapped[int] = mapped_column(BigInteger, comment="Number of its last entry")
    entries: Mapped[int] = mapped_column(Integer, comment="How many it has")
    previous: Mapped[bytes] = mapped_column(LargeBinary, comment="Hash of the block before; of nothing for the first")
    hash: Mapped[bytes] = mapped_column(
        LargeBinary, unique=True, comment="SHA-256 of the hash before, its own numbers, and its entries' hashes"
    )
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="When it was sealed")

    __table_args__ = (Index("ix_audit_block_sealed_at", "sealed_at"),)
