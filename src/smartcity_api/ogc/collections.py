"""The collections of the OGC API: each a layer of the register, and what a map client has to know about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES, of_certified_cities
from smartcity_api.certified_cities.schemas import CERTIFIED_CITY, CertifiedCityList
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.params import PageParams
from smartcity_api.kit.shapes import Shapes
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import of_milestones
from smartcity_api.milestones.schemas import MILESTONE, MilestoneList
from smartcity_api.ogc import filterable, periods
from smartcity_api.ogc.places import (
    PLACED_MILESTONES,
    TOUCHING_MILESTONES,
    Touching,
    touching,
    touching_or_nowhere,
)
from smartcity_api.ogc.queryables import Queryables
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.pilot_areas.queries import PILOT_AREAS, of_pilot_areas
from smartcity_api.pilot_areas.schemas import PILOT_AREA, PilotAreaList
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES, began_on, of_promotion_zones
from smartcity_api.promotion_zones.schemas import PROMOTION_ZONE, PromotionZoneList
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS, of_proposals
from smartcity_api.proposals.schemas import PROPOSAL, ProposalList
from smartcity_api.provinces.models import District, Province
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES, of_districts, of_provinces
from smartcity_api.provinces.schemas import DISTRICT, PROVINCE, DistrictList, ProvinceList

During = Callable[[ColumnElement[date], ColumnElement[date]], ColumnElement[bool]]
"""Whether a record existed on some day from the one to the other, both included; true of what has no known day."""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection; its id is the layer's name, as in the paths of `/v1`.

    `params` and `filters` are those of the list in `/v1`, whose filters are taken here too; `shapes` are how it is
    answered there. `label` is what a map writes beside a record. `touching` is what a box means. `during` is missing
    where records have no time; `begins` is the first day on which any existed, infinity or null when none is known.
    """

    layer: Layer
    title: Text
    about: Text
    params: type[PageParams]
    filters: Callable[[Any], Sequence[Filter]]
    shapes: Shapes
    label: Column
    queryables: Queryables
    touching: Touching
    during: During | None = None
    begins: Callable[[], ColumnElement[Any]] | None = None

    @property
    def id(self) -> str:
        """Its name in paths."""
        return self.layer.name


COLLECTIONS: dict[str, Collection] = {
    one.id: one
    for one in (
        Collection(
            layer=PROVINCES,
            title=Text("Provinces", "จังหวัด"),
            about=Text("The 77 provinces of Thailand, Bangkok among them.", "77 จังหวัดของไทย รวมกรุงเทพมหานคร"),
            params=ProvinceList,
            filters=of_provinces,
            shapes=PROVINCE,
            label=Province.name_th,
            queryables=filterable.PROVINCES,
            touching=touching(Province.boundary),
        ),
        Collection(
            layer=DISTRICTS,
            title=Text("Districts", "อำเภอและเขต"),
            about=Text(
                "The 928 districts of Thailand: amphoe, and the khet of Bangkok.",
                "928 อำเภอของไทย และเขตของกรุงเทพมหานคร",
            ),
            params=DistrictList,
            filters=of_districts,
            shapes=DISTRICT,
            label=District.name_th,
            queryables=filterable.DISTRICTS,
            touching=touching(District.boundary),
        ),
        Collection(
            layer=PILOT_AREAS,
            title=Text("Pilot areas", "พื้นที่นำร่อง"),
            about=Text(
                "The areas in seven provinces that the programme began with in 2018.",
                "พื้นที่ใน 7 จังหวัดที่เริ่มโครงการเมื่อ พ.ศ. 2561",
            ),
            params=PilotAreaList,
            filters=of_pilot_areas,
            shapes=PILOT_AREA,
            label=PilotArea.display_name,
            queryables=filterable.PILOT_AREAS,
            touching=touching_or_nowhere(PILOT_AREAS.outline),
            during=periods.of_pilot_areas,
            begins=lambda: periods.earliest(PILOT_AREAS, PilotArea.selected_on),
        ),
        Collection(
            layer=PROMOTION_ZONES,
            title=Text("Smart city promotion zones", "เขตส่งเสริมเมืองอัจฉริยะ"),
            about=Text(
                "Announced promotion zones: accepted candidates that prepare their plans.",
                "เขตส่งเสริมที่ประกาศแล้ว คือพื้นที่ที่ผ่านการพิจารณาเบื้องต้นและกำลังจัดทำแผน",
            ),
            params=PromotionZoneList,
            filters=of_promotion_zones,
            shapes=PROMOTION_ZONE,
            label=PromotionZone.display_name,
            queryables=filterable.PROMOTION_ZONES,
            touching=touching_or_nowhere(PROMOTION_ZONES.outline),
            during=periods.of_promotion_zones,
            begins=lambda: periods.earliest(PROMOTION_ZONES, began_on()),
        ),
        Collection(
            layer=PROPOSALS,
            title=Text("Proposals", "ข้อเสนอโครงการ"),
            about=Text(
                "Proposals on their way to the certificate, as far as you may see them.",
                "ข้อเสนอโครงการที่อยู่ระหว่างทางสู่การรับรอง เท่าที่ท่านมีสิทธิ์เห็น",
            ),
            params=ProposalList,
            filters=of_proposals,
            shapes=PROPOSAL,
            label=Proposal.display_title,
            queryables=filterable.PROPOSALS,
            touching=touching_or_nowhere(PROPOSALS.outline),
            during=periods.of_proposals,
            begins=periods.earliest_stage,
        ),
        Collection(
            layer=CERTIFIED_CITIES,
            title=Text("Certified smart cities", "เมืองอัจฉริยะที่ได้รับการรับรอง"),
            about=Text("Areas that hold the programme's certificate.", "พื้นที่ที่ได้รับตราสัญลักษณ์เมืองอัจฉริยะ"),
            params=CertifiedCityList,
            filters=of_certified_cities,
            shapes=CERTIFIED_CITY,
            label=CertifiedCity.display_name,
            queryables=filterable.CERTIFIED_CITIES,
            touching=touching_or_nowhere(CERTIFIED_CITIES.outline),
            during=periods.of_certified_cities,
            begins=lambda: periods.earliest(CERTIFIED_CITIES, CertifiedCity.in_force_on),
        ),
        Collection(
            layer=PLACED_MILESTONES,
            title=Text("Milestones", "หมุดหมาย"),
            about=Text(
                "What is due on a day, drawn where the record lies that it is a milestone of.",
                "สิ่งที่ต้องทำให้เสร็จตามกำหนด แสดง ณ ที่ตั้งของเรื่องที่เกี่ยวข้อง",
            ),
            params=MilestoneList,
            filters=of_milestones,
            shapes=MILESTONE,
            label=Milestone.display_title,
            queryables=filterable.MILESTONES,
            touching=TOUCHING_MILESTONES,
            during=periods.of_milestones,
            begins=None,  # no index has them by the day on which they were set
        ),
    )
}
"""By id, in the order in which they are listed."""
