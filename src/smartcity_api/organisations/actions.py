"""Recording organisations: what only the other rows tell to be wrong."""

from uuid import UUID

from sqlalchemy import func, select

from smartcity_api.kit import errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text
from smartcity_api.organisations.drafts import OrganisationDraft
from smartcity_api.organisations.models import Organisation


async def check_draft(transaction: Transaction, draft: OrganisationDraft, key: UUID | None) -> None:
    """No organisation is part of itself in the end; one transaction at a time changes what is part of what."""
    if key is None or draft.parent_id is None:
        return
    await transaction.rows(select(func.pg_advisory_xact_lock(func.hashtextextended("smartcity_organisations", 0))))
    line = select(Organisation.id, Organisation.parent_id).where(Organisation.id == draft.parent_id)
    above = line.cte("above", recursive=True)
    further = select(Organisation.id, Organisation.parent_id).join(above, Organisation.id == above.c.parent_id)
    above = above.union(further)
    if await transaction.one(select(above.c.id).where(above.c.id == key)) is not None:
        message = Text("the organisation would be part of itself", "องค์กรจะเป็นส่วนหนึ่งของตัวเอง")
        raise errors.Invalid.listing([errors.Fault(code="circle", message=message, pointer="/parent_id")])
