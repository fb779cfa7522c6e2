"""The loader's memory: what it wrote last, so that it never overwrites what a person changed since."""

from uuid import UUID

from sqlalchemy import Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.models import Base


class LoadedRow(Base):
    """One row that `load-register` wrote: the version it left and a hash of what it wrote."""

    __tablename__ = "loaded_row"

    resource: Mapped[str] = mapped_column(Text, primary_key=True, comment="The table's name")
    subject_id: Mapped[UUID] = mapped_column(primary_key=True, comment="The row's id")
    version: Mapped[int] = mapped_column(
        Integer, comment="The row's version after that write; a higher one is a person's"
    )
    digest: Mapped[str] = mapped_column(Text, comment="SHA-256 of the content written")
