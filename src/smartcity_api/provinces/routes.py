"""Reading provinces and districts."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.provinces import queries, schemas

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.PROVINCES,
        shapes=schemas.PROVINCE,
        params=schemas.ProvinceList,
        filters=queries.of_provinces,
        singular="province",
        plural="provinces",
        about="The 77 province-level units: 76 provinces and Bangkok.",
        example="83",
    ),
    Resource(
        layer=queries.DISTRICTS,
        shapes=schemas.DISTRICT,
        params=schemas.DistrictList,
        filters=queries.of_districts,
        singular="district",
        plural="districts",
        about="The 928 districts: amphoe, and the khet of Bangkok.",
        example="8301",
    ),
)

reading(router, *RESOURCES)
