"""Judging the chain: pure, of entries and blocks as they were read; the hashes of blocks are computed here again."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from smartcity_api.kit.language import Text

BEGINNING = hashlib.sha256().digest()
"""What the first block has instead of the hash of a block before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the chain has to do with of an entry; `computed` is its hash as its content gives it."""

    number: int
    id: int
    hash: bytes
    computed: bytes
    resource: str
    subject_id: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it is recorded."""

    number: int
    first: int
    last: int
    entries: int
    previous: bytes
    hash: bytes
    sealed_at: datetime

    def computed(self, hashes: bytes) -> bytes:
        """Its hash as its content and its entries' hashes give it."""
        instant = self.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        numbers = json.dumps([self.number, self.first, self.last, self.entries, instant])
        return hashlib.sha256(self.previous + numbers.encode() + hashes).digest()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed, and where: `number` is an entry's, `block` a block's."""

    kind: str
    detail: Text
    number: int | None = None
    block: int | None = None
    resource: str | None = None
    id: str | None = None


def judged(before: Block | None, blocks: Sequence[Block], entries: Sequence[Entry]) -> Iterator[Fault]:
    """All that is wrong with these blocks, which follow `before`, and with the entries from the first one's on."""
    known = {entry.number: entry for entry in entries}
    for earlier, block in pairwise((before, *blocks)):
        assert block is not None
        yield from _links(earlier, block)
        yield from _contents(block, known)
    end = blocks[-1].last if blocks else 0
    for entry in entries:
        if entry.number > end:
            yield _of_entry("unsealed_entry", entry, "it has a number, but no block", "มีลำดับเลขแต่ไม่อยู่ในบล็อกใด")


def _links(before: Block | None, block: Block) -> Iterator[Fault]:
    number, end, head = (before.number, before.last, before.hash) if before else (0, 0, BEGINNING)
    if block.number != number + 1 or block.first != end + 1:
        yield _of_block("missing_block", block, f"block {number} comes before it", f"บล็อกก่อนหน้าคือ {number}")
    if block.previous != head:
        yield _of_block(
            "broken_chain",
            block,
            f"it was chained to another block {number} than the one that is here: one of the two was rewritten",
            f"ผูกกับบล็อก {number} อื่นที่ไม่ใช่บล็อกปัจจุบัน บล็อกใดบล็อกหนึ่งถูกเขียนใหม่",
        )


def _contents(block: Block, known: dict[int, Entry]) -> Iterator[Fault]:
    found = [known[number] for number in range(block.first, block.last + 1) if number in known]
    for entry in found:
        if entry.hash != entry.computed:
            yield _of_entry("altered_entry", entry, "its content is not what was sealed", "เนื้อหาไม่ตรงกับที่ผนึกไว้")
    for earlier, entry in pairwise(found):
        if entry.id <= earlier.id:
            yield _of_entry("wrong_order", entry, "it was written before the one before it", "ถูกบันทึกก่อนรายการก่อนหน้า")
    if len(found) < block.last - block.first + 1:
        for number in sorted(set(range(block.first, block.last + 1)) - known.keys()):
            words = Text(f"entry {number} is gone", f"รายการที่ {number} หายไป")
            yield Fault("missing_entry", words, number=number, block=block.number)
    elif block.entries != len(found) or block.computed(b"".join(entry.hash for entry in found)) != block.hash:
        yield _of_block("altered_block", block, "its hash is not that of its entries", "ค่าแฮชไม่ตรงกับรายการในบล็อก")


def _of_block(kind: str, block: Block, en: str, th: str) -> Fault:
    return Fault(kind, Text(en, th), number=block.first, block=block.number)


def _of_entry(kind: str, entry: Entry, en: str, th: str) -> Fault:
    return Fault(kind, Text(en, th), number=entry.number, resource=entry.resource, id=entry.subject_id)
