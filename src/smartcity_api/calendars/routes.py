"""Calendar feeds over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response

from smartcity_api.calendars.formats import calendar
from smartcity_api.calendars.queries import MOST, TooManyEntries, feed
from smartcity_api.calendars.schemas import FeedParams
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.lists import Listing
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import FROM_DATABASE, documented, written
from smartcity_api.kit.language import asked_language

router = APIRouter(prefix="/v1", tags=["programme"])

ABOUT = f"""What is due, as an iCalendar feed (RFC 5545) to subscribe to: of the whole programme, of provinces, or of
one record (`subject`).

Every milestone with a due day is an all-day event on that day, on the last one where only a month or a year is known;
then, and for policy reviews, its status is TENTATIVE. Policy reviews of cities that are not revoked
(`policy_review_due_on`) are in the feeds of the programme, of their provinces and of the city itself. At most {MOST}
entries.
"""


@router.get(
    "/milestones.ics",
    name="get_milestone_calendar",
    description=ABOUT,
    responses={
        **written("The calendar", "ics", {"type": "string", "description": "iCalendar, UTF-8"}),
        **documented(TooManyEntries, *FROM_DATABASE),
    },
)
async def answer_calendar(
    params: Annotated[FeedParams, query(FeedParams)], request: Request, listing: Listing
) -> Response:
    database: Database = request.app.state.database
    async with database.snapshot() as snapshot:
        found = await feed(snapshot, params, listing.question)
    language = params.language or asked_language(request.headers.get("accept-language")) or "th"
    # In a thread: a long calendar takes a good part of a second to write, and others need not wait for it.
    content = await asyncio.to_thread(calendar, found, language, base_url(request))
    headers = {
        "Content-Disposition": 'inline; filename="milestones.ics"',
        "Content-Language": language,
        "Vary": "Accept-Language, Authorization",
    }
    return represented(content, "ics", headers=headers)
