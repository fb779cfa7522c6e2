"""A certification makes a city out of its proposal, the same day."""

import calendar
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import update

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.decisions.actions import recording
from smartcity_api.decisions.drafts import DecisionDraft
from smartcity_api.decisions.queries import History, Resolved
from smartcity_api.history.actions import Subject
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.rows import new_id

REVIEW_AFTER: Final = 2
"""Years after which a certificate is looked at again: what a press report of October 2563 says, which no official text
confirms."""


class Certifying(Protocol):
    """A decision, as far as a certification needs it."""

    told: DecisionDraft
    subject: Subject | None
    stage: str | None
    city: UUID | None


async def certify(
    session: Transaction, resolution: Resolved, items: Sequence[Certifying], before: Mapping[Subject, History]
) -> None:
    """The cities of these decisions' proposals, where they are none yet."""
    rows: list[dict[str, Any]] = []
    for item in items:
        if item.stage != "certified" or item.subject is None or before[item.subject].city is not None:
            continue
        item.city = new_id()
        named = {} if item.told.city is None else item.told.city.model_dump(mode="json", exclude_none=True)
        sources = [one.model_dump(mode="json", exclude_none=True) for one in item.told.sources]
        rows.append(
            {
                "policy_review_due_on": review_due(resolution.decided_on),
                **named,
                "id": str(item.city),
                "proposal_id": str(item.subject.id),
                "sources": sources,
            }
        )
    if rows:
        await recording.add_cities(session, rows)


def review_due(day: str | None) -> str | None:
    """The same day of that later year, as far as it is known; 28 February for a 29th that is not there."""
    if day is None:
        return None
    year, rest = int(day[:4]) + REVIEW_AFTER, day[4:]
    if rest == "-02-29" and not calendar.isleap(year):
        rest = "-02-28"
    return f"{year:04}{rest}"


async def review_later(session: Transaction, city: UUID, before: str | None, day: str | None) -> None:
    """Where the review was due by the day of the certification, let it be due by the right one."""
    due = review_due(before)
    mine = (CertifiedCity.id == city) & (CertifiedCity.policy_review_due_on == due)
    if due is not None and day is not None:
        await session.execute(update(CertifiedCity).where(mine).values(policy_review_due_on=review_due(day)))
