"""Every change of every resource row, sealed in a chain of hashes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# By table: its resource. Those that have a path of their own are served by the feed of changes.
# fmt: off
SERVED = {
    "source": "sources", "claim": "claims", "province": "provinces", "district": "districts", "framework": "frameworks", "organisation": "organisations",
    "body": "bodies", "meeting": "meetings", "resolution": "resolutions", "call": "calls", "proposal": "proposals", "pilot_area": "pilot-areas",
    "promotion_zone": "promotion-zones", "plan": "plans", "certified_city": "certified-cities", "milestone": "milestones", "target": "targets", "activity": "activities",
}
# fmt: on
PARTS = {"decision": "decisions", "event": "events", "act": "acts", "link": "links", "client": "clients"}
KEYS = {"province": "{code}", "district": "{code}", "event": "{subject_type,subject_id,revision,seq}"}

# All of an entry, as one JSON text: what is quoted cannot be shifted from one member into the next.
ENTRY_HASH = """
CREATE FUNCTION smartcity_entry_hash(numbered bigint, entry audit_entry) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(convert_to(jsonb_build_array(
  numbered, entry.id, entry.resource, entry.subject_id, entry.op, entry.version,
  to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.actor, entry.request_id, entry.reason,
  entry.after, entry.served, entry.public_before, entry.public_after, entry.organisation_before,
  entry.organisation_after)::text, 'UTF8'))
"""

BLOCK_HASH = """
CREATE FUNCTION smartcity_block_hash(block audit_block, hashes bytea) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(block.previous || convert_to(jsonb_build_array(
  block.number, block.first, block.last, block.entries,
  to_char(block.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8') || hashes)
"""

KEY = """
CREATE FUNCTION smartcity_key(line jsonb, parts text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE cardinality(parts) WHEN 1 THEN line ->> parts[1] ELSE array_to_string(ARRAY(SELECT line ->> part FROM unnest(parts) AS part), '/') END;
END $$
"""

# Who besides everybody may see a row: the proponent of the proposal that it is, or that it is about.
CONCERNED = """
CREATE FUNCTION smartcity_concerned(resource text, line jsonb) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE WHEN resource = 'proposals' THEN (line ->> 'proponent_id')::uuid WHEN line ->> 'subject_type' = 'proposals'
    THEN (SELECT proponent_id FROM proposal WHERE id = (line ->> 'subject_id')::uuid) END;
END $$
"""

# One statement for all rows of a change. What a row was before is what its last entry says: a row about a proposal
# comes into sight with it, and is then no other than before. Instants in rows are written in one time zone.
AUDIT = """
CREATE FUNCTION smartcity_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET extra_float_digits = 1 SET enable_seqscan = off
AS $$
DECLARE
  path CONSTANT text := TG_ARGV[0];
  parts CONSTANT text[] := TG_ARGV[1];
  hidden CONSTANT text[] := TG_ARGV[2];
  is_served CONSTANT boolean := TG_ARGV[3];
  what CONSTANT text := lower(TG_OP);
  instant CONSTANT timestamptz := clock_timestamp();
  who CONSTANT text := coalesce(nullif(current_setting('smartcity.actor', true), ''), 'role/' || session_user);
  asked CONSTANT text := nullif(current_setting('smartcity.request_id', true), '');
  why CONSTANT text := nullif(current_setting('smartcity.reason', true), '');
BEGIN
  IF what = 'delete' THEN
    INSERT INTO audit_entry (resource, subject_id, op, version, at, actor, request_id, reason, served, public_before,
                             public_after, organisation_before)
    SELECT path, gone.key, what, (gone.line ->> 'version')::int, instant, who, asked, why, is_served,
           coalesce(previous.public_after, false), false, previous.organisation_after
      FROM (SELECT to_jsonb(removed) AS line, smartcity_key(to_jsonb(removed), parts) AS key FROM removed) AS gone
      LEFT JOIN LATERAL (SELECT public_after, organisation_after FROM audit_entry WHERE resource = path AND subject_id = gone.key ORDER BY id DESC LIMIT 1) AS previous ON true;
  ELSE
    INSERT INTO audit_entry (resource, subject_id, op, version, at, actor, request_id, reason, after, served,
                             public_before, public_after, organisation_before, organisation_after)
    SELECT path, kept.key, what, (kept.line ->> 'version')::int, instant, who, asked, why, kept.line, is_served,
           coalesce(previous.public_after, false),
           CASE path WHEN 'proposals' THEN (kept.line -> 'is_public')::boolean ELSE smartcity_is_public(path, kept.line) END,
           previous.organisation_after, smartcity_concerned(path, kept.line)
      FROM (SELECT line - hidden AS line, smartcity_key(line, parts) AS key
              FROM (SELECT to_jsonb(added) AS line FROM added OFFSET 0) AS written OFFSET 0) AS kept
      LEFT JOIN LATERAL (SELECT public_after, organisation_after FROM audit_entry WHERE what = 'update' AND resource = path AND subject_id = kept.key ORDER BY id DESC LIMIT 1) AS previous ON true;
  END IF;
  RETURN NULL;
END $$
"""

REFUSE = """
CREATE FUNCTION smartcity_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of %: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
END $$
"""

# The triggers' names sort before those that change rows as a consequence: what came first is recorded first. The rows
# that are there already are recorded as they are found.
ATTACH = """
CREATE PROCEDURE smartcity_attach_audit(
  name text, resource text, parts text[] DEFAULT '{id}', hidden text[] DEFAULT '{}', served boolean DEFAULT false)
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' SET extra_float_digits = 1 AS $$
DECLARE
  unseen CONSTANT text[] := array_append(hidden, 'names_folded');
  called CONSTANT text := format('smartcity_audit(%L, %L, %L, %L)', resource, parts, unseen, served);
  keys CONSTANT text := (SELECT string_agg(format('%I', part), ', ') FROM unnest(parts) AS part);
  moved CONSTANT text := (SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', part), ' OR ') FROM unnest(parts) AS part);
BEGIN
  INSERT INTO audited_table VALUES (name, resource, parts, unseen);
  EXECUTE format('CREATE TRIGGER a_audit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %s', name, called);
  EXECUTE format('CREATE TRIGGER a_audit_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %s', name, called);
  EXECUTE format('CREATE TRIGGER a_audit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION %s', name, called);
  EXECUTE format('CREATE TRIGGER a_key AFTER UPDATE OF %s ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION smartcity_refuse(''a record keeps its key'')', keys, name, moved);
  EXECUTE format('CREATE TRIGGER z_audit_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION smartcity_refuse(''delete the rows, so that the audit tells of each'')', name);
  EXECUTE format('INSERT INTO audit_entry (resource, subject_id, op, version, at, actor, reason, after, served,
                                           public_before, public_after, organisation_after)
                  SELECT $1, smartcity_key(line, $2), ''insert'', (line ->> ''version'')::int, clock_timestamp(),
                         ''role/'' || session_user, ''recorded before the audit began'', line - $3, $4, false,
                         smartcity_is_public($1, line), smartcity_concerned($1, line)
                    FROM (SELECT to_jsonb(found) AS line FROM %I AS found OFFSET 0) AS found', name)
    USING resource, parts, unseen, served;
END $$
"""

DETACH = """
CREATE PROCEDURE smartcity_detach_audit(named text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  attached text;
BEGIN
  FOREACH attached IN ARRAY ARRAY['a_audit_insert', 'a_audit_update', 'a_audit_delete', 'a_key', 'z_audit_truncate'] LOOP
    EXECUTE format('DROP TRIGGER %I ON %I', attached, named);
  END LOOP;
  DELETE FROM audited_table WHERE name = named;
END $$
"""

# Entries get their numbers when they are committed and seen: whoever commits late gets a later number, and nobody who
# reads by number misses him. One sealer at a time; another has nothing to do meanwhile.
SEAL = """
CREATE FUNCTION smartcity_seal(most int) RETURNS SETOF audit_block LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  head audit_block;
  block audit_block;
  hashes bytea;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('smartcity_seal', 0)) THEN
    RETURN;
  END IF;
  SELECT * INTO head FROM audit_block ORDER BY number DESC LIMIT 1;
  WITH taken AS (
    SELECT id, coalesce(head.last, 0) + row_number() OVER (ORDER BY id) AS given
      FROM (SELECT id FROM audit_entry WHERE number IS NULL ORDER BY id LIMIT most) AS waiting
  ), numbered AS (
    UPDATE audit_entry AS entry SET number = taken.given, hash = smartcity_entry_hash(taken.given, entry)
      FROM taken WHERE entry.id = taken.id RETURNING entry.number, entry.hash
  )
  SELECT min(number), max(number), count(*), string_agg(hash, ''::bytea ORDER BY number) INTO block.first, block.last, block.entries, hashes FROM numbered;
  IF block.entries = 0 THEN
    RETURN;
  END IF;
  block.number := coalesce(head.number, 0) + 1;
  block.previous := coalesce(head.hash, sha256(''));
  block.sealed_at := clock_timestamp();
  block.hash := smartcity_block_hash(block, hashes);
  RETURN QUERY INSERT INTO audit_block SELECT (block).* RETURNING *;
END $$
"""

# As in 0012, but once for all rows of a statement, and after the audit: what follows is recorded after what it follows.
FOLLOW = """
CREATE FUNCTION smartcity_follow_proposals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  cities uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    cities := ARRAY(SELECT id FROM added WHERE proposal_id IS NOT NULL);
  ELSE
    cities := ARRAY(SELECT id FROM added JOIN removed USING (id) WHERE added.proposal_id IS DISTINCT FROM removed.proposal_id);
  END IF;
  IF cities <> '{}' THEN
    PERFORM FROM proposal WHERE id IN (SELECT proposal_id FROM certified_city AS city WHERE city.id = ANY (cities)) ORDER BY id FOR SHARE;
    PERFORM smartcity_refresh_cities(cities);
  END IF;
  RETURN NULL;
END $$
"""
FOLLOWERS = {
    "f_follow": ("INSERT", "NEW TABLE AS added", "INSERT", "NEW.proposal_id IS NOT NULL"),
    "f_follow_another": ("UPDATE", "OLD TABLE AS removed NEW TABLE AS added", "UPDATE OF proposal_id",
                         "NEW.proposal_id IS DISTINCT FROM OLD.proposal_id"),
}  # fmt: skip

# What is refused to everybody: all but numbering, once.
SAME = ("id", "resource", "subject_id", "op", "version", "at", "actor", "request_id", "reason", "after", "served",
        "public_before", "public_after", "organisation_before", "organisation_after")  # fmt: skip
NOT_NUMBERING = "OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.hash IS NULL OR ({}) IS DISTINCT FROM ({})".format(
    *(", ".join(f"{row}.{column}" for column in SAME) for row in ("OLD", "NEW"))
)
FUNCTIONS = (ENTRY_HASH, BLOCK_HASH, KEY, CONCERNED, AUDIT, REFUSE, ATTACH, DETACH, SEAL, FOLLOW)
# What waits for its number, and what each kind of reader may be told.
INDEXES: tuple[tuple[str, list[str], str], ...] = (
    ("unsealed", ["id"], "number IS NULL"),
    ("public", ["number"], "served AND (public_before OR public_after)"),
    ("concerned", ["organisation_after", "number"], "served AND organisation_after IS NOT NULL"),
    ("formerly", ["organisation_before", "number"], "served AND organisation_before IS NOT NULL"),
)
# pg_restore sets no search_path, and computes the columns that this function folds.
ALONE = "ALTER FUNCTION smartcity_fold_names(text, text, text[]) {}"
RIGHTS = (
    ALONE.format("SET search_path = public, pg_temp"),
    "GRANT SELECT ON audited_table, audit_entry, audit_block TO smartcity_app",
    "REVOKE EXECUTE ON FUNCTION smartcity_audit(), smartcity_seal(int) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION smartcity_seal(int) TO smartcity_app",
)
KEPT = "EXECUTE FUNCTION smartcity_refuse('the trail is never changed')"
GUARDS = (
    f"CREATE TRIGGER a_frozen BEFORE UPDATE ON audit_entry FOR EACH ROW WHEN ({NOT_NUMBERING}) {KEPT}",
    f"CREATE TRIGGER a_kept BEFORE DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT {KEPT}",
    f"CREATE TRIGGER a_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_block FOR EACH STATEMENT {KEPT}",
)


# fmt: off
def upgrade() -> None:
    """Make the trail, its chain, and what writes them; record what is there."""
    op.create_table('audited_table',
        sa.Column('name', sa.Text(), nullable=False, comment='Its name'),
        sa.Column('resource', sa.Text(), nullable=False, comment='What its rows are called in the trail'),
        sa.Column('parts', postgresql.ARRAY(sa.Text()), nullable=False, comment='The columns of the key that the trail knows a row by'),
        sa.Column('hidden', postgresql.ARRAY(sa.Text()), nullable=False, comment='The columns that the trail leaves out'),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_audited_table')),
        sa.UniqueConstraint('resource', name=op.f('uq_audited_table_resource'))
    )
    op.create_table('audit_entry',
        sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False, comment='In the order of writing; others may be committed later'),
        sa.Column('resource', sa.Text(), nullable=False, comment='Path segment of the resource, or what a part of records is called'),
        sa.Column('subject_id', sa.Text(), nullable=False, comment='The key of the row'),
        sa.Column('op', sa.Text(), nullable=False, comment='insert, update or delete'),
        sa.Column('version', sa.Integer(), nullable=True, comment="The row's version after the change, of a deleted row its last; null where rows have none"),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment="When it was changed, by the database's clock"),
        sa.Column('actor', sa.Text(), nullable=False, comment="Who: the service's caller, else role/ and the database's user"),
        sa.Column('request_id', sa.Text(), nullable=True, comment='The request that changed it; null outside the service'),
        sa.Column('reason', sa.Text(), nullable=True, comment='Why, where somebody said so'),
        sa.Column('after', postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True, comment='The row after the change, geometry as GeoJSON; null when it was deleted'),
        sa.Column('served', sa.Boolean(), nullable=False, comment='Whether the resource has a path of its own, so that the feed of changes tells of it'),
        sa.Column('public_before', sa.Boolean(), nullable=False, comment='Whether anybody could see the row before'),
        sa.Column('public_after', sa.Boolean(), nullable=False, comment='Whether anybody can see the row after'),
        sa.Column('organisation_before', sa.Uuid(), nullable=True, comment='Who could see it before even though it was not public'),
        sa.Column('organisation_after', sa.Uuid(), nullable=True, comment='Who can see it after even though it is not public'),
        sa.Column('number', sa.BigInteger(), nullable=True, comment="Its place in the trail, without gaps, given once it was committed; null until then"),
        sa.Column('hash', sa.LargeBinary(), nullable=True, comment='SHA-256 of all the rest'),
        sa.CheckConstraint("op IN ('insert', 'update', 'delete')", name=op.f('ck_audit_entry_op_is_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
        sa.UniqueConstraint('number', name=op.f('uq_audit_entry_number'))
    )
    op.create_index('ix_audit_entry_actor', 'audit_entry', ['actor', 'number'])
    op.create_index('ix_audit_entry_subject', 'audit_entry', ['resource', 'subject_id', 'id'])
    for name, columns, where in INDEXES:
        op.create_index(f'ix_audit_entry_{name}', 'audit_entry', columns, postgresql_where=sa.text(where))
    op.create_table('audit_block',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False, comment='Its place in the chain, from 1'),
        sa.Column('first', sa.BigInteger(), nullable=False, comment='Number of its first entry'),
        sa.Column('last', sa.BigInteger(), nullable=False, comment='Number of its last entry'),
        sa.Column('entries', sa.Integer(), nullable=False, comment='How many it has'),
        sa.Column('previous', sa.LargeBinary(), nullable=False, comment='Hash of the block before; of nothing for the first'),
        sa.Column('hash', sa.LargeBinary(), nullable=False, comment="SHA-256 of the hash before, its own numbers, and its entries' hashes"),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False, comment='When it was sealed'),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_block')),
        sa.UniqueConstraint('hash', name=op.f('uq_audit_block_hash'))
    )
    op.create_index('ix_audit_block_sealed_at', 'audit_block', ['sealed_at'])
    for statement in (*FUNCTIONS, *RIGHTS, *GUARDS):
        op.execute(statement)
    for name, (change, rows, _, _) in FOLLOWERS.items():
        op.execute(f"DROP TRIGGER {name} ON certified_city; CREATE TRIGGER {name} AFTER {change} ON certified_city REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION smartcity_follow_proposals()")
    for table, resource in (SERVED | PARTS).items():
        op.execute(f"CALL smartcity_attach_audit('{table}', '{resource}', '{KEYS.get(table, '{id}')}', served => {table in SERVED})")
# fmt: on


def downgrade() -> None:
    """Take it away; nobody knows any more who changed what."""
    for table in (*SERVED, *PARTS):
        op.execute(f"CALL smartcity_detach_audit('{table}')")
    for name, (_, _, change, when) in FOLLOWERS.items():
        op.execute(f"DROP TRIGGER {name} ON certified_city")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {change} ON certified_city FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION smartcity_follow_proposal()"
        )
    routines = "follow_proposals, seal, audit, concerned, key, block_hash, entry_hash, detach_audit, attach_audit"
    op.execute(f"DROP ROUTINE {', '.join(f'smartcity_{name}' for name in routines.split(', '))}")
    op.execute("DROP TABLE audit_block, audit_entry, audited_table; DROP FUNCTION smartcity_refuse")
    op.execute(ALONE.format("RESET search_path"))
