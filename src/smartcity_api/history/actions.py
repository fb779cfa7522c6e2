"""Writing histories: acts, and events behind the last one, or in between by writing the whole again.

The subject is locked by whoever calls; the database's judge refuses what does not follow.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    insert,
    inspect,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from smartcity_api.history.lifecycle import Subject as SubjectType
from smartcity_api.history.models import Act, Event
from smartcity_api.kit.database import Snapshot, Transaction
from smartcity_api.kit.days import last_day
from smartcity_api.kit.rows import new_id
from smartcity_api.kit.statements import constant

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
    told = (key, subject.type, subject.id, by, action, reason)
    await session.kept("add act", _added, dict(zip(_OF_ACT, told, strict=True)))
    return key


_OF_ACT = ("new_id", "new_subject_type", "new_subject_id", "new_by", "new_action", "new_reason")


def _added() -> Insert:
    columns = inspect(Act).local_table.c
    names = [name.removeprefix("new_") for name in _OF_ACT]
    told = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    return insert(Act).values(**told).returning(Act.id)


async def steps(session: Snapshot, subject: Subject) -> list[Step]:
    """The history as it counts now, in order."""
    rows = await session.kept("history", _history, {"of_type": subject.type, "of_id": subject.id})
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


def _history() -> Select[*tuple[Any, ...]]:
    """Kept, since every move asks it: to compile it takes longer than to run it."""
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
    mine = _bound()
    return select(*event).where(*mine, Event.revision == _newest(mine)).order_by(Event.seq)


async def append(session: Transaction, subject: Subject, step: Step) -> None:
    """An event behind the last one, or the first."""
    told = {f"new_{name}": getattr(step, name) for name in _PLAIN}
    told |= {"new_on": step.on, "new_sources": json.dumps(list(step.sources))}
    await session.kept("append event", _appended, {"of_type": subject.type, "of_id": subject.id, **told})


_PLAIN = ("stage", "opened_by_kind", "opened_by_id", "award_year", "note")


def _appended() -> Insert:
    """The event behind the last one of its revision; kept as the history is."""
    mine = _bound()
    newest = _newest(mine)
    following = select(func.count() + constant(1)).where(*mine, Event.revision == newest).scalar_subquery()
    columns = inspect(Event).local_table.c
    told: dict[str, Any] = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in _PLAIN}
    told["effective_on"] = bindparam("new_on", type_=Text)
    told["sources"] = cast(bindparam("new_sources", type_=Text), JSONB)
    told |= {"subject_type": bindparam("of_type", type_=Text), "subject_id": bindparam("of_id", type_=Uuid)}
    return insert(Event).values(revision=newest, seq=cast(following, Integer), **told).returning(Event.seq)


async def rewrite(session: Transaction, subject: Subject, history: Sequence[Step]) -> None:
    """The whole history as its next revision; the former ones stay, and count no more."""
    revision = (await session.rows(select(_newest(_mine(subject)) + 1)))[0][0]
    rows = [_row(subject, step, revision, place) for place, step in enumerate(history, 1)]
    await session.execute(insert(Event).values(rows))


async def place(session: Transaction, subject: Subject, step: Step, past: Sequence[Step] | None = None) -> None:
    """An event where its day belongs: behind the last one, or in between by writing the history again.

    `past` is the history as it counts now, where it has been read already.
    """
    history = await steps(session, subject) if past is None else past
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


_Mine = tuple[ColumnElement[bool], ColumnElement[bool]]


def _mine(subject: Subject) -> _Mine:
    return Event.subject_type == subject.type, Event.subject_id == subject.id


def _bound() -> _Mine:
    """The same with parameters, for statements that are kept."""
    return Event.subject_type == bindparam("of_type", type_=Text), Event.subject_id == bindparam("of_id", type_=Uuid)


def _newest(mine: _Mine) -> ColumnElement[int]:
    found: Select[int] = select(func.coalesce(func.max(Event.revision), constant(1))).where(*mine)
    return found.scalar_subquery()


def _row(subject: Subject, step: Step, revision: int, seq: int) -> dict[str, Any]:
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
