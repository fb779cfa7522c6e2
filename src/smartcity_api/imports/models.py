"""The tables of imports and of their rows; technical ones, which the audit trail does not tell of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import one_of
from smartcity_api.kit.geometry import multipolygon, point
from smartcity_api.kit.models import Base

KINDS = ("proposals", "milestones", "footprints", "organisations")
STATUSES = ("received", "validating", "validated", "applying", "applied", "failed", "cancelled")
AT_WORK = ("received", "validating", "applying")
"""Where a worker has something to do."""
STATES = ("new", "changed", "unchanged", "error")


class Import(Base):
    """A file that was sent, what is to become of it, and how far that is."""

    __tablename__ = "import"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Opaque key; their order is that of arrival")
    kind: Mapped[str] = mapped_column(Text, comment="What its rows are")
    mode: Mapped[str] = mapped_column(Text, comment="atomic: all rows or none; partial: the good ones")
    apply: Mapped[str] = mapped_column(Text, comment="manual: only when asked; auto: once it was looked at")
    follow_up: Mapped[str] = mapped_column(Text, comment="none, or submit: submit what is complete then")
    era: Mapped[str] = mapped_column(Text, comment="ce or be: the era that its years are of")
    source_system: Mapped[str | None] = mapped_column(Text, comment="The system of rows that name none")
    layer: Mapped[str | None] = mapped_column(Text, comment="The layer or sheet that was asked for; null: the only one")
    status: Mapped[str] = mapped_column(Text, server_default="received", comment="Where it stands")
    failure: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="Why it failed: {code, en, th, line?}"
    )
    actor: Mapped[str] = mapped_column(Text, comment="Who sent it, as the audit trail names him")
    acting: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="As whom: {name, role, organisation_id, scopes, source_system}"
    )
    request_id: Mapped[str | None] = mapped_column(Text, comment="The request that brought it")
    file_name: Mapped[str | None] = mapped_column(Text, comment="What the sender calls the file")
    media_type: Mapped[str | None] = mapped_column(Text, comment="What the sender says that it is")
    size: Mapped[int] = mapped_column(BigInteger, comment="Bytes of the file")
    sha256: Mapped[str] = mapped_column(Text, comment="SHA-256 of the file")
    format: Mapped[str | None] = mapped_column(Text, comment="What the file is; null until it was opened")
    about: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default="{}", comment="How the file was read: {encoding, delimiter, layer, crs, columns, notices}"
    )
    counts: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        server_default="{}",
        comment="{rows, new, changed, unchanged, warnings, errors, created, updated, submitted}",
    )
    progress: Mapped[int] = mapped_column(SmallInteger, server_default="0", comment="Percent of what it is doing")
    applied_through: Mapped[int] = mapped_column(
        Integer, server_default="0", comment="The last row that was written, where good rows are written bit by bit"
    )
    leased_by: Mapped[UUID | None] = mapped_column(comment="Which run works on it")
    leased_until: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When another may take it up"
    )
    attempts: Mapped[int] = mapped_column(
        SmallInteger, server_default="0", comment="How often it was taken up since it last got on"
    )
    version: Mapped[int] = mapped_column(
        Integer, server_default="1", comment="Raised by one whenever it stands elsewhere"
    )
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When it was received"
    )
    validated_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When all of it had been looked at"
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it was applied, failed or was cancelled"
    )

    __table_args__ = (
        one_of("kind", *KINDS),
        one_of("mode", "atomic", "partial"),
        one_of("apply", "manual", "auto"),
        one_of("follow_up", "none", "submit"),
        one_of("era", "ce", "be"),
        one_of("status", *STATUSES),
        Index("ix_import_actor", "actor", "id"),
        Index("ix_import_waiting", "id", postgresql_where=text("status IN ('received', 'validating', 'applying')")),
    )


class ImportRow(Base):
    """A row of an import as it was read, and what applying it would do."""

    __tablename__ = "import_row"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True, comment="The import that it is part of"
    )
    number: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="Its line, row or place in the file"
    )
    source_system: Mapped[str | None] = mapped_column(Text, comment="The system that it comes from")
    external_id: Mapped[str | None] = mapped_column(Text, comment="Its key in that system")
    id: Mapped[UUID | None] = mapped_column(comment="The record that the file says it is")
    expected: Mapped[int | None] = mapped_column(
        Integer, comment="The version of the record that the file was made from"
    )
    told: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="Its values by the columns of the record")
    gives: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="The geometries that it tells of, boundary and location"
    )
    boundary: Mapped[WKBElement | None] = mapped_column(multipolygon(), comment="Its boundary, WGS 84")
    location: Mapped[WKBElement | None] = mapped_column(point(), comment="Its point, WGS 84")
    state: Mapped[str] = mapped_column(Text, comment="What applying it would do")
    record_id: Mapped[UUID] = mapped_column(comment="The record that it is, or becomes")
    faults: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB,
        server_default="[]",
        comment="[{severity, code, en, th, column?, pointer?, value?, suggestion?}]",
    )

    __table_args__ = (
        one_of("state", *STATES),
        Index("ix_import_row_faults", "import_id", "state", "number", postgresql_where=text("faults <> '[]'")),
    )
