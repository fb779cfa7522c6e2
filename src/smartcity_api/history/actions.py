"""Writing histories: acts, and events behind the last one, or in between by writing the whole again.

The subject is locked by whoever calls; the database's judge refuses what does not follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Text, cast, func, insert, null, select
from sqlalchemy.dialects.postgresql import JSONB

from smartcity_api.history.lifecycle import Subject as SubjectType
from smartcity_api.history.models import Act, Event
from smartcity_api.kit.database import Snapshot, Transaction
from smartcity_api.kit.days import last_day
from smartcity_api.kit.rows import new_id

OpenerKind = Literal["decision", "act", "statement"]


class Subject(NamedTuple):
    """What moves."""

    type: SubjectType
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event as it is written: the stage or status event, its day (EDTF), and what opens it."""

    stage: str
    on: str | None
    opened_by_kind: OpenerKind
    opened_by_id: UUID
    award_year: int | None = None
    note: str | None = None
    sources: Sequence[Any] = ()


async def act(
    session: Transaction, subject: Subject, by: Literal["applicant", "secretariat"], action: str, reason: str | None
) -> UUID:
    """Record what was done; its id is what an event is opened by."""
    key = new_id()
    told = {"subject_type": subject.type, "subject_id": subject.id, "by": by, "action": action}
    await session.execute(insert(Act).values(id=key, **told, reason=null() if reason is None else reason))
    return key


async def steps(session: Snapshot, subject: Subject) -> list[Step]:
    """The history as it counts now, in order."""
    event = (
        cast(func.to_json(column), JSONB)
        for column in (
            Event.stage,
            Event.effective_on,
            Event.opened_by_kind,
            Event.opened_by_id,
            Event.award_year,
            Event.note,
            Event.sources,
        )
    )
    rows = await session.rows(
        select(*event).where(*_mine(subject), Event.revision == _newest(subject)).order_by(Event.seq)
    )
    return [
        Step(
            stage=stage,
            on=on,
            opened_by_kind=kind,
            opened_by_id=UUID(key),
            award_year=award_year,
            note=note,
            sources=sources,
        )
        for stage, on, kind, key, award_year, note, sources in rows
    ]


async def append(session: Transaction, subject: Subject, step: Step) -> None:
    """An event behind the last one, or the first."""
    newest = _newest(subject)
    following = select(func.count() + 1).where(*_mine(subject), Event.revision == newest).scalar_subquery()
    await session.execute(insert(Event).values(_row(subject, step, newest, cast(following, Integer))))


async def rewrite(session: Transaction, subject: Subject, history: Sequence[Step]) -> None:
    """The whole history as its next revision; the former ones stay, and count no more."""
    revision = (await session.rows(select(_newest(subject) + 1)))[0][0]
    rows = [_row(subject, step, revision, place) for place, step in enumerate(history, 1)]
    await session.execute(insert(Event).values(rows))


async def place(session: Transaction, subject: Subject, step: Step) -> None:
    """An event where its day belongs: behind the last one, or in between by writing the history again."""
    history = await steps(session, subject)
    where = position(history, step.on)
    if where == len(history):
        await append(session, subject, step)
    else:
        await rewrite(session, subject, [*history[:where], step, *history[where:]])


def position(history: Sequence[Step], on: str | None) -> int:
    """Where that day belongs: behind everything that had happened by its end; what has no day stays where it is."""
    if on is None:
        return len(history)
    day = last_day(on)
    later = [n for n, one in enumerate(history) if one.on is not None and last_day(one.on) > day]
    return later[0] if later else len(history)


def _mine(subject: Subject) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Event.subject_type == subject.type, Event.subject_id == subject.id


def _newest(subject: Subject) -> ColumnElement[int]:
    found: Select[int] = select(func.coalesce(func.max(Event.revision), 1)).where(*_mine(subject))
    return found.scalar_subquery()


def _row(
    subject: Subject, step: Step, revision: ColumnElement[int] | int, seq: ColumnElement[int] | int
) -> dict[str, Any]:
    """Every column of the event; null is null, whatever the column's type."""
    return {
        "subject_type": subject.type,
        "subject_id": subject.id,
        "revision": revision,
        "seq": seq,
        "stage": step.stage,
        "effective_on": null() if step.on is None else step.on,
        "opened_by_kind": step.opened_by_kind,
        "opened_by_id": step.opened_by_id,
        "award_year": null() if step.award_year is None else step.award_year,
        "note": null() if step.note is None else cast(step.note, Text),
        "sources": list(step.sources),
    }
