"""Columns that several kinds of import have: keys, titles, where an area lies, what a record rests on."""

from typing import Any, Final

from smartcity_api.imports.kinds import cells, numbers
from smartcity_api.imports.kinds.choices import BOUNDARY_KINDS
from smartcity_api.imports.kinds.columns import WRONG, Column, Here, Read
from smartcity_api.kit.language import Text

EXAMPLE: Final = "EXAMPLE-1"
"""The key of the row that templates show; it is never imported."""
RECORD: Final = frozenset(("created_at", "updated_at"))
"""What exports show of every record besides."""

_IN_THAI: Final = ("", "ภาษาไทย", "ไทย", "th", "thai")
_IN_ENGLISH: Final = ("ภาษาอังกฤษ", "อังกฤษ", "en", "eng", "english")

_TITLES: Final = (
    "title", "name", "project", "project name", "proposal", "milestone", "ชื่อ", "ชื่อโครงการ", "ชื่อข้อเสนอ",
    "ชื่อข้อเสนอโครงการ", "ชื่อเมือง", "ชื่อหมุดหมาย", "โครงการ", "หมุดหมาย",
)  # fmt: skip


def in_thai(*names: str) -> tuple[str, ...]:
    """How the Thai one of two texts is called."""
    return tuple(f"{name} {language}" for name in names for language in _IN_THAI)


def in_english(*names: str) -> tuple[str, ...]:
    """How the English one is called."""
    return tuple(f"{name} {language}" for name in names for language in _IN_ENGLISH)


def _sources(value: Any, here: Here) -> Any:
    found = cells.objects(value, here)
    known = here.index.sources
    if known is None or not isinstance(found, list):
        return found
    ids = [str(one["source_id"]) for one in found if isinstance(one, dict) and "source_id" in one]
    wrong = [one for one in ids if one.lower() not in known]
    for one in wrong:
        here.refuse("unknown_source", Text(f"there is no source {one}", f"ไม่มีแหล่งข้อมูล {one}"), one)
    return WRONG if wrong else found


KEYS: Final = (
    Column(
        name="source_system",
        title=Text("Source system", "ระบบต้นทาง"),
        about=Text(
            "The system that the row comes from; yours when it is left out", "ระบบที่เป็นที่มาของข้อมูล หากเว้นว่างคือระบบของท่าน"
        ),
        aliases=("system", "ระบบ", "ชื่อระบบต้นทาง", "แหล่งระบบ"),
        example="province-83",
        read=cells.text,
        role="key",
    ),
    Column(
        name="external_id",
        title=Text("Key in that system", "รหัสในระบบต้นทาง"),
        about=Text(
            "The row's key there; the same key again changes the same record",
            "รหัสของรายการในระบบต้นทาง ส่งรหัสเดิมซ้ำคือการแก้ไขรายการเดิม",
        ),
        aliases=("external key", "reference", "รหัสอ้างอิง", "รหัสโครงการ", "รหัสข้อเสนอ", "เลขที่อ้างอิง", "รหัสภายนอก"),
        example=EXAMPLE,
        read=cells.text,
        role="key",
    ),
)
IDENTITY: Final = (
    Column(
        name="id",
        title=Text("Id in the register", "รหัสในทะเบียน"),
        about=Text("Finds an existing record without that key", "ใช้ค้นรายการที่มีอยู่แล้วแทนรหัสต้นทาง"),
        aliases=("uuid",),
        read=cells.key,
        role="key",
    ),
    Column(
        name="version",
        title=Text("Version", "รุ่น"),
        about=Text(
            "The version that you changed; refused when somebody has changed it since",
            "รุ่นที่ท่านแก้ไข ระบบจะปฏิเสธหากมีผู้อื่นแก้ไขไปแล้ว",
        ),
        aliases=("record version", "เวอร์ชัน"),
        read=numbers.version,
        role="key",
    ),
)
SOURCES: Final = Column(
    name="sources",
    title=Text("Sources (JSON)", "แหล่งที่มา (JSON)"),
    about=Text(
        'What the record rests on, as JSON: [{"source_id": "...", "field": "title_th"}]',
        'แหล่งที่มาของข้อมูล ในรูป JSON: [{"source_id": "...", "field": "title_th"}]',
    ),
    aliases=("citations", "sources", "แหล่งอ้างอิง", "แหล่งข้อมูล", "เอกสารอ้างอิง"),
    read=_sources,
)
TITLES: Final = (
    Column(
        name="title_th",
        title=Text("Title in Thai", "ชื่อ (ภาษาไทย)"),
        about=Text("Title in Thai; this one or the English one is needed", "ชื่อภาษาไทย ต้องมีชื่อไทยหรืออังกฤษอย่างน้อยหนึ่งชื่อ"),
        aliases=(*in_thai(*_TITLES), "thai title", "ชื่อไทย"),
        example="ภูเก็ตเมืองอัจฉริยะ",
        read=cells.text,
    ),
    Column(
        name="title_en",
        title=Text("Title in English", "ชื่อ (ภาษาอังกฤษ)"),
        about=Text("Title in English", "ชื่อภาษาอังกฤษ"),
        aliases=(*in_english(*_TITLES), "english title", "ชื่ออังกฤษ"),
        example="Phuket Smart City",
        read=cells.text,
    ),
)
FOOTPRINT: Final = (
    Column(
        name="provinces",
        title=Text("Provinces", "จังหวัด"),
        about=Text(
            "By code or by Thai or English name; several are separated by ;",
            "รหัสหรือชื่อจังหวัดภาษาไทยหรืออังกฤษ หลายจังหวัดคั่นด้วย ;",
        ),
        aliases=("province", "province code", "รหัสจังหวัด", "ชื่อจังหวัด", "changwat"),
        example="ภูเก็ต",
        several=True,
        read=cells.several_of("province", Text("province", "จังหวัด")),
    ),
    Column(
        name="districts",
        title=Text("Districts", "อำเภอ/เขต"),
        about=Text(
            "By code or by name, if known; several are separated by ;", "รหัสหรือชื่ออำเภอหรือเขต หากทราบ หลายแห่งคั่นด้วย ;"
        ),
        aliases=("district", "district code", "อำเภอ", "เขต", "รหัสอำเภอ", "ชื่ออำเภอ", "amphoe"),
        example="เมืองภูเก็ต; กะทู้",
        several=True,
        read=cells.several_of("district", Text("district", "อำเภอหรือเขต")),
    ),
    Column(
        name="boundary_kind",
        title=Text("Kind of boundary", "ชนิดขอบเขต"),
        about=Text(
            "May be left out: surveyed when a boundary is given, representative_point when a point only is",
            "เว้นว่างได้: มีขอบเขตคือ surveyed มีเพียงจุดคือ representative_point",
        ),
        aliases=("boundary type", "ประเภทขอบเขต"),
        choices=BOUNDARY_KINDS,
        read=cells.one_of("boundary_kind", Text("kind of boundary", "ชนิดขอบเขต")),
    ),
)


def _geometry(name: str, title: Text, about: Text, aliases: tuple[str, ...], example: str, read: Read) -> Column:
    return Column(name=name, title=title, about=about, aliases=aliases, example=example, read=read, role="geometry")


GEOMETRY: Final = (
    _geometry(
        "longitude",
        Text("Longitude", "ลองจิจูด"),
        Text("Of a point in the area, in decimal degrees (WGS 84)", "ลองจิจูดของจุดในพื้นที่ เป็นองศาทศนิยม (WGS 84)"),
        ("lon", "lng", "long", "x", "ลองติจูด", "พิกัด x"),
        "98.3923",
        numbers.degrees,
    ),
    _geometry(
        "latitude",
        Text("Latitude", "ละติจูด"),
        Text("Of that point", "ละติจูดของจุดเดียวกัน"),
        ("lat", "y", "ละติจุด", "พิกัด y"),
        "7.8804",
        numbers.degrees,
    ),
    _geometry(
        "location",
        Text("Point (WKT)", "จุดที่ตั้ง (WKT)"),
        Text("Instead of these two: POINT(98.3923 7.8804)", "ใช้แทนสองช่องก่อนหน้า: POINT(98.3923 7.8804)"),
        ("point", "จุดที่ตั้ง", "ที่ตั้ง", "พิกัด", "coordinates"),
        "",
        cells.geometry,
    ),
    _geometry(
        "boundary",
        Text("Boundary (WKT)", "ขอบเขต (WKT)"),
        Text(
            "The surveyed boundary as POLYGON((...)) or MULTIPOLYGON, longitude first (WGS 84)",
            "ขอบเขตที่สำรวจในรูป POLYGON((...)) หรือ MULTIPOLYGON ลองจิจูดก่อนละติจูด (WGS 84)",
        ),
        ("geometry", "geom", "wkt", "polygon", "the_geom", "ขอบเขตพื้นที่"),
        "",
        cells.geometry,
    ),
)
