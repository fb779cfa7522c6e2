"""What every table shares: constraint names, and the columns of a record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, FetchedValue, Index, Integer, MetaData, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

THAI = Text(collation="th-x-icu")
"""Text that sorts as Thai dictionaries do: a leading vowel after its consonant. ICU knows how, libc does not."""


class Base(DeclarativeBase):
    """Constraint names are part of the API (problem details cite them), so they follow one convention."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class Record:
    """A row that the API serves: a stable id, a version that every change raises, and the sources that it rests on.

    `version` and `updated_at` belong to the trigger function `smartcity_touch_record`: a change in psql counts too.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Opaque key, the same in every installation")
    version: Mapped[int] = mapped_column(
        Integer, server_default="1", server_onupdate=FetchedValue(), comment="Raised by one at every change"
    )
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), comment="When the row was recorded here"
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        server_default=func.now(),
        server_onupdate=FetchedValue(),
        comment="When the row was last changed here",
    )
    sources: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB,
        server_default="[]",
        comment="What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists",
    )


def searchable(table: str) -> Index:
    """The trigram index behind `q` and /v1/search, over the folded names of a table."""
    return Index(
        f"ix_{table}_names_folded",
        "names_folded",
        postgresql_using="gin",
        postgresql_ops={"names_folded": "gin_trgm_ops"},
    )


def spatial(table: str, column: str) -> Index:
    """A GiST index with a name of ours."""
    return Index(f"ix_{table}_{column}", column, postgresql_using="gist")


def by_day(table: str, column: str) -> tuple[Index, Index]:
    """The indexes behind `Dated`, a sort by an EDTF column: unknown days are last, upwards and downwards."""
    return _both_ways(table, column, f"smartcity_last_day({column})", "date")


def by_number(table: str, column: str) -> tuple[Index, Index]:
    """The indexes behind `Counted`, a sort by a number: unknown ones are last, upwards and downwards."""
    return _both_ways(table, column, column, "numeric")


def _both_ways(table: str, column: str, value: str, kind: str) -> tuple[Index, Index]:
    up = Index(f"ix_{table}_{column}_up", text(f"coalesce({value}, 'infinity'::{kind})"), "id")
    down = Index(f"ix_{table}_{column}_down", text(f"coalesce({value}, '-infinity'::{kind})"), "id")
    return up, down


def valid_boundary(column: str) -> CheckConstraint:
    """The database's own gate: no empty and no self-crossing boundary gets in, by whatever way."""
    return CheckConstraint(f"ST_IsValid({column}) AND NOT ST_IsEmpty({column})", name=f"{column}_is_valid")


FOLDED = Text(collation="C")
"""Folded text is compared byte by byte: it only feeds LIKE and trigrams."""
