"""What keeps a history legal after it was written: derived columns, what its events rest on, and lineage."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STAMP = """
CREATE FUNCTION smartcity_stamp_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.recorded_at := clock_timestamp();
  RETURN NEW;
END $$
"""

GUARD = """
CREATE FUNCTION smartcity_guard_derived() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb;
  after jsonb;
  name text;
BEGIN
  IF NOT smartcity_is_owner() THEN
    before := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD)
      ELSE '{"origin": "application", "stage": "draft", "status": "granted"}' END;
    after := to_jsonb(NEW);
    FOREACH name IN ARRAY TG_ARGV LOOP
      IF coalesce(after -> name, 'null') IS DISTINCT FROM coalesce(before -> name, 'null') THEN
        RAISE EXCEPTION '%: it follows from the history and is never written by itself', name
          USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME, COLUMN = name;
      END IF;
    END LOOP;
  END IF;
  RETURN NEW;
END $$
"""

# What an event rests on stays as it is while the event is judged and until it is there to be looked at again. As the
# owner: locking asks for a right to change.
HOLD = """
CREATE FUNCTION smartcity_hold_opener() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.opened_by_kind = 'decision' THEN
    PERFORM FROM decision JOIN resolution ON resolution.id = decision.resolution_id JOIN body ON body.id = resolution.body_id
      WHERE decision.id = NEW.opened_by_id FOR SHARE;
  ELSE
    PERFORM FROM source WHERE id = NEW.opened_by_id FOR SHARE;
  END IF;
  RETURN NEW;
END $$
"""

# The first event of a history that may no longer follow from those before it and from what opened it.
RECHECK = """
CREATE FUNCTION smartcity_recheck_histories(subjects uuid[], cause text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  subject uuid;
  recorded_by record;
  newest int;
  step event;
  why text;
BEGIN
  FOREACH subject IN ARRAY subjects LOOP
    FOR recorded_by IN SELECT 'proposals' AS kind, origin FROM proposal WHERE id = subject
                       UNION ALL SELECT 'certified-cities', origin FROM certified_city WHERE id = subject LOOP
      SELECT max(revision) INTO newest FROM event WHERE subject_type = recorded_by.kind AND subject_id = subject;
      FOR step IN SELECT * FROM event WHERE subject_type = recorded_by.kind AND subject_id = subject
                     AND revision = newest ORDER BY seq LOOP
        why := smartcity_why_illegal(step, recorded_by.origin, true);
        IF why IS NOT NULL THEN
          PERFORM smartcity_refuse_event(step, why || '; write its history again in the same transaction as ' || cause);
        END IF;
      END LOOP;
    END LOOP;
  END LOOP;
END $$
"""

# At the end of the transaction, so that one that corrects a resolution can write the histories again, too. A snapshot
# older than the end would miss the events that others wrote meanwhile.
CITED = """
CREATE FUNCTION smartcity_keep_cited() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION '%/%: histories may rest on it: change it in a READ COMMITTED transaction', TG_TABLE_NAME, OLD.id
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
  END IF;
  PERFORM smartcity_recheck_histories(ARRAY(
      SELECT DISTINCT event.subject_id FROM event
       WHERE event.opened_by_kind = CASE TG_TABLE_NAME WHEN 'source' THEN 'statement' ELSE 'decision' END
         AND event.opened_by_id = ANY (CASE TG_TABLE_NAME
         WHEN 'source' THEN ARRAY[OLD.id]
         WHEN 'decision' THEN ARRAY[OLD.id]
         WHEN 'resolution' THEN ARRAY(SELECT id FROM decision WHERE resolution_id = OLD.id)
         ELSE ARRAY(SELECT decision.id FROM decision JOIN resolution ON resolution.id = decision.resolution_id
                     WHERE resolution.body_id = OLD.id) END)),
    format('the change of %s %s', TG_TABLE_NAME, OLD.id));
  RETURN NULL;
END $$
"""

# A city is one by its proposal's certification, and a certified proposal is a city; the register may know of one alone.
LINEAGE = """
CREATE FUNCTION smartcity_keep_lineage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  line CONSTANT jsonb := to_jsonb(NEW);
  subject CONSTANT uuid := CASE TG_TABLE_NAME WHEN 'event' THEN line ->> 'subject_id' ELSE line ->> 'proposal_id' END;
  proposed proposal;
  city certified_city;
BEGIN
  SELECT * INTO proposed FROM proposal WHERE id = subject;
  IF TG_TABLE_NAME = 'event' THEN
    SELECT * INTO city FROM certified_city WHERE proposal_id = subject;
  ELSE
    SELECT * INTO city FROM certified_city WHERE id = NEW.id;
  END IF;
  IF city.origin = 'application' AND proposed.stage IS DISTINCT FROM 'certified' THEN
    RAISE EXCEPTION 'certified-cities/%: its proposal must be certified; it is %', city.id, coalesce(proposed.stage, 'missing')
      USING ERRCODE = 'check_violation', TABLE = 'certified_city', CONSTRAINT = 'ck_certified_city_is_certified';
  ELSIF proposed.origin = 'application' AND proposed.stage = 'certified' AND city.id IS NULL THEN
    RAISE EXCEPTION 'proposals/%: certified, but no city came into being: record it in the same transaction', subject
      USING ERRCODE = 'check_violation', TABLE = 'proposal', CONSTRAINT = 'ck_proposal_is_a_city';
  END IF;
  PERFORM smartcity_recheck_histories(ARRAY[city.id], 'that of proposals/' || subject) WHERE city.id IS NOT NULL;
  RETURN NULL;
END $$
"""

KEEP = """
CREATE FUNCTION smartcity_keep_subject() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM event WHERE subject_type = TG_ARGV[0] AND subject_id = OLD.id AND stage <> 'draft')
    OR TG_ARGV[0] = 'certified-cities' AND (smartcity_certification(OLD.id)).known THEN
    RAISE EXCEPTION '%/%: what has a history is never deleted: withdraw, reject or revoke it', TG_ARGV[0], OLD.id
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$
"""

# By trigger: its table, the change, and the columns that only the owner, or what follows events, may write.
GUARDED: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("e_guard", "promotion_zone", "INSERT OR UPDATE", ("origin",)),
    ("e_guard", "proposal", "INSERT OR UPDATE", ("origin", "stage")),
    ("e_guard", "certified_city", "INSERT OR UPDATE", ("origin", "status", "in_force_on", "in_force_basis")),
    ("e_guard_proposal", "certified_city", "UPDATE", ("proposal_id",)),
)
SUBJECTS = {"proposal": "proposals", "certified_city": "certified-cities"}
CITED_COLUMNS: dict[str, tuple[str, ...]] = {
    "source": ("reliability",),
    "decision": ("action", "subject_type", "subject_id", "resolution_id"),
    "resolution": ("body_id", "decided_on", "published_at"),
    "body": ("kind", "mandate", "valid_from_on", "valid_until_on"),
}
LINEAGES = {
    "event": (
        "INSERT",
        "NEW.subject_type = 'proposals' AND (NEW.stage = 'certified' OR NEW.revision > 1 AND NEW.seq = 1)",
    ),
    "certified_city": ("INSERT OR UPDATE OF proposal_id, origin", "NEW.origin = 'application'"),
}
# Called by the judge, as the role that writes; whoever else may connect must not hold up its writers by it.
LOCK = "FUNCTION smartcity_lock_subject(text, uuid)"
FUNCTIONS = (STAMP, GUARD, HOLD, RECHECK, CITED, LINEAGE, KEEP)


def _at_commit(name: str, table: str, change: str, when: str, function: str) -> None:
    op.execute(
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {change} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION smartcity_{function}()"
    )


def upgrade() -> None:
    """Make the guards and put them on their tables."""
    for function in FUNCTIONS:
        op.execute(function)
    op.execute(f"REVOKE EXECUTE ON {LOCK} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON {LOCK} TO smartcity_app")
    op.execute("CREATE TRIGGER b_stamp BEFORE INSERT ON act FOR EACH ROW EXECUTE FUNCTION smartcity_stamp_act()")
    op.execute(
        "CREATE TRIGGER a_hold BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.opened_by_kind <> 'act') "
        "EXECUTE FUNCTION smartcity_hold_opener()"
    )
    for name, table, change, columns in GUARDED:
        arguments = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION smartcity_guard_derived({arguments})"
        )
    for table, columns in CITED_COLUMNS.items():
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        _at_commit("g_cited", table, "UPDATE", f"({old}, 0) IS DISTINCT FROM ({new}, 0)", "keep_cited")
    for table in ("source", "decision"):
        _at_commit("g_cited_gone", table, "DELETE", "true", "keep_cited")
    for table, (change, when) in LINEAGES.items():
        _at_commit("g_lineage", table, change, when, "keep_lineage")
    for table, subject in SUBJECTS.items():
        op.execute(
            f"CREATE TRIGGER a_keep BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_keep_subject('{subject}')"
        )


def downgrade() -> None:
    """Take them away."""
    for table in SUBJECTS:
        op.execute(f"DROP TRIGGER a_keep ON {table}")
    for table in LINEAGES:
        op.execute(f"DROP TRIGGER g_lineage ON {table}")
    for table in ("source", "decision"):
        op.execute(f"DROP TRIGGER g_cited_gone ON {table}")
    for table in CITED_COLUMNS:
        op.execute(f"DROP TRIGGER g_cited ON {table}")
    for name, table, _, _ in GUARDED:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP TRIGGER a_hold ON event")
    op.execute("DROP TRIGGER b_stamp ON act")
    op.execute(f"REVOKE EXECUTE ON {LOCK} FROM smartcity_app")
    op.execute(f"GRANT EXECUTE ON {LOCK} TO PUBLIC")
    for function in (
        "keep_subject()",
        "keep_lineage()",
        "keep_cited()",
        "recheck_histories(uuid[], text)",
        "hold_opener()",
        "guard_derived()",
        "stamp_act()",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
