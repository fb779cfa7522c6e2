"""Writing decisions, events and cities, all of a kind in one statement; what the judge refuses is told by subject."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.errors import CheckViolation
from sqlalchemy import FromClause, case, column, func, insert, inspect, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.decisions.actions.moves import in_both_languages
from smartcity_api.decisions.queries import History
from smartcity_api.history.actions import Step, Subject
from smartcity_api.history.models import Event
from smartcity_api.kit import conflicts
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.errors import Fault
from smartcity_api.kit.language import Text
from smartcity_api.proposals.models import Proposal
from smartcity_api.resolutions.models import Decision

BATCH: Final = 200
"""How many subjects one statement writes."""

Pointers = Mapping[Subject, str]
"""Where in the request a subject is spoken of."""

_DECISION = ("id", "resolution_id", "position", "action", "subject_type", "subject_id", "text", "conditions",
             "stated_subjects", "sources")  # fmt: skip
_EVENT = ("subject_type", "subject_id", "revision", "seq", "stage", "effective_on", "opened_by_kind", "opened_by_id",
          "award_year", "note", "sources")  # fmt: skip
_COPIED = ("provinces", "districts", "location", "boundary", "boundary_kind")
_TOLD = ("proposal_id", "id", "name_th", "name_en", "batch", "batch_position", "city_type", "operator_id",
         "valid_until", "policy_review_due_on", "sources")  # fmt: skip


async def add_decisions(session: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Decisions, in one statement."""
    told = _rows(rows, Decision, _DECISION)
    await session.execute(insert(Decision).from_select(_DECISION, select(*told.c)))


async def add_events(session: Transaction, histories: Sequence[History], before: Mapping[Subject, History]) -> None:
    """What these histories have more than before; the whole as the next revision where they go on otherwise."""
    for some in _batches(histories):
        rows = [row for history in some for row in event_rows(history, before[history.subject])]
        if rows:
            await _insert_events(session, rows)


def event_rows(history: History, before: History) -> list[dict[str, Any]]:
    """The rows that make the one history of the other."""
    kept = before.written
    if history.steps[:kept] == before.steps and len(history.steps) >= kept:
        return [
            _row(history.subject, step, before.revision, kept + n) for n, step in enumerate(history.steps[kept:], 1)
        ]
    return [_row(history.subject, step, before.revision + 1, n) for n, step in enumerate(history.steps, 1)]


def _row(subject: Subject, step: Step, revision: int, seq: int) -> dict[str, Any]:
    return {
        "subject_type": subject.type,
        "subject_id": str(subject.id),
        "revision": revision,
        "seq": seq,
        "stage": step.stage,
        "effective_on": step.on,
        "opened_by_kind": step.opened_by_kind,
        "opened_by_id": str(step.opened_by_id),
        "award_year": step.award_year,
        "note": step.note,
        "sources": list(step.sources),
    }


async def _insert_events(session: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    told = _rows(rows, Event, _EVENT)
    chosen = select(*told.c).order_by(told.c.subject_type.desc(), told.c.subject_id, told.c.revision, told.c.seq)
    await session.execute(insert(Event).from_select(_EVENT, chosen, include_defaults=False))


async def write_events(
    session: Transaction, histories: Sequence[History], before: Mapping[Subject, History], pointers: Pointers
) -> None:
    """The same; where the judge refuses, all subjects that he refuses are named with his reasons."""
    try:
        async with session.savepoint():
            await add_events(session, histories, before)
    except CheckViolation as refused:
        faults, order = [], {subject: place for place, subject in enumerate(pointers)}
        for history in sorted(histories, key=lambda one: order.get(one.subject, len(order))):
            fault = await _tried(session, history, before, pointers)
            faults += [fault] if fault else []
        raise (conflicts.IllegalMove.listing(faults) if faults else refused) from None


async def _tried(
    session: Transaction, history: History, before: Mapping[Subject, History], pointers: Pointers
) -> Fault | None:
    """Why this history by itself is refused."""
    try:
        async with session.savepoint():
            await add_events(session, [history], before)
    except CheckViolation as refused:
        told = refused.diag.message_primary or ""
        return fault_of(history.subject, in_both_languages(told), pointers)
    return None


def fault_of(subject: Subject, why: Text, pointers: Pointers, *, code: str = "illegal_move") -> Fault:
    """The fault of one subject, which it names."""
    named = f"{subject.type}/{subject.id}"
    message = Text(f"{named}: {why.en}", f"{named}: {why.th}")
    return Fault(code=code, message=message, pointer=pointers.get(subject, ""), value=named)


async def settle(session: Transaction, pointers: Pointers) -> None:
    """Let the database check all that it checks at the end, and name the subject that it refuses."""
    try:
        await session.settle()
    except CheckViolation as refused:
        told = refused.diag.message_primary or ""
        found = re.match(r"(proposals|certified-cities)/([0-9a-f-]{36})", told)
        if found is None:
            raise
        subject = Subject("proposals" if found[1] == "proposals" else "certified-cities", UUID(found[2]))
        raise conflicts.IllegalMove.listing([fault_of(subject, in_both_languages(told), pointers)]) from None


async def add_cities(session: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Cities out of proposals: `rows` say what they have otherwise; names, place and operator are the proposals'."""
    for some in _batches(rows):
        await _insert_cities(session, some)


def _batches(everything: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """So many that a statement is long done before it takes too long."""
    for start in range(0, len(everything), BATCH):
        yield everything[start : start + BATCH]


async def _insert_cities(session: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    told = _rows(rows, CertifiedCity, _TOLD)
    only_type = case((func.cardinality(Proposal.city_types) == 1, Proposal.city_types[1]))
    values = {
        "id": told.c.id,
        "proposal_id": Proposal.id,
        "name_th": func.coalesce(told.c.name_th, Proposal.title_th),
        "name_en": func.coalesce(told.c.name_en, Proposal.title_en),
        "batch": told.c.batch,
        "batch_position": told.c.batch_position,
        "city_type": func.coalesce(told.c.city_type, only_type),
        "operator_id": func.coalesce(told.c.operator_id, Proposal.proponent_id),
        "valid_until": told.c.valid_until,
        "policy_review_due_on": told.c.policy_review_due_on,
        "sources": told.c.sources,
        **{name: getattr(Proposal, name) for name in _COPIED},
    }
    chosen = select(*values.values()).join_from(told, Proposal, Proposal.id == told.c.proposal_id)
    await session.execute(
        insert(CertifiedCity).from_select(list(values), chosen.order_by(Proposal.id), include_defaults=False)
    )


def _rows(rows: Iterable[Mapping[str, Any]], table: type[Any], names: Sequence[str]) -> FromClause:
    """Rows of JSON as a table with these columns: one value, however many rows."""
    columns = inspect(table).local_table.c
    typed = [column(name, columns[name].type) for name in names]
    listed = func.jsonb_to_recordset(literal(list(rows), JSONB)).table_valued(*typed, name="told")
    return listed.render_derived(with_types=True)
