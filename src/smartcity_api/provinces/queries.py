"""Provinces and districts as layers, and the filters that only they have."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select

from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Filter, Known, Layer, instant, json_object
from smartcity_api.provinces.models import REGION_SCHEMES, District, Province
from smartcity_api.provinces.schemas import DistrictList, ProvinceList


def _unit_properties(unit: type[Province] | type[District]) -> dict[str, ColumnElement[Any]]:
    return {
        "name_th": unit.name_th.expression,
        "name_en": unit.name_en.expression,
        "aliases": func.to_json(unit.aliases),
    }


def _record_properties(unit: type[Province] | type[District]) -> dict[str, ColumnElement[Any]]:
    return {
        "area_km2": unit.area_km2.expression,
        "sources": unit.sources.expression,
        "version": unit.version.expression,
        "created_at": instant(unit.created_at),
        "updated_at": instant(unit.updated_at),
    }


def _sorts(unit: type[Province] | type[District]) -> dict[str, ColumnElement[Any]]:
    return {
        "code": unit.code.expression,
        "name_th": unit.name_th.expression,
        "name_en": unit.name_en.expression,
        "area_km2": unit.area_km2.expression,
        "updated_at": unit.updated_at.expression,
    }


_REGIONS: dict[str, ColumnElement[str]] = {
    scheme: getattr(Province, f"region_{scheme}").expression for scheme in REGION_SCHEMES
}

PROVINCES = Layer(
    name="provinces",
    title=Text("Provinces", "จังหวัด"),
    key=Province.code,
    version=Province.version,
    updated_at=Province.updated_at,
    names_folded=Province.names_folded,
    properties={
        "id": Province.id.expression,
        "code": Province.code.expression,
        "iso_3166_2": Province.iso_3166_2.expression,
        **_unit_properties(Province),
        "regions": json_object(_REGIONS),
        **_record_properties(Province),
    },
    sorts=_sorts(Province),
    location=Province.location,
    boundaries={"full": Province.boundary, "medium": Province.boundary_medium, "low": Province.boundary_low},
)

DISTRICTS = Layer(
    name="districts",
    title=Text("Districts", "อำเภอและเขต"),
    key=District.code,
    version=District.version,
    updated_at=District.updated_at,
    names_folded=District.names_folded,
    properties={
        "id": District.id.expression,
        "code": District.code.expression,
        "province": District.province_code.expression,
        **_unit_properties(District),
        **_record_properties(District),
    },
    sorts=_sorts(District),
    location=District.location,
    boundaries={"full": District.boundary, "medium": District.boundary_medium, "low": District.boundary_low},
)


def of_provinces(params: ProvinceList) -> list[Filter]:
    """The filters of a list of provinces."""
    return _area_filters(Province.code.expression, params.province, params.region)


def of_districts(params: DistrictList) -> list[Filter]:
    """The filters of a list of districts."""
    found = _area_filters(District.province_code.expression, params.province, params.region)
    return [*found, being_districts(params.district)] if params.district else found


def _area_filters(column: ColumnElement[str], provinces: Sequence[str], regions: Sequence[str]) -> list[Filter]:
    found = []
    if provinces:
        found.append(in_provinces(column, provinces))
    if regions:
        found.append(in_regions(column, regions))
    return found


def in_provinces(column: ColumnElement[str], codes: Sequence[str]) -> Filter:
    """Rows whose province is one of these; a code that no province has is refused."""
    known = [Known("province", code, select(literal(1)).where(Province.code == code).exists()) for code in codes]
    return Filter(column.in_(codes), known)


def being_districts(codes: Sequence[str]) -> Filter:
    """These districts; a code that no district has is refused."""
    known = [Known("district", code, select(literal(1)).where(District.code == code).exists()) for code in codes]
    return Filter(District.code.in_(codes), known)


def in_regions(column: ColumnElement[str], regions: Sequence[str]) -> Filter:
    """Rows whose province lies in one of these regions, each written `<scheme>:<code>`."""
    wanted = [_in_region(region) for region in regions]
    known = [
        Known("region", region, select(literal(1)).where(condition).exists())
        for region, condition in zip(regions, wanted, strict=True)
    ]
    return Filter(column.in_(select(Province.code).where(or_(*wanted))), known)


def _in_region(region: str) -> ColumnElement[bool]:
    scheme, _, code = region.partition(":")
    return _REGIONS[scheme] == code
