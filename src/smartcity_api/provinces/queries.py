"""Provinces and districts as layers, and the filters that only they have."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, any_, bindparam, func, or_, select

from smartcity_api.kit.areas import FootprintParams
from smartcity_api.kit.filters import Filter, Known, among, existing, overlapping
from smartcity_api.kit.layers import Column, Layer, json_object, record_properties
from smartcity_api.kit.places import Detail
from smartcity_api.kit.statements import constant
from smartcity_api.provinces.models import REGION_SCHEMES, District, Footprint, Province
from smartcity_api.provinces.schemas import DistrictList, ProvinceList


def _unit_properties(unit: type[Province] | type[District]) -> dict[str, ColumnElement[Any]]:
    return {
        "name_th": unit.name_th.expression,
        "name_en": unit.name_en.expression,
        "aliases": func.to_json(unit.aliases),
    }


def _sorts(unit: type[Province] | type[District]) -> dict[str, ColumnElement[Any]]:
    return {
        "code": unit.code.expression,
        "name_th": unit.name_th.expression,
        "name_en": unit.name_en.expression,
        "area_km2": unit.area_km2.expression,
        "updated_at": unit.updated_at.expression,
    }


def _written(unit: type[Province] | type[District]) -> dict[Detail, Column]:
    return {"full": unit.boundary_geojson, "medium": unit.boundary_medium_geojson, "low": unit.boundary_low_geojson}


_REGIONS: dict[str, ColumnElement[str]] = {
    scheme: getattr(Province, f"region_{scheme}").expression for scheme in REGION_SCHEMES
}

PROVINCES = Layer(
    name="provinces",
    key=Province.code,
    properties={
        "id": Province.id.expression,
        "code": Province.code.expression,
        "iso_3166_2": Province.iso_3166_2.expression,
        **_unit_properties(Province),
        "regions": json_object(_REGIONS),
        "area_km2": Province.area_km2.expression,
        **record_properties(Province),
    },
    sorts=_sorts(Province),
    location=Province.location,
    boundaries={"full": Province.boundary, "medium": Province.boundary_medium, "low": Province.boundary_low},
    written=_written(Province),
)

DISTRICTS = Layer(
    name="districts",
    key=District.code,
    properties={
        "id": District.id.expression,
        "code": District.code.expression,
        "province": District.province_code.expression,
        **_unit_properties(District),
        "area_km2": District.area_km2.expression,
        **record_properties(District),
    },
    sorts=_sorts(District),
    location=District.location,
    boundaries={"full": District.boundary, "medium": District.boundary_medium, "low": District.boundary_low},
    written=_written(District),
)


def of_provinces(params: ProvinceList) -> list[Filter]:
    """The filters of a list of provinces."""
    return _area_filters(Province.code.expression, params.province, params.region)


def of_districts(params: DistrictList) -> list[Filter]:
    """The filters of a list of districts."""
    found = _area_filters(District.province_code.expression, params.province, params.region)
    if params.district:
        known = existing("district", District.code, params.district)
        found.append(among("district", District.code, params.district, known=[known]))
    return found


def _area_filters(column: ColumnElement[str], provinces: Sequence[str], regions: Sequence[str]) -> list[Filter]:
    """Rows whose province is one of these, and lies in one of these regions."""
    found = []
    if provinces:
        found.append(in_provinces(column, provinces))
    if regions:
        found.append(in_regions(column, regions))
    return found


def in_provinces(column: ColumnElement[Any], codes: Sequence[str]) -> Filter:
    """Rows whose province is one of these."""
    return among("province", column, codes, known=[existing("province", Province.code, codes)])


def in_regions(column: ColumnElement[Any], regions: Sequence[str]) -> Filter:
    """Rows whose province lies in one of these regions, each written `<scheme>:<code>`."""
    return Filter("region", lambda: column.in_(_provinces_of()), {"region": list(regions)}, [_regions(regions)])


def touching_provinces(column: Column, codes: Sequence[str]) -> Filter:
    """Rows whose array of provinces has one of these."""
    return overlapping("province", column, codes, known=[existing("province", Province.code, codes)])


def touching_districts(column: Column, codes: Sequence[str]) -> Filter:
    """Rows whose array of districts has one of these."""
    return overlapping("district", column, codes, known=[existing("district", District.code, codes)])


def touching_regions(column: Column, regions: Sequence[str]) -> Filter:
    """Rows whose array of provinces has one that lies in one of these regions, each written `<scheme>:<code>`."""

    def clause() -> ColumnElement[bool]:
        return column.op("&&", is_comparison=True)(func.array(_provinces_of().scalar_subquery()))

    return Filter("region", clause, {"region": list(regions)}, [_regions(regions)])


def footprint_properties(area: type[Footprint]) -> dict[str, ColumnElement[Any]]:
    """Where an area lies, but for its geometry."""
    return {
        "provinces": func.to_json(area.provinces),
        "districts": func.to_json(area.districts),
        "boundary_kind": area.boundary_kind.expression,
    }


def footprint_shape(area: type[Footprint]) -> ColumnElement[Any]:
    """What spatial filters look at: the boundary, else the point; the same words as in the indexes."""
    return func.coalesce(area.boundary, area.location)


def footprint_filters(area: type[Footprint], params: FootprintParams) -> list[Filter]:
    """The filters by place that every list of areas has."""
    found = []
    if params.province:
        found.append(touching_provinces(area.provinces, params.province))
    if params.district:
        found.append(touching_districts(area.districts, params.district))
    if params.region:
        found.append(touching_regions(area.provinces, params.region))
    return found


def _provinces_of() -> Select[str]:
    """The codes of the provinces in any of the regions that the parameter `region` names."""
    wanted = bindparam("region", type_=ARRAY(Text))
    return select(Province.code).where(or_(*(name == any_(wanted) for name in _region_names())))


def _regions(regions: Sequence[str]) -> Known:
    """There must be a province in each."""
    return existing(
        "region", Province.code, regions, condition=lambda wanted: or_(*(name == wanted for name in _region_names()))
    )


def _region_names() -> list[ColumnElement[str]]:
    """A province's region by each scheme, as parameters name it."""
    return [constant(f"{scheme}:") + region for scheme, region in _REGIONS.items()]
