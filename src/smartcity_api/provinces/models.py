"""The tables of provinces and districts, and the footprint that areas have on them."""

from decimal import Decimal

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from smartcity_api.kit.columns import one_of
from smartcity_api.kit.geometry import multipolygon, point, written
from smartcity_api.kit.models import FOLDED, THAI, Base, Record, searchable, spatial, valid_boundary

REGION_SCHEMES = ("ngc6", "four", "nso7", "nesdc6")
"""There is no single truth about Thai regions: four schemes in use, each with its source."""


class AdministrativeUnit(Record):
    """What provinces and districts share: names, boundary at three scales, a point to label, an area."""

    name_th: Mapped[str] = mapped_column(THAI, comment="Official Thai name, without the word for the kind of unit")
    name_en: Mapped[str] = mapped_column(Text, comment="Romanised name in the spelling of the code list")
    aliases: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        server_default="{}",
        comment="Other spellings in use, each from a source named in the data's README",
    )
    boundary: Mapped[WKBElement] = mapped_column(
        multipolygon(), deferred=True, comment="Land boundary, WGS 84; neighbours share their border exactly"
    )
    boundary_medium: Mapped[WKBElement] = mapped_column(
        multipolygon(),
        deferred=True,
        comment="The boundary simplified to 0.003 degree (about 300 m), borders still shared",
    )
    boundary_low: Mapped[WKBElement] = mapped_column(
        multipolygon(),
        deferred=True,
        comment="The boundary simplified to 0.02 degree (about 2 km), borders still shared",
    )
    boundary_geojson: Mapped[str | None] = written("boundary")
    boundary_medium_geojson: Mapped[str | None] = written("boundary_medium")
    boundary_low_geojson: Mapped[str | None] = written("boundary_low")
    location: Mapped[WKBElement] = mapped_column(
        point(), deferred=True, comment="A point inside the largest part, for labels"
    )
    area_km2: Mapped[Decimal] = mapped_column(
        Numeric(10, 2),
        Computed("round((ST_Area(boundary::geography) / 1000000)::numeric, 2)", persisted=True),
        comment="Geodesic area of the boundary in square kilometres; computed, not the official figure",
    )
    names_folded: Mapped[str] = mapped_column(
        FOLDED,
        Computed("smartcity_fold_names(name_th, name_en, aliases)", persisted=True),
        deferred=True,
        comment="All names, one a line, folded for search",
    )


def _shared_rules(table: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints and indexes that both kinds of unit have."""
    return (
        *(valid_boundary(column) for column in ("boundary", "boundary_medium", "boundary_low")),
        CheckConstraint("smartcity_is_clean(name_th) AND smartcity_is_clean(name_en)", name="names_are_clean"),
        spatial(table, "boundary"),
        Index(f"ix_{table}_boundary_geography", text("(boundary::geography)"), postgresql_using="gist"),
        searchable(table),
        Index(f"ix_{table}_name_th", "name_th", "code"),
        Index(f"ix_{table}_name_en", "name_en", "code"),
        Index(f"ix_{table}_area_km2", "area_km2", "code"),
        Index(f"ix_{table}_updated_at", "updated_at", "code"),
    )


class Province(AdministrativeUnit, Base):
    """One of the 77 province-level units: 76 provinces and Bangkok."""

    __tablename__ = "province"

    code: Mapped[str] = mapped_column(Text, unique=True, comment="TIS 1099 / DOPA code, two digits, 10 = Bangkok")
    iso_3166_2: Mapped[str] = mapped_column(Text, unique=True, comment="ISO 3166-2 code: TH- and the same two digits")

    region_ngc6: Mapped[str] = mapped_column(Text, comment="One of six regions of the National Geographical Committee")
    region_four: Mapped[str] = mapped_column(Text, comment="One of four regions in everyday administrative use")
    region_nso7: Mapped[str] = mapped_column(Text, comment="One of seven groups of the National Statistical Office")
    region_nesdc6: Mapped[str] = mapped_column(Text, comment="One of six regions of the NESDC's plan 2566-2570")

    __table_args__ = (
        *_shared_rules("province"),
        CheckConstraint("code ~ '^[1-9][0-9]$'", name="code_has_two_digits"),
        CheckConstraint("iso_3166_2 = 'TH-' || code", name="iso_code_has_the_same_digits"),
    )


class District(AdministrativeUnit, Base):
    """One of the 928 districts: amphoe, and the khet of Bangkok."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(
        Text, unique=True, comment="DOPA code, four digits; the first two are the province's"
    )
    province_code: Mapped[str] = mapped_column(
        ForeignKey("province.code"), index=True, comment="The province that the district belongs to"
    )

    __table_args__ = (
        *_shared_rules("district"),
        CheckConstraint("code ~ '^[1-9][0-9]{3}$'", name="code_has_four_digits"),
        CheckConstraint("province_code = left(code, 2)", name="code_begins_with_the_provinces"),
    )


BOUNDARY_KINDS = ("surveyed", "administrative", "representative_point")


class Footprint:
    """Where an area lies: provinces, districts, a point, a boundary if one is known; never an invented one.

    The trigger `smartcity_footprint` refuses codes that do not exist and geometry outside Thailand, and dissolves the
    boundary of an `administrative` footprint from its districts, else from its provinces.
    """

    provinces: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="Codes of the provinces it lies in, 1..n")
    districts: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="Codes of the districts it lies in, as far as they are known"
    )
    location: Mapped[WKBElement | None] = mapped_column(
        point(), deferred=True, comment="A point in it, WGS 84; null when no source gives a place"
    )
    boundary: Mapped[WKBElement | None] = mapped_column(
        multipolygon(), deferred=True, comment="Its boundary, WGS 84; null when only a point or a province is known"
    )
    boundary_geojson: Mapped[str | None] = written("boundary")

    @declared_attr
    def boundary_kind(self) -> Mapped[str | None]:
        """Where the geometry comes from."""
        return mapped_column(
            Text,
            comment="surveyed (given by the applicant), administrative (whole provinces or districts), "
            "representative_point (only a point is known); null when not even that",
        )


def footprint_rules(table: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints and indexes of `Footprint`."""
    shape = "coalesce(boundary, location)"
    return (
        one_of("boundary_kind", *BOUNDARY_KINDS),
        CheckConstraint("cardinality(provinces) > 0", name="it_lies_in_a_province"),
        CheckConstraint("smartcity_is_set(provinces) AND smartcity_is_set(districts)", name="codes_are_sets"),
        CheckConstraint(
            "CASE boundary_kind WHEN 'representative_point' THEN boundary IS NULL AND location IS NOT NULL "
            "WHEN 'surveyed' THEN boundary IS NOT NULL WHEN 'administrative' THEN boundary IS NOT NULL "
            "ELSE boundary IS NULL AND location IS NULL END",
            name="boundary_is_what_its_kind_says",
        ),
        valid_boundary("boundary"),
        Index(f"ix_{table}_provinces", "provinces", postgresql_using="gin"),
        Index(f"ix_{table}_districts", "districts", postgresql_using="gin"),
        Index(f"ix_{table}_shape", text(f"({shape})"), postgresql_using="gist"),
        Index(f"ix_{table}_shape_geography", text(f"(({shape})::geography)"), postgresql_using="gist"),
    )
