"""What is read of large tables reads no more than it must, and by several processes where that is quicker.

Boxes are mostly asked by who may see what is public: without an index of its own PostgreSQL went through all that is
public to leave out what is hidden. The events of cities told the newest revision by looking it up for each event, which
hid from the planner how many there are. What may be seen is only read, so it may be found out by parallel workers.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INDEX = """
CREATE INDEX ix_proposal_public_shape ON proposal USING gist (coalesce(boundary, location)) WHERE is_public
"""

# As in 0012 but for the newest revision, which is said in the words of `newest`.
VIEW = """
CREATE OR REPLACE VIEW certified_city_event AS
SELECT city.id AS city_id, 1 AS part, step.seq,
       CASE WHEN step.stage = 'plan_approved' THEN 'plan_approved'
            WHEN step.opened_by_kind = 'statement' THEN 'stated'
            WHEN opener.action = 'grant' THEN 'granted' ELSE 'acknowledged' END AS event,
       step.effective_on, step.counts_from, step.opened_by_kind, step.opened_by_id, step.award_year, step.note, step.sources,
       step.recorded_at, step.stage
  FROM certified_city AS city
  JOIN event AS step ON step.subject_type = 'proposals' AND step.subject_id = city.proposal_id
  LEFT JOIN decision AS opener ON step.opened_by_kind = 'decision' AND opener.id = step.opened_by_id
 WHERE step.stage IN ('plan_approved', 'certified') AND {newest}
UNION ALL
SELECT step.subject_id, 2, step.seq,
       CASE WHEN step.stage = 'granted' AND step.opened_by_kind = 'statement' THEN 'stated'
            WHEN step.stage = 'granted' AND opener.action = 'acknowledge' THEN 'acknowledged' ELSE step.stage END,
       step.effective_on, step.counts_from, step.opened_by_kind, step.opened_by_id, step.award_year, step.note, step.sources,
       step.recorded_at, step.stage
  FROM event AS step
  LEFT JOIN decision AS opener ON step.opened_by_kind = 'decision' AND opener.id = step.opened_by_id
 WHERE step.subject_type = 'certified-cities' AND {newest}
"""
NONE_NEWER = """NOT EXISTS (
  SELECT FROM event AS newer
   WHERE newer.subject_type = step.subject_type AND newer.subject_id = step.subject_id AND newer.revision > step.revision)
"""
LAST = """step.revision = (
  SELECT max(revision) FROM event AS other
   WHERE other.subject_type = step.subject_type AND other.subject_id = step.subject_id)
"""

SEEING = ("is_seen(text, jsonb, uuid, int)", "record_is_seen(text, text, uuid, int)", "is_public(text, jsonb)")


def _seeing(parallel: str) -> None:
    for function in SEEING:
        op.execute(f"ALTER FUNCTION smartcity_{function} PARALLEL {parallel}")


def upgrade() -> None:
    """Make the index, and say the same more plainly."""
    op.execute(INDEX)
    op.execute(VIEW.format(newest=NONE_NEWER))
    _seeing("SAFE")


def downgrade() -> None:
    """As before."""
    _seeing("UNSAFE")
    op.execute(VIEW.format(newest=LAST))
    op.execute("DROP INDEX ix_proposal_public_shape")
