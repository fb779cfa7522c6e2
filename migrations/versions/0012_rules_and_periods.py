"""The rules as rows, and the periods that follow from events: which stage or status a subject had on which day."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PROCEDURES = """
INSERT INTO procedure (code, in_force_from, strict_from, basis) VALUES
  ('2560', '2017-01-01', '2026-01-01', 'Order of the Prime Minister''s Office 267/2560'),
  ('2562', '2019-03-08', '2026-01-01', 'Announcement 1/2562 of the steering committee, 8 March 2562'),
  ('2568', '2025-01-09', '2026-01-01', 'Resolution of the committee under the digital board, 9 January 2568')
"""

# history.lifecycle.MOVES as it was then; a test compares what is in the database with what is in the program.
MOVES = """
INSERT INTO lifecycle_move
  (id, subject_type, from_stage, kind, by, action, to_stage, procedure, after_zone, register_only) VALUES
  (1, 'proposals', null, 'act', 'applicant', 'create', 'draft', null, null, false),
  (2, 'proposals', 'draft', 'act', 'applicant', 'submit', 'submitted', null, null, false),
  (3, 'proposals', 'returned', 'act', 'applicant', 'submit', 'submitted', null, false, false),
  (4, 'proposals', 'submitted', 'act', 'secretariat', 'accept', 'eligible', null, null, false),
  (5, 'proposals', 'submitted', 'act', 'secretariat', 'return', 'returned', null, null, false),
  (6, 'proposals', 'submitted', 'act', 'secretariat', 'reject', 'rejected', null, null, false),
  (7, 'proposals', 'eligible', 'act', 'secretariat', 'announce_zone', 'in_promotion_zone', null, null, false),
  (8, 'proposals', 'in_promotion_zone', 'act', 'applicant', 'submit_plan', 'plan_submitted', null, null, false),
  (9, 'proposals', 'approved_in_principle', 'act', 'applicant', 'submit_plan', 'plan_submitted', null, null, false),
  (10, 'proposals', 'returned', 'act', 'applicant', 'submit_plan', 'plan_submitted', null, true, false),
  (11, 'proposals', 'plan_submitted', 'decision', 'working_group', 'approve', 'plan_assessed', '2562', null, false),
  (12, 'proposals', 'plan_submitted', 'decision', 'working_group', 'approve_in_principle', 'approved_in_principle', '2562', null, false),
  (13, 'proposals', 'plan_submitted', 'decision', 'working_group', 'return', 'returned', '2562', null, false),
  (14, 'proposals', 'plan_submitted', 'decision', 'working_group', 'reject', 'rejected', '2562', null, false),
  (15, 'proposals', 'plan_submitted', 'decision', null, 'approve', 'plan_assessed', '2568', null, false),
  (16, 'proposals', 'plan_submitted', 'decision', null, 'approve_in_principle', 'approved_in_principle', '2568', null, false),
  (17, 'proposals', 'plan_submitted', 'decision', null, 'return', 'returned', '2568', null, false),
  (18, 'proposals', 'plan_submitted', 'decision', null, 'reject', 'rejected', '2568', null, false),
  (19, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'approve', 'plan_approved', '2562', null, false),
  (20, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'return', 'returned', '2562', null, false),
  (21, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'reject', 'rejected', '2562', null, false),
  (22, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'approve', 'plan_approved', '2568', null, false),
  (23, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'return', 'returned', '2568', null, false),
  (24, 'proposals', 'plan_assessed', 'decision', 'subcommittee', 'reject', 'rejected', '2568', null, false),
  (25, 'proposals', 'plan_approved', 'decision', 'committee', 'acknowledge', 'certified', '2562', null, false),
  (26, 'proposals', 'plan_approved', 'decision', 'board', 'grant', 'certified', '2568', null, false),
  (27, 'proposals', 'draft', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (28, 'proposals', 'submitted', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (29, 'proposals', 'eligible', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (30, 'proposals', 'in_promotion_zone', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (31, 'proposals', 'plan_submitted', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (32, 'proposals', 'approved_in_principle', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (33, 'proposals', 'plan_assessed', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (34, 'proposals', 'plan_approved', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (35, 'proposals', 'returned', 'act', 'applicant', 'withdraw', 'withdrawn', null, null, false),
  (36, 'certified-cities', null, 'decision', 'board', 'grant', 'granted', '2568', null, true),
  (37, 'certified-cities', null, 'decision', 'committee', 'acknowledge', 'granted', '2562', null, true),
  (38, 'certified-cities', 'granted', 'decision', null, 'suspend', 'suspended', '2562', null, false),
  (39, 'certified-cities', 'renewed', 'decision', null, 'suspend', 'suspended', '2562', null, false),
  (40, 'certified-cities', 'granted', 'decision', null, 'suspend', 'suspended', '2568', null, false),
  (41, 'certified-cities', 'renewed', 'decision', null, 'suspend', 'suspended', '2568', null, false),
  (42, 'certified-cities', 'suspended', 'decision', null, 'reinstate', 'reinstated', '2562', null, false),
  (43, 'certified-cities', 'suspended', 'decision', null, 'reinstate', 'reinstated', '2568', null, false),
  (44, 'certified-cities', 'granted', 'decision', null, 'renew', 'renewed', '2562', null, false),
  (45, 'certified-cities', 'renewed', 'decision', null, 'renew', 'renewed', '2562', null, false),
  (46, 'certified-cities', 'suspended', 'decision', null, 'renew', 'renewed', '2562', null, false),
  (47, 'certified-cities', 'granted', 'decision', 'board', 'renew', 'renewed', '2568', null, false),
  (48, 'certified-cities', 'renewed', 'decision', 'board', 'renew', 'renewed', '2568', null, false),
  (49, 'certified-cities', 'suspended', 'decision', 'board', 'renew', 'renewed', '2568', null, false),
  (50, 'certified-cities', 'granted', 'decision', null, 'revoke', 'revoked', '2562', null, false),
  (51, 'certified-cities', 'renewed', 'decision', null, 'revoke', 'revoked', '2562', null, false),
  (52, 'certified-cities', 'suspended', 'decision', null, 'revoke', 'revoked', '2562', null, false),
  (53, 'certified-cities', 'granted', 'decision', null, 'revoke', 'revoked', '2568', null, false),
  (54, 'certified-cities', 'renewed', 'decision', null, 'revoke', 'revoked', '2568', null, false),
  (55, 'certified-cities', 'suspended', 'decision', null, 'revoke', 'revoked', '2568', null, false),
  (56, 'certified-cities', '*', 'act', 'secretariat', 'record_announced', 'announced', null, null, false),
  (57, 'certified-cities', '*', 'act', 'secretariat', 'record_cabinet', 'cabinet', null, null, false),
  (58, 'certified-cities', '*', 'act', 'secretariat', 'record_ceremony', 'ceremony', null, null, false),
  (59, 'certified-cities', '*', 'decision', null, 'announce', 'announced', null, null, false),
  (60, 'certified-cities', '*', 'decision', 'cabinet', 'acknowledge', 'cabinet', null, null, false),
  (61, 'certified-cities', '*', 'decision', 'cabinet', 'consider', 'cabinet', null, null, false)
"""

# A city's certification is an event of its proposal where it has one; where it has none, a committee's acknowledgement
# granted it.
CITY_EVENTS = """
CREATE VIEW certified_city_event AS
SELECT city.id AS city_id, 1 AS part, step.seq,
       CASE WHEN step.stage = 'plan_approved' THEN 'plan_approved'
            WHEN step.opened_by_kind = 'statement' THEN 'stated'
            WHEN opener.action = 'grant' THEN 'granted' ELSE 'acknowledged' END AS event,
       step.effective_on, step.counts_from, step.opened_by_kind, step.opened_by_id, step.award_year, step.note, step.sources,
       step.recorded_at, step.stage
  FROM certified_city AS city
  JOIN event AS step ON step.subject_type = 'proposals' AND step.subject_id = city.proposal_id
   AND step.revision = (SELECT max(revision) FROM event WHERE subject_type = 'proposals' AND subject_id = city.proposal_id)
  LEFT JOIN decision AS opener ON step.opened_by_kind = 'decision' AND opener.id = step.opened_by_id
 WHERE step.stage IN ('plan_approved', 'certified')
UNION ALL
SELECT step.subject_id, 2, step.seq,
       CASE WHEN step.stage = 'granted' AND step.opened_by_kind = 'statement' THEN 'stated'
            WHEN step.stage = 'granted' AND opener.action = 'acknowledge' THEN 'acknowledged' ELSE step.stage END,
       step.effective_on, step.counts_from, step.opened_by_kind, step.opened_by_id, step.award_year, step.note, step.sources,
       step.recorded_at, step.stage
  FROM event AS step
  LEFT JOIN decision AS opener ON step.opened_by_kind = 'decision' AND opener.id = step.opened_by_id
 WHERE step.subject_type = 'certified-cities'
   AND step.revision = (SELECT max(revision) FROM event AS other
                         WHERE other.subject_type = 'certified-cities' AND other.subject_id = step.subject_id)
"""

# An undated event never counts by itself; with a dated one after it, what it reached is reached.
REFRESH_PROPOSALS = """
CREATE FUNCTION smartcity_refresh_proposals(subjects uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
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
  UPDATE proposal SET updated_at = clock_timestamp(), stage = newest.stage
    FROM unnest(subjects) AS wanted (id)
   CROSS JOIN LATERAL (SELECT stage FROM event WHERE subject_type = 'proposals' AND subject_id = wanted.id
                        ORDER BY revision DESC, seq DESC LIMIT 1) AS newest
   WHERE proposal.id = wanted.id;
END $$
"""

# The certificate is in force from the acknowledgement or grant, else from a statement; one whose day is known comes first.
BEGUN = """
CREATE FUNCTION smartcity_begun(city uuid) RETURNS SETOF certified_city_event LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
  RETURN QUERY SELECT * FROM certified_city_event
   WHERE city_id = city AND event IN ('acknowledged', 'granted', 'stated')
   ORDER BY effective_on IS NULL, event = 'stated', part, seq LIMIT 1;
END $$
"""

# Whatever stood last before a suspension begins a turn; reinstating gives it back.
REFRESH_CITIES = """
CREATE FUNCTION smartcity_refresh_cities(cities uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM stage_period WHERE subject_id = ANY (cities);
  INSERT INTO stage_period (subject_id, position, subject_type, stage, starts_on, ends_before)
  SELECT city_id, row_number() OVER line, 'certified-cities', status, starts_on,
         coalesce(lead(starts_on) OVER line, 'infinity')
    FROM (SELECT city_id, seq, starts_on, CASE event WHEN 'reinstated'
                   THEN coalesce(first_value(held) OVER (PARTITION BY city_id, turn ORDER BY seq), 'granted') ELSE event END AS status
            FROM (SELECT *, CASE WHEN event IN ('granted', 'renewed') THEN event END AS held,
                         count(*) FILTER (WHERE event IN ('granted', 'renewed')) OVER (PARTITION BY city_id ORDER BY seq) AS turn
                    FROM (SELECT city_id, 0 AS seq, 'granted' AS event, begun.counts_from AS starts_on
                            FROM unnest(cities) AS wanted (id) CROSS JOIN LATERAL smartcity_begun(wanted.id) AS begun
                          UNION ALL
                          SELECT wanted.id, moved.seq, moved.stage, CASE WHEN moved.counts_from IS NOT NULL
                                   THEN greatest(moved.counts_from, begun.counts_from) END
                            FROM unnest(cities) AS wanted (id)
                           CROSS JOIN LATERAL (SELECT max(revision) AS revision FROM event
                                                WHERE subject_type = 'certified-cities' AND subject_id = wanted.id) AS newest
                            LEFT JOIN LATERAL smartcity_begun(wanted.id) AS begun ON true
                            JOIN event AS moved ON moved.subject_type = 'certified-cities' AND moved.subject_id = wanted.id
                             AND moved.revision = newest.revision
                             AND moved.stage IN ('renewed', 'suspended', 'reinstated', 'revoked')
                         ) AS moved) AS turned) AS step
   WHERE starts_on IS NOT NULL
  WINDOW line AS (PARTITION BY city_id ORDER BY seq);
  UPDATE certified_city
     SET updated_at = clock_timestamp(),
         status = coalesce(smartcity_standing('certified-cities', wanted.id, newest.revision, 2147483647), 'granted'),
         in_force_on = begun.effective_on,
         in_force_basis = CASE WHEN begun.event IS NOT NULL THEN jsonb_build_object(
           'event', begun.event, 'kind', begun.opened_by_kind, 'id', begun.opened_by_id) END
    FROM unnest(cities) AS wanted (id)
   CROSS JOIN LATERAL (SELECT max(revision) AS revision FROM event
                        WHERE subject_type = 'certified-cities' AND subject_id = wanted.id) AS newest
    LEFT JOIN LATERAL smartcity_begun(wanted.id) AS begun ON true
   WHERE certified_city.id = wanted.id;
END $$
"""

# As the owner: the application's role may add events, but never write what follows from them. Cities are locked before
# anything is read for them: who waits for another writer must read what he wrote. Plans are made anew:
# one made while the tables were small would read all of them for every city.
FOLLOW = """
CREATE FUNCTION smartcity_follow_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  proposals CONSTANT uuid[] := ARRAY(SELECT DISTINCT subject_id FROM added WHERE subject_type = 'proposals');
  cities uuid[];
BEGIN
  PERFORM FROM certified_city WHERE proposal_id = ANY (proposals) ORDER BY id FOR NO KEY UPDATE;
  cities := ARRAY(SELECT subject_id FROM added WHERE subject_type = 'certified-cities'
                  UNION SELECT id FROM certified_city WHERE proposal_id = ANY (proposals));
  PERFORM smartcity_refresh_proposals(proposals) WHERE proposals <> '{}';
  PERFORM smartcity_refresh_cities(cities) WHERE cities <> '{}';
  RETURN NULL;
END $$
"""

FOLLOW_PROPOSAL = """
CREATE FUNCTION smartcity_follow_proposal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM FROM proposal WHERE id = NEW.proposal_id FOR SHARE;
  PERFORM smartcity_refresh_cities(ARRAY[NEW.id]);
  RETURN NULL;
END $$
"""

# A milestone, a period and a history go with their subject; nothing else refers to it without the database knowing.
FORGET = """
CREATE FUNCTION smartcity_forget_periods() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM stage_period WHERE subject_id = OLD.id;
  RETURN NULL;
END $$
"""

FUNCTIONS = (CITY_EVENTS, BEGUN, REFRESH_PROPOSALS, REFRESH_CITIES, FOLLOW, FOLLOW_PROPOSAL, FORGET)


def upgrade() -> None:
    """Seed the rules; derive the periods after every change."""
    for statement in (PROCEDURES, MOVES, *FUNCTIONS):
        op.execute(statement)
    op.execute("GRANT SELECT ON certified_city_event TO smartcity_app")
    op.execute(
        "CREATE TRIGGER f_follow AFTER INSERT ON event REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION smartcity_follow_events()"
    )
    for trigger, change, when in (
        ("f_follow", "INSERT", "NEW.proposal_id IS NOT NULL"),
        ("f_follow_another", "UPDATE OF proposal_id", "NEW.proposal_id IS DISTINCT FROM OLD.proposal_id"),
    ):
        op.execute(
            f"CREATE TRIGGER {trigger} AFTER {change} ON certified_city "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION smartcity_follow_proposal()"
        )
    for table in ("proposal", "certified_city"):
        op.execute(
            f"CREATE TRIGGER f_forget AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_forget_periods()"
        )


def downgrade() -> None:
    """Take them away; the rows go with their tables."""
    for table in ("certified_city", "proposal"):
        op.execute(f"DROP TRIGGER f_forget ON {table}")
    op.execute("DROP TRIGGER f_follow_another ON certified_city")
    op.execute("DROP TRIGGER f_follow ON certified_city")
    op.execute("DROP TRIGGER f_follow ON event")
    for function in (
        "forget_periods()",
        "follow_proposal()",
        "follow_events()",
        "refresh_cities(uuid[])",
        "refresh_proposals(uuid[])",
        "begun(uuid)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
    op.execute("DROP VIEW certified_city_event")
    op.execute("DELETE FROM lifecycle_move")
    op.execute("DELETE FROM procedure")
