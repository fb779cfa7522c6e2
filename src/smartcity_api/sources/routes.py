"""Reading and recording sources and their claims."""

from uuid import UUID

from fastapi import APIRouter

from smartcity_api.identity.roles import Permission
from smartcity_api.kit import errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.language import Text
from smartcity_api.sources import drafts, queries, schemas

router = APIRouter(prefix="/v1", tags=["evidence"])

RESOURCES = (
    Resource(
        layer=queries.SOURCES,
        shapes=schemas.SOURCE,
        params=schemas.SourceList,
        filters=queries.of_sources,
        singular="source",
        plural="sources",
        about="The documents and data sets that the register's facts rest on.",
        example=register_id("sources", "iso-3166-2-th"),
    ),
    Resource(
        layer=queries.CLAIMS,
        shapes=schemas.CLAIM,
        params=schemas.ClaimList,
        filters=queries.of_claims,
        singular="claim",
        plural="claims",
        about="What sources state, in their own words and numbers, also where they contradict each other.",
        example=register_id("claims", "doc-002-areas"),
    ),
)

reading(router, *RESOURCES)


async def slug_stays(transaction: Transaction, draft: drafts.SourceDraft, key: UUID | None) -> None:
    """A source is known by its slug, here and in the register's files."""
    if key is None:
        return
    slug = (await rows.present(transaction, queries.SOURCES, key, {}, "slug"))["slug"]
    if draft.slug != slug:
        message = Text(f"a source keeps its slug: {slug}", f"slug ของแหล่งข้อมูลเปลี่ยนไม่ได้: {slug}")
        fault = errors.Fault(code="immutable", message=message, pointer="/slug", value=draft.slug, suggested=slug)
        raise errors.Invalid.listing([fault])


writing(
    router,
    Writable(resource=RESOURCES[0], draft=drafts.SourceDraft, permission=Permission.KEEP_REGISTER, check=slug_stays),
    Writable(resource=RESOURCES[1], draft=drafts.ClaimDraft, permission=Permission.KEEP_REGISTER),
)
