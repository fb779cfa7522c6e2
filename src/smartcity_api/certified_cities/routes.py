"""Reading certified cities."""

from fastapi import APIRouter

from smartcity_api.certified_cities import queries, schemas
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.CERTIFIED_CITIES,
        shapes=schemas.CERTIFIED_CITY,
        params=schemas.CertifiedCityList,
        filters=queries.of_certified_cities,
        singular="certified_city",
        plural="certified_cities",
        about="The cities that hold the certificate, today or on any day, each with what happened to it.",
        example=register_id("certified-cities", "b1-03-phuket"),
    ),
)

reading(router, *RESOURCES)
