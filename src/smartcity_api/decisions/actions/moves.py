"""Which event a decision opens; whether it may, the database judges, and what it says is told in both languages."""

import re
from collections.abc import Sequence

from smartcity_api.decisions.queries import CITIES, standing
from smartcity_api.history import lifecycle
from smartcity_api.history.actions import Step, Subject
from smartcity_api.kit.language import Text

NEEDS_REASON = ("return", "reject", "suspend", "revoke")
"""What is never decided without saying why."""

_OF_CITIES = ("renew", "suspend", "reinstate", "revoke")
_OF_PROPOSALS = ("approve_in_principle", "return", "reject", "grant")
_CABINETS = ("acknowledge", "consider")
"""Of a city only the Cabinet's: others take note of it without anything happening to it."""


class Refused(Exception):
    """The decision leads nowhere from where the subject stands."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def stage_after(subject: Subject, action: str, steps: Sequence[Step], *, by_cabinet: bool) -> str | None:
    """The stage or city event that the action opens behind these events; None where it moves nothing."""
    wrong = _OF_PROPOSALS if subject.type == CITIES else _OF_CITIES
    stands = standing(subject, steps)
    if action in wrong or (subject.type == CITIES and action in _CABINETS and not by_cabinet):
        if action not in wrong:
            return None
        raise Refused(_nowhere(action, stands))
    moves = [
        move for move in lifecycle.MOVES if (move.subject, move.kind, move.action) == (subject.type, "decision", action)
    ]
    moves = [move for move in moves if not move.register_only]
    if not moves:
        return None
    found = next((move.to for move in moves if move.from_ in (stands, lifecycle.ANY)), None)
    if found is None:
        raise Refused(_nowhere(action, stands))
    return found


def _nowhere(action: str, stands: str | None) -> Text:
    return Text(
        f"{action} leads nowhere from {stands or 'the beginning'}",
        f"จากสถานะ {stands or 'เริ่มต้น'} ดำเนินการ {action} ไม่ได้",
    )


def in_both_languages(told: str) -> Text:
    """What the judge of events says, without naming the subject again."""
    said = re.sub(r"^[a-z-]+/[0-9a-f-]{36}(?: event \d+ \([a-z_]+\))?: ", "", told)
    for pattern, thai in _SAYINGS:
        found = re.match(pattern, said)
        if found:
            return Text(said, found.expand(thai))
    return Text(said, f"ขัดกับกฎของประวัติ: {said}")


_SAYINGS: tuple[tuple[str, str], ...] = (
    ("the day lies in the future", "เป็นวันในอนาคต"),
    (r"it is earlier than an event before it, of (\S+?):", r"มาก่อนเหตุการณ์ก่อนหน้าเมื่อ \1"),
    (r"the city was certified on (\S+), not before", r"เมืองนี้ได้รับการรับรองเมื่อ \1 ไม่ใช่ก่อนหน้านั้น"),
    (r"the same \w+ opens event (\d+) already", r"มติเดียวกันเปิดเหตุการณ์ที่ \1 ไปแล้ว"),
    ("no procedure was in force on that day", "ไม่มีกระบวนการที่ใช้บังคับในวันนั้น"),
    ("its day must be known", "ต้องทราบวันที่"),
    ("its resolution is not published", "มติยังไม่เผยแพร่"),
    (r"a decision takes effect on the day of its resolution, (.*)", r"มติมีผลในวันที่มีมติ คือ \1"),
    ("the body did not exist on that day", "คณะกรรมการนี้ยังไม่มีหรือสิ้นสุดแล้วในวันนั้น"),
    (r"an act takes effect on the day it was recorded, (\S+); ", r"มีผลในวันที่บันทึก คือ \1 หากเป็นวันก่อนหน้าต้องระบุเหตุผล"),
    (
        r"under the procedure of (.+?) no (\w+)'s (\w+) leads there from (.+)",
        r"ตามกระบวนการ \1 \3 โดย \2 จากสถานะ \4 ทำไม่ได้",
    ),
    (r"under the procedure of (.+?) no (\w+) leads there from (.+)", r"ตามกระบวนการ \1 \2 จากสถานะ \3 ทำไม่ได้"),
    (r"its proposal must be certified; it is (\w+)", r"ข้อเสนอของเมืองต้องเป็น certified แต่ขณะนี้เป็น \1"),
    ("certified, but no city came into being", "ได้รับการรับรองแล้วแต่ยังไม่มีเมือง"),
)
