"""One realistic record of every resource that is kept over HTTP, a change of it, and what is wrong with others."""

from typing import Any

from smartcity_api.kit.ids import register_id


def key(resource: str, slug: str) -> str:
    return str(register_id(resource, slug))


SOURCE = key("sources", "doc-001")
DEPA, MDES = key("organisations", "depa"), key("organisations", "mdes")
PLAN = key("plans", "phase-plan-2562-03")
SQUARE = [[[98.3, 7.8], [98.4, 7.8], [98.4, 7.9], [98.3, 7.9], [98.3, 7.8]]]
SWAPPED = [[[7.8, 98.3], [7.8, 98.4], [7.9, 98.4], [7.9, 98.3], [7.8, 98.3]]]
CROSSED = [[[98.3, 7.8], [98.4, 7.9], [98.4, 7.8], [98.3, 7.9], [98.3, 7.8]]]
CITED = [{"source_id": SOURCE, "field": "title_th", "quote": "คำพูด", "locator": "หน้า 3"}]
TITLES = {"title_th": "ชื่อทดสอบ", "title_en": "A title for a test"}
NAMES = {
    "name_th": "พื้นที่ทดสอบ",
    "name_en": "Test area",
    "variants": [{"text": "Area of a test", "language": "en", "source_id": SOURCE}],
}

RECORDS: dict[str, dict[str, Any]] = {
    "sources": {
        "slug": "gazette-140-205",
        "title": "ประกาศคณะกรรมการขับเคลื่อนการพัฒนาเมืองอัจฉริยะ",
        "publisher": "ราชกิจจานุเบกษา",
        "dated_on": "2023-08-31",
        "url": "https://register.example/140-205",
        "reference": "เล่ม 140 ตอนพิเศษ 205 ง",
        "reliability": "A",
        "licence": "public domain",
        "attribution": "Royal Gazette",
        "sources": [],
    },
    "claims": {
        "source_id": SOURCE,
        "metric": "areas",
        "of": "certified-cities",
        "comparator": ">=",
        "value": 36,
        "unit": "areas",
        "as_of": "2023-08",
        "stage": "granted",
        "reached": None,
        "city_type": "livable",
        "subject": {"type": "provinces", "id": "83"},
        "quote": "36 พื้นที่\nใน 25 จังหวัด",
        "note": "Counted by the source.",
        "sources": [{"source_id": SOURCE, "locator": "p. 1"}],
    },
    "frameworks": {
        **TITLES,
        "kind": "dimensions",
        "label": "v9",
        "items": [
            {"code": "environment", "name_th": "สิ่งแวดล้อมอัจฉริยะ", "name_en": "Smart Environment", "compulsory": True},
            {"name_en": "Years", "text": "How long it holds", "value": 2.5, "unit": "years"},
        ],
        "note": "For a test.",
        "resolution_id": key("resolutions", "steering-committee-2560-2-2561"),
        "plan_id": PLAN,
        "valid_from_on": "2026-01",
        "valid_until_on": "2026-12-31",
        "sources": CITED,
    },
    "plans": {
        **TITLES,
        "kind": "action_plan",
        "status": "approved",
        "decided_on": "2024-02-29",
        "starts_on": "2024",
        "ends_on": "2027",
        "renamed_from": "แผนเดิม",
        "resolution_id": key("resolutions", "steering-committee-2560-2-2561"),
        "supersedes_id": PLAN,
        "sources": CITED,
    },
    "targets": {
        **TITLES,
        "plan_id": PLAN,
        "position": 3,
        "stated_on": "2024-02",
        "metric": "areas",
        "comparator": ">=",
        "value": 105,
        "unit": "areas",
        "starts_on": "2024",
        "deadline_on": "2027-12-31",
        "within": "P5Y",
        "subject": {"type": "plans", "id": PLAN},
        "sources": CITED,
    },
    "activities": {
        **TITLES,
        "kind": "course",
        "position": 2,
        "description": "A course of two days.",
        "subject": {"type": "organisations", "id": DEPA},
        "starts_on": "2024-05-01",
        "ends_on": "2024-05-02",
        "provinces": ["83", "10"],
        "organisations": [MDES, DEPA],
        "figures": [{"metric": "people_trained", "comparator": "~", "value": 150, "unit": "people"}],
        "sources": CITED,
    },
    "calls": {
        **TITLES,
        "name": "7/2569",
        "opens_on": "2026-02-01",
        "closes_on": "2026-04-30",
        "sources": CITED,
    },
    "pilot-areas": {
        **NAMES,
        "position": 11,
        "selected_on": "2024-01",
        "ended_on": "2025",
        "lead_agency_id": DEPA,
        "project_management_committee_id": key("bodies", "cabinet"),
        "provinces": ["83"],
        "districts": ["8301"],
        "boundary_kind": "surveyed",
        "boundary": {"type": "Polygon", "coordinates": SQUARE},
        "location": {"type": "Point", "coordinates": [98.35, 7.85]},
        "sources": [{"source_id": SOURCE, "field": "boundary"}],
    },
    "promotion-zones": {
        **NAMES,
        "city_types": ["livable"],
        "dimensions": ["environment", "mobility"],
        "operator_id": MDES,
        "announced_on": "2024-03-15",
        "announced_by_id": DEPA,
        "certificate_on": "2024-06",
        "ended_on": "2025-01-31",
        "end_reason": "ถอนตัว",
        "provinces": ["83"],
        "districts": [],
        "boundary_kind": "representative_point",
        "location": {"type": "Point", "coordinates": [98.39, 7.89]},
        "sources": [{"source_id": SOURCE}],
    },
}
"""By resource, a record with every field."""

CHANGES: dict[str, dict[str, Any]] = {
    "sources": {"reliability": "B", "licence": None},
    "claims": {"value": [{"type": "provinces", "id": "83"}, 7, "ภูเก็ต"], "subject": None, "comparator": "="},
    "frameworks": {"label": "v10", "items": [{"name_th": "หนึ่ง"}], "resolution_id": None},
    "plans": {"status": "announced", "supersedes_id": None, "ends_on": "2028-06"},
    "targets": {"value": 0.125, "within": None, "subject": {"type": "provinces", "id": "10"}},
    "activities": {"organisations": [DEPA], "figures": [], "provinces": ["20"]},
    "calls": {"closes_on": "2026-05", "name": None},
    "pilot-areas": {"boundary_kind": "administrative", "ended_on": None, "variants": []},
    "promotion-zones": {"ended_on": None, "end_reason": None, "dimensions": [], "certificate_on": None},
}
"""By resource, a merge patch."""

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("sources", {"slug": "gazette-other"}, "/slug"),
    ("sources", {"reliability": "E"}, "/reliability"),
    ("sources", {"dated_on": "2566-08-31"}, "/dated_on"),
    ("sources", {"url": "ftp://register.example"}, "/url"),
    ("sources", {"url": None, "reference": None}, ""),
    ("claims", {"value": True}, "/value"),
    ("claims", {"value": []}, "/value"),
    ("claims", {"value": [{"type": "provinces"}]}, "/value/0/id"),
    ("claims", {"value": [{"type": "provinces", "id": "99"}]}, "/value"),
    ("claims", {"subject": {"type": "planets", "id": "3"}}, "/subject/type"),
    ("claims", {"subject": {"type": "sources", "id": "99"}}, "/subject"),
    ("claims", {"source_id": MDES}, "/source_id"),
    ("claims", {"as_of": "2566"}, "/as_of"),
    ("claims", {"metric": "Two words"}, "/metric"),
    ("frameworks", {"items": [{"colour": "red"}]}, "/items/0/colour"),
    ("frameworks", {"items": [{"code": "a", "compulsory": "yes"}]}, "/items/0/compulsory"),
    ("frameworks", {"valid_until_on": "2025"}, "/valid_until_on"),
    ("frameworks", {"plan_id": MDES}, "/plan_id"),
    ("frameworks", {"kind": None}, "/kind"),
    ("plans", {"decided_on": "2567"}, "/decided_on"),
    ("plans", {"ends_on": "2023-12"}, "/ends_on"),
    ("plans", {"sources": [{"source_id": SOURCE, "field": "colour"}]}, "/sources/0/field"),
    ("targets", {"value": "many"}, "/value"),
    ("targets", {"value": True}, "/value"),
    ("targets", {"position": 0}, "/position"),
    ("targets", {"within": "5 years"}, "/within"),
    ("activities", {"organisations": [key("plans", "x")]}, "/organisations"),
    ("activities", {"organisations": [DEPA, DEPA]}, "/organisations"),
    ("activities", {"provinces": ["99"]}, "/provinces"),
    ("activities", {"figures": [{"metric": "people", "value": "150"}]}, "/figures/0/value"),
    ("calls", {"closes_on": "2026-01-31"}, "/closes_on"),
    ("calls", {"opens_on": "2569-02-01"}, "/opens_on"),
    ("calls", {"name": "first"}, "/name"),
    ("pilot-areas", {"provinces": []}, "/provinces"),
    ("pilot-areas", {"districts": ["1001"]}, "/districts"),
    ("pilot-areas", {"location": {"type": "Point", "coordinates": [7.85, 98.35]}}, "/location/coordinates"),
    ("pilot-areas", {"boundary": {"type": "Polygon", "coordinates": SWAPPED}}, "/boundary"),
    ("pilot-areas", {"boundary": {"type": "Polygon", "coordinates": CROSSED}}, "/boundary"),
    ("pilot-areas", {"boundary": {"type": "Circle", "coordinates": []}}, "/boundary"),
    ("pilot-areas", {"ended_on": "2023"}, "/ended_on"),
    ("promotion-zones", {"location": {"type": "Point", "coordinates": [2.35, 48.85]}}, "/location/coordinates"),
    ("promotion-zones", {"end_reason": None}, ""),
    ("promotion-zones", {"city_types": ["livable", "livable"]}, "/city_types"),
    ("promotion-zones", {"announced_on": "2567-03-15"}, "/announced_on"),
    ("promotion-zones", {"stage": "draft"}, "/stage"),
]
"""A resource, a change of its record, and where that is refused."""
