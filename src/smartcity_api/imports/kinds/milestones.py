"""What a file of milestones may tell."""

import re
from typing import Any, Final

from pydantic_core import PydanticCustomError

from smartcity_api.imports.kinds import cells, days
from smartcity_api.imports.kinds.choices import MILESTONE_KINDS
from smartcity_api.imports.kinds.columns import Column, Here, Kind
from smartcity_api.imports.kinds.shared import IDENTITY, KEYS, RECORD, SOURCES, TITLES
from smartcity_api.kit import parsers
from smartcity_api.kit.language import Text
from smartcity_api.milestones.drafts import MilestoneDraft

_ADDRESS: Final = re.compile(r"https?://[^/]+/v1/")


def _subject(value: Any, here: Here) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("{"):
        return cells.parsed(text, here)
    try:
        found = parsers.reference(_ADDRESS.sub("", text, count=1))
    except PydanticCustomError as refused:
        told = refused.context or {}
        return here.refuse(told["code"], Text(told["en"], told["th"]), value)
    return {"type": found.resource, "id": parsers.as_kept(found.key)}


MILESTONES: Final = Kind(
    name="milestones",
    title=Text("Milestones", "หมุดหมาย"),
    draft=MilestoneDraft,
    columns=(
        *KEYS,
        *TITLES,
        Column(
            name="subject",
            title=Text("Subject", "รายการที่เป็นเจ้าของหมุดหมาย"),
            about=Text(
                "The record that it is a milestone of, as proposals/<id>", "รายการที่หมุดหมายนี้เป็นของ เช่น proposals/<รหัส>"
            ),
            aliases=("record", "ของรายการ", "ข้อเสนอ", "รายการ", "หมุดหมายของ"),
            example="proposals/0190b6a2-0000-7000-8000-000000000000",
            read=_subject,
        ),
        Column(
            name="kind",
            title=Text("Kind", "ประเภทหมุดหมาย"),
            about=Text("plan, report, delivery, review or other", "แผน รายงาน ส่งมอบ ทบทวน หรืออื่น ๆ"),
            aliases=("type", "ประเภท", "ชนิด"),
            example="delivery",
            choices=MILESTONE_KINDS,
            read=cells.one_of("milestone_kind", Text("kind of milestone", "ประเภทหมุดหมาย")),
        ),
        Column(
            name="set_on",
            title=Text("Set on", "วันที่กำหนดหมุดหมาย"),
            about=Text(
                "The day on which it was set: 2021-11-05, 2021-11 or 2021", "วันที่กำหนด เช่น 2021-11-05, 2021-11 หรือ 2021"
            ),
            aliases=("set date", "วันที่กำหนด", "วันที่ตั้ง"),
            example="2021-11-05",
            read=days.day,
        ),
        Column(
            name="due_on",
            title=Text("Due on", "กำหนดเสร็จ"),
            about=Text("The day on which it is due", "วันที่ครบกำหนด"),
            aliases=("due", "due date", "deadline", "วันครบกำหนด", "ครบกำหนด", "วันที่แล้วเสร็จ", "กำหนดแล้วเสร็จ", "กำหนดส่ง"),
            example="2026-12-31",
            read=days.day,
        ),
        Column(
            name="horizon",
            title=Text("Horizon", "ระยะเวลา"),
            about=Text("How far ahead it was set: P30D, P6M or P5Y", "ระยะเวลาตั้งแต่กำหนด เช่น P30D, P6M หรือ P5Y"),
            aliases=("duration", "ระยะเวลาดำเนินการ"),
            read=cells.text,
        ),
        Column(
            name="resolution_id",
            title=Text("Resolution", "มติ"),
            about=Text("The id of the resolution that set it", "รหัสของมติที่กำหนดหมุดหมาย"),
            aliases=("resolution id", "รหัสมติ"),
            read=cells.text,
        ),
        Column(
            name="depends_on",
            title=Text("Depends on", "ขึ้นกับหมุดหมาย"),
            about=Text("Ids of milestones that come before it, separated by ;", "รหัสของหมุดหมายที่ต้องเสร็จก่อน คั่นด้วย ;"),
            aliases=("predecessors", "หมุดหมายก่อนหน้า"),
            several=True,
            read=cells.listed,
        ),
        SOURCES,
        *IDENTITY,
    ),
    read_only=RECORD
    | {"display_title", "resolution", "met_on", "status", "overdue", "days_left", "progress", "evidence", "versions"},
    required=("subject", "kind"),
    named_by=("title_th", "title_en"),
)
