"""Reading and recording promotion zones."""

from fastapi import APIRouter

from smartcity_api.identity.roles import Permission
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.promotion_zones import drafts, queries, schemas

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.PROMOTION_ZONES,
        shapes=schemas.PROMOTION_ZONE,
        params=schemas.PromotionZoneList,
        filters=queries.of_promotion_zones,
        singular="promotion_zone",
        plural="promotion_zones",
        about="The promotion zones that are known by name, far fewer than were announced.",
        example=register_id("promotion-zones", "saha-group-smart-city"),
    ),
)

reading(router, *RESOURCES)
writing(
    router,
    Writable(resource=RESOURCES[0], draft=drafts.PromotionZoneDraft, permission=Permission.KEEP_REGISTER),
)
