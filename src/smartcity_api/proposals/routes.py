"""Reading calls and proposals."""

from fastapi import APIRouter

from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.ids import register_id
from smartcity_api.proposals import queries, schemas

router = APIRouter(prefix="/v1", tags=["areas"])

RESOURCES = (
    Resource(
        layer=queries.CALLS,
        shapes=schemas.CALL,
        params=schemas.CallList,
        filters=queries.of_calls,
        singular="call",
        plural="calls",
        about="Rounds of applications.",
        example=register_id("calls", "1-2563"),
    ),
    Resource(
        layer=queries.PROPOSALS,
        shapes=schemas.PROPOSAL,
        params=schemas.ProposalList,
        filters=queries.of_proposals,
        singular="proposal",
        plural="proposals",
        about="Proposals from draft to certificate, with their stage today or on any day.",
        example=register_id("proposals", "b1-03-phuket"),
    ),
)

reading(router, *RESOURCES)
