"""Two hidden proposals of two organisations with everything that can be attached to one, and visible neighbours."""

from tests.callers import ELSEWHERE, HOME

from smartcity_api.kit.ids import register_id

PLACE = "98.4321,7.8765"
"""Where both proposals lie."""

MARKS = {
    "home": ("5ec2e700-0000-4000-8000-00000000a", "Zyxhome"),
    "elsewhere": ("5ec2e700-0000-4000-8000-00000000b", "Zyxelse"),
}
"""How the ids of all that is about each of them begin, and a word that is in each of its texts."""

DRAFT = "5ec2d000-0000-4000-8000-000000000001"
"""A draft of a resolution."""

SEEN = "00000000-0000-4000-8000-00000000c"
"""How the ids of their visible neighbours begin."""

OWNERS = {"home": HOME, "elsewhere": ELSEWHERE}
KINDS = {
    "proposals": "001", "milestones": "002", "claims": "003", "targets": "004", "activities": "005",
}  # fmt: skip
LISTING, TOLD = "006", "007"
"""The claims whose list names the proposal, and that is about its milestone."""

NEIGHBOURS = {
    "promotion-zones": f"{SEEN}001", "certified-cities": f"{SEEN}002", "resolutions": f"{SEEN}003",
    "milestones": f"{SEEN}004", "claims": f"{SEEN}005", "calls": str(register_id("calls", "1-2563")),
    "organisations": str(HOME), "provinces": "83", "districts": "8301",
}  # fmt: skip


def hidden(whose: str) -> dict[str, list[str]]:
    """The keys of all records that are about one of the proposals, itself included, by their resources."""
    found = {resource: [MARKS[whose][0] + number] for resource, number in KINDS.items()}
    found["claims"] += [MARKS[whose][0] + number for number in (LISTING, TOLD)]
    return found


_NEIGHBOURS = f"""
CREATE TEMP TABLE paper AS
SELECT id, jsonb_build_array(jsonb_build_object('source_id', id)) AS cited FROM source WHERE slug = 'doc-002';
INSERT INTO promotion_zone (id, name_en, provinces) VALUES ('{SEEN}001', 'Seen Zone', '{{83}}');
INSERT INTO resolution (id, body_id, title_en, decided_on, published_at)
SELECT key::uuid, body.id, title, '2022-01-10', at
  FROM (SELECT id FROM body WHERE mandate = 'subcommittee' ORDER BY id LIMIT 1) AS body,
       (VALUES ('{SEEN}003', 'Seen talk', now()), ('{DRAFT}', 'Zyxdraft', NULL)) AS kept(key, title, at);
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id)
VALUES (gen_random_uuid(), '{SEEN}003', 99, 'consider', 'provinces', '83');
"""

_HIDDEN = """
INSERT INTO proposal (id, proponent_id, call_id, title_th, title_en, provinces, districts, location, boundary_kind,
                      reference_number, source_system, external_id, criteria, documents, dimensions, city_types)
VALUES ('{id}001', '{owner}', '{call}', 'แผน {word}', '{word} plan', '{{83}}', '{{8301}}',
        ST_SetSRID(ST_MakePoint({place}), 4326), 'representative_point', '{word} 1', '{word} system', '{word}',
        '{{"area": "{word}"}}', '[{{"title": "{word}", "url": "https://{word}.test/"}}]', '{{environment}}',
        '{{livable}}');
INSERT INTO act (id, subject_type, subject_id, by, action) VALUES
  ('{id}011', 'proposals', '{id}001', 'applicant', 'create'),
  ('{id}012', 'proposals', '{id}001', 'applicant', 'submit');
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id, note,
                   sources)
SELECT 'proposals', '{id}001', 1, seq, stage, (now() AT TIME ZONE 'Asia/Bangkok')::date, 'act', act::uuid, '{word}',
       cited
  FROM paper, (VALUES (1, 'draft', '{id}011'), (2, 'submitted', '{id}012')) AS step(seq, stage, act) ORDER BY seq;
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, evidence) VALUES
  ('{id}002', '{word} report', 'proposals', '{id}001', 'report', '2022', '2023', '[{{"title": "{word}"}}]');
INSERT INTO claim (id, source_id, metric, "of", value, subject_type, subject_id, as_of, quote)
SELECT key::uuid, id, 'areas', 'proposals', value::jsonb, type, subject, '2024', '{word}'
  FROM paper, (VALUES
    ('{id}003', '7', 'proposals', '{id}001'),
    ('{id}006', '[{{"type": "provinces", "id": "83"}}, {{"type": "proposals", "id": "{id}001"}}]', NULL, NULL),
    ('{id}007', '8', 'milestones', '{id}002')) AS stated(key, value, type, subject);
INSERT INTO target (id, title_en, stated_on, metric, value, deadline_on, subject_type, subject_id) VALUES
  ('{id}004', '{word} aim', '2022', 'areas', 7, '2030', 'proposals', '{id}001');
INSERT INTO activity (id, title_en, kind, starts_on, subject_type, subject_id, provinces, organisations)
VALUES ('{id}005', '{word} visit', 'visit', '2022', 'proposals', '{id}001', '{{83}}', '{{{owner}}}');
INSERT INTO decision (id, resolution_id, position, action, subject_type, subject_id, conditions)
VALUES ('{id}008', '{seen}003', {number}, 'consider', 'proposals', '{id}001', '{word}');
INSERT INTO link (id, type, from_type, from_id, to_type, to_id, confidence)
VALUES ('{id}009', 'became', 'promotion-zones', '{seen}001', 'proposals', '{id}001', 'assumed');
"""

# A city that the register knows to have been that proposal, and rows that name what is hidden among others.
_NAMING = f"""
INSERT INTO certified_city (id, origin, name_en, provinces, proposal_id)
VALUES ('{SEEN}002', 'register', 'Seen City', '{{83}}', '{MARKS["home"][0]}001');
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, resolution_id, depends_on) VALUES
  ('{SEEN}004', 'Seen report', 'promotion-zones', '{SEEN}001', 'report', '2022', '2023', '{DRAFT}',
   '{{{MARKS["home"][0]}002,{MARKS["elsewhere"][0]}002}}');
INSERT INTO claim (id, source_id, metric, value, subject_type, subject_id, as_of)
SELECT '{SEEN}005', id, 'areas', '7', 'promotion-zones', '{SEEN}001', '2024' FROM paper;
SELECT smartcity_seal(1000000)
"""

ROWS = "".join(
    (
        _NEIGHBOURS,
        *(
            _HIDDEN.format(
                id=MARKS[whose][0], word=MARKS[whose][1], owner=OWNERS[whose], call=NEIGHBOURS["calls"], place=PLACE,
                seen=SEEN, number=number,
            )
            for number, whose in enumerate(MARKS, 1)
        ),
        _NAMING,
    )
)  # fmt: skip
