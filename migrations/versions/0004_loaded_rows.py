"""What the register's loader wrote last."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The loader's memory; the owner's alone."""
    op.create_table(
        "loaded_row",
        sa.Column("resource", sa.Text(), nullable=False, comment="The table's name"),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="The row's id"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="The row's version after that write; a higher one is a person's",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the content written"),
        sa.PrimaryKeyConstraint("resource", "subject_id", name=op.f("pk_loaded_row")),
    )


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("loaded_row")
