"""Recording decisions: every subject moves, or none; what a later resolution decides replaces the earlier."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from smartcity_api.decisions import queries
from smartcity_api.decisions.actions import certifying, recording
from smartcity_api.decisions.actions.moves import NEEDS_REASON, Refused, stage_after
from smartcity_api.decisions.drafts import DecisionDraft
from smartcity_api.decisions.queries import History, Resolved
from smartcity_api.history.actions import Step, Subject, position
from smartcity_api.kit import conflicts, errors, parsers
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.errors import Fault
from smartcity_api.kit.evidence import ill_founded, untrusted
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id
from smartcity_api.resolutions.actions import NotPublished
from smartcity_api.resolutions.models import Decision


@dataclass(slots=True, kw_only=True)
class Item:
    """One decision of a request, and what became of it."""

    place: int
    told: DecisionDraft
    subject: Subject | None
    id: UUID = field(default_factory=new_id)
    position: int = 0
    stage: str | None = None
    before: str | None = None
    after: str | None = None
    city: UUID | None = None
    progress: float | None = None
    replaced: list[UUID] = field(default_factory=list)

    @property
    def pointer(self) -> str:
        """Where it stands in the request."""
        return f"/decisions/{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all decisions of a request share."""

    resolution: Resolved
    reason: str | None
    threshold: float
    replaced: Mapping[Subject, Sequence[UUID]]
    """By subject the decisions of the superseded resolution about it."""


async def decide(
    session: Transaction, resolution_id: UUID, told: Sequence[DecisionDraft], *, reason: str | None, threshold: float
) -> tuple[Resolved, list[Item]]:
    """Record these decisions of a resolution that is locked, and do to their subjects what they say."""
    resolution = await queries.resolution(session, resolution_id)
    if not resolution.is_published:
        raise NotPublished
    items = [Item(place=place, told=one, subject=_subject(one)) for place, one in enumerate(told)]
    await _check_form(session, items, reason)
    context = Context(
        resolution=resolution,
        reason=reason,
        threshold=threshold,
        replaced=await _replaced(session, resolution),
    )
    before = await queries.histories(session, {item.subject for item in items if item.subject})
    _check_versions(items, before)
    after = await _moved(session, context, items, before)
    _check_reasons(items, reason)
    await _record(session, context, items)
    pointers: dict[Subject, str] = {}
    for item in items:
        if item.subject is not None:
            pointers.setdefault(item.subject, item.pointer)
    changed = [history for subject, history in after.items() if history.steps != before[subject].steps]
    await recording.write_events(session, changed, before, pointers)
    await certifying.certify(session, context.resolution, items, before)
    await recording.settle(session, pointers)
    return resolution, items


def _subject(told: DecisionDraft) -> Subject | None:
    if told.subject is None:
        return None
    return queries.as_subject(told.subject.type, parsers.as_kept(told.subject.id)) if _is_id(told) else None


def _is_id(told: DecisionDraft) -> bool:
    try:
        UUID(told.subject.id if told.subject else "")
    except ValueError:
        return False
    return True


async def _check_form(session: Transaction, items: Sequence[Item], reason: str | None) -> None:
    """All that is wrong with the request by itself, at once."""
    named = [item for item in items if item.told.subject is not None]
    references = [(one.type, parsers.as_kept(one.id)) for item in named if (one := item.told.subject) is not None]
    faults = [
        Fault(
            code="unknown_reference",
            message=Text("there is no such record", "ไม่มีรายการที่อ้างอิง"),
            pointer=f"{named[place].pointer}/subject",
            value="/".join(references[place]),
        )
        for place in await queries.absent(session, references)
    ]
    doubtful = await untrusted(session, {one.source_id for item in items for one in item.told.sources})
    for item in items:
        if item.told.action in NEEDS_REASON and item.subject and item.told.reason is None and reason is None:
            faults.append(_missing(f"{item.pointer}/reason", f"say why: {item.told.action} needs a reason"))
        if item.told.city is not None and item.told.action not in ("grant", "acknowledge"):
            faults.append(_misplaced(f"{item.pointer}/city", "only a certification makes a city"))
        if item.told.progress is not None and item.told.action != "renew":
            faults.append(_misplaced(f"{item.pointer}/progress", "only a renewal rests on progress"))
        faults += _ill_founded(item, doubtful)
    if faults:
        raise errors.Invalid.listing(faults)


def _check_reasons(items: Sequence[Item], reason: str | None) -> None:
    """A decision takes the place of an earlier one only with a reason."""
    bare = [item for item in items if item.replaced and item.told.reason is None and reason is None]
    if bare:
        told = "say why: it supersedes an earlier decision about this subject"
        raise errors.Invalid.listing([_missing(f"{item.pointer}/reason", told) for item in bare])


def _ill_founded(item: Item, doubtful: Collection[UUID]) -> list[Fault]:
    """What is wrong with the sources that a decision is said to rest on."""
    faults = ill_founded(item.told.sources, DecisionDraft.model_fields, doubtful)
    return [replace(fault, pointer=f"{item.pointer}{fault.pointer}") for fault in faults]


def _missing(pointer: str, en: str) -> Fault:
    return Fault(code="missing", message=Text(en, f"ต้องระบุเหตุผล ({en})"), pointer=pointer)


def _misplaced(pointer: str, en: str) -> Fault:
    return Fault(code="misplaced", message=Text(en, f"ใช้ที่นี่ไม่ได้: {en}"), pointer=pointer)


async def _replaced(session: Transaction, resolution: Resolved) -> dict[Subject, list[UUID]]:
    found: dict[Subject, list[UUID]] = {}
    if resolution.supersedes_id is not None:
        for decided in await queries.decisions_of(session, [resolution.supersedes_id]):
            if decided.subject is not None:
                found.setdefault(decided.subject, []).append(decided.id)
    return found


def _check_versions(items: Sequence[Item], known: Mapping[Subject, History]) -> None:
    stale = [
        recording.fault_of(
            item.subject,
            Text(
                f"it is at version {known[item.subject].version} now",
                f"ปัจจุบันเป็นรุ่น {known[item.subject].version}",
            ),
            {item.subject: f"{item.pointer}/subject_version"},
            code="stale",
        )
        for item in items
        if item.subject and item.told.subject_version not in (None, known[item.subject].version)
    ]
    if stale:
        raise conflicts.PreconditionFailed.listing(stale)


async def _moved(
    session: Transaction, context: Context, items: Sequence[Item], before: Mapping[Subject, History]
) -> dict[Subject, History]:
    """The histories as they are to be; every subject that cannot move is named."""
    after = dict(before)
    renewed = {item.subject.id for item in items if item.subject and item.told.action == "renew"}
    known = await queries.progress_of(session, renewed) if renewed else {}
    faults = []
    for item in items:
        if item.subject is None:
            continue
        history = after[item.subject]
        item.before = item.after = history.standing
        try:
            after[item.subject] = _step(context, item, history, known)
        except Refused as refused:
            faults.append(recording.fault_of(item.subject, refused.why, {item.subject: item.pointer}))
    if faults:
        raise conflicts.IllegalMove.listing(faults)
    return after


def _step(context: Context, item: Item, history: History, known: Mapping[str, float]) -> History:
    """One decision's event where its day belongs, instead of those that it replaces."""
    assert item.subject is not None, "it is one that moves"
    gone = context.replaced.get(item.subject, ())
    steps = [step for step in history.steps if step.opened_by_kind != "decision" or step.opened_by_id not in gone]
    item.replaced = [key for key in gone if any(step.opened_by_id == key for step in history.steps)]
    step = Step(
        stage="",
        on=context.resolution.decided_on,
        opened_by_kind="decision",
        opened_by_id=item.id,
        note=item.told.reason or (context.reason if item.told.action in NEEDS_REASON else None),
        sources=[one.model_dump(mode="json", exclude_none=True) for one in item.told.sources],
    )
    where = position(steps, step.on)
    item.stage = stage_after(item.subject, item.told.action, steps[:where], by_cabinet=context.resolution.by_cabinet)
    if item.stage is not None:
        note = _progress(context, item, known) if item.stage == "renewed" else step.note
        steps.insert(where, replace(step, stage=item.stage, note=note))
    after = replace(history, steps=tuple(steps))
    item.after = after.standing
    return after


def _progress(context: Context, item: Item, known: Mapping[str, float]) -> str:
    """What the renewal rests on, or why it cannot be."""
    assert item.subject is not None, "a city"
    stated = item.told.progress
    item.progress = known.get(str(item.subject.id)) if stated is None else stated
    if item.progress is None:
        raise Refused(
            Text(
                "no progress is known of its milestones: state it in `progress`",
                "ไม่ทราบความก้าวหน้าจากหลักชัย ให้ระบุใน `progress`",
            )
        )
    if item.progress <= context.threshold:
        raise Refused(
            Text(
                f"its progress is {item.progress:g} %, and a renewal needs more than {context.threshold:g} %",
                f"ความก้าวหน้า {item.progress:g} % แต่การต่ออายุต้องมากกว่า {context.threshold:g} %",
            )
        )
    return f"progress {item.progress:g} %, {'of its milestones' if stated is None else 'as the decision states'}"


async def _record(session: Transaction, context: Context, items: Sequence[Item]) -> None:
    """The decisions, behind those that the resolution has already."""
    last = select(func.coalesce(func.max(Decision.position), 0)).where(Decision.resolution_id == context.resolution.id)
    ((taken,),) = await session.rows(last)
    rows: list[dict[str, Any]] = []
    for item in items:
        item.position = taken + item.place + 1
        told = item.told.model_dump(mode="json", include={"action", "text", "conditions", "stated_subjects"})
        about = item.told.subject
        rows.append(
            {
                **told,
                "id": str(item.id),
                "resolution_id": str(context.resolution.id),
                "position": item.position,
                "subject_type": about.type if about else None,
                "subject_id": parsers.as_kept(about.id) if about else None,
                "sources": [one.model_dump(mode="json", exclude_none=True) for one in item.told.sources],
            }
        )
    await recording.add_decisions(session, rows)
