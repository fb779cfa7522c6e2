"""The judge of events: a trigger that reads the rules, so that nobody can write an illegal history."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RANK = """
CREATE FUNCTION smartcity_stage_rank(stage text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN array_position(ARRAY['draft', 'submitted', 'eligible', 'in_promotion_zone', 'plan_submitted',
  'approved_in_principle', 'plan_assessed', 'plan_approved', 'certified'], stage)::smallint
"""

# The owner writes the register; the application's role never is the owner, nor a member of it.
IS_OWNER = """
CREATE FUNCTION smartcity_is_owner() RETURNS boolean LANGUAGE sql STABLE
RETURN pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.event'::regclass), 'USAGE')
"""

# Where a subject stands before an event: a proposal's last stage, a city's status. Null at the beginning.
STANDING = """
CREATE FUNCTION smartcity_standing(kind text, subject uuid, in_revision int, before_seq int) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  step text;
  held text;
  standing text;
BEGIN
  IF kind = 'proposals' THEN
    RETURN (SELECT stage FROM event WHERE subject_type = kind AND subject_id = subject
              AND revision = in_revision AND seq = before_seq - 1);
  END IF;
  SELECT CASE WHEN proposal_id IS NOT NULL THEN 'granted' END INTO standing FROM certified_city WHERE id = subject;
  held := standing;
  FOR step IN SELECT stage FROM event WHERE subject_type = kind AND subject_id = subject
                 AND revision = in_revision AND seq < before_seq ORDER BY seq LOOP
    CASE
      WHEN step IN ('granted', 'renewed') THEN held := step; standing := step;
      WHEN step = 'reinstated' THEN standing := held;
      WHEN step IN ('suspended', 'revoked') THEN standing := step;
      ELSE NULL;
    END CASE;
  END LOOP;
  RETURN standing;
END $$
"""

REFUSE = """
CREATE FUNCTION smartcity_refuse_event(refused event, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%/% event % (%): %', refused.subject_type, refused.subject_id, refused.seq, refused.stage, why
    USING ERRCODE = 'check_violation', TABLE = 'event', CONSTRAINT = 'ck_event_is_legal';
END $$
"""

# What opens an event, or why it cannot: the action, who took it, and a reason against it.
OPENER = """
CREATE FUNCTION smartcity_opener(opened event, loose boolean, OUT action text, OUT actor text, OUT why text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  today CONSTANT date := (now() AT TIME ZONE 'Asia/Bangkok')::date;
  cited record;
BEGIN
  IF opened.opened_by_kind = 'decision' THEN
    SELECT d.action, d.subject_type, d.subject_id, r.decided_on, r.published_at, b.mandate, b.valid_from_on, b.valid_until_on
      INTO cited FROM decision d JOIN resolution r ON r.id = d.resolution_id JOIN body b ON b.id = r.body_id
     WHERE d.id = opened.opened_by_id;
    action := cited.action;
    actor := cited.mandate;
    why := CASE
      WHEN cited.action IS NULL THEN 'there is no decision ' || opened.opened_by_id
      WHEN cited.published_at IS NULL THEN 'its resolution is not published'
      WHEN (cited.subject_type, cited.subject_id) IS DISTINCT FROM (opened.subject_type, opened.subject_id::text)
        THEN 'the decision is about another subject'
      WHEN cited.decided_on IS DISTINCT FROM opened.effective_on
        THEN 'a decision takes effect on the day of its resolution, ' || coalesce(cited.decided_on, 'which is not known')
      WHEN smartcity_first_day(cited.valid_from_on) > smartcity_last_day(opened.effective_on)
        OR smartcity_last_day(cited.valid_until_on) < smartcity_first_day(opened.effective_on)
        THEN 'the body did not exist on that day' END;
  ELSIF opened.opened_by_kind = 'act' THEN
    SELECT a.id, a.subject_type, a.subject_id, a.action, a.by AS actor, a.reason INTO cited FROM act a WHERE a.id = opened.opened_by_id;
    action := cited.action;
    actor := cited.actor;
    why := CASE
      WHEN cited.id IS NULL THEN 'there is no act ' || opened.opened_by_id
      WHEN (cited.subject_type, cited.subject_id) IS DISTINCT FROM (opened.subject_type, opened.subject_id)
        THEN 'the act is about another subject'
      WHEN loose THEN NULL
      WHEN opened.effective_on IS DISTINCT FROM today::text AND cited.reason IS NULL
        THEN 'an act takes effect on the day it is recorded; an earlier day needs a reason'
      WHEN opened.effective_on IS NULL OR length(opened.effective_on) < 10 THEN 'an act takes effect on a whole day' END;
  ELSIF NOT loose THEN
    why := 'only the register''s history before its rules became strict may rest on a statement';
  ELSE
    SELECT s.reliability INTO cited FROM source s WHERE s.id = opened.opened_by_id;
    why := CASE
      WHEN cited.reliability IS NULL THEN 'there is no source ' || opened.opened_by_id
      WHEN cited.reliability = 'D' THEN 'no event may rest on a source of reliability D alone' END;
  END IF;
END $$
"""

# Loose history may skip what is not documented, but only forwards, and never out of a closed stage.
EXPLAINED = """
CREATE FUNCTION smartcity_is_explained(opened event, loose boolean, rules text, action text, actor text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  standing CONSTANT text :=
    smartcity_standing(opened.subject_type, opened.subject_id, opened.revision, opened.seq);
  highest smallint;
  forwards boolean;
BEGIN
  SELECT max(smartcity_stage_rank(stage)) INTO highest FROM event
   WHERE subject_type = opened.subject_type AND subject_id = opened.subject_id
     AND revision = opened.revision AND seq < opened.seq;
  forwards := CASE
    WHEN opened.subject_type = 'certified-cities' THEN standing IS DISTINCT FROM 'revoked'
    WHEN standing IN ('certified', 'rejected', 'withdrawn') THEN false
    ELSE coalesce(smartcity_stage_rank(opened.stage) > coalesce(highest, 0), standing IS NOT NULL) END;
  IF opened.opened_by_kind = 'statement' THEN
    RETURN forwards;
  END IF;
  RETURN EXISTS (
    SELECT FROM lifecycle_move AS move
     WHERE move.subject_type = opened.subject_type AND move.kind = opened.opened_by_kind
       AND move.action = smartcity_is_explained.action AND move.to_stage = opened.stage
       AND (move.by IS NULL OR move.by = actor) AND (move.procedure IS NULL OR move.procedure = rules)
       AND (loose OR NOT move.register_only)
       AND (loose AND forwards
         OR move.from_stage = '*' AND standing <> 'revoked'
         OR move.from_stage IS NOT DISTINCT FROM standing
           AND (move.after_zone IS NULL OR move.after_zone = (coalesce(highest, 0) >= 4))));
END $$
"""

JUDGE = """
CREATE FUNCTION smartcity_judge_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  today CONSTANT date := (now() AT TIME ZONE 'Asia/Bangkok')::date;
  recorded_by text;
  revision_now int;
  steps int;
  before event;
  rules procedure;
  loose boolean;
  opener record;
BEGIN
  NEW.recorded_at := clock_timestamp();
  -- Two writers of one history take turns; the lock goes with the transaction.
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_type || NEW.subject_id, 0));
  IF NEW.subject_type = 'proposals' THEN
    SELECT origin INTO recorded_by FROM proposal WHERE id = NEW.subject_id;
  ELSE
    SELECT origin INTO recorded_by FROM certified_city WHERE id = NEW.subject_id;
  END IF;
  IF recorded_by IS NULL THEN
    PERFORM smartcity_refuse_event(NEW, 'there is no such subject');
  END IF;
  SELECT coalesce(max(revision), 0) INTO revision_now FROM event
   WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id;
  SELECT count(*) INTO steps FROM event
   WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id AND revision = NEW.revision;
  IF NOT (NEW.seq = steps + 1 AND (NEW.revision = revision_now OR NEW.revision = revision_now + 1 AND steps = 0)) THEN
    PERFORM smartcity_refuse_event(NEW, format('the next event is revision %s, seq %s, or revision %s, seq 1',
      greatest(revision_now, 1), (SELECT count(*) + 1 FROM event WHERE subject_type = NEW.subject_type
        AND subject_id = NEW.subject_id AND revision = revision_now), revision_now + 1));
  END IF;
  IF smartcity_first_day(NEW.effective_on) > today THEN
    PERFORM smartcity_refuse_event(NEW, 'the day lies in the future');
  END IF;
  SELECT * INTO before FROM event
   WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id AND revision = NEW.revision
     AND effective_on IS NOT NULL ORDER BY seq DESC LIMIT 1;
  IF smartcity_last_day(NEW.effective_on) < smartcity_first_day(before.effective_on) THEN
    PERFORM smartcity_refuse_event(NEW, 'it is earlier than the event before it, of ' || before.effective_on);
  END IF;
  NEW.counts_from := CASE WHEN NEW.effective_on IS NOT NULL
    THEN greatest(smartcity_last_day(NEW.effective_on), before.counts_from) END;
  SELECT * INTO rules FROM procedure
   WHERE in_force_from <= coalesce(smartcity_last_day(NEW.effective_on), today) ORDER BY in_force_from DESC LIMIT 1;
  IF rules.code IS NULL THEN
    PERFORM smartcity_refuse_event(NEW, 'no procedure was in force on that day');
  END IF;
  loose := recorded_by = 'register' AND smartcity_is_owner()
    AND coalesce(smartcity_last_day(NEW.effective_on) < rules.strict_from, false);
  SELECT * INTO opener FROM smartcity_opener(NEW, loose);
  IF opener.why IS NOT NULL THEN
    PERFORM smartcity_refuse_event(NEW, opener.why);
  END IF;
  IF NOT smartcity_is_explained(NEW, loose, rules.code, opener.action, opener.actor) THEN
    PERFORM smartcity_refuse_event(NEW, format('under the procedure of %s no %s%s leads there from %s', rules.code,
      coalesce(opener.actor || '''s ', ''), coalesce(opener.action, NEW.opened_by_kind),
      coalesce(smartcity_standing(NEW.subject_type, NEW.subject_id, NEW.revision, NEW.seq), 'the beginning')));
  END IF;
  RETURN NEW;
END $$
"""

GUARD = """
CREATE FUNCTION smartcity_guard_derived() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before CONSTANT jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD)
    ELSE '{"origin": "application", "stage": "draft", "status": "granted"}' END;
  after CONSTANT jsonb := to_jsonb(NEW);
  name text;
BEGIN
  IF NOT smartcity_is_owner() THEN
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

GUARDED = {
    "promotion_zone": ("origin",),
    "proposal": ("origin", "stage"),
    "certified_city": ("origin", "status", "in_force_on", "in_force_basis"),
}
EVENT_COLUMNS = "subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id, award_year, note, sources"
ACT_COLUMNS = "id, subject_type, subject_id, by, action, reason"
FUNCTIONS = (RANK, IS_OWNER, STANDING, REFUSE, OPENER, EXPLAINED, JUDGE, GUARD)


def upgrade() -> None:
    """Make the judge, and let the application's role write what he judges, and no more."""
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("CREATE TRIGGER b_judge BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION smartcity_judge_event()")
    op.execute(
        "CREATE TRIGGER c_sources_exist BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION smartcity_sources_exist()"
    )
    for table, columns in GUARDED.items():
        arguments = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER e_guard BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION smartcity_guard_derived({arguments})"
        )
    op.execute(f"GRANT INSERT ({EVENT_COLUMNS}) ON event TO smartcity_app")
    op.execute(f"GRANT INSERT ({ACT_COLUMNS}) ON act TO smartcity_app")


def downgrade() -> None:
    """Take it away."""
    op.execute(f"REVOKE INSERT ({ACT_COLUMNS}) ON act FROM smartcity_app")
    op.execute(f"REVOKE INSERT ({EVENT_COLUMNS}) ON event FROM smartcity_app")
    for table in GUARDED:
        op.execute(f"DROP TRIGGER e_guard ON {table}")
    op.execute("DROP TRIGGER c_sources_exist ON event")
    op.execute("DROP TRIGGER b_judge ON event")
    for function in (
        "guard_derived()",
        "judge_event()",
        "is_explained(event, boolean, text, text, text)",
        "opener(event, boolean)",
        "refuse_event(event, text)",
        "standing(text, uuid, int, int)",
        "is_owner()",
        "stage_rank(text)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
