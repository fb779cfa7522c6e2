"""The judge of events: a trigger that reads the rules, so that nobody can write an illegal history."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RANK = """
CREATE FUNCTION smartcity_stage_rank(stage text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(ARRAY['draft', 'submitted', 'eligible', 'in_promotion_zone', 'plan_submitted',
  'approved_in_principle', 'plan_assessed', 'plan_approved', 'certified'], stage)::smallint
"""

# The owner writes the register; the application's role never is the owner, nor a member of it.
IS_OWNER = """
CREATE FUNCTION smartcity_is_owner() RETURNS boolean LANGUAGE sql STABLE RETURN
  pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.event'::regclass), 'USAGE')
"""

# Two writers of one history take turns. Rows are locked, not advisory keys: one statement may write 100,000 histories,
# more than the lock table holds.
LOCK = """
CREATE FUNCTION smartcity_lock_subject(kind text, subject uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  recorded_by text;
BEGIN
  IF kind = 'proposals' THEN
    SELECT origin INTO recorded_by FROM proposal WHERE id = subject FOR NO KEY UPDATE;
  ELSE
    SELECT origin INTO recorded_by FROM certified_city WHERE id = subject FOR NO KEY UPDATE;
  END IF;
  RETURN recorded_by;
END $$
"""

# The event of its proposal by which a city was certified.
CERTIFICATION = """
CREATE FUNCTION smartcity_certification(city uuid, OUT effective_on text, OUT known boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
  of CONSTANT uuid := (SELECT proposal_id FROM certified_city WHERE id = city);
  newest CONSTANT int := (SELECT max(revision) FROM event WHERE subject_type = 'proposals' AND subject_id = of);
BEGIN
  SELECT event.effective_on, true INTO effective_on, known FROM event
   WHERE subject_type = 'proposals' AND subject_id = of AND revision = newest AND stage = 'certified';
END $$
"""

# Where a subject stands before an event: a proposal's last stage, a city's status. Null at the beginning, and for a
# city that nothing has certified.
STANDING = """
CREATE FUNCTION smartcity_standing(kind text, subject uuid, in_revision int, before_seq int) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  begun text;
  steps text[];
  held text[];
BEGIN
  IF kind = 'proposals' THEN
    RETURN (SELECT stage FROM event WHERE subject_type = kind AND subject_id = subject
              AND revision = in_revision AND seq < before_seq ORDER BY seq DESC LIMIT 1);
  END IF;
  SELECT 'granted' INTO begun FROM certified_city
   WHERE id = subject AND (origin = 'register' OR (smartcity_certification(id)).known);
  SELECT array_agg(stage ORDER BY seq DESC),
         array_agg(stage ORDER BY seq DESC) FILTER (WHERE stage IN ('granted', 'renewed'))
    INTO steps, held FROM event
   WHERE subject_type = kind AND subject_id = subject AND revision = in_revision AND seq < before_seq
     AND stage IN ('granted', 'renewed', 'suspended', 'reinstated', 'revoked');
  RETURN coalesce(CASE steps[1] WHEN 'reinstated' THEN coalesce(held[1], 'granted') ELSE steps[1] END, begun);
END $$
"""

# What opens an event, or why it cannot: the action, who took it, and a reason against it.
OPENER = """
CREATE FUNCTION smartcity_opener(opened event, loose boolean, OUT action text, OUT actor text, OUT why text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  cited record;
  recorded_on text;
BEGIN
  IF opened.opened_by_kind = 'decision' THEN
    SELECT d.action, d.subject_type, d.subject_id, r.decided_on, r.published_at, b.valid_from_on, b.valid_until_on,
           CASE b.kind WHEN 'cabinet' THEN 'cabinet' ELSE b.mandate END AS mandate
      INTO cited FROM decision d JOIN resolution r ON r.id = d.resolution_id JOIN body b ON b.id = r.body_id
     WHERE d.id = opened.opened_by_id;
    SELECT cited.action, cited.mandate INTO action, actor;
    why := CASE
      WHEN cited.action IS NULL THEN 'there is no decision ' || opened.opened_by_id
      WHEN cited.published_at IS NULL THEN 'its resolution is not published: publish it first'
      WHEN (cited.subject_type, cited.subject_id) IS DISTINCT FROM (opened.subject_type, opened.subject_id::text)
        THEN 'the decision is about another subject'
      WHEN cited.decided_on IS DISTINCT FROM opened.effective_on
        THEN 'a decision takes effect on the day of its resolution, ' || coalesce(cited.decided_on, 'which is not known')
      WHEN smartcity_first_day(cited.valid_from_on) > smartcity_last_day(opened.effective_on)
        OR smartcity_last_day(cited.valid_until_on) < smartcity_first_day(opened.effective_on)
        THEN 'the body did not exist on that day' END;
  ELSIF opened.opened_by_kind = 'act' THEN
    SELECT a.id, a.subject_type, a.subject_id, a.action, a.by AS actor, a.reason, a.recorded_at
      INTO cited FROM act a WHERE a.id = opened.opened_by_id;
    SELECT cited.action, cited.actor INTO action, actor;
    recorded_on := (cited.recorded_at AT TIME ZONE 'Asia/Bangkok')::date;
    why := CASE
      WHEN cited.id IS NULL THEN 'there is no act ' || opened.opened_by_id
      WHEN (cited.subject_type, cited.subject_id) IS DISTINCT FROM (opened.subject_type, opened.subject_id)
        THEN 'the act is about another subject'
      WHEN loose OR opened.effective_on = recorded_on THEN NULL
      WHEN length(opened.effective_on) < 10 THEN 'an act takes effect on a whole day'
      WHEN opened.effective_on > recorded_on OR cited.reason IS NULL
        THEN 'an act takes effect on the day it was recorded, ' || recorded_on || '; an earlier day needs a reason' END;
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

# Loose history may skip what is not documented, but only forwards, and never out of a closed stage. What was returned
# begins again behind the zone, or before it. A city is granted once; where a proposal tells of it, not by itself.
FORWARDS = """
CREATE FUNCTION smartcity_is_forwards(opened event, standing text, highest smallint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF opened.subject_type = 'proposals' THEN
    RETURN CASE
      WHEN standing IN ('certified', 'rejected', 'withdrawn') THEN false
      WHEN opened.stage IN ('returned', 'rejected', 'withdrawn') THEN true
      ELSE coalesce(smartcity_stage_rank(opened.stage) > CASE
        WHEN standing <> 'returned' THEN smartcity_stage_rank(standing)
        WHEN standing IS NULL THEN 0 WHEN highest >= 4 THEN 4 ELSE 1 END, false) END;
  END IF;
  RETURN CASE
    WHEN standing = 'revoked' THEN false
    WHEN opened.stage IN ('renewed', 'suspended', 'reinstated', 'revoked', 'announced', 'cabinet', 'ceremony') THEN true
    WHEN opened.stage IN ('plan_approved', 'acknowledged', 'granted')
      THEN (smartcity_certification(opened.subject_id)).known IS NULL AND NOT EXISTS (
        SELECT FROM event WHERE subject_type = opened.subject_type AND subject_id = opened.subject_id
           AND revision = opened.revision AND seq < opened.seq
           AND stage IN ('granted', 'renewed', 'suspended', 'reinstated', 'revoked'))
    ELSE false END;
END $$
"""

# Why an event cannot follow those before it in its revision; null when it can. The owner's trust is for the register.
WHY_ILLEGAL = """
CREATE FUNCTION smartcity_why_illegal(opened event, recorded_by text, trusted boolean) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  first CONSTANT date := smartcity_first_day(opened.effective_on);
  last CONSTANT date := smartcity_last_day(opened.effective_on);
  today CONSTANT date := (clock_timestamp() AT TIME ZONE 'Asia/Bangkok')::date;
  past record;
  rules record;
  opener record;
  certified text;
  standing text;
  loose boolean;
  forwards boolean;
BEGIN
  SELECT max(smartcity_first_day(effective_on)) AS began, max(counts_from) AS counted,
         max(smartcity_stage_rank(stage)) AS highest,
         min(seq) FILTER (WHERE opened_by_kind = opened.opened_by_kind AND opened_by_id = opened.opened_by_id) AS used
    INTO past FROM event
   WHERE subject_type = opened.subject_type AND subject_id = opened.subject_id
     AND revision = opened.revision AND seq < opened.seq;
  IF opened.subject_type = 'certified-cities' AND opened.stage IN ('renewed', 'suspended', 'reinstated', 'revoked') THEN
    certified := (smartcity_certification(opened.subject_id)).effective_on;
  END IF;
  SELECT array_agg(code) AS codes, min(strict_from) AS strict_from INTO rules FROM procedure AS known
   WHERE in_force_from <= coalesce(last, 'infinity') AND NOT EXISTS (
     SELECT FROM procedure AS later WHERE later.in_force_from > known.in_force_from
        AND later.in_force_from <= coalesce(first, past.counted, '-infinity'));
  loose := recorded_by = 'register' AND coalesce(last, past.counted, '-infinity') < rules.strict_from AND (trusted OR EXISTS (
    -- what the register wrote may be carried over when its history is written again
    SELECT FROM event WHERE subject_type = opened.subject_type AND subject_id = opened.subject_id
       AND revision = opened.revision - 1 AND stage = opened.stage AND effective_on IS NOT DISTINCT FROM opened.effective_on
       AND (opened_by_kind, opened_by_id) = (opened.opened_by_kind, opened.opened_by_id)));
  IF first > today THEN
    RETURN 'the day lies in the future';
  ELSIF last < past.began THEN
    RETURN 'it is earlier than an event before it, of ' || past.began || ': write the history again, in order of the days';
  ELSIF last < smartcity_first_day(certified) THEN
    RETURN 'the city was certified on ' || certified || ', not before';
  ELSIF past.used IS NOT NULL AND opened.opened_by_kind <> 'statement' THEN
    RETURN format('the same %s opens event %s already: each opens one', opened.opened_by_kind, past.used);
  ELSIF rules.codes IS NULL THEN
    RETURN 'no procedure was in force on that day';
  ELSIF opened.effective_on IS NULL AND NOT loose THEN
    RETURN 'its day must be known: only the register''s history before its rules became strict may leave it open';
  END IF;
  opener := smartcity_opener(opened, loose);
  IF opener.why IS NOT NULL THEN
    RETURN opener.why;
  END IF;
  standing := smartcity_standing(opened.subject_type, opened.subject_id, opened.revision, opened.seq);
  forwards := loose AND smartcity_is_forwards(opened, standing, past.highest);
  IF forwards AND opened.opened_by_kind = 'statement' OR EXISTS (
    SELECT FROM lifecycle_move AS move
     WHERE move.subject_type = opened.subject_type AND move.to_stage = opened.stage
       AND (opened.opened_by_kind = 'statement' OR move.kind = opened.opened_by_kind AND move.action = opener.action
         AND (move.by IS NULL OR move.by = opener.actor) AND (move.procedure IS NULL OR move.procedure = ANY (rules.codes)))
       AND (loose OR NOT move.register_only)
       AND (forwards OR move.from_stage = '*' AND standing <> 'revoked'
         OR move.from_stage IS NOT DISTINCT FROM standing
           AND (move.after_zone IS NULL OR move.after_zone = (coalesce(past.highest, 0) >= 4)))) THEN
    RETURN NULL;
  END IF;
  RETURN format('under the procedure of %s no %s%s leads there from %s', array_to_string(rules.codes, ' or '),
    coalesce(opener.actor || '''s ', ''), coalesce(opener.action, opened.opened_by_kind), coalesce(standing, 'the beginning'));
END $$
"""

REFUSE = """
CREATE FUNCTION smartcity_refuse_event(refused event, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%/% event % (%): %', refused.subject_type, refused.subject_id, refused.seq, refused.stage, why
    USING ERRCODE = 'check_violation', TABLE = 'event', CONSTRAINT = 'ck_event_is_legal';
END $$
"""

# Plans are made once, from full keys and by indexes: a bulk load begins on small tables and ends on large ones.
JUDGE = """
CREATE FUNCTION smartcity_judge_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  recorded_by text;
  past record;
  why text;
BEGIN
  IF NOT smartcity_is_edtf(NEW.effective_on) THEN
    RETURN NEW;  -- the column's own rule says what is wrong with it
  END IF;
  NEW.recorded_at := clock_timestamp();
  recorded_by := smartcity_lock_subject(NEW.subject_type, NEW.subject_id);
  SELECT coalesce(max(revision), 0) AS newest, count(*) FILTER (WHERE revision = NEW.revision) AS steps,
         max(counts_from) FILTER (WHERE revision = NEW.revision) AS counted
    INTO past FROM event WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id;
  NEW.counts_from := CASE WHEN NEW.effective_on IS NOT NULL
    THEN greatest(smartcity_last_day(NEW.effective_on), past.counted) END;
  IF recorded_by IS NULL THEN
    why := 'there is no such subject';
  ELSIF NEW.seq = past.steps + 1 AND NEW.revision > 0
    AND (NEW.revision = past.newest OR NEW.revision = past.newest + 1 AND past.steps = 0) THEN
    why := smartcity_why_illegal(NEW, recorded_by, smartcity_is_owner());
  ELSE
    why := format('the next event is revision %s, seq %s, or revision %s, seq 1', greatest(past.newest, 1), (
      SELECT count(*) + 1 FROM event WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id
         AND revision = past.newest), past.newest + 1);
  END IF;
  IF why IS NOT NULL THEN
    PERFORM smartcity_refuse_event(NEW, why);
  END IF;
  RETURN NEW;
END $$
"""

EVENT_COLUMNS = "subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id, award_year, note, sources"
ACT_COLUMNS = "id, subject_type, subject_id, by, action, reason"
FUNCTIONS = (RANK, IS_OWNER, LOCK, CERTIFICATION, STANDING, OPENER, FORWARDS, WHY_ILLEGAL, REFUSE, JUDGE)


def upgrade() -> None:
    """Make the judge, and let the application's role write what he judges, and no more."""
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("CREATE TRIGGER b_judge BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION smartcity_judge_event()")
    op.execute(
        "CREATE TRIGGER c_sources_exist BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION smartcity_sources_exist()"
    )
    op.execute(f"GRANT INSERT ({EVENT_COLUMNS}) ON event TO smartcity_app")
    op.execute(f"GRANT INSERT ({ACT_COLUMNS}) ON act TO smartcity_app")


def downgrade() -> None:
    """Take it away."""
    op.execute(f"REVOKE INSERT ({ACT_COLUMNS}) ON act FROM smartcity_app")
    op.execute(f"REVOKE INSERT ({EVENT_COLUMNS}) ON event FROM smartcity_app")
    op.execute("DROP TRIGGER c_sources_exist ON event")
    op.execute("DROP TRIGGER b_judge ON event")
    for function in (
        "judge_event()",
        "refuse_event(event, text)",
        "why_illegal(event, text, boolean)",
        "is_forwards(event, text, smallint)",
        "opener(event, boolean)",
        "standing(text, uuid, int, int)",
        "certification(uuid)",
        "lock_subject(text, uuid)",
        "is_owner()",
        "stage_rank(text)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
