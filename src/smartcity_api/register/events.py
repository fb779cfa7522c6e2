"""Histories as events in the database: a new revision where the files changed and nobody else wrote one."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection, Integer, Text, Uuid, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from smartcity_api.history.models import Event
from smartcity_api.register.faults import Fault
from smartcity_api.register.histories import SUBJECTS, History
from smartcity_api.register.memory import Written, among, digest, recall, remember
from smartcity_api.register.refusals import attempt, fault_of
from smartcity_api.register.reports import Progress, Report

MEMORY: Final = "event"
BATCH: Final = 25

_STEPS: Final = (
    func.jsonb_to_recordset(bindparam("steps", type_=JSONB))
    .table_valued(
        column("subject_type", Text),
        column("subject_id", Uuid),
        column("revision", Integer),
        column("seq", Integer),
        column("stage", Text),
        column("effective_on", Text),
        column("opened_by_kind", Text),
        column("opened_by_id", Uuid),
        column("award_year", Integer),
        column("note", Text),
        column("sources", JSONB),
    )
    .render_derived(name="step", with_types=True)
)
# One statement for many subjects, in order: the triggers that follow from it run once.
_WRITE: Final = insert(Event).from_select(
    [step.name for step in _STEPS.c], select(_STEPS).order_by(_STEPS.c.subject_id, _STEPS.c.seq)
)

Change = tuple[History, int]
"""A history, and the revision that it becomes."""


def write_histories(
    connection: Connection, histories: Sequence[History], report: Report, progress: Progress
) -> list[Fault]:
    """Write what changed, proposals first; what the database refuses is told."""
    changes = _changes(connection, histories, report)
    faults: list[Fault] = []
    done = 0
    for resource in SUBJECTS:
        mine = [change for change in changes if change[0].resource == resource]
        for start in range(0, len(mine), BATCH):
            batch = mine[start : start + BATCH]
            faults += attempt(connection, batch, partial(_write, connection), _fault)
            done += len(batch)
            progress("histories", done, len(changes))
    report.histories += len(changes)
    return faults


def _changes(connection: Connection, histories: Sequence[History], report: Report) -> list[Change]:
    """The histories that need another revision; the others are counted."""
    ids = [history.subject_id for history in histories]
    highest = select(Event.subject_id, func.max(Event.revision).label("revision")).group_by(Event.subject_id)
    present = {row.subject_id: row.revision for row in connection.execute(highest.where(among(Event.subject_id, ids)))}
    memory = recall(connection, MEMORY)
    changes = []
    for history in histories:
        revision = present.get(history.subject_id, 0)
        known = memory.get(history.subject_id) if revision else None  # without events, a memory is of another schema
        own = known.version == revision if known else revision == 0
        same = known is not None and known.digest == digest(history.events)
        if not own and same:
            report.kept += 1
        elif not own:
            report.conflicts.append(f"{history.resource}/{history.name}, history")
        elif not same:
            changes.append((history, revision + 1))
    return changes


def _fault(error: DBAPIError, change: Change) -> Fault:
    history, _ = change
    return fault_of(error, f"{history.resource}.json", history.name)


def _write(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the revisions, and remember them."""
    steps = [
        {
            **event,
            "subject_type": history.resource,
            "subject_id": str(history.subject_id),
            "revision": revision,
            "seq": number,
        }
        for history, revision in changes
        for number, event in enumerate(history.events, start=1)
    ]
    connection.execute(_WRITE, {"steps": steps})
    written = [Written(history.subject_id, revision, digest(history.events)) for history, revision in changes]
    remember(connection, MEMORY, written)
