"""Sources: the documents that facts rest on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of sources."""
    op.create_table(
        "source",
        sa.Column("slug", sa.Text(), nullable=False, comment="Short stable name in the register's files"),
        sa.Column(
            "title", sa.Text(collation="th-x-icu"), nullable=False, comment="Title, in the source's own language"
        ),
        sa.Column("publisher", sa.Text(), nullable=True, comment="Who published it; null when not known"),
        sa.Column(
            "dated_on", sa.Text(), nullable=True, comment="EDTF level 0 date, Common Era; null when it carries none"
        ),
        sa.Column("url", sa.Text(), nullable=True, comment="Where it can be read"),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=True,
            comment="What identifies it otherwise: file name, or package with version and hash",
        ),
        sa.Column(
            "reliability",
            sa.Text(),
            nullable=False,
            comment="A official text, B press or agency, C secondary, D never alone",
        ),
        sa.Column("licence", sa.Text(), nullable=True, comment="Licence of what was taken from it"),
        sa.Column("attribution", sa.Text(), nullable=True, comment="The words to show where its data are shown"),
        sa.Column(
            "names_folded",
            sa.Text(collation="C"),
            sa.Computed("smartcity_fold_names(title, coalesce(publisher, ''), ARRAY[slug])", persisted=True),
            nullable=False,
            comment="Title, publisher and slug, one a line, folded for search",
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
        sa.CheckConstraint(
            "dated_on ~ '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'",
            name=op.f("ck_source_dated_on_is_edtf"),
        ),
        sa.CheckConstraint("reliability IN ('A', 'B', 'C', 'D')", name=op.f("ck_source_reliability_is_known")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_source_slug_is_kebab_case")),
        sa.CheckConstraint("url IS NOT NULL OR reference IS NOT NULL", name=op.f("ck_source_it_can_be_found")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
    )
    op.create_index(
        "ix_source_names_folded",
        "source",
        ["names_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"names_folded": "gin_trgm_ops"},
    )
    op.create_index("ix_source_title", "source", ["title", "id"], unique=False)
    op.create_index("ix_source_updated_at", "source", ["updated_at", "id"], unique=False)
    op.execute("CALL smartcity_attach_record('source')")


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("source")
