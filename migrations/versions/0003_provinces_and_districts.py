"""Provinces and districts with their boundaries."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The two tables of administrative units."""
    op.create_table(
        "province",
        sa.Column("code", sa.Text(), nullable=False, comment="TIS 1099 / DOPA code, two digits, 10 = Bangkok"),
        sa.Column("iso_3166_2", sa.Text(), nullable=False, comment="ISO 3166-2 code: TH- and the same two digits"),
        sa.Column(
            "region_ngc6",
            sa.Text(),
            nullable=False,
            comment="One of six regions of the National Geographical Committee",
        ),
        sa.Column(
            "region_four", sa.Text(), nullable=False, comment="One of four regions in everyday administrative use"
        ),
        sa.Column(
            "region_nso7", sa.Text(), nullable=False, comment="One of seven groups of the National Statistical Office"
        ),
        sa.Column(
            "region_nesdc6", sa.Text(), nullable=False, comment="One of six regions of the NESDC's plan 2566-2570"
        ),
        sa.Column(
            "name_th",
            sa.Text(collation="th-x-icu"),
            nullable=False,
            comment="Official Thai name, without the word for the kind of unit",
        ),
        sa.Column("name_en", sa.Text(), nullable=False, comment="Romanised name in the spelling of the code list"),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Other spellings in use, each from a source named in the data's README",
        ),
        sa.Column(
            "boundary",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="Land boundary, WGS 84; neighbours share their border exactly",
        ),
        sa.Column(
            "boundary_medium",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="The boundary simplified to 0.003 degree (about 300 m), borders still shared",
        ),
        sa.Column(
            "boundary_low",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="The boundary simplified to 0.02 degree (about 2 km), borders still shared",
        ),
        sa.Column(
            "location",
            Geometry("POINT", srid=4326, spatial_index=False),
            nullable=False,
            comment="A point inside the largest part, for labels",
        ),
        sa.Column(
            "area_km2",
            sa.Numeric(precision=10, scale=2),
            sa.Computed("round((ST_Area(boundary::geography) / 1000000)::numeric, 2)", persisted=True),
            nullable=False,
            comment="Geodesic area of the boundary in square kilometres; computed, not the official figure",
        ),
        sa.Column(
            "names_folded",
            sa.Text(collation="C"),
            sa.Computed("smartcity_fold_names(name_th, name_en, aliases)", persisted=True),
            nullable=False,
            comment="All names, one a line, folded for search",
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Opaque key, the same in every installation"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="Raised by one at every change"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the row was recorded here",
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the row was last changed here",
        ),
        sa.Column(
            "sources",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists",
        ),
        sa.CheckConstraint("code ~ '^[1-9][0-9]$'", name=op.f("ck_province_code_has_two_digits")),
        sa.CheckConstraint("iso_3166_2 = 'TH-' || code", name=op.f("ck_province_iso_code_has_the_same_digits")),
        sa.CheckConstraint(
            "ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)", name=op.f("ck_province_boundary_is_valid")
        ),
        sa.CheckConstraint(
            "ST_IsValid(boundary_low) AND NOT ST_IsEmpty(boundary_low)", name=op.f("ck_province_boundary_low_is_valid")
        ),
        sa.CheckConstraint(
            "ST_IsValid(boundary_medium) AND NOT ST_IsEmpty(boundary_medium)",
            name=op.f("ck_province_boundary_medium_is_valid"),
        ),
        sa.CheckConstraint(
            "smartcity_is_clean(name_th) AND smartcity_is_clean(name_en)", name=op.f("ck_province_names_are_clean")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_province")),
        sa.UniqueConstraint("code", name=op.f("uq_province_code")),
        sa.UniqueConstraint("iso_3166_2", name=op.f("uq_province_iso_3166_2")),
    )
    op.create_index("ix_province_area_km2", "province", ["area_km2", "code"], unique=False)
    op.create_index("ix_province_boundary", "province", ["boundary"], unique=False, postgresql_using="gist")
    op.create_index(
        "ix_province_boundary_geography",
        "province",
        [sa.literal_column("(boundary::geography)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index("ix_province_name_en", "province", ["name_en", "code"], unique=False)
    op.create_index("ix_province_name_th", "province", ["name_th", "code"], unique=False)
    op.create_index(
        "ix_province_names_folded",
        "province",
        ["names_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"names_folded": "gin_trgm_ops"},
    )
    op.create_index("ix_province_updated_at", "province", ["updated_at", "code"], unique=False)
    op.execute("CALL smartcity_attach_record('province')")
    op.create_table(
        "district",
        sa.Column(
            "code", sa.Text(), nullable=False, comment="DOPA code, four digits; the first two are the province's"
        ),
        sa.Column("province_code", sa.Text(), nullable=False, comment="The province that the district belongs to"),
        sa.Column(
            "name_th",
            sa.Text(collation="th-x-icu"),
            nullable=False,
            comment="Official Thai name, without the word for the kind of unit",
        ),
        sa.Column("name_en", sa.Text(), nullable=False, comment="Romanised name in the spelling of the code list"),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Other spellings in use, each from a source named in the data's README",
        ),
        sa.Column(
            "boundary",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="Land boundary, WGS 84; neighbours share their border exactly",
        ),
        sa.Column(
            "boundary_medium",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="The boundary simplified to 0.003 degree (about 300 m), borders still shared",
        ),
        sa.Column(
            "boundary_low",
            Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="The boundary simplified to 0.02 degree (about 2 km), borders still shared",
        ),
        sa.Column(
            "location",
            Geometry("POINT", srid=4326, spatial_index=False),
            nullable=False,
            comment="A point inside the largest part, for labels",
        ),
        sa.Column(
            "area_km2",
            sa.Numeric(precision=10, scale=2),
            sa.Computed("round((ST_Area(boundary::geography) / 1000000)::numeric, 2)", persisted=True),
            nullable=False,
            comment="Geodesic area of the boundary in square kilometres; computed, not the official figure",
        ),
        sa.Column(
            "names_folded",
            sa.Text(collation="C"),
            sa.Computed("smartcity_fold_names(name_th, name_en, aliases)", persisted=True),
            nullable=False,
            comment="All names, one a line, folded for search",
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Opaque key, the same in every installation"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False, comment="Raised by one at every change"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the row was recorded here",
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the row was last changed here",
        ),
        sa.Column(
            "sources",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists",
        ),
        sa.CheckConstraint("code ~ '^[1-9][0-9]{3}$'", name=op.f("ck_district_code_has_four_digits")),
        sa.CheckConstraint(
            "ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)", name=op.f("ck_district_boundary_is_valid")
        ),
        sa.CheckConstraint(
            "ST_IsValid(boundary_low) AND NOT ST_IsEmpty(boundary_low)", name=op.f("ck_district_boundary_low_is_valid")
        ),
        sa.CheckConstraint(
            "ST_IsValid(boundary_medium) AND NOT ST_IsEmpty(boundary_medium)",
            name=op.f("ck_district_boundary_medium_is_valid"),
        ),
        sa.CheckConstraint("province_code = left(code, 2)", name=op.f("ck_district_code_begins_with_the_provinces")),
        sa.CheckConstraint(
            "smartcity_is_clean(name_th) AND smartcity_is_clean(name_en)", name=op.f("ck_district_names_are_clean")
        ),
        sa.ForeignKeyConstraint(["province_code"], ["province.code"], name=op.f("fk_district_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
    )
    op.create_index("ix_district_area_km2", "district", ["area_km2", "code"], unique=False)
    op.create_index("ix_district_boundary", "district", ["boundary"], unique=False, postgresql_using="gist")
    op.create_index(
        "ix_district_boundary_geography",
        "district",
        [sa.literal_column("(boundary::geography)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index("ix_district_name_en", "district", ["name_en", "code"], unique=False)
    op.create_index("ix_district_name_th", "district", ["name_th", "code"], unique=False)
    op.create_index(
        "ix_district_names_folded",
        "district",
        ["names_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"names_folded": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_district_province_code"), "district", ["province_code"], unique=False)
    op.create_index("ix_district_updated_at", "district", ["updated_at", "code"], unique=False)
    op.execute("CALL smartcity_attach_record('district')")


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("district")
    op.drop_table("province")
