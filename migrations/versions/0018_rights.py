"""What the application's role may write, what stays as it was published, and by what is found what is due."""

from typing import Any

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
    for table, column in (
        ("milestone", "status"),
        ("plan", "status"),
        ("claim", "stage"),
    ):  # what somebody says, not what follows
        op.execute(f"GRANT INSERT ({column}), UPDATE ({column}) ON {table} TO smartcity_app")


# The members of a day one by one, and the seats of which only the number is known; null when neither is.
SEATS_ON = """
CREATE FUNCTION smartcity_seats_on(asked uuid, day text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT nullif(
      (SELECT count(*) FROM jsonb_array_elements(members) AS member
        WHERE (smartcity_first_day(member ->> 'valid_from_on') > smartcity_last_day(day)) IS NOT TRUE
          AND (smartcity_last_day(member ->> 'valid_until_on') < smartcity_first_day(day)) IS NOT TRUE)
      + (SELECT coalesce(sum((seat ->> 'number')::int), 0) FROM jsonb_array_elements(seats) AS seat), 0)
    FROM body WHERE id = asked);
END $$
"""

VOTES = """
CREATE FUNCTION smartcity_votes_fit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  seats CONSTANT bigint := smartcity_seats_on(NEW.body_id, NEW.decided_on);
  given CONSTANT bigint := coalesce((NEW.votes ->> 'for')::bigint, 0) + coalesce((NEW.votes ->> 'against')::bigint, 0)
    + coalesce((NEW.votes ->> 'abstained')::bigint, 0);
BEGIN
  IF given > seats THEN
    RAISE EXCEPTION '% votes of % seats on that day', given, seats
      USING ERRCODE = 'check_violation', TABLE = 'resolution', COLUMN = 'votes', CONSTRAINT = 'ck_resolution_votes_fit_the_seats';
  END IF;
  RETURN NEW;
END $$
"""

# What the application's role may change of it only while it says that it corrects.
PUBLISHED = """
CREATE FUNCTION smartcity_keep_published() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  derived CONSTANT text[] := '{version, created_at, updated_at, display_title, names_folded}';
  published boolean;
BEGIN
  IF smartcity_is_owner() OR current_setting('smartcity.correcting', true) = 'on' THEN
    RETURN coalesce(NEW, OLD);
  ELSIF TG_OP = 'UPDATE' AND to_jsonb(NEW) - derived = to_jsonb(OLD) - derived THEN
    RETURN NEW;
  END IF;
  published := CASE TG_TABLE_NAME
    WHEN 'resolution' THEN to_jsonb(OLD) -> 'published_at' <> 'null'
    WHEN 'decision' THEN EXISTS (SELECT FROM resolution WHERE id = (to_jsonb(OLD) ->> 'resolution_id')::uuid AND published_at IS NOT NULL)
    ELSE EXISTS (SELECT FROM resolution WHERE meeting_id = OLD.id AND published_at IS NOT NULL) END;
  IF published THEN
    RAISE EXCEPTION 'what is published is changed by a correction only: POST /v1/resolutions/{id}/correct'
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$
"""

# As in 0010, but once for all decisions of a statement: a resolution of a thousand decisions has changed once.
DECIDED = """
CREATE FUNCTION smartcity_decisions_change_resolutions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE resolution SET updated_at = clock_timestamp() WHERE id IN (SELECT resolution_id FROM changed);
  RETURN NULL;
END $$
"""
DECISIONS = {"INSERT": "NEW TABLE AS changed", "UPDATE": "NEW TABLE AS changed", "DELETE": "OLD TABLE AS changed"}
ONE_BY_ONE = (
    "CREATE TRIGGER e_resolution AFTER INSERT OR UPDATE OR DELETE ON decision FOR EACH ROW "
    "EXECUTE FUNCTION smartcity_decision_changes_resolution()"
)

# By trigger: its table, the change, and the function. The names sort behind what settles body and day.
RESOLVED = (
    ("d_published", "resolution", "UPDATE OR DELETE", "keep_published"),
    ("d_published", "decision", "UPDATE OR DELETE", "keep_published"),
    ("d_published", "meeting", "UPDATE OF body_id, held_on", "keep_published"),
    ("d_votes", "resolution", "INSERT OR UPDATE OF votes, body_id, meeting_id, decided_on", "votes_fit"),
)


def keep_resolutions() -> None:
    """Votes fit the seats, and what is published stays as it is."""
    for function in (SEATS_ON, VOTES, PUBLISHED, DECIDED):
        op.execute(function)
    op.execute("DROP TRIGGER e_resolution ON decision")
    for change, changed in DECISIONS.items():
        op.execute(
            f"CREATE TRIGGER e_resolution_{change.lower()} AFTER {change} ON decision REFERENCING {changed} "
            "FOR EACH STATEMENT EXECUTE FUNCTION smartcity_decisions_change_resolutions()"
        )
    for name, table, change, function in RESOLVED:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_{function}()"
        )


def release_resolutions() -> None:
    """Take that away."""
    for change in DECISIONS:
        op.execute(f"DROP TRIGGER e_resolution_{change.lower()} ON decision")
    op.execute(ONE_BY_ONE)
    op.execute("DROP FUNCTION smartcity_decisions_change_resolutions")
    for name, table, _, _ in RESOLVED:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in ("keep_published()", "votes_fit()", "seats_on(uuid, text)"):
        op.execute(f"DROP FUNCTION smartcity_{function}")


def upgrade() -> None:
    """Make it."""
    index_reviews()
    index_open_milestones()
    grant_writing()
    keep_resolutions()
    index_provinces()


def downgrade() -> None:
    """Take it away."""
    drop_provinces()
    release_resolutions()
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
    due: Any = sa.literal_column("coalesce(smartcity_last_day(due_on), 'infinity'::date)")
    op.create_index("ix_milestone_open", "milestone", [due, "id"], postgresql_where=sa.text("status <> 'met'"))


BY_PROVINCE = {
    "stage": ["stage", "display_title", "id"],
    **{name: [name, "id"] for name in ("display_title", "created_at", "updated_at")},
}
PUBLIC = {"stage": None, "public_stage": sa.text("is_public")}


def index_provinces() -> None:
    """What gives the proposals of a province, and those of a stage, in the order of a list."""
    for name, where in PUBLIC.items():
        op.drop_index(f"ix_proposal_{name}", "proposal")
        op.create_index(f"ix_proposal_{name}", "proposal", ["stage", "display_title", "id"], postgresql_where=where)
    for place, n, where in (("first", 1, None), ("second", 2, sa.text("provinces[2] IS NOT NULL"))):
        for name, columns in BY_PROVINCE.items():
            op.create_index(
                f"ix_proposal_{place}_province_{name}",
                "proposal",
                [sa.text(f"(provinces[{n}])"), *columns],
                postgresql_where=where,
            )
    op.create_index(
        "ix_proposal_further_provinces",
        "proposal",
        [sa.text("(provinces[3:])")],
        postgresql_using="gin",
        postgresql_where=sa.text("provinces[3] IS NOT NULL"),
    )


def drop_provinces() -> None:
    """Those of stages are again as they were."""
    op.drop_index("ix_proposal_further_provinces", "proposal")
    for place in ("first", "second"):
        for name in BY_PROVINCE:
            op.drop_index(f"ix_proposal_{place}_province_{name}", "proposal")
    for name, where in PUBLIC.items():
        op.drop_index(f"ix_proposal_{name}", "proposal")
        op.create_index(f"ix_proposal_{name}", "proposal", ["stage", "id"], postgresql_where=where)
