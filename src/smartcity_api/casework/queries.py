"""Reading comments, assessments and contacts of a proposal, as far as an actor may."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Numeric, Text, case, cast, column, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from smartcity_api.casework.models import Assessment, Comment, Contact
from smartcity_api.frameworks.models import Framework
from smartcity_api.history.models import Event
from smartcity_api.identity.roles import Actor, Role
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Rows, Snapshot
from smartcity_api.kit.days import today
from smartcity_api.kit.language import Text as Message
from smartcity_api.kit.layers import Column, instant, json_object, json_optional
from smartcity_api.kit.statements import constant
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS

Weights = Mapping[str, float]
Properties = Mapping[str, Column]


@dataclass(frozen=True)
class Parts:
    """Rows of one kind that belong to proposals: how they are shown to an actor, and which of them."""

    name: str
    table: type[Any]
    properties: Callable[[Actor], Properties]
    version: Column
    shown: Callable[[Actor], Sequence[ColumnElement[bool]]] = lambda _: ()

    def text(self, actor: Actor) -> ColumnElement[str]:
        """One of them as JSON text."""
        return cast(json_object(self.properties(actor)), Text)

    def of(self, proposal: UUID, actor: Actor) -> list[ColumnElement[bool]]:
        """The condition for those of a proposal that the actor may see."""
        return [self.table.proposal_id == proposal, *self.shown(actor)]


def _part(table: type[Any]) -> dict[str, Column]:
    return {"id": table.id, "proposal_id": table.proposal_id, "created_at": instant(table.created_at)}


def _changeable(table: type[Any]) -> dict[str, Column]:
    return {**_part(table), "version": table.version, "updated_at": instant(table.updated_at)}


def _comment(actor: Actor) -> Properties:
    struck: Properties = {
        "at": instant(Comment.struck_out_at),
        "by": Comment.struck_out_by,
        "reason": Comment.struck_out_reason,
    }
    answerable = actor.role in (Role.SECRETARY, Role.AUDITOR)
    standing = case((Comment.struck_out_at.is_(None), Comment.text))
    return {
        **_changeable(Comment),
        "visibility": Comment.visibility,
        "text": Comment.text if answerable else standing,
        "author": Comment.author,
        "author_role": Comment.author_role,
        "struck_out": json_optional(struck, Comment.struck_out_at),
    }


def _contact(_actor: Actor) -> Properties:
    told = {"name": Contact.name, "position": Contact.position, "email": Contact.email, "phone": Contact.phone}
    return {**_changeable(Contact), **told}


COMMENTS = Parts(
    name="comments",
    table=Comment,
    properties=_comment,
    version=Comment.version,
    shown=lambda actor: () if actor.sees_all else (Comment.visibility == "applicant",),
)
CONTACTS = Parts(name="contacts", table=Contact, properties=_contact, version=Contact.version)
RECEIPTS = Parts(name="contacts", table=Contact, properties=lambda _: _changeable(Contact), version=Contact.version)


def assessments(weights: Weights) -> Parts:
    """Assessments with their totals by these weights."""
    return Parts(
        name="assessments",
        table=Assessment,
        properties=lambda _: {
            **_part(Assessment),
            "submission_id": Assessment.submission_id,
            "round": Assessment.round,
            "reviewer": Assessment.reviewer,
            "revision": Assessment.revision,
            "superseded": _superseded(),
            "framework_id": Assessment.framework_id,
            "scores": Assessment.scores,
            "total": _total(weights),
        },
        version=constant(1),  # what is never changed has no other
    )


def _superseded() -> ColumnElement[bool]:
    later = aliased(Assessment)
    same = [getattr(later, name) == getattr(Assessment, name) for name in ("proposal_id", "submission_id", "reviewer")]
    return select(later.id).where(*same, later.revision > Assessment.revision).correlate(Assessment).exists()


def _total(weights: Weights) -> ColumnElement[Any]:
    criterion = func.jsonb_each(Assessment.scores).table_valued(
        column("code", Text), column("given", JSONB), name="criterion"
    )
    criterion = criterion.render_derived()
    weight: ColumnElement[Any] = constant(1)
    if weights:
        known = literal(dict(weights), JSONB)
        weight = func.coalesce(cast(known.op("->>")(criterion.c.code), Numeric), constant(0))
    score = cast(criterion.c.given.op("->>")(constant("score")), Numeric)
    mean = func.sum(weight * score) / func.nullif(func.sum(weight), constant(0))
    return select(func.round(mean, constant(2))).select_from(criterion).correlate_except(criterion).scalar_subquery()


async def concerning(session: Snapshot, proposal: UUID, actor: Actor) -> None:
    """Refuse who may not see the proposal (404), and who sees it but is not concerned by it (403)."""
    found = await session.rows(select(Proposal.proponent_id).where(Proposal.id == proposal, *PROPOSALS.seen))
    if not found:
        raise rows.absent(PROPOSALS, proposal)
    if not actor.sees_all and (actor.organisation_id is None or found[0][0] != actor.organisation_id):
        raise conflicts.Forbidden(
            Message("This is between the proponent and those who decide", "เฉพาะผู้เสนอและผู้พิจารณาเท่านั้น")
        )


def absent(parts: Parts, key: object) -> errors.Problem:
    """The problem that the proposal has no such part, for whoever asks."""
    return errors.NoSuchRecord(Message(f"the proposal has no {parts.name} {key}", f"ข้อเสนอนี้ไม่มี {parts.name} {key}"))


async def page(session: Snapshot, parts: Parts, proposal: UUID, actor: Actor, after: UUID | None, limit: int) -> Rows:
    """JSON texts and ids of what belongs to a proposal, the oldest first; one more than asked where there are more."""
    key = parts.table.id
    found = select(parts.text(actor), cast(key, Text)).where(*parts.of(proposal, actor)).order_by(key).limit(limit + 1)
    return await session.rows(found if after is None else found.where(key > after))


async def one(session: Snapshot, parts: Parts, proposal: UUID, key: UUID, actor: Actor) -> tuple[bytes, int]:
    """One of them as JSON text, and its version."""
    mine = parts.table.id == key
    found = await session.rows(select(parts.text(actor), parts.version).where(mine, *parts.of(proposal, actor)))
    if not found:
        raise absent(parts, key)
    return found[0][0], found[0][1]


async def assessed(
    session: Snapshot, proposal: UUID, actor: Actor, weights: Weights, *, superseded: bool
) -> list[bytes]:
    """The assessments of a proposal's plans, the oldest first."""
    parts = assessments(weights)
    found = select(parts.text(actor)).where(*parts.of(proposal, actor)).order_by(Assessment.id)
    return [text for (text,) in await session.rows(found if superseded else found.where(~_superseded()))]


async def outcome(session: Snapshot, proposal: UUID, weights: Weights) -> tuple[int, float | None]:
    """How many have assessed the plan that was submitted last, and the mean of their totals."""
    submission = await submitted(session, proposal)
    if submission is None:
        return 0, None
    valid = (Assessment.proposal_id == proposal) & (Assessment.submission_id == submission[0]) & ~_superseded()
    totals = select(_total(weights).label("total")).where(valid).subquery()
    ((count, mean),) = await session.rows(
        select(func.count(), func.round(func.avg(totals.c.total), constant(2))).select_from(totals)
    )
    return int(count), None if mean is None else float(mean)


async def submitted(session: Snapshot, proposal: UUID) -> tuple[UUID, int] | None:
    """What submitted the last plan, and how many have been submitted."""
    mine = (Event.subject_type == "proposals") & (Event.subject_id == proposal)
    newest = select(func.max(Event.revision)).where(mine).scalar_subquery()
    plans = mine & (Event.revision == newest) & (Event.stage == "plan_submitted")
    found = await session.rows(
        select(Event.opened_by_id, func.count().over()).where(plans).order_by(Event.seq.desc()).limit(1)
    )
    return (found[0][0], found[0][1]) if found else None


async def criteria(session: Snapshot) -> tuple[UUID, list[str]]:
    """The version of the criteria that is in force today, and their codes."""
    begun, ended = (
        func.coalesce(func.smartcity_last_day(at), literal_column(f"'{beyond}'::date", Date), type_=Date)
        for at, beyond in ((Framework.valid_from_on, "-infinity"), (Framework.valid_until_on, "infinity"))
    )
    in_force = (Framework.kind == "criteria") & (begun <= today()) & (ended >= today())
    found = await session.rows(
        select(Framework.id, Framework.items).where(in_force).order_by(begun.desc(), Framework.id.desc()).limit(1)
    )
    if not found:
        raise conflicts.Conflict(Message("No criteria are in force", "ไม่มีหลักเกณฑ์ที่ใช้บังคับอยู่"))
    return found[0][0], [item["code"] for item in found[0][1]]
