"""Telling what happened to certified cities: acts of the secretariat, on the day or later."""

from uuid import UUID

from smartcity_api.certified_cities.drafts import CityEventDraft
from smartcity_api.history import actions as history
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.days import today
from smartcity_api.kit.language import Text


async def tell(session: Transaction, city: UUID, told: CityEventDraft, reason: str | None) -> None:
    """Record an event of a city that is locked, where its day belongs."""
    this_day = today().isoformat()
    on = told.on or this_day
    if on > this_day:
        message = Text(f"{on} lies in the future", f"{on} เป็นวันในอนาคต")
        raise errors.Invalid.listing([errors.Fault(code="future", message=message, pointer="/on", value=on)])
    if on != this_day and reason is None:
        raise conflicts.reason_missing()
    subject = history.Subject("certified-cities", city)
    act = await history.act(session, subject, "secretariat", f"record_{told.event}", reason)
    step = history.Step(stage=told.event, on=on, opened_by_kind="act", opened_by_id=act, **told.told())
    await history.place(session, subject, step)
    await session.settle()
