"""What each collection can be filtered by: its properties under the names that answers have, with their SQL."""

from collections.abc import Mapping
from typing import Any, get_args

from sqlalchemy import Date, Numeric, Text, cast, func
from sqlalchemy.orm import InstrumentedAttribute

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES as CITIES
from smartcity_api.certified_cities.queries import STATUS, STATUS_ON_DAY
from smartcity_api.certified_cities.schemas import Status
from smartcity_api.history.lifecycle import STAGES
from smartcity_api.history.queries import asked_day, stage_on
from smartcity_api.kit import language
from smartcity_api.kit.areas import CityType, Dimension
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.models import Record
from smartcity_api.milestones import queries as milestones
from smartcity_api.milestones.models import KINDS, STATUSES, Milestone
from smartcity_api.ogc.places import PLACED_MILESTONES
from smartcity_api.ogc.queryables import Queryable
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.pilot_areas.queries import PILOT_AREAS as PILOTS
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES as ZONES
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS as SUBMITTED
from smartcity_api.provinces.models import BOUNDARY_KINDS, REGION_SCHEMES, District, Footprint, Province
from smartcity_api.provinces.queries import DISTRICTS as DISTRICT_LAYER
from smartcity_api.provinces.queries import PROVINCES as PROVINCE_LAYER

Found = dict[str, Queryable]


def _text(column: Column, en: str, th: str, *values: str) -> Queryable:
    return Queryable(kind="string", column=column, title=language.Text(en, th), values=values)


def _key(column: InstrumentedAttribute[Any], en: str, th: str) -> Queryable:
    """An id, as it is written."""
    return Queryable(
        kind="string", column=cast(column, Text), title=language.Text(en, th), identifier=column.expression
    )


def _day(column: Column, en: str, th: str) -> Queryable:
    """A day that may be partial, by its last."""
    return Queryable(kind="date", column=func.smartcity_last_day(column, type_=Date), title=language.Text(en, th))


def _whole(column: Column, en: str, th: str) -> Queryable:
    return Queryable(kind="integer", column=column, title=language.Text(en, th))


def _number(column: Column, en: str, th: str) -> Queryable:
    return Queryable(kind="number", column=cast(column, Numeric), title=language.Text(en, th))


def _texts(column: Column, en: str, th: str, *values: str) -> Queryable:
    return Queryable(kind="strings", column=column, title=language.Text(en, th), values=values)


def _record(table: type[Record], layer: Layer) -> Found:
    """What every record has, and where it is."""
    told = {
        "created_at": (table.created_at, language.Text("Recorded at", "บันทึกเมื่อ")),
        "updated_at": (table.updated_at, language.Text("Changed at", "แก้ไขเมื่อ")),
    }
    where = Queryable(kind="geometry", column=layer.outline, title=language.Text("Geometry", "เรขาคณิต"))
    return {
        "id": _key(table.id, "Id", "รหัสระเบียน"),
        **{name: Queryable(kind="instant", column=column, title=title) for name, (column, title) in told.items()},
        "version": _whole(table.version, "Version", "รุ่น"),
        "geometry": where,
    }


def _unit(table: type[Province] | type[District]) -> Found:
    return {
        "code": _text(table.code, "Code", "รหัส"),
        "name_th": _text(table.name_th, "Thai name", "ชื่อไทย"),
        "name_en": _text(table.name_en, "English name", "ชื่ออังกฤษ"),
        "aliases": _texts(table.aliases, "Other spellings", "ชื่ออื่น"),
        "area_km2": _number(table.area_km2, "Area in km²", "พื้นที่ (ตร.กม.)"),
    }


def _named(table: Any) -> Found:
    return {
        "display_name": _text(table.display_name, "Name", "ชื่อ"),
        "name_th": _text(table.name_th, "Thai name", "ชื่อไทย"),
        "name_en": _text(table.name_en, "English name", "ชื่ออังกฤษ"),
    }


def _titled(table: Any) -> Found:
    return {
        "display_title": _text(table.display_title, "Title", "ชื่อเรื่อง"),
        "title_th": _text(table.title_th, "Thai title", "ชื่อเรื่องภาษาไทย"),
        "title_en": _text(table.title_en, "English title", "ชื่อเรื่องภาษาอังกฤษ"),
    }


def _keyed(table: Any) -> Found:
    return {
        "source_system": _text(table.source_system, "System it came from", "ระบบต้นทาง"),
        "external_id": _text(table.external_id, "Key in that system", "รหัสในระบบต้นทาง"),
    }


def _footprint(table: type[Footprint]) -> Found:
    return {
        "provinces": _texts(table.provinces, "Provinces", "จังหวัด"),
        "districts": _texts(table.districts, "Districts", "อำเภอ"),
        "boundary_kind": _text(table.boundary_kind, "Kind of boundary", "ชนิดของขอบเขต", *BOUNDARY_KINDS),
    }


def _kinds(table: type[PromotionZone] | type[Proposal]) -> Found:
    return {
        "city_types": _texts(table.city_types, "City types", "ประเภทเมือง", *get_args(CityType)),
        "dimensions": _texts(table.dimensions, "Smart dimensions", "ด้านอัจฉริยะ", *get_args(Dimension)),
    }


PROVINCES: Mapping[str, Queryable] = {
    **_unit(Province),
    "iso_3166_2": _text(Province.iso_3166_2, "ISO 3166-2 code", "รหัส ISO 3166-2"),
    **{
        f"region_{scheme}": _text(getattr(Province, f"region_{scheme}"), f"Region ({scheme})", f"ภาค ({scheme})")
        for scheme in REGION_SCHEMES
    },
    **_record(Province, PROVINCE_LAYER),
}
DISTRICTS: Mapping[str, Queryable] = {
    **_unit(District),
    "province": _text(District.province_code, "Province", "จังหวัด"),
    **_record(District, DISTRICT_LAYER),
}
PILOT_AREAS: Mapping[str, Queryable] = {
    **_named(PilotArea),
    **_footprint(PilotArea),
    "position": _whole(PilotArea.position, "Place in the list", "ลำดับ"),
    "selected_on": _day(PilotArea.selected_on, "Chosen on", "วันที่คัดเลือก"),
    "ended_on": _day(PilotArea.ended_on, "Ended on", "วันที่สิ้นสุด"),
    "lead_agency_id": _key(PilotArea.lead_agency_id, "Lead agency", "หน่วยงานหลัก"),
    **_record(PilotArea, PILOTS),
}
PROMOTION_ZONES: Mapping[str, Queryable] = {
    **_named(PromotionZone),
    **_footprint(PromotionZone),
    **_kinds(PromotionZone),
    "operator_id": _key(PromotionZone.operator_id, "Operator", "ผู้ดำเนินการ"),
    "announced_on": _day(PromotionZone.announced_on, "Announced on", "วันที่ประกาศ"),
    "announced_by_id": _key(PromotionZone.announced_by_id, "Announced by", "ผู้ประกาศ"),
    "certificate_on": _day(PromotionZone.certificate_on, "Certificate handed over on", "วันที่มอบใบประกาศ"),
    "ended_on": _day(PromotionZone.ended_on, "Ended on", "วันที่สิ้นสุด"),
    **_record(PromotionZone, ZONES),
}
PROPOSALS: Mapping[str, Queryable] = {
    **_titled(Proposal),
    "stage": Queryable(
        kind="string",
        column=Proposal.stage,
        title=language.Text("Stage", "ขั้นตอน"),
        on_day=stage_on(Proposal.id, asked_day()),
        values=STAGES,
    ),
    **_footprint(Proposal),
    **_kinds(Proposal),
    "reference_number": _text(Proposal.reference_number, "Reference number", "เลขอ้างอิง"),
    "call_id": _key(Proposal.call_id, "Call", "รอบการรับสมัคร"),
    "proponent_id": _key(Proposal.proponent_id, "Proponent", "ผู้เสนอ"),
    "budget_thb": _number(Proposal.budget_thb, "Budget in baht", "งบประมาณ (บาท)"),
    "population": _whole(Proposal.population, "Population", "ประชากร"),
    **_keyed(Proposal),
    **_record(Proposal, SUBMITTED),
}
CERTIFIED_CITIES: Mapping[str, Queryable] = {
    **_named(CertifiedCity),
    "batch": _whole(CertifiedCity.batch, "Batch", "รุ่นที่"),
    "batch_position": _whole(CertifiedCity.batch_position, "Place in the batch", "ลำดับในรุ่น"),
    "city_type": _text(CertifiedCity.city_type, "City type", "ประเภทเมือง", *get_args(CityType)),
    "status": Queryable(
        kind="string",
        column=STATUS,
        title=language.Text("Status", "สถานะ"),
        on_day=STATUS_ON_DAY,
        values=get_args(Status),
    ),
    **_footprint(CertifiedCity),
    "in_force_on": _day(CertifiedCity.in_force_on, "In force since", "มีผลตั้งแต่"),
    "valid_until": _day(CertifiedCity.valid_until, "Valid until", "ใช้ได้ถึง"),
    "policy_review_due_on": _day(CertifiedCity.policy_review_due_on, "Review due on", "ครบกำหนดทบทวน"),
    "operator_id": _key(CertifiedCity.operator_id, "Operator", "ผู้ดำเนินการ"),
    **_record(CertifiedCity, CITIES),
}
MILESTONES: Mapping[str, Queryable] = {
    **_titled(Milestone),
    "kind": _text(Milestone.kind, "Kind", "ชนิด", *KINDS),
    "subject_type": _text(Milestone.subject_type, "Resource it is about", "ประเภทของเรื่อง"),
    "subject_id": _text(Milestone.subject_id, "Record it is about", "รหัสของเรื่อง"),
    "set_on": _day(Milestone.set_on, "Set on", "วันที่กำหนด"),
    "due_on": _day(Milestone.due_on, "Due on", "ครบกำหนด"),
    "met_on": _day(Milestone.met_on, "Met on", "วันที่สำเร็จ"),
    "horizon": _text(Milestone.horizon, "Horizon", "ระยะของแผน"),
    "status": Queryable(
        kind="string",
        column=milestones.STATUS,
        title=language.Text("Status", "สถานะ"),
        on_day=milestones.STATUS_ON_DAY,
        values=STATUSES,
    ),
    "overdue": Queryable(
        kind="boolean",
        column=milestones.OVERDUE,
        title=language.Text("Overdue", "เกินกำหนด"),
        on_day=milestones.OVERDUE_ON_DAY,
    ),
    "progress": _number(Milestone.progress, "Progress in percent", "ความคืบหน้า (ร้อยละ)"),
    **_keyed(Milestone),
    **_record(Milestone, PLACED_MILESTONES),
}
