"""The table of links between records that are, in part or in time, the same area."""

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import one_of
from smartcity_api.kit.models import Base, Record

LINKED = ("pilot-areas", "promotion-zones", "proposals", "certified-cities")
TYPES = ("became", "part_of", "same_area_as")
CONFIDENCES = ("documented", "assumed")


class Link(Record, Base):
    """One record became, is part of, or is the same area as another; a city's own proposal is not repeated here."""

    __tablename__ = "link"

    type: Mapped[str] = mapped_column(
        Text, comment="became, part_of or same_area_as, read from the first to the second"
    )
    from_type: Mapped[str] = mapped_column(Text, comment="Path segment of the first record's resource")
    from_id: Mapped[str] = mapped_column(Text, comment="The first record's key")
    to_type: Mapped[str] = mapped_column(Text, comment="Path segment of the second record's resource")
    to_id: Mapped[str] = mapped_column(Text, comment="The second record's key")
    confidence: Mapped[str] = mapped_column(Text, comment="documented by a source, or assumed")

    __table_args__ = (
        one_of("type", *TYPES),
        one_of("from_type", *LINKED),
        one_of("to_type", *LINKED),
        one_of("confidence", *CONFIDENCES),
        UniqueConstraint("type", "from_type", "from_id", "to_type", "to_id"),
        CheckConstraint("(from_type, from_id) <> (to_type, to_id)", name="it_links_two_records"),
        Index("ix_link_to", "to_type", "to_id"),
        Index("ix_link_from", "from_type", "from_id"),
    )
