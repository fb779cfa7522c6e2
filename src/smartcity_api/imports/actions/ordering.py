"""What is asked of imports: to be received, applied, cancelled, forgotten."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, null, select, update

from smartcity_api.identity.roles import Actor
from smartcity_api.imports import queries
from smartcity_api.imports.actions.targets import TARGETS
from smartcity_api.imports.models import AT_WORK, Import
from smartcity_api.imports.schemas import Sending
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id

ENDED: Final = ("applied", "failed", "cancelled")


class NotNow(conflicts.Conflict):
    """The import stands where this cannot be done."""

    title = Text("The import does not stand where this is possible", "การนำเข้านี้ไม่อยู่ในสถานะที่ทำได้")
    remedy = Text(
        "Read the import: it is applied once it is `validated`, cancelled before it has ended, and deleted afterwards. "
        "An atomic import with rows in error is not applied: mend the rows and send the file again, or send it with "
        "`mode=partial`.",
        "อ่านสถานะการนำเข้าก่อน: ใช้ /apply ได้เมื่อเป็น `validated` ยกเลิกได้ก่อนสิ้นสุด และลบได้หลังสิ้นสุด "
        "แบบ atomic ที่มีแถวผิดพลาดจะนำเข้าไม่ได้ ให้แก้ไขแล้วส่งไฟล์ใหม่ หรือใช้ `mode=partial`",
    )


def check_may(actor: Actor, kind: str) -> None:
    """Refuse who may not write such records one by one either."""
    permission = TARGETS[kind].permission
    if not actor.may(permission):
        raise conflicts.Forbidden(Text(f"This needs the permission {permission}", f"ต้องมีสิทธิ์ {permission}"))


async def receive(
    session: Transaction,
    sending: Sending,
    actor: Actor,
    *,
    request_id: str,
    media_type: str | None,
    size: int,
    sha256: str,
) -> UUID:
    """A new import of a file that was received."""
    check_may(actor, sending.kind)
    if not actor.may_use(sending.source_system):
        own = actor.source_system
        message = Text(
            f"source_system: rows of {sending.source_system} are not yours; yours is {own}",
            f"source_system: ข้อมูลของระบบ {sending.source_system} ไม่ใช่ของท่าน ระบบของท่านคือ {own}",
        )
        raise conflicts.Forbidden(message)
    if not size:
        message = Text("the file is empty", "ไฟล์ว่างเปล่า")
        raise errors.Invalid.listing([errors.Fault(code="empty_file", message=message, pointer="")])
    key = new_id()
    acting: dict[str, Any] = {
        "name": actor.name,
        "role": actor.role,
        "organisation_id": str(actor.organisation_id) if actor.organisation_id else None,
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "source_system": actor.named_system,
    }
    told: dict[str, Any] = {
        "source_system": sending.source_system,
        "layer": sending.layer,
        "file_name": sending.file_name,
        "media_type": media_type,
    }
    await session.execute(
        insert(Import).values(
            id=key,
            kind=sending.kind,
            mode=sending.mode,
            apply=sending.apply,
            follow_up=sending.then,
            era=sending.era,
            actor=actor.id,
            acting=acting,
            request_id=request_id,
            size=size,
            sha256=sha256,
            **{name: null() if value is None else value for name, value in told.items()},
        )
    )
    return key


async def lock(session: Transaction, key: UUID, actor: Actor) -> dict[str, Any]:
    """The import, which nobody else changes until the transaction ends; 404 for who may not see it."""
    await session.rows(select(Import.id).where(Import.id == key).with_for_update())
    return await queries.one(session, key, actor)


async def apply(session: Transaction, told: dict[str, Any], actor: Actor) -> None:
    """Have it applied; once it is being applied, or was, there is nothing left to ask for."""
    check_may(actor, told["kind"])
    if told["status"] in ("applying", "applied"):
        return
    if told["status"] != "validated":
        raise _not_now(told, "only what is `validated` can be applied", "นำเข้าได้เมื่อสถานะเป็น `validated` เท่านั้น")
    errors_ = told["counts"].get("errors", 0)
    if told["mode"] == "atomic" and errors_:
        raise _not_now(
            told, f"{errors_} rows are in error, and it is all or nothing", f"มี {errors_} แถวผิดพลาดในแบบ atomic"
        )
    await session.execute(
        update(Import)
        .where(Import.id == UUID(told["id"]))
        .values(status="applying", progress=0, leased_by=null(), leased_until=null(), attempts=0)
    )


async def cancel(session: Transaction, told: dict[str, Any]) -> None:
    """Stop it; what a partial import has written by then stays written."""
    if told["status"] == "cancelled":
        return
    if told["status"] not in (*AT_WORK, "validated"):
        raise _not_now(told, "it has ended", "สิ้นสุดแล้ว")
    await session.execute(
        update(Import)
        .where(Import.id == UUID(told["id"]))
        .values(status="cancelled", ended_at=func.now(), leased_by=null(), leased_until=null())
    )


async def forget(session: Transaction, told: dict[str, Any]) -> None:
    """Delete it with its rows; its records stay, and the audit trail tells of them."""
    if told["status"] in AT_WORK:
        raise _not_now(told, "cancel it first", "ให้ยกเลิกก่อน")
    await session.execute(delete(Import).where(Import.id == UUID(told["id"])))


def _not_now(told: dict[str, Any], en: str, th: str) -> NotNow:
    status = told["status"]
    return NotNow(Text(f"The import is {status}: {en}", f"การนำเข้าอยู่ในสถานะ {status}: {th}"))
