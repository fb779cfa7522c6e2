"""Commenting on proposals, assessing plans, and keeping whom to ask."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, null, select, update

from smartcity_api.casework.drafts import AssessmentDraft, CommentDraft, ContactDraft
from smartcity_api.casework.models import PERSONAL, Assessment, Comment, Contact
from smartcity_api.casework.queries import Parts, absent, criteria, submitted
from smartcity_api.identity.roles import Actor
from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS


async def locked(
    session: Transaction, parts: Parts, proposal: UUID, key: UUID, actor: Actor, *columns: ColumnElement[Any]
) -> tuple[Any, ...]:
    """The version of a part that the actor may see, and these columns; it stays so until the transaction ends."""
    found = select(parts.version, *columns).where(parts.table.id == key, *parts.of(proposal, actor))
    row = await session.one(found.with_for_update(key_share=True))
    if row is None:
        raise absent(parts, key)
    return row


async def say(session: Transaction, proposal: UUID, actor: Actor, draft: CommentDraft) -> UUID:
    """A comment, which stands for ever."""
    if draft.visibility == "internal" and not actor.sees_all:
        raise conflicts.Forbidden(
            Text("Internal comments are for those who see all proposals", "ความเห็นภายในเฉพาะผู้พิจารณาเท่านั้น")
        )
    key = rows.new_id()
    said = {"visibility": draft.visibility, "text": draft.text, "author": actor.id, "author_role": str(actor.role)}
    await session.execute(insert(Comment).values(id=key, proposal_id=proposal, **said))
    return key


async def strike_out(
    session: Transaction, key: UUID, actor: Actor, reason: str, *, is_author: bool, is_struck_out: bool
) -> None:
    """Take a comment back, by its author or by the secretary; it stays where it is."""
    if not (is_author or actor.keeps_all):
        raise conflicts.Forbidden(
            Text("Only its author and the secretary strike out a comment", "เฉพาะผู้เขียนและเลขานุการขีดฆ่าความเห็นได้")
        )
    if is_struck_out:
        raise conflicts.Conflict(Text("The comment has been struck out before", "ความเห็นนี้ถูกขีดฆ่าแล้ว"))
    struck = {"struck_out_at": func.now(), "struck_out_by": actor.id, "struck_out_reason": reason}
    await session.execute(update(Comment).where(Comment.id == key).values(**struck))


async def assess(session: Transaction, proposal: UUID, actor: Actor, draft: AssessmentDraft) -> UUID:
    """An assessment of the plan that is submitted; an earlier one of the same reviewer stays as it is."""
    _, stage = await rows.locked(session, PROPOSALS, proposal, Proposal.stage.expression)
    submission = await submitted(session, proposal)
    if _text(stage) != "plan_submitted" or submission is None:
        raise conflicts.IllegalMove(
            Text(
                f"A plan is assessed while it is submitted; this proposal is {_text(stage)}",
                f"ประเมินแผนได้เฉพาะในขั้น plan_submitted ข้อเสนอนี้อยู่ในขั้น {_text(stage)}",
            )
        )
    framework, codes = await criteria(session)
    _check_codes(draft.scores, codes)
    mine = (Assessment.proposal_id == proposal) & (Assessment.submission_id == submission[0])
    last = await session.one(select(func.max(Assessment.revision)).where(mine, Assessment.reviewer == actor.id))
    key, before = rows.new_id(), last[0] if last else None
    scores = {code: draft.scores[code].model_dump() for code in codes}
    what = {"submission_id": submission[0], "round": submission[1], "framework_id": framework, "scores": scores}
    who = {"reviewer": actor.id, "revision": (before or 0) + 1}
    await session.execute(insert(Assessment).values(id=key, proposal_id=proposal, **what, **who))
    return key


def _check_codes(given: Iterable[str], codes: list[str]) -> None:
    """Exactly the criteria, no more and no less; all that is wrong at once."""
    told = list(given)
    faults = [
        errors.Fault(code="missing", message=Text(f"{code} is missing", f"ขาด {code}"), pointer=f"/scores/{code}")
        for code in codes
        if code not in told
    ]
    faults += [
        errors.Fault(
            code="unknown_criterion",
            message=Text(f"there is no criterion {code}", f"ไม่มีหลักเกณฑ์ {code}"),
            pointer="/scores/" + code.replace("~", "~0").replace("/", "~1"),
        )
        for code in told
        if code not in codes
    ]
    if faults:
        raise errors.Invalid.listing(faults)


async def add_contact(session: Transaction, proposal: UUID, draft: ContactDraft) -> UUID:
    """Whom to ask."""
    key = rows.new_id()
    await session.execute(insert(Contact).values(id=key, proposal_id=proposal, **_told(draft)))
    return key


async def change_contact(session: Transaction, key: UUID, draft: ContactDraft) -> None:
    """Whom to ask now; what was there before is kept nowhere."""
    await session.execute(update(Contact).where(Contact.id == key).values(**_told(draft)))


async def erase_contact(session: Transaction, key: UUID) -> None:
    """Forget the person; the trail keeps only that somebody was recorded and erased."""
    await session.execute(delete(Contact).where(Contact.id == key))


def _told(draft: ContactDraft) -> Mapping[str, Any]:
    values = draft.model_dump()
    return {name: null() if values[name] is None else values[name] for name in PERSONAL}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
