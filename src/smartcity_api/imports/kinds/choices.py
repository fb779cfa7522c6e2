"""The codes that columns choose from, with their names in Thai and English and the spellings that are met."""

from collections.abc import Mapping, Sequence
from typing import Final

from smartcity_api.kit.language import Text

Choices = Mapping[str, tuple[Text, Sequence[str]]]
"""By code: its name, and further spellings."""

CITY_TYPES: Final[Choices] = {
    "livable": (Text("Livable City", "เมืองเดิมน่าอยู่"), ("liveable", "เมืองเดิม", "เมืองน่าอยู่")),
    "newable": (Text("Newable City", "เมืองใหม่ทันสมัย"), ("new city", "เมืองใหม่")),
}
DIMENSIONS: Final[Choices] = {
    "mobility": (
        Text("Smart Mobility", "การเดินทางและขนส่งอัจฉริยะ"),
        ("คมนาคมขนส่งอัจฉริยะ", "การเดินทางอัจฉริยะ", "ขนส่งอัจฉริยะ", "transport"),
    ),
    "energy_and_environment": (Text("Smart Energy and Environment", "พลังงานและสิ่งแวดล้อมอัจฉริยะ"), ()),
    "energy": (Text("Smart Energy", "พลังงานอัจฉริยะ"), ("พลังงาน",)),
    "environment": (Text("Smart Environment", "สิ่งแวดล้อมอัจฉริยะ"), ("สิ่งแวดล้อม",)),
    "economy": (Text("Smart Economy", "เศรษฐกิจอัจฉริยะ"), ("เศรษฐกิจ",)),
    "living": (Text("Smart Living", "การดำรงชีวิตอัจฉริยะ"), ("การดำรงชีวิต", "ความเป็นอยู่อัจฉริยะ")),
    "people": (Text("Smart People", "พลเมืองอัจฉริยะ"), ("พลเมือง", "ประชาชนอัจฉริยะ")),
    "governance": (
        Text("Smart Governance", "การบริหารภาครัฐอัจฉริยะ"),
        ("การบริหารจัดการอัจฉริยะ", "การบริหารภาครัฐ", "ภาครัฐอัจฉริยะ", "government"),
    ),
    "community": (Text("Smart Community", "ชุมชนอัจฉริยะ"), ("ชุมชน",)),
}
BOUNDARY_KINDS: Final[Choices] = {
    "surveyed": (Text("surveyed", "สำรวจ"), ("ขอบเขตสำรวจ", "รังวัด")),
    "administrative": (Text("administrative", "เขตการปกครอง"), ("ตามเขตการปกครอง", "ขอบเขตการปกครอง")),
    "representative_point": (Text("representative point", "จุดแทน"), ("จุดตัวแทน", "point")),
}
ORGANISATION_KINDS: Final[Choices] = {
    "ministry": (Text("ministry", "กระทรวง"), ()),
    "agency": (Text("agency", "หน่วยงาน"), ("หน่วยงานของรัฐ", "กรม", "department")),
    "local_government": (
        Text("local government", "องค์กรปกครองส่วนท้องถิ่น"),
        ("อปท", "เทศบาล", "ท้องถิ่น", "municipality", "local administrative organization"),
    ),
    "university": (Text("university", "มหาวิทยาลัย"), ("สถาบันอุดมศึกษา",)),
    "company": (Text("company", "บริษัท"), ("เอกชน", "ภาคเอกชน", "private")),
    "international": (Text("international organisation", "องค์กรระหว่างประเทศ"), ()),
}
LOCAL_GOVERNMENT_TYPES: Final[Choices] = {
    "city_municipality": (Text("city municipality", "เทศบาลนคร"), ("thesaban nakhon",)),
    "town_municipality": (Text("town municipality", "เทศบาลเมือง"), ("thesaban mueang",)),
    "subdistrict_municipality": (Text("subdistrict municipality", "เทศบาลตำบล"), ("thesaban tambon",)),
    "special": (Text("special", "รูปแบบพิเศษ"), ("องค์กรปกครองส่วนท้องถิ่นรูปแบบพิเศษ",)),
}
"""Those that are met; others may be told as JSON."""
MILESTONE_KINDS: Final[Choices] = {
    "plan": (Text("plan", "แผน"), ("จัดทำแผน",)),
    "report": (Text("report", "รายงาน"), ("รายงานผล",)),
    "delivery": (Text("delivery", "ส่งมอบ"), ("ส่งมอบงาน", "ผลผลิต")),
    "review": (Text("review", "ทบทวน"), ("ประเมินผล", "ติดตามประเมินผล")),
    "other": (Text("other", "อื่น ๆ"), ("อื่นๆ",)),
}


def names_of(choices: Choices) -> dict[str, tuple[str, ...]]:
    """The spellings by code."""
    return {code: (name.th, name.en, *further) for code, (name, further) in choices.items()}
