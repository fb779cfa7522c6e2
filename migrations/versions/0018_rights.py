"""What the application's role may write, and by what milestones and cities that are due are found."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REVIEW_DUE = (
    "coalesce(least(smartcity_last_day(policy_review_due_on), smartcity_last_day(valid_until)), 'infinity'::date)"
)

WRITTEN = (
    "organisation",
    "framework",
    "source",
    "claim",
    "body",
    "meeting",
    "resolution",
    "decision",
    "call",
    "proposal",
    "pilot_area",
    "promotion_zone",
    "certified_city",
    "link",
    "milestone",
    "plan",
    "target",
    "activity",
)

# All columns but those that follow from something else, or that the register's loader alone may tell.
GRANT_WRITING = """
CREATE PROCEDURE smartcity_grant_writing(name text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  columns CONSTANT text[] := ARRAY(
    SELECT quote_ident(attname) FROM pg_attribute
     WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       AND attname <> ALL ('{version, created_at, updated_at, origin, stage, status, is_public, in_force_on, in_force_basis,
                             reference_number, published_at}') ORDER BY attnum);
BEGIN
  EXECUTE format('GRANT INSERT (%s), UPDATE (%s), DELETE ON %I TO smartcity_app',
    array_to_string(columns, ', '), array_to_string(array_remove(columns, 'id'), ', '), name);
END $$
"""


def grant_writing() -> None:
    """The application's role writes records; what follows from histories it cannot."""
    op.execute(GRANT_WRITING)
    for table in WRITTEN:
        op.execute(f"CALL smartcity_grant_writing('{table}')")
    op.execute("GRANT UPDATE (published_at) ON resolution TO smartcity_app")
    for table, column in (("milestone", "status"), ("claim", "stage")):  # what somebody says, not what follows
        op.execute(f"GRANT INSERT ({column}), UPDATE ({column}) ON {table} TO smartcity_app")


def upgrade() -> None:
    """Make it."""
    index_reviews()
    index_open_milestones()
    grant_writing()


def downgrade() -> None:
    """Take it away."""
    for table in WRITTEN:
        op.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM smartcity_app")
    op.execute("DROP PROCEDURE smartcity_grant_writing(text)")
    op.drop_index("ix_milestone_open", table_name="milestone")
    op.drop_index("ix_certified_city_review_due", table_name="certified_city")


def index_reviews() -> None:
    """What answers which cities must be looked at again before a day."""
    op.create_index("ix_certified_city_review_due", "certified_city", [sa.literal_column(REVIEW_DUE), "id"])


def index_open_milestones() -> None:
    """What answers which milestones are late or due soon, however many were met before."""
    due = sa.literal_column("coalesce(smartcity_last_day(due_on), 'infinity'::date)")
    op.create_index("ix_milestone_open", "milestone", [due, "id"], postgresql_where=sa.text("status <> 'met'"))
