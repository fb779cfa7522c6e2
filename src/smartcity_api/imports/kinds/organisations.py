"""What a file of organisations may tell."""

from typing import Any, Final

from smartcity_api.imports.kinds import cells, days
from smartcity_api.imports.kinds.choices import LOCAL_GOVERNMENT_TYPES, ORGANISATION_KINDS
from smartcity_api.imports.kinds.columns import WRONG, Column, Here, Kind
from smartcity_api.imports.kinds.shared import IDENTITY, KEYS, RECORD, SOURCES, in_english, in_thai
from smartcity_api.kit.language import Text
from smartcity_api.organisations.drafts import OrganisationDraft

_TYPE: Final = Text("type of local government", "รูปแบบองค์กรปกครองส่วนท้องถิ่น")


def _types(value: Any, here: Here) -> Any:
    """Objects with the days of each, or the types alone."""
    found = cells.objects(value, here) if isinstance(value, str) and value.lstrip()[:1] in "[{" else value
    if found is WRONG or isinstance(found, list):
        return found
    names = cells.listed(found, here)
    if not isinstance(names, list):
        return names
    types = [cells.named("local_government_type", _TYPE, one, here) for one in names]
    return WRONG if WRONG in types else [{"type": one} for one in types]


ORGANISATIONS: Final = Kind(
    name="organisations",
    title=Text("Organisations", "หน่วยงาน"),
    draft=OrganisationDraft,
    columns=(
        *KEYS,
        Column(
            name="name_th",
            title=Text("Name in Thai", "ชื่อหน่วยงาน (ภาษาไทย)"),
            about=Text(
                "Official Thai name; this one or the English one is needed", "ชื่อทางการภาษาไทย ต้องมีชื่อไทยหรืออังกฤษ"
            ),
            aliases=(*in_thai("name", "ชื่อ", "ชื่อหน่วยงาน", "หน่วยงาน"), "thai name", "ชื่อไทย"),
            example="เทศบาลนครภูเก็ต",
            read=cells.text,
        ),
        Column(
            name="name_en",
            title=Text("Name in English", "ชื่อหน่วยงาน (ภาษาอังกฤษ)"),
            about=Text("English name that a source gives it", "ชื่อภาษาอังกฤษตามแหล่งที่มา"),
            aliases=(*in_english("name", "ชื่อ", "ชื่อหน่วยงาน", "หน่วยงาน"), "english name", "ชื่ออังกฤษ"),
            example="Phuket City Municipality",
            read=cells.text,
        ),
        Column(
            name="kind",
            title=Text("Kind", "ประเภทหน่วยงาน"),
            about=Text("What sort of organisation it is", "ประเภทของหน่วยงาน"),
            aliases=("type", "organisation type", "ประเภท"),
            example="local_government",
            choices=ORGANISATION_KINDS,
            read=cells.one_of("organisation_kind", Text("kind of organisation", "ประเภทหน่วยงาน")),
        ),
        Column(
            name="abbreviation",
            title=Text("Abbreviation", "ชื่อย่อ"),
            about=Text("What it is called for short", "ชื่อย่อของหน่วยงาน"),
            aliases=("short name", "อักษรย่อ", "คำย่อ"),
            read=cells.text,
        ),
        Column(
            name="local_government_types",
            title=Text("Type of local government", "รูปแบบ อปท."),
            about=Text(
                'A type, or with its days as JSON: [{"type": "city_municipality", "valid_from_on": "2004-02-13"}]',
                'รูปแบบ หรือพร้อมวันที่ในรูป JSON: [{"type": "city_municipality", "valid_from_on": "2004-02-13"}]',
            ),
            aliases=("local government type", "ประเภท อปท.", "รูปแบบองค์กรปกครองส่วนท้องถิ่น"),
            example="city_municipality",
            choices=LOCAL_GOVERNMENT_TYPES,
            several=True,
            read=_types,
        ),
        Column(
            name="province",
            title=Text("Province", "จังหวัด"),
            about=Text("By code or by Thai or English name", "รหัสหรือชื่อจังหวัดภาษาไทยหรืออังกฤษ"),
            aliases=("province code", "รหัสจังหวัด", "ชื่อจังหวัด", "changwat"),
            example="ภูเก็ต",
            read=cells.one_of("province", Text("province", "จังหวัด")),
        ),
        Column(
            name="parent_id",
            title=Text("Part of", "หน่วยงานต้นสังกัด"),
            about=Text("The organisation that it is part of, by its id or exact name", "รหัสหรือชื่อเต็มของหน่วยงานต้นสังกัด"),
            aliases=("parent organisation", "ต้นสังกัด", "สังกัด"),
            read=cells.one_of("organisation", Text("organisation", "หน่วยงาน")),
        ),
        Column(
            name="valid_from_on",
            title=Text("Exists from", "วันที่จัดตั้ง"),
            about=Text("First day of its existence", "วันแรกที่มีหน่วยงาน"),
            aliases=("valid from", "established", "จัดตั้งเมื่อ"),
            read=days.day,
        ),
        Column(
            name="valid_until_on",
            title=Text("Exists until", "วันที่ยุบเลิก"),
            about=Text("Last day of its existence", "วันสุดท้ายที่มีหน่วยงาน"),
            aliases=("valid until", "ยุบเลิกเมื่อ"),
            read=days.day,
        ),
        Column(
            name="variants",
            title=Text("Other names (JSON)", "ชื่ออื่น (JSON)"),
            about=Text(
                'As JSON: [{"text": "...", "language": "th", "source_id": "..."}]',
                'ในรูป JSON: [{"text": "...", "language": "th", "source_id": "..."}]',
            ),
            aliases=("other names", "ชื่ออื่น"),
            read=cells.objects,
        ),
        SOURCES,
        *IDENTITY,
    ),
    read_only=RECORD | {"display_name", "parent"},
    required=("kind",),
    named_by=("name_th", "name_en"),
)
