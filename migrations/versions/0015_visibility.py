"""Which proposals are public, and what follows for what is about them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# From its promotion zone on, whatever became of it afterwards; a history that was written again counts as it is now.
REACHED_ZONE = """
CREATE FUNCTION smartcity_reached_zone(proposal uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM event WHERE subject_type = 'proposals' AND subject_id = proposal
       AND revision = (SELECT max(revision) FROM event WHERE subject_type = 'proposals' AND subject_id = proposal)
       AND smartcity_stage_rank(stage) >= smartcity_stage_rank('in_promotion_zone'));
END $$
"""

# As in 0012, and whether it is public; what is about a proposal changes with that, as its readers must hear.
REFRESH_PROPOSALS = """
CREATE OR REPLACE FUNCTION smartcity_refresh_proposals(subjects uuid[]) RETURNS void LANGUAGE plpgsql AS $$
{turned}BEGIN
  DELETE FROM stage_period WHERE subject_id = ANY (subjects);
  INSERT INTO stage_period (subject_id, position, subject_type, stage, reached, starts_on, ends_before)
  SELECT subject_id, row_number() OVER line, 'proposals', stage, reached, counts_from,
         coalesce(lead(counts_from) OVER line, 'infinity')
    FROM (SELECT step.subject_id, step.seq, step.stage, step.counts_from,
                 max(smartcity_stage_rank(step.stage)) OVER (PARTITION BY step.subject_id ORDER BY step.seq) AS reached
            FROM unnest(subjects) AS wanted (id)
           CROSS JOIN LATERAL (SELECT max(revision) AS revision FROM event
                                WHERE subject_type = 'proposals' AND subject_id = wanted.id) AS newest
            JOIN event AS step ON step.subject_type = 'proposals' AND step.subject_id = wanted.id
             AND step.revision = newest.revision) AS step
   WHERE counts_from IS NOT NULL
  WINDOW line AS (PARTITION BY subject_id ORDER BY seq);
  UPDATE proposal SET updated_at = clock_timestamp(), stage = newest.stage{public}
    FROM unnest(subjects) AS wanted (id)
   CROSS JOIN LATERAL (SELECT stage FROM event WHERE subject_type = 'proposals' AND subject_id = wanted.id
                        ORDER BY revision DESC, seq DESC LIMIT 1) AS newest
   WHERE proposal.id = wanted.id;
{touch}END $$
"""
BEFORE = {"turned": "", "public": "", "touch": ""}
SINCE = {
    "turned": """DECLARE
  turned CONSTANT uuid[] := ARRAY(SELECT proposal.id FROM unnest(subjects) AS wanted (id) JOIN proposal USING (id)
                                   WHERE is_public <> smartcity_reached_zone(id));
""",
    "public": ", is_public = smartcity_reached_zone(wanted.id)",
    "touch": "  PERFORM smartcity_touch_what_is_about(turned) WHERE turned <> '{}';\n",
}

# `updated_at` differs, so that the update is not taken for one that changes nothing. Resolutions are shared by
# proposals: they are locked in one order.
TOUCH = """
CREATE FUNCTION smartcity_touch_what_is_about(proposals uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  keys CONSTANT text[] := proposals::text[];
  deciding CONSTANT uuid[] := ARRAY(
    SELECT resolution_id FROM decision WHERE subject_type = 'proposals' AND subject_id = ANY (keys));
  name text;
BEGIN
  PERFORM FROM resolution WHERE id = ANY (deciding) ORDER BY id FOR NO KEY UPDATE;
  UPDATE resolution SET updated_at = clock_timestamp() WHERE id = ANY (deciding);
  FOREACH name IN ARRAY ARRAY['milestone', 'claim', 'target', 'activity'] LOOP
    EXECUTE format('UPDATE %I SET updated_at = clock_timestamp()
                     WHERE subject_type = ''proposals'' AND subject_id = ANY ($1)', name) USING keys;
  END LOOP;
  UPDATE claim SET updated_at = clock_timestamp()
   WHERE jsonb_typeof(value) = 'array' AND EXISTS (
     SELECT FROM jsonb_array_elements(value) AS named
      WHERE named ->> 'type' = 'proposals' AND named ->> 'id' = ANY (keys));
  UPDATE link SET updated_at = clock_timestamp()
   WHERE from_type = 'proposals' AND from_id = ANY (keys) OR to_type = 'proposals' AND to_id = ANY (keys);
END $$
"""

# As in 0013, with the new column among those that follow from the history.
GUARD = """
CREATE OR REPLACE FUNCTION smartcity_guard_derived() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb;
  after jsonb;
  name text;
BEGIN
  IF NOT smartcity_is_owner() THEN
    before := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD)
      ELSE '{"origin": "application", "stage": "draft", "status": "granted"%s}' END;
    after := to_jsonb(NEW);
    FOREACH name IN ARRAY TG_ARGV LOOP
      IF coalesce(after -> name, 'null') IS DISTINCT FROM coalesce(before -> name, 'null') THEN
        RAISE EXCEPTION '%%: it follows from the history and is never written by itself', name
          USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME, COLUMN = name;
      END IF;
    END LOOP;
  END IF;
  RETURN NEW;
END $$
"""

# Whether a row may be seen by who belongs to that organisation (null: by anybody): by what it is itself, else by what
# it is about. A row may be about one that is about another, at worst in a circle; nobody looks so far.
IS_SEEN = """
CREATE FUNCTION smartcity_is_seen(resource text, line jsonb, viewer uuid, steps int DEFAULT 0) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF resource = 'proposals' THEN
    RETURN coalesce((line -> 'is_public')::boolean OR (line ->> 'proponent_id')::uuid = viewer, false);
  ELSIF resource = 'resolutions' THEN
    RETURN line ->> 'published_at' IS NOT NULL;
  ELSIF resource IN ('decision', 'decisions')
    AND NOT smartcity_record_is_seen('resolutions', line ->> 'resolution_id', viewer, steps + 1) THEN
    RETURN false;
  ELSIF jsonb_typeof(line -> 'value') = 'array' AND EXISTS (
    SELECT FROM jsonb_array_elements(line -> 'value') AS named
     WHERE NOT smartcity_record_is_seen(named ->> 'type', named ->> 'id', viewer, steps + 1)) THEN
    RETURN false;
  END IF;
  RETURN smartcity_record_is_seen(line ->> 'subject_type', line ->> 'subject_id', viewer, steps + 1)
     AND smartcity_record_is_seen(line ->> 'from_type', line ->> 'from_id', viewer, steps + 1)
     AND smartcity_record_is_seen(line ->> 'to_type', line ->> 'to_id', viewer, steps + 1);
END $$
"""

# The same of a record that another names. What is no longer there is not seen, where it could have been hidden.
RECORD_IS_SEEN = """
CREATE FUNCTION smartcity_record_is_seen(resource text, key text, viewer uuid, steps int DEFAULT 0) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  name text := CASE resource WHEN 'proposals' THEN 'proposal' WHEN 'resolutions' THEN 'resolution'
    WHEN 'milestones' THEN 'milestone' WHEN 'claims' THEN 'claim' WHEN 'targets' THEN 'target'
    WHEN 'activities' THEN 'activity' END;
  line jsonb;
BEGIN
  IF name IS NULL THEN
    RETURN true;
  ELSIF steps > 8 OR key !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
    RETURN false;
  ELSIF resource = 'proposals' THEN  -- most of all, and with the widest rows
    SELECT jsonb_build_object('is_public', is_public, 'proponent_id', proponent_id)
      INTO line FROM proposal WHERE id = key::uuid;
  ELSE
    EXECUTE format('SELECT to_jsonb(kept) FROM %I AS kept WHERE id = $1', name) INTO line USING key::uuid;
  END IF;
  RETURN line IS NOT NULL AND smartcity_is_seen(resource, line, viewer, steps);
END $$
"""

IS_PUBLIC = """
CREATE FUNCTION smartcity_is_public(resource text, line jsonb) RETURNS boolean LANGUAGE sql STABLE
RETURN smartcity_is_seen(resource, line, NULL)
"""

FUNCTIONS = (REACHED_ZONE, TOUCH, RECORD_IS_SEEN, IS_SEEN, IS_PUBLIC)
GUARD_COLUMN = ', "is_public": false'

# Lists of who may see only this much are led by their own indexes, however many proposals are hidden.
PUBLIC = {"display_title": ["display_title", "id"], "updated_at": ["updated_at", "id"], "stage": ["stage", "id"]}

# Hardly any stage has both public and hidden proposals; without it the planner expects public drafts and looks for them
# among all that is public.
STAGES = "CREATE STATISTICS proposal_public_stages (mcv) ON stage, is_public FROM proposal"


def _guard(*columns: str) -> None:
    op.execute("DROP TRIGGER e_guard ON proposal")
    arguments = ", ".join(f"'{column}'" for column in columns)
    op.execute(
        "CREATE TRIGGER e_guard BEFORE INSERT OR UPDATE ON proposal FOR EACH ROW "
        f"EXECUTE FUNCTION smartcity_guard_derived({arguments})"
    )


def upgrade() -> None:
    """Make the column, and all that keeps and reads it."""
    op.add_column(
        "proposal",
        sa.Column(
            "is_public",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Its history has held in_promotion_zone or a later stage; written by the history's trigger alone",
        ),
    )
    for function in FUNCTIONS:
        op.execute(function)
    op.execute(REFRESH_PROPOSALS.format(**SINCE))
    op.execute(GUARD % GUARD_COLUMN)
    _guard("origin", "stage", "is_public")
    op.execute("ALTER TABLE proposal DISABLE TRIGGER USER")  # nobody changed these proposals
    op.execute("UPDATE proposal SET is_public = true WHERE smartcity_reached_zone(id)")
    op.execute("ALTER TABLE proposal ENABLE TRIGGER USER")
    for name, columns in PUBLIC.items():
        op.create_index(f"ix_proposal_public_{name}", "proposal", columns, postgresql_where=sa.text("is_public"))
    op.execute(STAGES)


def downgrade() -> None:
    """Take it away: everybody may see every proposal again."""
    op.execute("DROP STATISTICS proposal_public_stages")
    for name in PUBLIC:
        op.drop_index(f"ix_proposal_public_{name}", "proposal")
    _guard("origin", "stage")
    op.execute(GUARD % "")
    op.execute(REFRESH_PROPOSALS.format(**BEFORE))
    for function in (
        "is_public(text, jsonb)",
        "is_seen(text, jsonb, uuid, int)",
        "record_is_seen(text, text, uuid, int)",
        "touch_what_is_about(uuid[])",
        "reached_zone(uuid)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
    op.drop_column("proposal", "is_public")
