"""The table of organisations."""

from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.columns import Keyed, Named, Valid, keyed_rules, named_rules, one_of, valid_rules
from smartcity_api.kit.models import FOLDED, Base, Record

KINDS = ("ministry", "agency", "local_government", "university", "company", "international")


class Organisation(Named, Valid, Keyed, Record, Base):
    """Who takes part in the programme."""

    __tablename__ = "organisation"

    kind: Mapped[str] = mapped_column(Text, comment="What sort of organisation it is")
    abbreviation: Mapped[str | None] = mapped_column(Text, comment="What it is called for short")
    names_folded: Mapped[str] = mapped_column(
        FOLDED,
        Computed(
            "smartcity_fold_names(name_th, name_en, smartcity_texts(variants) || coalesce(abbreviation, ''))",
            persisted=True,
        ),
        deferred=True,
        comment="All names and the abbreviation, one a line, folded for search",
    )
    local_government_types: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB,
        server_default="[]",
        comment="For local governments: [{type, valid_from_on, valid_until_on}]; upgrades are frequent",
    )
    province_code: Mapped[str | None] = mapped_column(
        ForeignKey("province.code"), index=True, comment="The province it belongs to; null for national ones"
    )
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="The organisation that it is part of"
    )

    __table_args__ = (*named_rules("organisation"), *valid_rules(), *keyed_rules(), one_of("kind", *KINDS))
