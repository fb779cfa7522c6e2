"""Records that are not there: never, or not any more, as far as the audit trail tells whoever asks."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    Text,
    Uuid,
    bindparam,
    column,
    or_,
    select,
    table,
    true,
)

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.language import Text as Message
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.sight import OWN_ORGANISATION, sight
from smartcity_api.kit.statements import constant

# The table is named, not imported: the audit stands above this module.
_TRAIL = table(
    "audit_entry",
    column("id", BigInteger),
    column("resource", Text),
    column("subject_id", Text),
    column("op", Text),
    column("public_before", Boolean),
    column("organisation_before", Uuid),
)


def absent(layer: Layer, key: object) -> errors.Problem:
    """The problem that there is no such record, for whoever asks."""
    return errors.NoSuchRecord(Message(f"{layer.name} has no record {key}", f"{layer.name} ไม่มีรายการ {key}"))


async def missing(snapshot: Snapshot, layer: Layer, key: object) -> errors.Problem:
    """The problem that a record is not there: that it was deleted, for who could see it, else that there is none."""

    def statement() -> Select[bool]:
        last = select(_TRAIL.c.op, _TRAIL.c.public_before, _TRAIL.c.organisation_before)
        last = last.where(
            _TRAIL.c.resource == constant(layer.name), _TRAIL.c.subject_id == bindparam("key", type_=Text)
        )
        found = last.order_by(_TRAIL.c.id.desc()).limit(constant(1)).subquery("last")
        deleted = found.c.op == constant("delete")
        return select(found.c.op).where(deleted, _could_see(found.c.public_before, found.c.organisation_before))

    if await snapshot.kept(("deleted", layer.name), statement, {"key": str(key)}):
        return conflicts.Deleted(Message(f"{layer.name}/{key} has been deleted", f"{layer.name}/{key} ถูกลบแล้ว"))
    return absent(layer, key)


def _could_see(is_public: ColumnElement[bool], organisation: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether who is looking could see a row that has gone, by what the trail says of it."""
    kind = sight().kind
    if kind == "all":
        return true()
    if kind == "own":
        return or_(is_public, organisation == bindparam(OWN_ORGANISATION, type_=Uuid))
    return or_(is_public)
