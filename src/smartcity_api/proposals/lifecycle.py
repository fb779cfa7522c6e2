"""What may be done to a proposal and what stands against it, by the table of moves; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from smartcity_api.history.lifecycle import MOVES, PROCEDURES, Move, rank
from smartcity_api.identity.roles import Actor, Permission
from smartcity_api.kit.errors import Fault
from smartcity_api.kit.language import Text


@dataclass(frozen=True, slots=True)
class Way:
    """How something is done over HTTP; what it `needs` must be sent."""

    method: str
    path: str
    permission: Permission
    needs: tuple[str, ...] = ("If-Match",)


_P = Permission
_SCREEN = "/v1/proposals/{id}/screen"
WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "submit": Way("POST", "/v1/proposals/{id}/submit", _P.FILE_PROPOSALS),
        "accept": Way("POST", _SCREEN, _P.SCREEN_PROPOSALS, ("If-Match", "outcome=accept")),
        "return": Way("POST", _SCREEN, _P.SCREEN_PROPOSALS, ("If-Match", "outcome=return", "change_reason")),
        "reject": Way("POST", _SCREEN, _P.SCREEN_PROPOSALS, ("If-Match", "outcome=reject", "change_reason")),
        "announce_zone": Way(
            "POST", "/v1/proposals/{id}/announce-zone", _P.SCREEN_PROPOSALS, ("If-Match", "name_th or name_en")
        ),
        "submit_plan": Way("POST", "/v1/proposals/{id}/submit-plan", _P.FILE_PROPOSALS),
        "withdraw": Way("POST", "/v1/proposals/{id}/withdraw", _P.FILE_PROPOSALS),
    }
)
"""By act of the table of moves."""

CHANGE: Final = Way("PATCH", "/v1/proposals/{id}", _P.FILE_PROPOSALS)
DELETE: Final = Way("DELETE", "/v1/proposals/{id}", _P.FILE_PROPOSALS)
DECIDE: Final = Way(
    "POST", "/v1/resolutions/{id}/decisions", _P.RECORD_DECISIONS, ("If-Match", "a published resolution")
)
CHANGEABLE: Final = ("draft", "returned", "in_promotion_zone", "approved_in_principle")
DELETABLE: Final = ("draft",)
MIN_DIMENSIONS: Final = 2
COMPULSORY: Final = "environment"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands at one point of its history; no stage before its beginning."""

    stage: str | None
    after_zone: bool
    submitted: bool

    @classmethod
    def after(cls, stages: Sequence[str]) -> "Standing":
        """After these stages, in order."""
        zone = rank("in_promotion_zone") or 0
        reached = max((rank(stage) or 0 for stage in stages), default=0)
        return cls(stages[-1] if stages else None, reached >= zone, "submitted" in stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at; `call_open` and `any_open` are about the day of the act."""

    proponent_id: UUID | None
    title_th: str | None
    title_en: str | None
    city_types: Sequence[str]
    dimensions: Sequence[str]
    located: bool
    budgeted: bool
    criteria: Mapping[str, str]
    call_id: UUID | None
    call_open: bool
    any_open: bool
    codes: Sequence[str] = field(default=())


def owns(actor: Actor, proponent: UUID | None) -> bool:
    """Whether it is the caller's own, or the caller writes for everybody."""
    return actor.keeps_all or (proponent is not None and proponent == actor.organisation_id)


def act_from(action: str, standing: Standing) -> Move | None:
    """The line of the table by which the act leads on from there."""
    return next((move for move in _lines(action) if _starts(move, standing)), None)


def decisions_on(day: date) -> list[Move]:
    """What bodies may decide about proposals under the procedure of that day."""
    codes = [one.code for one in PROCEDURES if one.in_force_from <= day.isoformat()]
    return [
        move
        for move in MOVES
        if move.subject == "proposals" and move.kind == "decision" and codes and move.procedure == codes[-1]
    ]


def _lines(action: str) -> list[Move]:
    return [move for move in MOVES if (move.subject, move.kind, move.action) == ("proposals", "act", action)]


def _starts(move: Move, standing: Standing) -> bool:
    return move.from_ == standing.stage and move.after_zone in (None, standing.after_zone)


def wrong_stage(action: str, standing: Standing, day: date | None = None) -> Fault:
    """That the act is not possible from there; `day` where it is not today's standing."""
    zone = {True: " (after the zone)", False: " (before the zone)", None: ""}
    return stage_fault(action, [f"{move.from_}{zone[move.after_zone]}" for move in _lines(action)], standing, day)


def stage_fault(action: str, origins: Sequence[str], standing: Standing, day: date | None = None) -> Fault:
    """The same of anything that is possible in these stages only."""
    possible, stage = ", ".join(dict.fromkeys(origins)), standing.stage
    en = f"{action} is possible from: {possible}; the proposal " + (
        f"was {stage or 'not there yet'} on {day}" if day else f"is {stage}"
    )
    th = f"{action} ทำได้จากขั้น: {possible} เท่านั้น ข้อเสนอ" + (
        f" ณ วันที่ {day} อยู่ที่ {stage or 'ยังไม่เริ่ม'}" if day else f"อยู่ที่ขั้น {stage}"
    )
    return Fault(code="stage", message=Text(en, th))


def missing(facts: Facts, action: str) -> list[Fault]:
    """All that the act needs and the proposal lacks, each where it belongs."""
    if action == "submit":
        return _of_application(facts)
    return [*_of_application(facts), *_of_plan(facts)] if action == "submit_plan" else []


def _of_application(facts: Facts) -> list[Fault]:
    found = [
        (facts.title_th is None, "title_th", "a title in Thai", "ชื่อภาษาไทย"),
        (facts.title_en is None, "title_en", "a title in English", "ชื่อภาษาอังกฤษ"),
        (facts.proponent_id is None, "proponent_id", "who proposes", "หน่วยงานผู้เสนอ"),
        (not facts.city_types, "city_types", "one or two city types", "ประเภทเมืองหนึ่งหรือสองประเภท"),
        (
            len(facts.dimensions) < MIN_DIMENSIONS or COMPULSORY not in facts.dimensions,
            "dimensions",
            f"at least {MIN_DIMENSIONS} dimensions, {COMPULSORY} among them",
            f"ด้านอัจฉริยะอย่างน้อย {MIN_DIMENSIONS} ด้าน โดยต้องมี {COMPULSORY}",
        ),
        (not facts.located, "location", "a footprint with at least a point", "พื้นที่อย่างน้อยหนึ่งจุด"),
    ]
    return [_lacking(pointer, en, th) for lacks, pointer, en, th in found if lacks]


def _of_plan(facts: Facts) -> list[Fault]:
    found = [] if facts.budgeted else [_lacking("budget_thb", "a budget in baht", "งบประมาณเป็นบาท")]
    unsaid = [code for code in facts.codes if not facts.criteria.get(code, "").strip()]
    return found + [
        _lacking(f"criteria/{code}", f"a text to the criterion {code}", f"ข้อความตามหลักเกณฑ์ {code}") for code in unsaid
    ]


def _lacking(pointer: str, en: str, th: str) -> Fault:
    return Fault(code="missing", message=Text(f"it lacks {en}", f"ยังขาด{th}"), pointer=f"/{pointer}")


def outside_call(facts: Facts) -> Fault | None:
    """That the call which it answers, or any call at all, is not open on the day of its submission."""
    if facts.call_open if facts.call_id is not None else facts.any_open:
        return None
    if facts.call_id is not None:
        message = Text(
            "the call that it answers is not open on that day (both its days must be known)",
            "รอบที่ข้อเสนอนี้ยื่นไม่ได้เปิดรับในวันดังกล่าว (ต้องทราบทั้งวันเปิดและวันปิด)",
        )
    else:
        message = Text("no call is open on that day", "ไม่มีรอบที่เปิดรับข้อเสนอในวันดังกล่าว")
    return Fault(code="call", message=message, pointer="/call_id")


@dataclass(frozen=True, slots=True)
class Open:
    """Something that can be done now, or why it cannot."""

    name: str
    way: Way
    by: str | None
    to: str | None
    bars: Sequence[Fault]


def moves(standing: Standing, facts: Facts, actor: Actor, day: date) -> list[Open]:
    """Everything that can ever be done to a proposal, and what stands against it now for this caller."""
    found = [_kept("change", CHANGE, CHANGEABLE, standing), _kept("delete", DELETE, DELETABLE, standing)]
    found += [_acting(action, way, standing, facts) for action, way in WAYS.items()]
    for move in decisions_on(day):
        bars = [] if _starts(move, standing) else [stage_fault(move.action, [move.from_ or ""], standing)]
        found.append(Open(move.action, DECIDE, move.by, move.to, bars))
    return [
        Open(one.name, one.way, one.by, one.to, [*_of_caller(one.way.permission, actor, facts), *one.bars])
        for one in found
    ]


def _kept(name: str, way: Way, stages: Sequence[str], standing: Standing) -> Open:
    bars = [] if standing.stage in stages else [stage_fault(name, stages, standing)]
    return Open(name, way, "applicant", None, bars)


def _acting(action: str, way: Way, standing: Standing, facts: Facts) -> Open:
    line = act_from(action, standing)
    one = line or _lines(action)[0]
    bars = [wrong_stage(action, standing)] if line is None else missing(facts, action)
    if line is not None and action == "submit" and not standing.submitted:
        bars += [fault for fault in [outside_call(facts)] if fault is not None]
    return Open(action, way, one.by, one.to, bars)


def _of_caller(permission: Permission, actor: Actor, facts: Facts) -> list[Fault]:
    """What the role does not allow, and what is another organisation's."""
    if not actor.may(permission):
        message = Text(f"this needs the permission {permission}", f"ต้องมีสิทธิ์ {permission}")
        return [Fault(code="role", message=message)]
    if permission is Permission.FILE_PROPOSALS and not owns(actor, facts.proponent_id):
        message = Text("it is another organisation's", "เป็นข้อเสนอขององค์กรอื่น")
        return [Fault(code="organisation", message=message)]
    return []
