"""What is done to milestones: an order without circles, other days, reports, and that they are met, by who may."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, any_, cast, func, literal, select

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.identity.roles import Actor
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.days import first_day, last_day, today
from smartcity_api.kit.language import Text as Message
from smartcity_api.milestones.drafts import MilestoneDraft, MilestoneMet, MilestoneReplanning, MilestoneReport
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import MILESTONES
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.proposals.models import Proposal

MOST_EVIDENCE = 500

RESPONSIBLE: Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    "proposals": (Proposal.id.expression, Proposal.proponent_id.expression),
    "promotion-zones": (PromotionZone.id.expression, PromotionZone.operator_id.expression),
    "certified-cities": (CertifiedCity.id.expression, CertifiedCity.operator_id.expression),
    "pilot-areas": (PilotArea.id.expression, PilotArea.lead_agency_id.expression),
}
"""By the resource of the subject: the key of its records, and who reports on their milestones."""


class Held:
    """A milestone as it is now; it stays so until the transaction ends."""

    def __init__(self, key: UUID, told: Sequence[Any]) -> None:
        self.key = key
        self.version, self.status, self.set_on, self.due_on, self.met_on, depends_on, self.evidence, *subject = told
        self.depends_on: list[str] = depends_on
        self.subject: tuple[str, str] = (subject[0], subject[1])


async def hold(session: Transaction, key: UUID) -> Held:
    """The milestone, or the problem that there is none for who is looking."""
    columns = (Milestone.status, Milestone.set_on, Milestone.due_on, Milestone.met_on, Milestone.depends_on)
    subject = (Milestone.evidence, Milestone.subject_type, Milestone.subject_id)
    told = await rows.locked(session, MILESTONES, key, *(one.expression for one in (*columns, *subject)))
    return Held(key, [_text(value) for value in told])


def _text(value: Any) -> Any:
    """Texts come as the bytes that PostgreSQL sent."""
    if isinstance(value, list):
        return [_text(one) for one in value]
    return value.decode() if isinstance(value, bytes) else value


async def check_reporter(session: Transaction, actor: Actor, held: Held) -> None:
    """An agency reports on what is its own: its proposals, and the areas that it runs or leads."""
    if actor.keeps_all:
        return
    kind, key = held.subject
    if kind in RESPONSIBLE and actor.organisation_id is not None:
        keys, responsible = RESPONSIBLE[kind]
        own = select(keys).where(keys == cast(literal(key), Uuid), responsible == actor.organisation_id)
        if await session.one(own):
            return
    raise conflicts.Forbidden(
        Message(
            f"{kind}/{key} is not of your organisation, so its milestones are not yours to report on",
            f"{kind}/{key} ไม่ใช่ของหน่วยงานของท่าน จึงรายงานหมุดหมายนี้ไม่ได้",
        )
    )


async def check_draft(session: Transaction, draft: MilestoneDraft, key: UUID | None) -> None:
    """Refuse circles, and another day without re-planning."""
    if key is None:
        return
    held = await hold(session, key)
    if draft.due_on != held.due_on:
        message = Message(
            f"another day is re-planning, with a reason: POST /v1/milestones/{key}/replan",
            f"การเปลี่ยนวันครบกำหนดต้องวางแผนใหม่พร้อมเหตุผล: POST /v1/milestones/{key}/replan",
        )
        raise errors.Invalid.listing([errors.Fault(code="replan", message=message, pointer="/due_on")])
    if set(map(str, draft.depends_on)) - set(held.depends_on):
        await _check_circles(session, key, [str(one) for one in draft.depends_on])


async def _check_circles(session: Transaction, key: UUID, depends_on: Sequence[str]) -> None:
    """Refuse a circle, naming it; one transaction at a time changes the order of milestones, so that none escapes."""
    await session.rows(select(func.pg_advisory_xact_lock(func.hashtextextended("smartcity_milestone_order", 0))))
    walked = select(
        func.unnest(literal(list(depends_on), ARRAY(Text)), type_=Text).label("id"),
        literal(str(key), Text).label("after"),
    ).cte("walked", recursive=True)
    further = select(func.unnest(Milestone.depends_on, type_=Text), walked.c.id)
    before = Milestone.id == cast(walked.c.id, Uuid)
    walked = walked.union(further.join_from(walked, Milestone, before).where(walked.c.id != literal(str(key))))
    found = await session.rows(select(walked.c.id, walked.c.after))
    after = {_text(one): _text(later) for one, later in found}
    if str(key) not in after:
        return
    circle = [str(key), after[str(key)]]
    while circle[-1] != str(key) and len(circle) <= len(after):
        circle.append(after[circle[-1]])
    named = " → ".join(reversed(circle))
    message = Message(f"milestones would wait for each other: {named}", f"หมุดหมายจะรอกันเป็นวงกลม: {named}")
    raise errors.Invalid.listing([errors.Fault(code="circle", message=message, pointer="/depends_on")])


async def replan(session: Transaction, held: Held, sent: MilestoneReplanning) -> None:
    """Another day; what was over, met or missed, is open again."""
    if held.set_on is not None and last_day(sent.due_on) < first_day(held.set_on):
        message = Message(f"it was set later, on {held.set_on}", f"กำหนดไว้ภายหลัง คือ {held.set_on}")
        raise errors.Invalid.listing([errors.Fault(code="ends_before_it_begins", message=message, pointer="/due_on")])
    reopened = {"status": "scheduled", "met_on": None} if held.status in ("met", "not_met") else {}
    await rows.change(session, MILESTONES, held.key, {"due_on": sent.due_on, **reopened})


async def report(session: Transaction, held: Held, sent: MilestoneReport, reason: str | None) -> None:
    """How far it is; what is not told stays."""
    if held.status == "met":
        raise _met(held)
    if sent.note is not None and reason is None:
        await session.rows(select(func.set_config("smartcity.reason", sent.note, True)))
    told = {"progress": sent.progress, "status": sent.status, "evidence": _evidence(held, sent)}
    await rows.change(session, MILESTONES, held.key, {name: value for name, value in told.items() if value is not None})


async def meet(session: Transaction, actor: Actor, held: Held, sent: MilestoneMet, reason: str | None) -> None:
    """It is met, all of it; before those that it waits for only where the secretary says why."""
    if held.status == "met":
        raise _met(held)
    if not (actor.keeps_all and reason):
        await _check_waiting(session, held)
    met_on = sent.met_on or today().isoformat()
    told = {"status": "met", "met_on": met_on, "progress": 100, "evidence": _evidence(held, sent)}
    await rows.change(session, MILESTONES, held.key, {name: value for name, value in told.items() if value is not None})


def _met(held: Held) -> conflicts.Conflict:
    day = held.met_on or "?"
    return conflicts.Conflict(
        Message(f"It was met on {day}; only re-planning opens it again", f"บรรลุแล้วเมื่อ {day} ต้องวางแผนใหม่จึงจะเปิดอีกครั้ง")
    )


async def _check_waiting(session: Transaction, held: Held) -> None:
    """Refuse while any that comes before is open; those that may not be seen are only counted."""
    wanted = Milestone.id == any_(literal([UUID(one) for one in held.depends_on], ARRAY(Uuid)))
    still = select(Milestone.id).where(wanted, Milestone.status != "met").order_by(Milestone.id)
    waiting = [key for (key,) in await session.rows(still.with_for_update(read=True))]
    if not waiting:
        return
    shown = [str(key) for (key,) in await session.rows(still.where(*MILESTONES.seen))]
    named = ", ".join(f"milestones/{key}" for key in shown)
    hidden = len(waiting) - len(shown)
    more = f"{' and ' if named else ''}{hidden} more" if hidden else ""
    raise conflicts.Conflict(
        Message(
            f"It waits for {named}{more}; the secretary may say why it is met before",
            f"ยังต้องรอ {named}{more} ฝ่ายเลขานุการระบุเหตุผลได้หากบรรลุก่อน",
        )
    )


def _evidence(held: Held, sent: MilestoneReport | MilestoneMet) -> list[dict[str, Any]] | None:
    """What was there and what is new, nothing twice; none where nothing is new."""
    new = [one.model_dump(mode="json", exclude_none=True) for one in sent.evidence]
    found = [*held.evidence, *(one for number, one in enumerate(new) if one not in [*held.evidence, *new[:number]])]
    if len(found) > MOST_EVIDENCE:
        message = Message(f"at most {MOST_EVIDENCE} pieces of evidence", f"หลักฐานมีได้ไม่เกิน {MOST_EVIDENCE} รายการ")
        raise errors.Invalid.listing([errors.Fault(code="too_long", message=message, pointer="/evidence")])
    return found if new else None
