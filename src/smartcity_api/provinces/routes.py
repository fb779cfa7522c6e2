"""Reading provinces and districts."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from smartcity_api.kit.codes import DistrictCode, ProvinceCode
from smartcity_api.kit.http.lists import Listing
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.records import Record
from smartcity_api.kit.http.responses import listing, single
from smartcity_api.kit.params import UnitRecordParams
from smartcity_api.provinces import queries, schemas

router = APIRouter(prefix="/v1", tags=["areas"])


@router.get("/provinces", responses=listing(schemas.PROVINCE))
async def list_provinces(
    params: Annotated[schemas.ProvinceList, query(schemas.ProvinceList)], answer: Listing
) -> Response:
    """The 77 province-level units: 76 provinces and Bangkok."""
    return await answer(queries.PROVINCES, params, queries.of_provinces(params))


@router.get("/provinces/{code}", responses=single(schemas.PROVINCE))
async def get_province(
    code: Annotated[ProvinceCode, Path()],
    params: Annotated[UnitRecordParams, query(UnitRecordParams)],
    answer: Record,
) -> Response:
    """One province by its code."""
    return await answer(queries.PROVINCES, code, params)


@router.get("/districts", responses=listing(schemas.DISTRICT))
async def list_districts(
    params: Annotated[schemas.DistrictList, query(schemas.DistrictList)], answer: Listing
) -> Response:
    """The 928 districts: amphoe, and the khet of Bangkok."""
    return await answer(queries.DISTRICTS, params, queries.of_districts(params))


@router.get("/districts/{code}", responses=single(schemas.DISTRICT))
async def get_district(
    code: Annotated[DistrictCode, Path()],
    params: Annotated[UnitRecordParams, query(UnitRecordParams)],
    answer: Record,
) -> Response:
    """One district by its code."""
    return await answer(queries.DISTRICTS, code, params)
