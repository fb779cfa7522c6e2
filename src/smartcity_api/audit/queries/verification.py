"""Verifying a part of the trail: its entries, their blocks, and the rows that they are the last to tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
    text,
)

from smartcity_api.audit.models import AuditBlock, AuditedTable, AuditEntry
from smartcity_api.audit.queries import rows
from smartcity_api.audit.queries.chain import Block, Entry, Fault, judged
from smartcity_api.kit import language
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.models import Base
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import constant

MOST = 10_000
"""Entries that are verified at once at most."""

_ONE_ZONE = (text("SET LOCAL timezone TO 'UTC'"), text("SET LOCAL extra_float_digits TO 1"))
"""How instants and numbers are written in entries, whatever the session's settings are."""

_ENTRY = AuditEntry.__table__.c
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong there."""

    first: int
    last: int
    checked: int
    head: Block | None
    faults: Sequence[Fault]


async def head(snapshot: Snapshot) -> Block | None:
    """The last block of the chain."""
    found = await snapshot.kept("head of audit", _head, {})
    return Block(*found[0]) if found else None


async def verify(snapshot: Snapshot, first: int | None, last: int | None, expected: bytes | None) -> Verified:
    """Verify the entries from the first number to the last, rounded to whole blocks: the newest when not given."""
    for setting in _ONE_ZONE:
        await snapshot.execute(setting)
    newest = await head(snapshot)
    end = newest.last if newest else 0
    if first is None:
        first = max(1, (end if last is None else min(last, end)) - MOST + 1)
    last = min(end, first + MOST - 1 if last is None else last)
    blocks = [Block(*row) for row in await snapshot.kept("audit blocks", _blocks, {"first": first, "last": last})]
    before = blocks.pop(0) if blocks and blocks[0].last < first else None
    is_end = last >= end
    span = {"first": blocks[0].first if blocks else first, "last": blocks[-1].last if blocks else last}
    reach = span if not is_end else {**span, "last": span["last"] + MOST}  # what has a number and no block
    entries = [_entry(row) for row in await snapshot.kept("audit entries", _entries, reach)]
    faults = list(judged(before, blocks, entries))
    begins = before.sealed_at if before else _EARLIEST
    ends = _LATEST if is_end or not blocks else blocks[-1].sealed_at
    faults += await _rows(snapshot, {**span, "unsealed": is_end, "begins": begins, "ends": ends})
    if expected is not None and not await snapshot.kept("audit block by hash", _by_hash, {"hash": expected}):
        words = language.Text(
            "no block has this hash: the chain was rewritten since it was published",
            "ไม่มีบล็อกที่มีค่าแฮชนี้ ห่วงโซ่ถูกเขียนใหม่หลังจากที่เผยแพร่",
        )
        faults.append(Fault("head_not_found", words))
    return Verified(span["first"], span["last"], len(entries), newest, faults)


def _block_columns() -> Select[*tuple[Any, ...]]:
    block = AuditBlock.__table__.c
    return select(block.number, block.first, block.last, block.entries, block.previous, block.hash, block.sealed_at)


def _head() -> Select[*tuple[Any, ...]]:
    return _block_columns().order_by(AuditBlock.number.desc()).limit(constant(1))


def _by_hash() -> Select[*tuple[Any, ...]]:
    return _block_columns().where(AuditBlock.hash == bindparam("hash", type_=LargeBinary))


def _blocks() -> Select[*tuple[Any, ...]]:
    """Those that hold these entries, and the one before them."""
    first, last = (bindparam(name, type_=BigInteger) for name in ("first", "last"))
    begins = select(func.max(AuditBlock.number)).where(AuditBlock.first <= first).scalar_subquery()
    return (
        _block_columns()
        .where(AuditBlock.number >= func.coalesce(begins, constant(1)) - constant(1), AuditBlock.first <= last)
        .order_by(AuditBlock.number)
    )


def _entries() -> Select[*tuple[Any, ...]]:
    """Entries with their hashes as recorded and as computed anew; of hidden records only whose kind they are."""
    key = case((and_(_ENTRY.served, _ENTRY.public_after), _ENTRY.subject_id), else_=cast(null(), Text))
    computed = func.smartcity_entry_hash(_ENTRY.number, text("audit_entry"), type_=LargeBinary)
    return (
        select(
            _ENTRY.number,
            _ENTRY.id,
            _ENTRY.hash,
            computed,
            _ENTRY.resource,
            _ENTRY.subject_id if sight().kind == "all" else key,
        )
        .where(_ENTRY.number.between(bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)))
        .order_by(_ENTRY.number)
        .limit(constant(2 * MOST))
    )


def _entry(row: Sequence[Any]) -> Entry:
    number, id, recorded, computed, resource, subject_id = row
    return Entry(number, id, recorded or b"", computed, resource.decode(), subject_id and subject_id.decode())


async def _rows(snapshot: Snapshot, span: dict[str, Any]) -> list[Fault]:
    """What is wrong with the rows of every table that the trail tells of."""
    faults: list[Fault] = []
    audited = select(AuditedTable.name, AuditedTable.resource, AuditedTable.parts, AuditedTable.hidden)
    for name, resource, parts, hidden in await snapshot.kept("audited tables", lambda: audited, {}):
        table = Base.metadata.tables[name.decode()]
        faults += await _of_table(
            snapshot, table, resource.decode(), tuple(_decoded(parts)), {**span, "hidden": _decoded(hidden)}
        )
    return faults


async def _of_table(
    snapshot: Snapshot, table: Table, resource: str, parts: tuple[str, ...], values: dict[str, Any]
) -> list[Fault]:
    differing = await snapshot.kept(("audited rows", resource), lambda: rows.compared(table, resource, parts), values)
    faults = [_row_fault(row, resource) for row in differing]
    if rows.in_time(table) or values["unsealed"]:
        found = await snapshot.kept(("untold rows", resource), lambda: rows.untold(table, resource, parts), values)
        blank = Fault("row_without_entry", _WORDS["row_without_entry"], resource=resource)
        faults += [replace(blank, id=key and key.decode()) for (key,) in found]
    return faults


_WORDS = {
    "row_gone": language.Text("the row is gone, and no entry tells of it", "แถวข้อมูลหายไปโดยไม่มีบันทึก"),
    "row_without_entry": language.Text("the row is here, and no entry tells of it", "มีแถวข้อมูลที่ไม่มีบันทึก"),
    "row_altered": language.Text("the row is not what its last entry says", "แถวข้อมูลไม่ตรงกับบันทึกล่าสุด"),
}


def _row_fault(row: Sequence[Any], resource: str) -> Fault:
    number, kind, key, fields = row
    words, named = _WORDS[kind.decode()], (fields or b"").decode()
    if named:
        words = language.Text(f"{words.en}: {named}", f"{words.th}: {named}")
    return Fault(kind.decode(), words, number=number, resource=resource, id=key and key.decode())


def _decoded(texts: Sequence[str | bytes]) -> list[str]:
    return [one.decode() if isinstance(one, bytes) else one for one in texts]
