"""Rows beside the register's: an area with a whole life, a circle of links, and what nobody may see yet."""

PILOT, ZONE, PROPOSAL, CITY, MILESTONE, DRAFT, SPOKEN = (
    f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 8)
)
UNDATED = "00000000-0000-4000-8000-000000000008"

ROWS = """
CREATE TEMP TABLE press AS SELECT id, jsonb_build_array(jsonb_build_object('source_id', id, 'quote', 'คำ')) AS cited
  FROM source WHERE slug = 'doc-002';
INSERT INTO pilot_area (id, position, name_en, provinces, selected_on, ended_on) VALUES
  ('00000000-0000-4000-8000-000000000001', 901, 'Trial Pilot', '{83,82}', '2018-09-27', '2020');
INSERT INTO promotion_zone (id, name_en, provinces, announced_on, ended_on, end_reason) VALUES
  ('00000000-0000-4000-8000-000000000002', 'Trial Zone', '{83}', '2020-02-11', '2023-03', 'merged');
INSERT INTO proposal (id, origin, title_en, provinces) VALUES
  ('00000000-0000-4000-8000-000000000003', 'register', 'Trial Plan', '{83}');
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id, note,
                   sources)
SELECT 'proposals', '00000000-0000-4000-8000-000000000003', revision, seq, stage, day, 'statement', id, note, cited
  FROM press, (VALUES (1, 1, 'in_promotion_zone', '2019', 'written first'),
                      (2, 1, 'in_promotion_zone', '2020-02', NULL),
                      (2, 2, 'plan_submitted', NULL, NULL), (2, 3, 'plan_approved', '2021-05', NULL),
                      (2, 4, 'certified', '2021-11-05', NULL)) AS step(revision, seq, stage, day, note)
 ORDER BY revision, seq;
INSERT INTO certified_city (id, origin, name_en, variants, provinces, batch, proposal_id, operator_id, sources)
SELECT '00000000-0000-4000-8000-000000000004', 'register', 'Trial City',
       jsonb_build_array(jsonb_build_object('text', 'เมืองลอง', 'language', 'th', 'source_id', id, 'note', 'once')),
       '{83}', 99, '00000000-0000-4000-8000-000000000003', NULL, cited FROM press;
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id,
                   award_year)
SELECT 'certified-cities', '00000000-0000-4000-8000-000000000004', 1, seq, stage, day, 'statement', id, year
  FROM press, (VALUES (1, 'ceremony', '2021-12', 2020), (2, 'announced', NULL, NULL)) AS step(seq, stage, day, year);
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, met_on, status, sources)
SELECT '00000000-0000-4000-8000-000000000005', 'Trial report', 'certified-cities',
       '00000000-0000-4000-8000-000000000004', 'report', '2021-12-20', '2022-06-30', '2022-08', 'met', cited FROM press;
INSERT INTO resolution (id, body_id, title_en, decided_on, published_at)
SELECT kept.id::uuid, body.id, title, day, published
  FROM (SELECT id FROM body WHERE kind = 'board' ORDER BY id LIMIT 1) AS body,
       (VALUES ('00000000-0000-4000-8000-000000000006', 'Trial draft', '2022-01-10', NULL),
               ('00000000-0000-4000-8000-000000000007', 'Trial talk', '2022-01-11', now()))
       AS kept(id, title, day, published);
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id, conditions, sources)
SELECT md5(resolution || subject)::uuid, resolution::uuid, position, 'consider', type, subject, 'on paper', cited
  FROM press, (VALUES ('00000000-0000-4000-8000-000000000006', 1, 'certified-cities',
                       '00000000-0000-4000-8000-000000000004'),
                      ('00000000-0000-4000-8000-000000000007', 1, 'certified-cities',
                       '00000000-0000-4000-8000-000000000004'),
                      ('00000000-0000-4000-8000-000000000007', 2, 'provinces', '82'))
       AS decided(resolution, position, type, subject);
INSERT INTO claim (id, source_id, metric, value, subject_type, subject_id, as_of)
SELECT md5('claim ' || metric)::uuid, id, metric, '7', type, subject, '2022'
  FROM press, (VALUES ('trials', 'certified-cities', '00000000-0000-4000-8000-000000000004'),
                      ('plans', 'proposals', '00000000-0000-4000-8000-000000000003'),
                      ('others', 'provinces', '82')) AS claimed(metric, type, subject);
INSERT INTO promotion_zone (id, name_en, provinces) VALUES
  ('00000000-0000-4000-8000-000000000008', 'Trial Undated', '{82}');
INSERT INTO link (id, type, from_type, from_id, to_type, to_id, confidence, sources)
SELECT md5(type || here || there)::uuid, type, from_type, here, to_type, there, confidence,
       CASE confidence WHEN 'documented' THEN cited ELSE '[]' END
  FROM press, (VALUES
    ('became', 'pilot-areas', '00000000-0000-4000-8000-000000000001', 'promotion-zones',
     '00000000-0000-4000-8000-000000000002', 'documented'),
    ('same_area_as', 'pilot-areas', '00000000-0000-4000-8000-000000000001', 'promotion-zones',
     '00000000-0000-4000-8000-000000000002', 'assumed'),
    ('became', 'promotion-zones', '00000000-0000-4000-8000-000000000002', 'proposals',
     '00000000-0000-4000-8000-000000000003', 'assumed'),
    ('same_area_as', 'proposals', '00000000-0000-4000-8000-000000000003', 'pilot-areas',
     '00000000-0000-4000-8000-000000000001', 'assumed')
  ) AS linked(type, from_type, here, to_type, there, confidence);
-- A chain of zones, longer than anybody follows.
INSERT INTO promotion_zone (id, name_en, provinces)
SELECT md5('link of a chain ' || n)::uuid, 'Link ' || n, '{77}' FROM generate_series(0, 30) AS n;
INSERT INTO link (id, type, from_type, from_id, to_type, to_id, confidence)
SELECT md5('chain ' || n)::uuid, 'became', 'promotion-zones', md5('link of a chain ' || n)::uuid, 'promotion-zones',
       md5('link of a chain ' || n + 1)::uuid, 'assumed' FROM generate_series(0, 29) AS n;
-- More than an overview lists.
INSERT INTO promotion_zone (id, name_en, provinces)
SELECT md5('one of many ' || n)::uuid, 'One of many ' || n, '{91}' FROM generate_series(1, 205) AS n
"""
