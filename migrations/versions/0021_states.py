"""States of the data by name, so that a kept answer is given only while nothing has changed since it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# What answers are made of. The others are the trail itself, and what belongs to requests, imports and keys.
TABLES = (
    "act",
    "activity",
    "assessment",
    "body",
    "call",
    "certified_city",
    "claim",
    "client",
    "comment",
    "contact",
    "decision",
    "district",
    "event",
    "framework",
    "lifecycle_move",
    "link",
    "meeting",
    "milestone",
    "milestone_version",
    "organisation",
    "pilot_area",
    "plan",
    "procedure",
    "promotion_zone",
    "proposal",
    "province",
    "resolution",
    "source",
    "stage_period",
    "target",
)

# Each statement that changes something adds a row of its own: no writer waits for another, and what is rolled back
# leaves none. Now and then one of them folds what it can lock into one row, which the sums do not notice. Folding needs
# the newest rows, which stricter isolation levels do not show.
MARK = """
CREATE FUNCTION smartcity_mark_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mark CONSTANT bigint := hashtextextended(gen_random_uuid()::text, 0);
BEGIN
  INSERT INTO state_mark (changes, tag) VALUES (1, mark);
  IF mark % 64 = 0 AND current_setting('transaction_isolation') = 'read committed' THEN
    WITH gone AS (
      DELETE FROM state_mark WHERE id IN (SELECT id FROM state_mark FOR UPDATE SKIP LOCKED) RETURNING changes, tag)
    INSERT INTO state_mark (changes, tag) SELECT sum(changes), sum(tag) FROM gone;
  END IF;
  RETURN NULL;
END $$
"""

# A replica's session, or a restore that disables ordinary triggers, marks as well.
ATTACH = """
CREATE PROCEDURE smartcity_attach_marks(marked text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER y_mark AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION smartcity_mark_state()', marked);
  EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER y_mark', marked);
END $$
"""


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "state_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Nothing but a key"),
        sa.Column("changes", sa.BigInteger(), nullable=False, comment="How many statements it stands for"),
        sa.Column(
            "tag", sa.Numeric(), nullable=False, comment="Sum of their random numbers: all sums together name the state"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_mark")),
    )
    # Rows come and go, and every answer reads them all.
    op.execute(
        "ALTER TABLE state_mark SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,"
        " autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_cost_delay = 0)"
    )
    op.execute("GRANT SELECT ON state_mark TO smartcity_app")
    op.execute(MARK)
    op.execute("REVOKE ALL ON FUNCTION smartcity_mark_state() FROM PUBLIC")
    op.execute(ATTACH)
    for table in TABLES:
        op.execute(f"CALL smartcity_attach_marks('{table}')")
    op.execute("INSERT INTO state_mark (changes, tag) VALUES (1, hashtextextended(gen_random_uuid()::text, 0))")


def downgrade() -> None:
    """Take it away."""
    for table in TABLES:
        op.execute(f"DROP TRIGGER y_mark ON {table}")
    op.execute("DROP PROCEDURE smartcity_attach_marks(text)")
    op.execute("DROP FUNCTION smartcity_mark_state()")
    op.drop_table("state_mark")
