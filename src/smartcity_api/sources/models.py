"""The tables of sources and of what they claim."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import is_day, one_of
from smartcity_api.kit.models import FOLDED, THAI, Base, Record, by_day, searchable


class Source(Record, Base):
    """A document or data set: where a fact was read."""

    __tablename__ = "source"

    slug: Mapped[str] = mapped_column(Text, unique=True, comment="Short stable name in the register's files")
    title: Mapped[str] = mapped_column(THAI, comment="Title, in the source's own language")
    publisher: Mapped[str | None] = mapped_column(Text, comment="Who published it; null when not known")
    dated_on: Mapped[str | None] = mapped_column(
        Text, comment="EDTF level 0 date, Common Era; null when it carries none"
    )
    url: Mapped[str | None] = mapped_column(Text, comment="Where it can be read")
    reference: Mapped[str | None] = mapped_column(
        Text, comment="What identifies it otherwise: file name, or package with version and hash"
    )
    reliability: Mapped[str] = mapped_column(
        Text, comment="A official text, B press or agency, C secondary, D never alone"
    )
    licence: Mapped[str | None] = mapped_column(Text, comment="Licence of what was taken from it")
    attribution: Mapped[str | None] = mapped_column(Text, comment="The words to show where its data are shown")
    names_folded: Mapped[str] = mapped_column(
        FOLDED,
        Computed("smartcity_fold_names(title, coalesce(publisher, ''), ARRAY[slug])", persisted=True),
        deferred=True,
        comment="Title, publisher and slug, one a line, folded for search",
    )

    __table_args__ = (
        CheckConstraint("reliability IN ('A', 'B', 'C', 'D')", name="reliability_is_known"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_is_kebab_case"),
        CheckConstraint(
            "dated_on ~ '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'", name="dated_on_is_edtf"
        ),
        CheckConstraint("url IS NOT NULL OR reference IS NOT NULL", name="it_can_be_found"),
        Index("ix_source_title", "title", "id"),
        Index("ix_source_updated_at", "updated_at", "id"),
        searchable("source"),
    )


COMPARATORS = ("=", ">", ">=", "<", "<=", "~")


class Claim(Record, Base):
    """What one source states; conflicting claims live side by side, each beside our own count."""

    __tablename__ = "claim"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True, comment="Who states it")
    metric: Mapped[str] = mapped_column(
        Text, comment="What is counted or said, as areas, provinces, people_trained, value_added"
    )
    of: Mapped[str | None] = mapped_column(
        Text, comment="Path segment of the resource that is counted; null for what the register does not count"
    )
    comparator: Mapped[str] = mapped_column(Text, server_default="=", comment="How the value is meant; ~ is about")
    value: Mapped[Any] = mapped_column(JSONB, comment="A number, a day or a text, or an ordered list of {type, id}")
    unit: Mapped[str | None] = mapped_column(Text, comment="Unit of the value, as THB or people")
    as_of: Mapped[str | None] = mapped_column(Text, comment="The day (EDTF) that the statement is about")
    stage: Mapped[str | None] = mapped_column(Text, comment="The stage or status that is counted, where one is meant")
    reached: Mapped[str | None] = mapped_column(Text, comment="The stage or event that was reached, where one is meant")
    city_type: Mapped[str | None] = mapped_column(Text, comment="The city type that is counted, where one is meant")
    subject_type: Mapped[str | None] = mapped_column(Text, comment="Path segment of the one record it is about")
    subject_id: Mapped[str | None] = mapped_column(Text, comment="That record's key in its path")
    quote: Mapped[str | None] = mapped_column(Text, comment="The source's own words")
    note: Mapped[str | None] = mapped_column(Text, comment="What a reader must know: a conflict, a slip, an inference")
    names_folded: Mapped[str] = mapped_column(
        FOLDED,
        Computed("smartcity_fold_names(metric, quote, ARRAY[note])", persisted=True),
        deferred=True,
        comment="Metric, quote and note, one a line, folded for search",
    )

    __table_args__ = (
        is_day("as_of"),
        *by_day("claim", "as_of"),
        one_of("comparator", *COMPARATORS),
        one_of("city_type", "livable", "newable"),
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject_is_whole"),
        Index("ix_claim_subject", "subject_type", "subject_id"),
        Index(
            "ix_claim_listed",
            "value",
            postgresql_using="gin",
            postgresql_ops={"value": "jsonb_path_ops"},
            postgresql_where=text("jsonb_typeof(value) = 'array'"),
        ),
        Index("ix_claim_metric", "metric", "id"),
        Index("ix_claim_updated_at", "updated_at", "id"),
        searchable("claim"),
    )
