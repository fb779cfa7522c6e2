"""Columns that many tables share: names with their variants, titles, days, and validity."""

from typing import Any

from sqlalchemy import CheckConstraint, Computed, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from smartcity_api.kit.models import FOLDED, THAI, searchable


def is_day(column: str) -> CheckConstraint:
    """An EDTF level 0 day of the Common Era: `2021-11-05`, `2021-11` or `2021`."""
    return CheckConstraint(f"smartcity_is_edtf({column})", name=f"{column}_is_a_day")


def one_of(column: str, *values: str) -> CheckConstraint:
    """A text column with a fixed list of codes."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def all_of(column: str, *values: str) -> CheckConstraint:
    """An array column whose elements come from a fixed list of codes, each at most once."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}] AND smartcity_is_set({column})", name=f"{column}_are_known")


class Named:
    """What has a name: official in Thai and English where known, and every other spelling with its source."""

    name_th: Mapped[str | None] = mapped_column(THAI, comment="Official Thai name; null when no source gives it")
    name_en: Mapped[str | None] = mapped_column(
        Text, comment="English name that a source gives it; null when none does, renderings are variants"
    )
    variants: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", comment="Other names: [{text, language, source_id, note?}], the best-sourced first"
    )

    @declared_attr
    def display_name(self) -> Mapped[str]:
        """The name to show: Thai, else English, else the best-sourced variant; a row without any is refused."""
        return mapped_column(
            THAI,
            Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True),
            comment="The Thai name, else the English, else the first variant",
        )

    @declared_attr
    def names_folded(self) -> Mapped[str]:
        """What search looks at."""
        return mapped_column(
            FOLDED,
            Computed("smartcity_fold_names(name_th, name_en, smartcity_texts(variants))", persisted=True),
            deferred=True,
            comment="All names, one a line, folded for search",
        )


def named_rules(table: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints and indexes of `Named`."""
    return (
        CheckConstraint(
            "smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)",
            name="names_are_clean",
        ),
        Index(f"ix_{table}_display_name", "display_name", "id"),
        Index(f"ix_{table}_updated_at", "updated_at", "id"),
        searchable(table),
    )


class Titled:
    """What has a title, in Thai, in English, or both."""

    title_th: Mapped[str | None] = mapped_column(THAI, comment="Title in Thai; null when no source gives it")
    title_en: Mapped[str | None] = mapped_column(Text, comment="Title in English; null when no source gives it")

    @declared_attr
    def display_title(self) -> Mapped[str]:
        """The title to show and to sort by; a row without any is refused."""
        return mapped_column(
            THAI,
            Computed("coalesce(title_th, title_en)", persisted=True),
            comment="The Thai title, else the English",
        )

    @declared_attr
    def names_folded(self) -> Mapped[str]:
        """What search looks at."""
        return mapped_column(
            FOLDED,
            Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True),
            deferred=True,
            comment="Both titles, one a line, folded for search",
        )


def titled_rules(table: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints and indexes of `Titled`."""
    return (
        CheckConstraint("smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)", name="titles_are_clean"),
        Index(f"ix_{table}_display_title", "display_title", "id"),
        Index(f"ix_{table}_updated_at", "updated_at", "id"),
        searchable(table),
    )


class Keyed:
    """What has a key in the system that it was loaded from, by which it is found again."""

    source_system: Mapped[str | None] = mapped_column(Text, comment="The system that it was loaded from")
    external_id: Mapped[str | None] = mapped_column(Text, comment="Its key in that system")


def keyed_rules() -> tuple[CheckConstraint | UniqueConstraint, ...]:
    """The constraints of `Keyed`."""
    return (
        UniqueConstraint("source_system", "external_id"),
        CheckConstraint("(source_system IS NULL) = (external_id IS NULL)", name="natural_key_is_whole"),
    )


class Valid:
    """What holds from one day to another; bodies, rules and the kinds of local governments change."""

    valid_from_on: Mapped[str | None] = mapped_column(
        Text, comment="First day (EDTF) on which it holds; null when not known"
    )
    valid_until_on: Mapped[str | None] = mapped_column(
        Text, comment="Last day (EDTF) on which it holds; null while it holds or when not known"
    )


def valid_rules() -> tuple[CheckConstraint, ...]:
    """The constraints of `Valid`."""
    return (
        is_day("valid_from_on"),
        is_day("valid_until_on"),
        CheckConstraint(
            "smartcity_last_day(valid_until_on) >= smartcity_first_day(valid_from_on)", name="it_ends_after_it_begins"
        ),
    )
