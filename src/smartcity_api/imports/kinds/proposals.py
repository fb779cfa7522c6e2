"""What a file of proposals may tell."""

from datetime import date
from typing import Any, Final

from smartcity_api.imports.kinds import cells, numbers
from smartcity_api.imports.kinds.choices import CITY_TYPES, DIMENSIONS
from smartcity_api.imports.kinds.columns import WRONG, Column, Here, Kind
from smartcity_api.imports.kinds.shared import FOOTPRINT, GEOMETRY, IDENTITY, KEYS, RECORD, SOURCES, TITLES
from smartcity_api.kit.language import Text
from smartcity_api.proposals.drafts import ProposalDraft

CRITERIA: Final = "criteria"
_CRITERION: Final = Text("criterion", "เกณฑ์")


def _call(value: Any, here: Here) -> Any:
    """A spreadsheet takes 1/2569 for the first of January of that year."""
    if isinstance(value, date) and value.day == 1:
        value = f"{value.month}/{value.year}"
    return cells.named("call", Text("call", "รอบการเปิดรับข้อเสนอ"), value, here)


def _criteria(value: Any, here: Here) -> Any:
    found = cells.mapping(value, here)
    if not isinstance(found, dict) or len(found) > cells.MOST:
        return found  # the draft says what it should have been
    codes = [cells.named("criterion", _CRITERION, code, here) for code in found]
    return WRONG if WRONG in codes else dict(zip(codes, found.values(), strict=True))


def criterion(code: str, title: str) -> Column:
    """The column of the text to one of the criteria."""
    return Column(
        name=f"{CRITERIA}.{code}",
        title=Text(title, title),
        about=Text(f"What the proposal says to the criterion {title}", f"คำอธิบายตามเกณฑ์ {title}"),
        read=cells.text,
    )


PROPOSALS: Final = Kind(
    name="proposals",
    title=Text("Proposals", "ข้อเสนอ"),
    draft=ProposalDraft,
    columns=(
        *KEYS,
        *TITLES,
        Column(
            name="proponent_id",
            title=Text("Proponent", "หน่วยงานผู้เสนอ"),
            about=Text(
                "The organisation by its id or its exact name; yours when it is left out",
                "รหัสหรือชื่อเต็มของหน่วยงาน หากเว้นว่างคือหน่วยงานของท่าน",
            ),
            aliases=("proponent", "applicant", "organisation", "ผู้เสนอ", "หน่วยงาน", "หน่วยงานที่เสนอ", "ผู้ยื่นข้อเสนอ"),
            example="เทศบาลนครภูเก็ต",
            read=cells.one_of("organisation", Text("organisation", "หน่วยงาน")),
        ),
        Column(
            name="call_id",
            title=Text("Call", "รอบการเปิดรับข้อเสนอ"),
            about=Text("Its id, or its number as 1/2569", "รหัสหรือเลขที่ของรอบ เช่น 1/2569"),
            aliases=("call", "call number", "round", "รอบ", "รอบที่", "รอบการเปิดรับ", "ครั้งที่"),
            example="1/2569",
            read=_call,
        ),
        *FOOTPRINT,
        Column(
            name="city_types",
            title=Text("City types", "ประเภทเมือง"),
            about=Text("livable, newable, or both separated by ;", "เมืองเดิมน่าอยู่ เมืองใหม่ทันสมัย หรือทั้งสองคั่นด้วย ;"),
            aliases=("city type", "type of city", "ประเภทเมืองอัจฉริยะ"),
            example="livable",
            choices=CITY_TYPES,
            several=True,
            read=cells.several_of("city_type", Text("city type", "ประเภทเมือง")),
        ),
        Column(
            name="dimensions",
            title=Text("Smart dimensions", "ด้านอัจฉริยะ"),
            about=Text(
                "By code or name, separated by ;; environment is compulsory", "รหัสหรือชื่อด้าน คั่นด้วย ; ต้องมีด้านสิ่งแวดล้อม"
            ),
            aliases=("dimension", "smart dimension", "smarts", "ด้าน", "มิติ", "ด้านเมืองอัจฉริยะ", "ด้านการพัฒนา"),
            example="environment; mobility",
            choices=DIMENSIONS,
            several=True,
            read=cells.several_of("dimension", Text("smart dimension", "ด้านอัจฉริยะ")),
        ),
        Column(
            name="budget_thb",
            title=Text("Budget (THB)", "งบประมาณ (บาท)"),
            about=Text("In baht, digits only, at most two decimals", "เป็นบาท ใช้ตัวเลขล้วน ทศนิยมไม่เกินสองตำแหน่ง"),
            aliases=("budget", "งบประมาณ", "งบประมาณรวม", "วงเงิน", "วงเงินงบประมาณ"),
            example="1250000.00",
            read=numbers.baht,
        ),
        Column(
            name="population",
            title=Text("Population", "ประชากร (คน)"),
            about=Text("People who live in the area", "จำนวนผู้อยู่อาศัยในพื้นที่"),
            aliases=("inhabitants", "ประชากร", "จำนวนประชากร", "ผู้อยู่อาศัย"),
            example="79308",
            read=numbers.whole,
        ),
        Column(
            name=CRITERIA,
            title=Text("Texts to the criteria (JSON)", "คำอธิบายตามเกณฑ์ (JSON)"),
            about=Text(
                'As JSON {"<code>": "<text>"}, or one column for each code of /v1/frameworks',
                'ในรูป JSON {"<รหัส>": "<ข้อความ>"} หรือหนึ่งคอลัมน์ต่อหนึ่งรหัสตาม /v1/frameworks',
            ),
            aliases=("เกณฑ์", "คำอธิบายตามเกณฑ์"),
            read=_criteria,
        ),
        Column(
            name="documents",
            title=Text("Documents (JSON)", "เอกสารแนบ (JSON)"),
            about=Text(
                'As JSON: [{"title": "...", "url": "https://..."}]',
                'ในรูป JSON: [{"title": "...", "url": "https://..."}]',
            ),
            aliases=("document", "เอกสาร", "เอกสารแนบ", "ไฟล์แนบ"),
            read=cells.objects,
        ),
        SOURCES,
        *GEOMETRY,
        *IDENTITY,
    ),
    read_only=RECORD
    | {"display_title", "stage", "events", "undocumented_stages", "certified_city_id", "reference_number"},
    required=("provinces",),
    named_by=("title_th", "title_en"),
    has_criteria=True,
)
