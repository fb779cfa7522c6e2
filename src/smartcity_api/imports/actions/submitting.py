"""Submitting the proposals of an import that are complete, by the rules of single submissions."""

from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL

from smartcity_api.history.lifecycle import Move
from smartcity_api.identity.roles import Actor
from smartcity_api.imports.actions.judging import OF_SPAN, Session, Span
from smartcity_api.imports.actions.noting import note
from smartcity_api.kit.days import today
from smartcity_api.kit.errors import Fault
from smartcity_api.proposals import lifecycle
from smartcity_api.proposals.queries.moving import facts_of_many

_ASKED: Final = SQL(
    "SELECT r.number, r.record_id, ARRAY(SELECT e.stage FROM event AS e WHERE e.subject_type = 'proposals'"
    " AND e.subject_id = r.record_id AND e.revision = (SELECT max(n.revision) FROM event AS n"
    " WHERE n.subject_type = 'proposals' AND n.subject_id = r.record_id) ORDER BY e.seq)"
    " FROM import_row AS r JOIN proposal AS p ON p.id = r.record_id"
    " WHERE {0} AND r.state <> 'error' AND p.stage IN ('draft', 'returned') ORDER BY p.id FOR NO KEY UPDATE OF p"
).format(OF_SPAN)
_ACTS: Final = """
INSERT INTO act (id, subject_type, subject_id, by, action)
SELECT act_id, 'proposals', record_id, 'applicant', 'submit' FROM pg_temp.submitted ORDER BY number
"""
_EVENTS: Final = """
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)
SELECT 'proposals', s.record_id, last.revision, last.seq + 1, 'submitted', %s, 'act', s.act_id
  FROM pg_temp.submitted AS s
 CROSS JOIN LATERAL (SELECT e.revision, e.seq FROM event AS e
                      WHERE e.subject_type = 'proposals' AND e.subject_id = s.record_id
                      ORDER BY e.revision DESC, e.seq DESC LIMIT 1) AS last ORDER BY s.number
"""


def submit(session: Session, key: UUID, span: Span, actor: Actor) -> int:
    """Submit what is complete among these rows, and note at the others what they lack; how many were submitted."""
    asked = session.execute(_ASKED, {"import": key, "after": span[0], "through": span[1]}).fetchall()
    known = facts_of_many(session, [record for _, record, _ in asked], today())
    ready: list[tuple[int, UUID]] = []
    lacking: dict[int, list[dict[str, Any]]] = {}
    for number, record, stages in asked:
        faults = _against(known[record], lifecycle.Standing.after(stages), actor)
        if faults is None:
            continue
        if faults:
            lacking[number] = [_warning(fault) for fault in faults]
        else:
            ready.append((number, record))
    note(session, key, lacking)
    return _submitted(session, ready)


def _against(facts: lifecycle.Facts, standing: lifecycle.Standing, actor: Actor) -> list[Fault] | None:
    """What stands against its submission; None where it is no matter of submitting at all."""
    line: Move | None = lifecycle.act_from("submit", standing)
    if line is None or not lifecycle.owns(actor, facts.proponent_id):
        return None
    faults = lifecycle.missing(facts, "submit")
    closed = None if standing.submitted else lifecycle.outside_call(facts)
    return [*faults, *([closed] if closed else [])]


def _warning(fault: Fault) -> dict[str, Any]:
    return {
        "severity": "warning",
        "code": f"not_submitted_{fault.code}",
        "en": f"not submitted: {fault.message.en}",
        "th": f"ยังไม่ได้ยื่น: {fault.message.th}",
        "pointer": fault.pointer,
    }


def _submitted(session: Session, ready: list[tuple[int, UUID]]) -> int:
    if not ready:
        return 0
    session.execute(
        "CREATE TEMPORARY TABLE submitted ON COMMIT DROP AS SELECT number, record_id, smartcity_uuid7() AS act_id"
        " FROM unnest(%s::int[], %s::uuid[]) AS ready (number, record_id)",
        ([number for number, _ in ready], [record for _, record in ready]),
    )
    session.execute(_ACTS)
    found = session.execute(_EVENTS, [today().isoformat()]).rowcount
    session.execute("DROP TABLE pg_temp.submitted")
    return found
