"""The programme at scale: made-up proposals with histories, and the cities that came of them, in the service's tables.

The judge of events would take hours over so many: triggers stand aside, and the periods that they would derive are
written by the same rule for all subjects at once. What is left out, since no page reads it: the acts and the decisions
that opened events before a certification.
"""

from collections.abc import Iterator

import psycopg

from benchmarks.ground import DATABASE, Ground
from smartcity_api.local_cluster import OWNER

PROPOSALS_MADE = 1_000_000
CERTIFIED = 110
"""Weight beside 1,000 others: about 100,000 cities of a million proposals."""
HIDDEN = 100
"""How much of the lines that never reach the zone, in percent: nearly six in ten proposals are not public."""
TABLES = ("organisation", "call", "proposal", "event", "stage_period", "resolution", "decision", "certified_city")
"""What is filled, in this order."""

DICE = """
CREATE FUNCTION pg_temp.dice(n int, throw int, sides int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (mod(hashint4extended(n, throw), sides) + sides) % sides
"""

# Indexes are made afterwards, as a bulk load does; constraints and their own indexes stay.
INDEXES = """
CREATE TEMP TABLE later AS SELECT indexdef, 'DROP INDEX ' || indexname AS dropping FROM pg_indexes
 WHERE tablename = '{0}' AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = '{0}'::regclass)
"""
EACH = "DO $$ DECLARE one text; BEGIN FOR one IN SELECT {0} FROM later LOOP EXECUTE one; END LOOP; END $$"

PATHS = """
CREATE TEMP TABLE path AS
SELECT string_to_array(stages, ' ') AS stages, (sum(weight) OVER (ORDER BY place) - weight)::int AS least,
       (sum(weight) OVER (ORDER BY place))::int AS most, (sum(weight) OVER ())::int AS sides
  FROM (VALUES
    (1, {certified}, 'draft submitted eligible in_promotion_zone plan_submitted plan_assessed plan_approved certified'),
    (2, 100 * {hidden} / 100, 'draft'),
    (3, 250 * {hidden} / 100, 'draft submitted'),
    (4, 60 * {hidden} / 100, 'draft submitted returned'),
    (5, 90 * {hidden} / 100, 'draft submitted rejected'),
    (6, 110 * {hidden} / 100, 'draft submitted eligible'),
    (7, 190, 'draft submitted eligible in_promotion_zone'),
    (8, 90, 'draft submitted eligible in_promotion_zone plan_submitted'),
    (9, 20, 'draft submitted eligible in_promotion_zone plan_submitted approved_in_principle'),
    (10, 40, 'draft submitted eligible in_promotion_zone plan_submitted plan_assessed'),
    (11, 20, 'draft submitted eligible in_promotion_zone plan_submitted plan_assessed plan_approved'),
    (12, 30 * {hidden} / 100, 'draft submitted eligible withdrawn')) AS line(place, weight, stages)
"""

# A proposal in a thousand was written again once; the first writing stays in the table.
MADE = """
CREATE TEMP TABLE made AS
SELECT n, md5('proposal ' || n)::uuid AS id, md5('proposal ' || n || ' city')::uuid AS city_id, stages,
       DATE '2018-01-01' + pg_temp.dice(n, 2, 2500) AS began, 5 + pg_temp.dice(n, 3, 60) AS pace,
       1 + (pg_temp.dice(n, 4, 1000) = 0)::int AS revision, d.*
  FROM (SELECT n, pg_temp.dice(n, 1, (SELECT max(sides) FROM path)) AS thrown,
               pg_temp.dice(n, 5, (SELECT count(*) FROM district)::int) AS turn
          FROM generate_series(1, {proposals}) AS n) AS one
  JOIN path ON thrown >= least AND thrown < most
  JOIN (SELECT code, name_th, name_en, location AS spot, row_number() OVER (ORDER BY code) - 1 AS turn
          FROM district) AS d USING (turn)
"""

ORGANISATIONS = """
INSERT INTO organisation (id, kind, name_th, province_code)
SELECT md5('organisation ' || n)::uuid, 'local_government', 'เทศบาลตัวอย่าง ' || n, code
  FROM generate_series(0, 1999) AS n
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS turn FROM province) AS place ON turn = mod(n, 77)
"""

CALLS = """
INSERT INTO call (id, name, title_th, opens_on)
SELECT md5('call ' || n)::uuid, 900 + n || '/2563', 'รอบตัวอย่าง ' || n, 2018 + n FROM generate_series(0, 7) AS n
"""

# Six in ten are points within about 10 km of their district's own, one in ten a 65-vertex polygon, three have neither.
PROPOSALS = """
INSERT INTO proposal (id, origin, stage, is_public, reference_number, source_system, external_id, call_id, proponent_id,
                      city_types, dimensions, budget_thb, population, criteria, title_th, title_en, provinces,
                      districts, location, boundary, boundary_kind, created_at, updated_at)
SELECT id, 'application', stages[cardinality(stages)], stages @> ARRAY['in_promotion_zone'], 'BENCH-' || n, 'bench',
       n::text, md5('call ' || pg_temp.dice(n, 6, 8))::uuid, md5('organisation ' || pg_temp.dice(n, 7, 2000))::uuid,
       (ARRAY['{}', '{livable}', '{livable}', '{livable}', '{newable}', '{livable,newable}'])
         [1 + pg_temp.dice(n, 8, 6)]::text[],
       (ARRAY['{}', '{environment}', '{mobility,environment}', '{economy,living,people}',
              '{environment,energy,governance}', '{environment,energy,economy,mobility,people,living,governance}'])
         [1 + pg_temp.dice(n, 9, 6)]::text[],
       pg_temp.dice(n, 10, 1000000000), 500 + pg_temp.dice(n, 11, 200000),
       '{"area": "ขอบเขตพื้นที่ตามแผนที่แนบ", "investment": "แผนการลงทุนและโครงสร้างพื้นฐาน"}',
       CASE WHEN mod(n, 5) > 0 THEN name_th || 'เมืองอัจฉริยะ ' || n END, name_en || ' Smart City ' || n,
       CASE WHEN mod(n, 20) = 0 AND code NOT LIKE '10%' THEN ARRAY[left(code, 2), '10'] ELSE ARRAY[left(code, 2)] END,
       CASE WHEN pg_temp.dice(n, 12, 10) < 6 THEN ARRAY[code] ELSE '{}' END,
       CASE WHEN kind < 7 THEN point END,
       CASE WHEN kind = 0 THEN (
         SELECT ST_Multi(ST_MakePolygon(ST_AddPoint(line, ST_StartPoint(line)))) FROM (
           SELECT ST_MakeLine(ARRAY(
             SELECT ST_SnapToGrid(ST_Translate(point, far * cos(k * pi() / 32), far * sin(k * pi() / 32)), 0.00001)
               FROM (SELECT k, 0.02 * (1 + 0.2 * sin(n + 3 * k * pi() / 32)) AS far
                       FROM generate_series(0, 63) AS k) AS corner
              ORDER BY k)) AS line) AS ring) END,
       CASE WHEN kind = 0 THEN 'surveyed' WHEN kind < 7 THEN 'representative_point' END,
       TIMESTAMPTZ '2025-01-01Z' + n * interval '50 seconds', TIMESTAMPTZ '2025-01-01Z' + n * interval '50 seconds'
  FROM made
 CROSS JOIN LATERAL (
   SELECT pg_temp.dice(n, 13, 10) AS kind, ST_SnapToGrid(ST_Translate(
     spot, (pg_temp.dice(n, 14, 2000) - 1000) / 1e4, (pg_temp.dice(n, 15, 2000) - 1000) / 1e4), 0.00001) AS point
 ) AS place
"""

EVENTS = """
INSERT INTO event
  (subject_type, subject_id, revision, seq, stage, effective_on, counts_from, opened_by_kind, opened_by_id)
SELECT 'proposals', id, written, seq, stage, (began + seq::int * pace)::text, began + seq::int * pace,
       CASE WHEN seq > 5 THEN 'decision' ELSE 'act' END, md5(id || stage)::uuid
  FROM made
 CROSS JOIN LATERAL generate_series(1, revision) AS written
 CROSS JOIN LATERAL unnest(stages) WITH ORDINALITY AS step(stage, seq)
"""

CITY_EVENTS = """
INSERT INTO event
  (subject_type, subject_id, revision, seq, stage, effective_on, counts_from, opened_by_kind, opened_by_id)
SELECT 'certified-cities', city_id, 1, seq, stage, (began + (8 + seq::int) * pace)::text,
       began + (8 + seq::int) * pace, 'decision', md5(city_id || stage)::uuid
  FROM made
 CROSS JOIN LATERAL unnest(string_to_array((
   ARRAY['announced ceremony', 'announced', 'ceremony renewed', 'renewed', 'ceremony suspended', 'announced revoked',
         'suspended revoked', '', '', ''])[1 + pg_temp.dice(n, 16, 10)], ' ')) WITH ORDINALITY AS step(stage, seq)
 WHERE stages @> ARRAY['certified']
"""

PERIODS = """
INSERT INTO stage_period (subject_id, position, subject_type, stage, reached, starts_on, ends_before)
SELECT subject_id, row_number() OVER line, 'proposals', stage, reached, counts_from,
       coalesce(lead(counts_from) OVER line, 'infinity')
  FROM (SELECT subject_id, seq, stage, counts_from,
               max(smartcity_stage_rank(stage)) OVER (PARTITION BY subject_id ORDER BY seq) AS reached
          FROM event JOIN made ON made.id = subject_id AND made.revision = event.revision
         WHERE subject_type = 'proposals') AS step
WINDOW line AS (PARTITION BY subject_id ORDER BY seq)
"""

CITY_PERIODS = """
INSERT INTO stage_period (subject_id, position, subject_type, stage, starts_on, ends_before)
SELECT subject_id, row_number() OVER line, 'certified-cities', stage, counts_from,
       coalesce(lead(counts_from) OVER line, 'infinity')
  FROM (SELECT city_id AS subject_id, 0 AS seq, 'granted' AS stage, began + 8 * pace AS counts_from
          FROM made WHERE stages @> ARRAY['certified']
         UNION ALL
        SELECT subject_id, seq, stage, counts_from FROM event
         WHERE subject_type = 'certified-cities' AND stage IN ('renewed', 'suspended', 'revoked')
           AND subject_id IN (SELECT city_id FROM made)) AS step
WINDOW line AS (PARTITION BY subject_id ORDER BY seq)
"""

RESOLUTIONS = """
INSERT INTO resolution (id, body_id, number, decided_on, title_th, published_at)
SELECT md5('resolution ' || n)::uuid, (SELECT id FROM body WHERE mandate = 'committee' ORDER BY id LIMIT 1),
       'bench ' || n, '2024-01-01', 'มติตัวอย่าง ' || n, now()
  FROM (SELECT DISTINCT n / 1000 AS n FROM made) AS batch
"""

DECISIONS = """
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id)
SELECT md5(id || stage)::uuid, md5('resolution ' || n / 1000)::uuid,
       row_number() OVER (PARTITION BY n / 1000 ORDER BY n, stage),
       CASE stage WHEN 'certified' THEN 'acknowledge' ELSE 'approve' END, 'proposals', id::text
  FROM made CROSS JOIN unnest(ARRAY['plan_approved', 'certified']) AS stage
 WHERE stages @> ARRAY['certified']
"""

CITIES = """
INSERT INTO certified_city (id, batch, batch_position, city_type, proposal_id, operator_id, status, in_force_on,
                            in_force_basis, valid_until, name_th, name_en, provinces, districts, location, boundary,
                            boundary_kind, created_at, updated_at)
SELECT city_id, CASE WHEN mod(n, 10) > 0 THEN 100 + row_number() OVER turn / 400 END,
       CASE WHEN mod(n, 10) > 0 THEN 1 + mod(row_number() OVER turn, 400) END, city_types[1], made.id, proponent_id,
       coalesce(last.stage, 'granted'), (began + 8 * pace)::text,
       jsonb_build_object('event', 'acknowledged', 'kind', 'decision', 'id', md5(made.id || 'certified')::uuid),
       CASE WHEN mod(n, 7) = 0 THEN (began + 8 * pace + 730)::text END, title_th, title_en, provinces, districts,
       location, boundary, boundary_kind, proposal.created_at, proposal.updated_at
  FROM made JOIN proposal ON proposal.id = made.id
  LEFT JOIN LATERAL (
    SELECT event.stage FROM event WHERE subject_type = 'certified-cities' AND subject_id = city_id
       AND event.stage IN ('renewed', 'suspended', 'revoked') ORDER BY seq DESC LIMIT 1) AS last ON true
 WHERE stages @> ARRAY['certified']
WINDOW turn AS (ORDER BY n)
"""


def filled(ground: Ground, proposals: int, hidden: int = HIDDEN) -> Ground:
    """A database beside the ground's with so many proposals; it takes its name only when it is complete."""
    name = f"programme_{proposals}_{hidden}"
    cluster = ground.cluster
    if name not in cluster.sql("SELECT datname FROM pg_database").splitlines():
        loading = "programme_loading"
        cluster.sql(f"DROP DATABASE IF EXISTS {loading}")
        cluster.sql(f"CREATE DATABASE {loading} TEMPLATE {DATABASE} OWNER {OWNER}")
        with psycopg.connect(cluster.url(OWNER, loading).replace("+psycopg", ""), autocommit=True) as owner:
            fill(owner, proposals, CERTIFIED, hidden)
        cluster.sql("CHECKPOINT", f"ALTER DATABASE {loading} RENAME TO {name}")
    return Ground(cluster, name)


def fill(owner: psycopg.Connection[tuple[object, ...]], proposals: int, certified: int, hidden: int = HIDDEN) -> None:
    """Make so many proposals, all or none."""
    with owner.transaction():
        owner.execute("SET LOCAL maintenance_work_mem = '512MB'")
        owner.execute("SET LOCAL work_mem = '128MB'")
        for statement in statements(proposals, certified, hidden):
            owner.execute(statement.encode())
    owner.execute("VACUUM ANALYZE")


def statements(proposals: int, certified: int, hidden: int) -> Iterator[str]:
    """What the owner runs to make so many proposals; `certified` is the weight of cities beside 1,000 others."""
    yield DICE
    yield PATHS.format(certified=certified, hidden=hidden)
    yield MADE.format(proposals=proposals)
    yield "CREATE UNIQUE INDEX ON made (id)"
    yield "ANALYZE made"
    filling = {
        "organisation": (ORGANISATIONS,),
        "call": (CALLS,),
        "proposal": (PROPOSALS,),
        "event": (EVENTS, CITY_EVENTS),
        "stage_period": (PERIODS, CITY_PERIODS),
        "resolution": (RESOLUTIONS,),
        "decision": (DECISIONS,),
        "certified_city": (CITIES,),
    }
    for table in TABLES:
        yield from _filled(table, filling[table])


def _filled(table: str, inserts: tuple[str, ...]) -> Iterator[str]:
    yield f"ALTER TABLE {table} DISABLE TRIGGER USER"
    yield INDEXES.format(table)
    yield EACH.format("dropping")
    yield from inserts
    yield EACH.format("indexdef")
    yield "DROP TABLE later"
    yield f"ALTER TABLE {table} ENABLE TRIGGER USER"
    yield f"ANALYZE {table}"
