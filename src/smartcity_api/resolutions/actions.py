"""Recording bodies, meetings and resolutions: what only the other rows tell to be wrong, and publishing."""

from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select, update
from sqlalchemy.orm import aliased

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.days import first_day, last_day, today
from smartcity_api.kit.language import Text
from smartcity_api.organisations.models import Organisation
from smartcity_api.resolutions.drafts import BodyDraft, MeetingDraft, ResolutionDraft
from smartcity_api.resolutions.models import Body, Meeting, Resolution


class AlreadyPublished(conflicts.Conflict):
    """A published resolution is never changed like a draft."""

    title = Text("The resolution is published", "มตินี้เผยแพร่แล้ว")
    remedy = Text(
        "A clerk's error: POST /v1/resolutions/{id}/correct. A later act of the body: a new resolution with "
        "`supersedes_id`.",
        "หากบันทึกผิดให้ใช้ POST /v1/resolutions/{id}/correct หากมีมติใหม่ภายหลังให้สร้างมติใหม่พร้อม `supersedes_id`",
    )


class NotPublished(conflicts.Conflict):
    """Only published resolutions decide anything."""

    title = Text("The resolution is not published", "มตินี้ยังไม่เผยแพร่")
    remedy = Text("POST /v1/resolutions/{id}/publish first.", "ให้เรียก POST /v1/resolutions/{id}/publish ก่อน")


async def check_body(transaction: Transaction, draft: BodyDraft, key: UUID | None) -> None:
    """Members' organisations are recorded, and nobody reports to himself in the end."""
    named = {member.organisation_id for member in draft.members} - {None}
    if named:
        among = Organisation.id == any_(literal(list(named), ARRAY(Uuid)))
        found = await transaction.rows(select(Organisation.id).where(among))
        unknown = named - {row[0] for row in found}
        faults = [
            _unknown(f"/members/{place}/organisation_id", f"there is no organisation {member.organisation_id}")
            for place, member in enumerate(draft.members)
            if member.organisation_id in unknown
        ]
        if faults:
            raise errors.Invalid.listing(faults)
    if key is None or draft.parent_id is None:
        return
    # One transaction at a time changes who reports to whom, so that two together close no circle.
    await transaction.rows(select(func.pg_advisory_xact_lock(func.hashtextextended("smartcity_body_order", 0))))
    if await _reports_to(transaction, draft.parent_id, key):
        message = Text("the body would report to itself", "คณะกรรมการจะขึ้นตรงต่อตัวเอง")
        raise errors.Invalid.listing([errors.Fault(code="circle", message=message, pointer="/parent_id")])


def _unknown(pointer: str, told: str) -> errors.Fault:
    return errors.Fault(code="unknown_reference", message=Text(told, f"ไม่มีรายการที่อ้างอิง: {told}"), pointer=pointer)


async def _reports_to(transaction: Transaction, body: UUID, other: UUID) -> bool:
    """Whether one body is the other, or reports to it over any number of steps."""
    line = select(Body.id, Body.parent_id).where(Body.id == body).cte("line", recursive=True)
    line = line.union(select(Body.id, Body.parent_id).join(line, Body.id == line.c.parent_id))
    return await transaction.one(select(line.c.id).where(line.c.id == other)) is not None


async def check_meeting(transaction: Transaction, draft: MeetingDraft, key: UUID | None) -> None:
    """A number is given once a body and year."""
    if draft.number is not None:
        same = (Meeting.body_id == draft.body_id) & (Meeting.number == draft.number)
        other = await transaction.one(select(Meeting.id).where(same, Meeting.id != key if key else same))
        if other is not None:
            raise conflicts.AlreadyExists(
                Text(
                    f"This body's meeting {draft.number} is recorded already: /v1/meetings/{other[0]}",
                    f"การประชุมครั้งที่ {draft.number} ของคณะนี้มีบันทึกอยู่แล้ว: /v1/meetings/{other[0]}",
                )
            )


async def check_resolution(transaction: Transaction, draft: ResolutionDraft, key: UUID | None) -> None:
    """Only drafts are changed; body and day are those of the meeting; what is replaced is public."""
    if key is not None:
        row = await transaction.one(select(Resolution.published_at).where(Resolution.id == key))
        if row is not None and row[0] is not None:
            raise AlreadyPublished
    elif draft.meeting_id is not None:
        await _check_meeting_of(transaction, draft)
    if draft.supersedes_id is not None:
        await _check_superseded(transaction, draft.supersedes_id, key)


async def _check_meeting_of(transaction: Transaction, draft: ResolutionDraft) -> None:
    meeting = await transaction.one(select(Meeting.body_id, Meeting.held_on).where(Meeting.id == draft.meeting_id))
    if meeting is None:
        raise errors.Invalid.listing([_unknown("/meeting_id", f"there is no meeting {draft.meeting_id}")])
    held_on = None if meeting[1] is None else meeting[1].decode()
    faults = []
    if draft.body_id not in (None, meeting[0]):
        faults.append(_another("/body_id", f"the meeting is of body {meeting[0]}", f"เป็นการประชุมของคณะ {meeting[0]}"))
    if draft.decided_on not in (None, held_on):
        faults.append(_another("/decided_on", f"the meeting was held on {held_on}", f"ประชุมเมื่อ {held_on}"))
    if faults:
        raise errors.Invalid.listing(faults)


def _another(pointer: str, en: str, th: str) -> errors.Fault:
    return errors.Fault(code="not_the_meetings", message=Text(en, th), pointer=pointer)


async def _check_superseded(transaction: Transaction, earlier: UUID, key: UUID | None) -> None:
    row = await transaction.one(select(Resolution.published_at).where(Resolution.id == earlier))
    if row is None:
        raise errors.Invalid.listing([_unknown("/supersedes_id", f"there is no resolution {earlier}")])
    if row[0] is None or earlier == key:
        message = Text("only another, published resolution can be replaced", "แทนที่ได้เฉพาะมติอื่นที่เผยแพร่แล้ว")
        raise errors.Invalid.listing([errors.Fault(code="not_published", message=message, pointer="/supersedes_id")])


async def publish(transaction: Transaction, key: UUID) -> None:
    """Make a draft public; it stays so."""
    earlier = aliased(Resolution)
    superseded = select(earlier.decided_on).where(earlier.id == Resolution.supersedes_id).scalar_subquery()
    row = await transaction.one(
        select(Resolution.published_at, Resolution.decided_on, superseded).where(Resolution.id == key)
    )
    assert row is not None, "it is locked"
    if row[0] is not None:
        raise AlreadyPublished
    day, before = (None if told is None else str(told, "utf-8") for told in row[1:])
    day = check_decided_on(day)
    if before is not None and last_day(day) < first_day(before):
        message = Text(f"that one was decided later, on {before}", f"มตินั้นมีขึ้นภายหลัง เมื่อ {before}")
        raise errors.Invalid.listing([errors.Fault(code="too_late", message=message, pointer="/supersedes_id")])
    await transaction.execute(
        update(Resolution).where(Resolution.id == key).values(published_at=func.clock_timestamp())
    )


def check_decided_on(day: str | None) -> str:
    """The day of a resolution: known, at least its year, and not in the future."""
    if day is None:
        message = Text(
            "decided_on is needed: the meeting's day, or the announcement's",
            "ต้องมี decided_on คือวันประชุมหรือวันประกาศ",
        )
        raise errors.Invalid.listing([errors.Fault(code="missing", message=message, pointer="/decided_on")])
    if first_day(day) > today():
        message = Text(f"{day} lies in the future", f"{day} เป็นวันในอนาคต")
        raise errors.Invalid.listing([errors.Fault(code="future", message=message, pointer="/decided_on", value=day)])
    return day
