"""Reading and recording organisations."""

from fastapi import APIRouter

from smartcity_api.identity.roles import Permission
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.organisations import actions, drafts, queries, schemas

router = APIRouter(prefix="/v1", tags=["programme"])

RESOURCES = (
    Resource(
        layer=queries.ORGANISATIONS,
        shapes=schemas.ORGANISATION,
        params=schemas.OrganisationList,
        filters=queries.of_organisations,
        singular="organisation",
        plural="organisations",
        about="Who takes part in the programme: ministries, agencies, local governments, universities, companies.",
        example=register_id("organisations", "depa"),
    ),
)

reading(router, *RESOURCES)
writing(
    router,
    Writable(
        resource=RESOURCES[0],
        draft=drafts.OrganisationDraft,
        permission=Permission.KEEP_REGISTER,
        check=actions.check_draft,
    ),
)
