"""What records rest on: citations name members that there are, and no fact rests on untrusted sources alone."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, column, literal, select, table

from smartcity_api.kit import errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text as Message
from smartcity_api.kit.schemas import Citation

# The table is named, not imported: every feature stands above this module.
_SOURCE = table("source", column("id", Uuid), column("reliability", Text))

GEOMETRIES: Final = ("location", "boundary")
ANY_SOURCE: Final = "variants"
"""A variant only says how a source spells the name, so any source will do."""


async def check_sources(
    transaction: Transaction, cited: Sequence[Citation], members: Collection[str], *, fact: bool = True
) -> None:
    """Refuse citations for members that no such record has, and facts on sources of reliability D alone."""
    doubtful = await untrusted(transaction, {one.source_id for one in cited}) if fact and cited else frozenset()
    faults = ill_founded(cited, members, doubtful)
    if faults:
        raise errors.Invalid.listing(faults)


async def untrusted(transaction: Transaction, sources: Collection[UUID]) -> frozenset[UUID]:
    """Those of these sources on which no fact may rest alone."""
    among = _SOURCE.c.id == any_(literal(list(sources), ARRAY(Uuid)))
    rows = await transaction.rows(select(_SOURCE.c.id).where(among, _SOURCE.c.reliability == "D"))
    return frozenset(key for (key,) in rows)


def ill_founded(cited: Sequence[Citation], members: Collection[str], doubtful: Collection[UUID]) -> list[errors.Fault]:
    """What is wrong with these citations, where `doubtful` are the sources that may not stand alone."""
    faults = [fault for number, one in enumerate(cited) for fault in _unknown(number, one, members)]
    if cited and doubtful:
        faults += [_untrusted(name) for name, resting in _resting(cited).items() if resting <= set(doubtful)]
    return faults


def _unknown(number: int, cited: Citation, members: Collection[str]) -> list[errors.Fault]:
    if cited.field is None or cited.field.partition(".")[0] in (*members, *GEOMETRIES):
        return []
    message = Message(f"there is no member {cited.field} to be cited for", f"ไม่มีช่อง {cited.field} ให้อ้างอิง")
    return [errors.Fault(code="unknown_member", message=message, pointer=f"/sources/{number}/field", value=cited.field)]


def _resting(cited: Sequence[Citation]) -> dict[str, set[UUID]]:
    """The sources of the whole record, and of each member that is cited for."""
    found: dict[str, set[UUID]] = {"": {one.source_id for one in cited}}
    for one in cited:
        if one.field is not None and one.field != ANY_SOURCE:
            found.setdefault(one.field, set()).add(one.source_id)
    return found


def _untrusted(name: str) -> errors.Fault:
    what, thai = (f"{name} rests", f"{name} อ้างอิง") if name else ("all of it rests", "ข้อมูลทั้งหมดอ้างอิง")
    message = Message(
        f"{what} on sources of reliability D alone; cite another, or record it as a claim",
        f"{thai}แหล่งข้อมูลระดับ D เท่านั้น ต้องอ้างอิงแหล่งอื่นด้วย หรือบันทึกเป็นคำกล่าวอ้าง (claim)",
    )
    return errors.Fault(code="untrusted_sources", message=message, pointer="/sources")
