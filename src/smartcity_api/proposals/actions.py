"""Filing proposals, changing them, and moving them by acts; what each needs is in the feature's rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import Text as Words
from sqlalchemy import Uuid, column, insert, select, table

from smartcity_api.history import actions as history
from smartcity_api.identity.roles import Actor
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.days import first_day, today
from smartcity_api.kit.evidence import check_sources
from smartcity_api.kit.language import Text
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES
from smartcity_api.proposals import lifecycle, queries
from smartcity_api.proposals.drafts import AnnouncementDraft, FilingDraft, ProposalDraft
from smartcity_api.proposals.queries import moving

FOOTPRINT = ("provinces", "districts", "location", "boundary", "boundary_kind", "city_types", "dimensions")
"""What a promotion zone has from its proposal."""


class NoOpenCall(conflicts.Conflict):
    """A proposal is submitted while no call, or not the one that it names, is open."""

    title = Text("No call is open for it", "ไม่อยู่ในช่วงเปิดรับข้อเสนอ")
    remedy = Text(
        "Look at /v1/calls; name an open one as `call_id`, or ask the secretariat, which may submit it with a reason.",
        "ดู /v1/calls แล้วระบุรอบที่เปิดรับใน `call_id` หรือติดต่อฝ่ายเลขานุการซึ่งยื่นแทนได้โดยระบุเหตุผล",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who acts, why, and from which day on if not from today."""

    actor: Actor
    reason: str | None
    effective_on: date | None = None


def effective_day(asked: Asked) -> date:
    """The day of the act; another than today only the secretary names, an earlier one, with a reason."""
    now = today()
    day = asked.effective_on or now
    if day > now:
        message = Text(f"{day} lies in the future; today is {now}", f"{day} เป็นวันในอนาคต วันนี้คือ {now}")
        raise errors.Invalid.listing(
            [errors.Fault(code="in_the_future", message=message, pointer="/effective_on", value=str(day))]
        )
    if day < now and not asked.actor.keeps_all:
        raise conflicts.Forbidden(
            Text("Only the secretary may name an earlier day", "เฉพาะฝ่ายเลขานุการเท่านั้นที่ระบุวันย้อนหลังได้")
        )
    if day < now and asked.reason is None:
        raise conflicts.reason_missing()
    return day


def check_own(actor: Actor, proponent: UUID | None) -> None:
    """Refuse who acts for an organisation that is not his."""
    if not lifecycle.owns(actor, proponent):
        raise conflicts.Forbidden(
            Text(
                "An agency acts for its own organisation's proposals only",
                "หน่วยงานดำเนินการได้เฉพาะข้อเสนอขององค์กรตนเอง",
            )
        )


def check_system(actor: Actor, system: str | None) -> None:
    """Refuse who names a system that is not his: its keys are other people's to give."""
    if not actor.may_use(system):
        message = Text(
            f"rows of {system} are not yours; your own source_system is {actor.source_system}",
            f"ข้อมูลของระบบ {system} ไม่ใช่ของท่าน source_system ของท่านคือ {actor.source_system}",
        )
        raise errors.Invalid.listing(
            [errors.Fault(code="not_your_system", message=message, pointer="/source_system", value=system)]
        )


async def check_draft(session: Transaction, draft: ProposalDraft) -> None:
    """Refuse texts to criteria that no list has."""
    await check_sources(session, draft.sources, queries.PROPOSALS.properties)
    unknown = await moving.unknown_criteria(session, list(draft.criteria)) if draft.criteria else []
    if unknown:
        raise errors.Invalid.listing([_unknown_criterion(code) for code in unknown])


def _unknown_criterion(code: str) -> errors.Fault:
    message = Text(
        f"no framework of the kind criteria has the code {code}",
        f"ไม่มีรหัส {code} ในกรอบประเภท criteria (/v1/frameworks)",
    )
    pointer = "/criteria/" + code.replace("~", "~0").replace("/", "~1")
    return errors.Fault(code="unknown_code", message=message, pointer=pointer)


async def create(session: Transaction, draft: FilingDraft, asked: Asked) -> UUID:
    """A draft, of the caller's organisation unless another is named; its history begins with the act."""
    day = effective_day(asked)
    proponent = draft.proponent_id or asked.actor.organisation_id
    check_own(asked.actor, proponent)
    check_system(asked.actor, draft.source_system)
    await check_draft(session, draft)
    key = rows.new_id()
    told = {"id": key, **draft.columns(), "proponent_id": proponent}
    await rows.add(session, rows.table_of(queries.PROPOSALS), told)
    await _record(session, key, ("applicant", "create", "draft"), day, asked.reason, [])
    return key


async def check_stage(session: Transaction, key: UUID, what: str, stages: tuple[str, ...]) -> None:
    """Refuse what is possible in these stages only."""
    standing = await standing_of(session, key)
    if standing.stage not in stages:
        raise conflicts.IllegalMove.listing([lifecycle.stage_fault(what, stages, standing)])


async def standing_of(session: Transaction, key: UUID) -> lifecycle.Standing:
    """Where the proposal stands today."""
    past = await history.steps(session, history.Subject("proposals", key))
    return lifecycle.Standing.after([step.stage for step in past])


async def move(session: Transaction, key: UUID, action: str, asked: Asked) -> date:
    """Let the act lead the proposal on; the day from which it holds."""
    day = effective_day(asked)
    past = await history.steps(session, history.Subject("proposals", key))
    before = [step.stage for step in past[: history.position(past, day.isoformat())]]
    standing = lifecycle.Standing.after(before)
    line = lifecycle.act_from(action, standing)
    if line is None:
        told = day if len(before) < len(past) else None
        raise conflicts.IllegalMove.listing([lifecycle.wrong_stage(action, standing, told)])
    facts = await moving.facts(session, key, day)
    lacking = lifecycle.missing(facts, action)
    if lacking:
        raise errors.Invalid.listing(lacking)
    if action == "submit" and not standing.submitted:
        _check_call(facts, asked)
    await _record(session, key, (line.by or "", action, line.to), day, asked.reason, past)
    return day


def _check_call(facts: lifecycle.Facts, asked: Asked) -> None:
    """The days of calls are for first submissions; what was returned comes back when it is ready."""
    fault = lifecycle.outside_call(facts)
    if fault is not None and not (asked.actor.keeps_all and asked.reason):
        raise NoOpenCall.listing([fault])


async def _record(
    session: Transaction,
    key: UUID,
    done: tuple[str, str, str],
    day: date,
    reason: str | None,
    past: Sequence[history.Step],
) -> None:
    """The act (by whom, what, to which stage), and the event behind the history as it was read."""
    by, action, stage = done
    subject = history.Subject("proposals", key)
    act = await history.act(session, subject, cast(Literal["applicant", "secretariat"], by), action, reason)
    step = history.Step(stage=stage, on=day.isoformat(), opened_by_kind="act", opened_by_id=act)
    await history.place(session, subject, step, past)


async def announce(session: Transaction, key: UUID, draft: AnnouncementDraft, asked: Asked) -> UUID:
    """The promotion zone that the proposal becomes, and the move."""
    if draft.announced_on is not None and first_day(draft.announced_on) > today():
        message = Text("the day lies in the future", "วันที่อยู่ในอนาคต")
        raise errors.Invalid.listing(
            [errors.Fault(code="in_the_future", message=message, pointer="/announced_on", value=draft.announced_on)]
        )
    day = await move(session, key, "announce_zone", asked)
    zone = rows.new_id()
    told = draft.columns()
    told["announced_on"] = told["announced_on"] or day.isoformat()
    zones = rows.table_of(PROMOTION_ZONES)
    values = rows.stored(zones, {"id": zone, **told})
    await session.execute(insert(zones).values(**values, **_of_proposal(key)))
    link = table("link", *(column(name, Words) for name in LINK), column("id", Uuid))
    await session.execute(insert(link).values(id=rows.new_id(), **_became(key, zone)))
    return zone


LINK = ("type", "from_type", "from_id", "to_type", "to_id", "confidence")


def _became(proposal: UUID, zone: UUID) -> dict[str, str]:
    told = ("became", "proposals", str(proposal), "promotion-zones", str(zone), "documented")
    return dict(zip(LINK, told, strict=True))


def _of_proposal(key: UUID) -> dict[str, Any]:
    """Copied in the database: geometry never becomes a Python value."""
    plain = table("proposal", column("id", Uuid), *(column(name) for name in FOOTPRINT))
    return {name: select(plain.c[name]).where(plain.c.id == key).scalar_subquery() for name in FOOTPRINT}


async def remove(session: Transaction, key: UUID) -> None:
    """Take a draft away; its acts and events stay in the history, of something that is no more."""
    await check_stage(session, key, "delete", lifecycle.DELETABLE)
    await rows.remove(session, queries.PROPOSALS, key)


async def change(session: Transaction, key: UUID, draft: ProposalDraft, changed: list[str], actor: Actor) -> None:
    """Other values in the fields that are named."""
    check_own(actor, draft.proponent_id)
    if "source_system" in changed:
        check_system(actor, draft.source_system)
    await check_draft(session, draft)
    columns = {name: value for field in changed for name, value in draft.field_columns(field).items()}
    await rows.change(session, queries.PROPOSALS, key, columns)
