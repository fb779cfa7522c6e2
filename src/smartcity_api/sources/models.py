"""The table of sources."""

from sqlalchemy import CheckConstraint, Computed, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.models import FOLDED, THAI, Base, Record, searchable


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
