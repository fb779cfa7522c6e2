"""How many rows a file has is guessed from how many there are, never from the files that were there before.

Rows of a file that is being read are in no statistics yet. With a list of the most common files the planner would take
a new one for a file of one row, and go through all of it once for each of its rows.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep no statistics of the column, and forget those that there are: a new type, be it the same, does that."""
    op.execute("ALTER TABLE import_row ALTER COLUMN import_id SET STATISTICS 0, ALTER COLUMN import_id TYPE uuid")


def downgrade() -> None:
    """Statistics as of any other column."""
    op.execute("ALTER TABLE import_row ALTER COLUMN import_id SET STATISTICS -1")
