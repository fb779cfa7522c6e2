"""Correcting a resolution: what was recorded wrongly is mended, with all histories that rest on it, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, literal, null, select, update

from smartcity_api.decisions import queries
from smartcity_api.decisions.actions import certifying, recording, rewriting
from smartcity_api.decisions.actions.moves import Refused
from smartcity_api.decisions.drafts import DecisionCorrection, DecisionDraft, ResolutionCorrection
from smartcity_api.decisions.queries import Decided, History, Resolved
from smartcity_api.history.actions import Subject
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.errors import Fault
from smartcity_api.kit.language import Text
from smartcity_api.resolutions.actions import NotPublished, check_decided_on
from smartcity_api.resolutions.models import Decision, Meeting, Resolution
from smartcity_api.resolutions.queries import RESOLUTIONS

_UNTOLD = DecisionDraft.model_validate({"action": "grant", "text": "-"})
"""A certification of which nothing else is told."""


@dataclass(slots=True, kw_only=True)
class Certified:
    """A certification that turned up by the correction."""

    subject: Subject | None
    told: DecisionDraft
    stage: str | None = "certified"
    city: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction did."""

    resolution: Resolved
    resolutions: Sequence[UUID]
    before: Mapping[Subject, History]
    after: Mapping[Subject, History]


async def correct(session: Transaction, key: UUID, told: ResolutionCorrection) -> Corrected:
    """Correct a published resolution that is locked."""
    known = await queries.resolution(session, key)
    if not known.is_published:
        raise NotPublished(Text("A draft is changed by PATCH", "ฉบับร่างแก้ไขด้วย PATCH"))
    affected = await _affected(session, known, told)
    decided = await queries.decisions_of(session, affected)
    chosen = _chosen(told, [one for one in decided if one.resolution_id == key])
    before = await queries.histories(session, {one.subject for one in decided if one.subject})
    await session.execute(select(func.set_config("smartcity.correcting", "on", True)))
    await _write(session, known, told, chosen)
    resolved = {one: await queries.resolution(session, one) for one in affected}
    for one in resolved.values():
        check_decided_on(one.decided_on)
    replaced = await queries.superseded(session, affected)
    moving = [one for one in decided if one.subject in before and (one.resolution_id, one.subject) not in replaced]
    changes = [_change(one, chosen.get(one.id), resolved[one.resolution_id]) for one in moving]
    changes += await _restored(session, known, changes)
    after = await _rewritten(session, changes, before, _pointers(told, chosen))
    await _certify(session, resolved, changes, before, after)
    await recording.settle(session, {})
    return Corrected(resolution=resolved[key], resolutions=affected, before=before, after=after)


async def _affected(session: Transaction, known: Resolved, told: ResolutionCorrection) -> list[UUID]:
    """The resolution; with the day of its meeting all of that meeting, which are locked, too."""
    named = told.model_fields_set
    if "decided_on" not in named or known.meeting_id is None or "meeting_id" in named:
        return [known.id]
    await session.rows(select(Meeting.id).where(Meeting.id == known.meeting_id).with_for_update(key_share=True))
    together = select(Resolution.id).where(
        Resolution.meeting_id == known.meeting_id, Resolution.published_at.is_not(None)
    )
    found = await session.rows(together.order_by(Resolution.id).with_for_update(key_share=True))
    return [row[0] for row in found]


def _chosen(told: ResolutionCorrection, decided: Sequence[Decided]) -> dict[UUID, DecisionCorrection]:
    """By id what is wrong about a decision; each is named once, and is there."""
    at = {one.position: one.id for one in decided}
    found: dict[UUID, DecisionCorrection] = {}
    faults = []
    for place, one in enumerate(told.decisions):
        key = at.get(one.position)
        if key is None or key in found:
            why = Text("there is no such decision", "ไม่มีข้อมตินี้") if key is None else Text("named twice", "ระบุซ้ำ")
            faults.append(
                Fault(
                    code="unknown_reference",
                    message=why,
                    pointer=f"/decisions/{place}/position",
                    value=str(one.position),
                )
            )
        else:
            found[key] = one
            if one.action == "renew":
                why = Text(
                    "a renewal needs its progress: record it as a decision", "การต่ออายุต้องบันทึกเป็นข้อมติพร้อมความก้าวหน้า"
                )
                faults.append(Fault(code="misplaced", message=why, pointer=f"/decisions/{place}/action", value="renew"))
    if {"decided_on", "meeting_id"} <= told.model_fields_set and told.meeting_id is not None:
        why = Text("the day is that of the meeting: name one of them", "วันที่เป็นของการประชุม ให้ระบุอย่างเดียว")
        faults.append(Fault(code="unclear", message=why, pointer="/decided_on"))
    if faults:
        raise errors.Invalid.listing(faults)
    return found


def _change(one: Decided, told: DecisionCorrection | None, resolved: Resolved) -> rewriting.Change:
    assert one.subject is not None, "it is about one that moves"
    return rewriting.Change(
        decision=one.id,
        resolution=one.resolution_id,
        subject=one.subject,
        action=(told.action if told and told.action else one.action),
        is_other=told is not None and told.action not in (None, one.action),
        is_gone=told is not None and bool(told.remove),
        on=resolved.decided_on,
        by_cabinet=resolved.by_cabinet,
    )


async def _restored(
    session: Transaction, known: Resolved, changes: Collection[rewriting.Change]
) -> list[rewriting.Change]:
    """What counts again of the superseded resolution: about whom nothing was decided later after all."""
    gone = {one.subject for one in changes if one.is_gone and one.resolution == known.id}
    if known.supersedes_id is None or not gone:
        return []
    still = await queries.superseded(session, [known.supersedes_id])
    earlier = await queries.resolution(session, known.supersedes_id)
    again = [
        one
        for one in await queries.decisions_of(session, [earlier.id])
        if one.subject in gone and (earlier.id, one.subject) not in still
    ]
    return [replace(_change(one, None, earlier), is_other=True) for one in again]


def _pointers(told: ResolutionCorrection, chosen: Mapping[UUID, DecisionCorrection]) -> dict[UUID, str]:
    """Where a decision is spoken of in the request."""
    return {key: f"/decisions/{told.decisions.index(one)}" for key, one in chosen.items()}


async def _write(
    session: Transaction, known: Resolved, told: ResolutionCorrection, chosen: Mapping[UUID, DecisionCorrection]
) -> None:
    """The rows as they should have been."""
    columns = told.changes()
    if "decided_on" in columns and known.meeting_id is not None and "meeting_id" not in columns:
        held_on = columns.pop("decided_on")
        await session.execute(
            update(Meeting).where(Meeting.id == known.meeting_id).values(held_on=null() if held_on is None else held_on)
        )
    if columns.get("body_id", True) is None:
        del columns["body_id"]
    await _check_body(session, known, columns)
    await rows.change(session, RESOLUTIONS, known.id, columns)
    gone = [key for key, one in chosen.items() if one.remove]
    if gone:
        await session.execute(delete(Decision).where(Decision.id == any_(literal(gone, ARRAY(Uuid)))))
    for key, one in chosen.items():
        values: dict[str, Any] = {"action": one.action} if one.action else {}
        if "conditions" in one.model_fields_set:
            values["conditions"] = null() if one.conditions is None else one.conditions
        if values:
            await session.execute(update(Decision).where(Decision.id == key).values(**values))


async def _check_body(session: Transaction, known: Resolved, columns: Mapping[str, Any]) -> None:
    """A meeting is its body's; whoever says otherwise names the meeting, or none."""
    meeting = columns.get("meeting_id", known.meeting_id)
    if "body_id" in columns and meeting is not None:
        row = await session.one(select(Meeting.body_id).where(Meeting.id == meeting))
        if row is not None and str(row[0]) != columns["body_id"]:
            why = Text(f"the meeting is of body {row[0]}", f"เป็นการประชุมของคณะ {row[0]}")
            raise errors.Invalid.listing([Fault(code="not_the_meetings", message=why, pointer="/body_id")])


async def _rewritten(
    session: Transaction,
    changes: Collection[rewriting.Change],
    before: Mapping[Subject, History],
    pointers: Mapping[UUID, str],
) -> dict[Subject, History]:
    """Every history that rests on these decisions, written again where it is another one."""
    spoken = {one.subject: pointers[one.decision] for one in changes if one.decision in pointers}
    after, faults = dict(before), []
    for subject, history in before.items():
        mine = {one.decision: one for one in changes if one.subject == subject}
        try:
            after[subject] = replace(history, steps=rewriting.corrected(history, mine))
        except Refused as refused:
            faults.append(recording.fault_of(subject, refused.why, spoken))
    if faults:
        raise conflicts.IllegalMove.listing(faults)
    changed = [history for subject, history in after.items() if history.steps != before[subject].steps]
    await recording.write_events(session, changed, before, spoken)
    return after


async def _certify(
    session: Transaction,
    resolved: Mapping[UUID, Resolved],
    changes: Collection[rewriting.Change],
    before: Mapping[Subject, History],
    after: Mapping[Subject, History],
) -> None:
    """Cities of what was certified in fact; those that there are keep the review that follows from the day."""
    for resolution in resolved.values():
        certified = [
            Certified(subject=one.subject, told=_UNTOLD)
            for one in changes
            if one.resolution == resolution.id and one.subject.type == queries.PROPOSALS
            if after[one.subject].opened("certified") == one.decision != before[one.subject].opened("certified")
        ]
        await certifying.certify(session, resolution, certified, before)
    former, present = _certified_days(before), _certified_days(after)
    for city, day in present.items():
        if former.get(city, day) != day:
            await certifying.review_later(session, city, former[city], day)


def _certified_days(known: Mapping[Subject, History]) -> dict[UUID, str | None]:
    """By city the day of its certification."""
    return {
        history.city: step.on
        for history in known.values()
        if history.city is not None
        for step in history.steps
        if step.stage == "certified"
    }
