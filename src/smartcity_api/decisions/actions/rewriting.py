"""A history as it would have been, had its decisions been recorded rightly; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from smartcity_api.decisions.actions.moves import Refused, stage_after
from smartcity_api.decisions.queries import History
from smartcity_api.history.actions import Step, Subject, position
from smartcity_api.kit.days import first_day, last_day
from smartcity_api.kit.language import Text

_OPEN = ""
"""Stands for the stage of an event until those before it are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A decision as it was in fact."""

    decision: UUID
    resolution: UUID
    subject: Subject
    action: str
    is_other: bool
    """Whether the action is another than was recorded."""
    is_gone: bool
    on: str | None
    by_cabinet: bool


def corrected(history: History, changes: Mapping[UUID, Change]) -> tuple[Step, ...]:
    """The events in their right order, with the days and stages that these decisions give them."""
    steps, opened = [], set()
    for step in history.steps:
        change = changes.get(step.opened_by_id) if step.opened_by_kind == "decision" else None
        if change is None:
            steps.append(step)
            continue
        opened.add(change.decision)
        if not change.is_gone:
            steps.append(replace(step, on=change.on, stage=_OPEN if change.is_other else step.stage))
    if _is_out_of_order(steps):
        steps = _ordered(steps, changes)
    for change in changes.values():
        if change.is_other and change.decision not in opened:
            step = Step(stage=_OPEN, on=change.on, opened_by_kind="decision", opened_by_id=change.decision)
            steps.insert(position(steps, step.on), step)
    found = _staged(history.subject, steps, changes)
    _check_kept(history, found)
    return found


def _is_out_of_order(steps: Sequence[Step]) -> bool:
    """Whether an event is certainly earlier than one before it."""
    days = [step.on for step in steps if step.on is not None]
    return any(last_day(later) < first_day(earlier) for n, later in enumerate(days) for earlier in days[:n])


def _ordered(steps: Sequence[Step], changes: Mapping[UUID, Change]) -> list[Step]:
    """What was dated anew stands where its day belongs; all else keeps its order."""
    found = [step for step in steps if step.opened_by_id not in changes]
    for step in steps:
        if step.opened_by_id in changes:
            found.insert(position(found, step.on), step)
    return found


def _staged(subject: Subject, steps: Sequence[Step], changes: Mapping[UUID, Change]) -> tuple[Step, ...]:
    """The stages that other actions lead to; what moves nothing after all opens no event."""
    found: list[Step] = []
    for step in steps:
        if step.stage != _OPEN:
            found.append(step)
            continue
        change = changes[step.opened_by_id]
        stage = stage_after(subject, change.action, found, by_cabinet=change.by_cabinet)
        if stage is not None:
            found.append(replace(step, stage=stage))
    return tuple(found)


def _check_kept(history: History, steps: Sequence[Step]) -> None:
    """A city stays one, and a history has at least one event."""
    certified = any(step.stage == "certified" for step in steps)
    if history.city is not None and not certified and any(step.stage == "certified" for step in history.steps):
        raise Refused(
            Text(
                f"/v1/certified-cities/{history.city} came into being by it: revoke that city's certificate instead",
                f"เมือง /v1/certified-cities/{history.city} เกิดจากมตินี้ ให้เพิกถอนการรับรองของเมืองแทน",
            )
        )
    if history.steps and not steps:
        raise Refused(
            Text(
                "nothing would be left of its history: decide the contrary in another resolution instead",
                "จะไม่เหลือประวัติ ให้มีมติใหม่ที่ตรงกันข้ามแทน",
            )
        )
