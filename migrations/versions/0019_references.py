"""What is referred to stays: lists of keys name what there is, nothing goes that is named, and why dates were changed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# fmt: off
RESOURCES = {
    "organisation": "organisations", "framework": "frameworks", "source": "sources", "claim": "claims", "body": "bodies",
    "meeting": "meetings", "resolution": "resolutions", "call": "calls", "proposal": "proposals",
    "pilot_area": "pilot-areas", "promotion_zone": "promotion-zones", "certified_city": "certified-cities",
    "milestone": "milestones", "plan": "plans", "target": "targets", "activity": "activities",
}
# fmt: on
FACTS = (*(table for table in RESOURCES if table not in ("source", "claim")), "decision", "link")
"""What may not rest on untrusted sources alone."""

# A record that somebody is about to refer to is held: it goes before, and is not found, or not at all. Its callers run
# as the owner: locking asks for a right to change.
HOLD_RECORD = """
CREATE FUNCTION smartcity_hold_record(resource text, key text) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  held CONSTANT audited_table := (SELECT audited FROM audited_table AS audited
                                   WHERE audited.resource = smartcity_hold_record.resource);
  is_there boolean;
BEGIN
  IF NOT smartcity_record_exists(resource, key) THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT true FROM %I WHERE %I = $1::%s FOR KEY SHARE', held.name, held.parts[1],
                 CASE held.parts[1] WHEN 'id' THEN 'uuid' ELSE 'text' END) INTO is_there USING key;
  RETURN is_there IS NOT NULL;
END $$
"""

# As in 0010, but what is referred to is held.
REFERENCES_EXIST = """
CREATE OR REPLACE FUNCTION smartcity_references_exist() RETURNS trigger
LANGUAGE plpgsql SECURITY {rights} SET search_path = public, pg_temp AS $$
DECLARE
  line jsonb := to_jsonb(NEW);
  reference text;
  resource text;
BEGIN
  FOREACH reference IN ARRAY TG_ARGV LOOP
    resource := line ->> (reference || '_type');
    IF resource IS NOT NULL AND NOT {exists}(resource, line ->> (reference || '_id')) THEN
      RAISE EXCEPTION '%: there is no %/%', reference, resource, line ->> (reference || '_id')
        USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME,
              CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_' || reference;
    END IF;
  END LOOP;
  RETURN NEW;
END $$
"""

# A list of keys, or of objects that hold one, or of objects that are references: `resource` is then empty. At the
# end of the transaction, since rows may name each other.
LISTED_EXIST = """
CREATE FUNCTION smartcity_listed_exist() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  member CONSTANT text := TG_ARGV[0];
  resource CONSTANT text := nullif(TG_ARGV[1], '');
  place CONSTANT text := TG_ARGV[2];
  listed CONSTANT jsonb := to_jsonb(NEW) -> member;
  named record;
BEGIN
  IF jsonb_typeof(listed) = 'array' THEN
    FOR named IN
      SELECT DISTINCT coalesce(resource, item ->> 'type') AS resource,
             CASE jsonb_typeof(item) WHEN 'object' THEN item ->> place ELSE item #>> '{}' END AS key
        FROM jsonb_array_elements(listed) AS item
       WHERE jsonb_typeof(item) = 'object' OR resource IS NOT NULL ORDER BY 1, 2
    LOOP
      IF named.key IS NOT NULL AND NOT smartcity_hold_record(named.resource, named.key) THEN
        RAISE EXCEPTION '%: there is no %/%', member, named.resource, named.key
          USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_' || member;
      END IF;
    END LOOP;
  END IF;
  RETURN NULL;
END $$
"""
# By table: columns that list records, what those are, and where in an object the key stands.
LISTS = (
    ("activity", "organisations", "organisations", "id"),
    ("activity", "provinces", "provinces", "id"),
    ("milestone", "depends_on", "milestones", "id"),
    ("milestone", "evidence", "sources", "source_id"),
    ("body", "members", "organisations", "organisation_id"),
    ("claim", "value", "", "id"),
    *((table, "variants", "sources", "source_id")
      for table in ("organisation", "pilot_area", "promotion_zone", "certified_city")),
)  # fmt: skip

# Some of what refers to a record: by foreign keys, as a subject, in lists, as a source. Indexes answer all but lists in
# small tables and citations, which are looked for only when a source goes.
# What histories rest on, they keep themselves.
REFERRING = """
CREATE FUNCTION smartcity_referring(target text, resource text, key text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  most CONSTANT int := 3;
  other record;
BEGIN
  FOR other IN SELECT conrelid::regclass AS name, quote_ident(attname) AS part, atttypid::regtype AS kind, coalesce(audited.resource, relname) AS called,
                      EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attname = 'id') AS has_id
                 FROM pg_constraint JOIN pg_class AS class ON class.oid = conrelid
                 JOIN pg_attribute AS attribute ON attrelid = conrelid AND attnum = conkey[1]
                 LEFT JOIN audited_table AS audited ON audited.name = relname
                WHERE contype = 'f' AND confrelid = target::regclass AND confdeltype IN ('a', 'r') AND cardinality(conkey) = 1
                ORDER BY called, part LOOP
    RETURN QUERY EXECUTE format('SELECT %L || %s FROM %s WHERE %s = $1::%s LIMIT %s', other.called || '/',
      CASE WHEN other.has_id THEN 'id' ELSE other.part END, other.name, other.part, other.kind, most) USING key;
  END LOOP;
  FOR other IN SELECT name, audited.resource AS called FROM audited_table AS audited
                WHERE name IN ('decision', 'target', 'activity', 'milestone', 'claim') ORDER BY name LOOP
    RETURN QUERY EXECUTE format('SELECT %L || id FROM %I WHERE subject_type = $1 AND subject_id = $2 LIMIT %s',
                                other.called || '/', other.name, most) USING resource, key;
  END LOOP;
  RETURN QUERY SELECT 'links/' || link.id FROM link WHERE (from_type, from_id) = (resource, key) OR (to_type, to_id) = (resource, key) LIMIT most;
  RETURN QUERY SELECT 'claims/' || claim.id FROM claim
                WHERE jsonb_typeof(value) = 'array' AND value @> jsonb_build_array(jsonb_build_object('type', resource, 'id', key)) LIMIT most;
  IF resource = 'milestones' THEN
    RETURN QUERY SELECT 'milestones/' || milestone.id FROM milestone WHERE depends_on @> ARRAY[key] LIMIT most;
  ELSIF resource = 'organisations' THEN
    RETURN QUERY SELECT 'activities/' || activity.id FROM activity WHERE organisations @> ARRAY[key] LIMIT most;
    RETURN QUERY SELECT 'bodies/' || body.id FROM body WHERE members @> jsonb_build_array(jsonb_build_object('organisation_id', key)) LIMIT most;
  ELSIF resource = 'sources' THEN
    RETURN QUERY SELECT 'milestones/' || milestone.id FROM milestone WHERE evidence @> jsonb_build_array(jsonb_build_object('source_id', key)) LIMIT most;
    FOR other IN SELECT name, audited.resource AS called, attname AS member FROM audited_table AS audited
                   JOIN pg_attribute ON attrelid = name::regclass AND attname IN ('sources', 'variants') ORDER BY name LOOP
      RETURN QUERY EXECUTE format('SELECT %L || smartcity_key(to_jsonb(line), $2) FROM %I AS line WHERE %I @> $1 LIMIT %s', other.called || '/', other.name, other.member, most)
        USING jsonb_build_array(jsonb_build_object('source_id', key)), (SELECT parts FROM audited_table WHERE name = other.name);
    END LOOP;
  END IF;
END $$
"""

KEEP_REFERRED = """
CREATE FUNCTION smartcity_keep_referred() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  referring CONSTANT text := (
    SELECT string_agg(other, ', ' ORDER BY other)
      FROM (SELECT DISTINCT other FROM smartcity_referring(TG_TABLE_NAME, TG_ARGV[0], OLD.id::text) AS other
             WHERE other <> TG_ARGV[0] || '/' || OLD.id LIMIT 12) AS others);
BEGIN
  IF referring IS NOT NULL THEN
    RAISE EXCEPTION '%/% cannot go: % refers to it', TG_ARGV[0], OLD.id, referring
      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$
"""

# At the end of the transaction, so that citations can be mended in the same one.
KEEP_TRUSTED = """
CREATE FUNCTION smartcity_keep_trusted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  name text;
  resting text;
BEGIN
  IF (SELECT reliability FROM source WHERE id = NEW.id) = 'D' THEN
    FOREACH name IN ARRAY TG_ARGV LOOP
      EXECUTE format('SELECT id FROM %I AS line WHERE sources @> $1 AND NOT EXISTS (
                        SELECT FROM jsonb_array_elements(line.sources) AS cited
                          JOIN source ON source.id = (cited ->> ''source_id'')::uuid WHERE reliability <> ''D'') LIMIT 1', name)
        INTO resting USING jsonb_build_array(jsonb_build_object('source_id', NEW.id));
      IF resting IS NOT NULL THEN
        RAISE EXCEPTION 'sources/%: % % rests on it alone, so it stays above D', NEW.id, name, resting
          USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = 'source';
      END IF;
    END LOOP;
  END IF;
  RETURN NULL;
END $$
"""

# As in 0010, with the reason for what is kept from now on.
MILESTONE = """
CREATE OR REPLACE FUNCTION smartcity_keep_milestone_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO milestone_version (milestone_id, version, due_on, met_on, status, progress, recorded_at{column})
  VALUES (NEW.id, NEW.version, NEW.due_on, NEW.met_on, NEW.status, NEW.progress, NEW.updated_at{value});
  RETURN NULL;
END $$
"""
TOLD = """, CASE WHEN TG_OP = 'INSERT'
      OR (NEW.due_on, NEW.met_on, NEW.status, NEW.progress, NEW.evidence)
        IS DISTINCT FROM (OLD.due_on, OLD.met_on, OLD.status, OLD.progress, OLD.evidence)
    THEN nullif(current_setting('smartcity.reason', true), '') END"""


def upgrade() -> None:
    """Make it."""
    for function in (
        HOLD_RECORD,
        REFERENCES_EXIST.format(rights="DEFINER", exists="smartcity_hold_record"),
        LISTED_EXIST,
        REFERRING,
    ):
        op.execute(function)
    op.execute(KEEP_REFERRED)
    op.execute(KEEP_TRUSTED)
    for table, column, resource, key in LISTS:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER d_{column}_exist AFTER INSERT OR UPDATE OF {column} ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
            f"EXECUTE FUNCTION smartcity_listed_exist('{column}', '{resource}', '{key}')"
        )
    for table, resource in RESOURCES.items():
        op.execute(
            f"CREATE TRIGGER b_referred BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_keep_referred('{resource}')"
        )
    facts = ", ".join(f"'{table}'" for table in FACTS)
    op.execute(
        "CREATE CONSTRAINT TRIGGER g_trusted AFTER UPDATE ON source DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        f"WHEN (OLD.reliability <> 'D' AND NEW.reliability = 'D') EXECUTE FUNCTION smartcity_keep_trusted({facts})"
    )
    op.create_index(
        "ix_claim_listed", "claim", ["value"], postgresql_using="gin", postgresql_ops={"value": "jsonb_path_ops"},
        postgresql_where=sa.text("jsonb_typeof(value) = 'array'"),
    )  # fmt: skip
    op.create_index("ix_milestone_depends_on", "milestone", ["depends_on"], postgresql_using="gin")
    op.add_column(
        "milestone_version",
        sa.Column("reason", sa.Text(), comment="Why the milestone was brought to that version; null where nobody said"),
    )
    op.execute(MILESTONE.format(column=", reason", value=TOLD))


def downgrade() -> None:
    """Take it away."""
    op.execute(MILESTONE.format(column="", value=""))
    op.drop_column("milestone_version", "reason")
    op.drop_index("ix_milestone_depends_on", table_name="milestone")
    op.drop_index("ix_claim_listed", table_name="claim")
    op.execute("DROP TRIGGER g_trusted ON source")
    for table in RESOURCES:
        op.execute(f"DROP TRIGGER b_referred ON {table}")
    for table, column, _, _ in LISTS:
        op.execute(f"DROP TRIGGER d_{column}_exist ON {table}")
    op.execute(REFERENCES_EXIST.format(rights="INVOKER", exists="smartcity_record_exists"))
    for function in (
        "keep_trusted()",
        "keep_referred()",
        "referring(text, text, text)",
        "listed_exist()",
        "hold_record(text, text)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
