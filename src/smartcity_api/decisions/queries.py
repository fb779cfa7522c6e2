"""What decisions need to know: the resolution, the subjects and their histories, locked in one order for all."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Float,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.history import lifecycle
from smartcity_api.history.actions import Step, Subject
from smartcity_api.history.models import SUBJECTS, Event
from smartcity_api.kit.database import Transaction
from smartcity_api.milestones.models import Milestone
from smartcity_api.proposals.models import Proposal
from smartcity_api.resolutions.models import Body, Decision, Resolution

PROPOSALS, CITIES = SUBJECTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A resolution, as far as decisions depend on it."""

    id: UUID
    meeting_id: UUID | None
    decided_on: str | None
    is_published: bool
    supersedes_id: UUID | None
    by_cabinet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A recorded decision."""

    id: UUID
    resolution_id: UUID
    position: int
    action: str
    subject: Subject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A subject that is locked, and what happened to it, in order."""

    subject: Subject
    version: int
    revision: int
    steps: tuple[Step, ...]
    written: int
    """How many of the steps are in the database, in that revision."""
    city: UUID | None = None
    """The city that a proposal became."""

    @property
    def standing(self) -> str | None:
        """Its stage or status."""
        return standing(self.subject, self.steps)

    def opened(self, stage: str) -> UUID | None:
        """What opened this stage, if it was reached."""
        return next((step.opened_by_id for step in self.steps if step.stage == stage), None)


def standing(subject: Subject, steps: Sequence[Step]) -> str | None:
    """The stage or status after these events."""
    if subject.type == CITIES:
        return lifecycle.status_after([step.stage for step in steps])
    return steps[-1].stage if steps else None


def as_subject(kind: str | None, key: str | None) -> Subject | None:
    """What moves, if it is one that does."""
    if kind not in SUBJECTS or key is None:
        return None
    return Subject(cast(lifecycle.Subject, kind), UUID(key))


async def resolution(session: Transaction, key: UUID) -> Resolved:
    """The resolution with this id, which is locked."""
    shown = func.jsonb_build_object(
        "meeting_id", Resolution.meeting_id, "decided_on", Resolution.decided_on,
        "is_published", Resolution.published_at.is_not(None), "supersedes_id", Resolution.supersedes_id,
        "by_cabinet", Body.kind == "cabinet",
    )  # fmt: skip
    row = await session.one(
        select(shown).join_from(Resolution, Body, Body.id == Resolution.body_id).where(Resolution.id == key)
    )
    assert row is not None, "it is locked"
    told = row[0]
    named = {name: UUID(told[name]) if told[name] else None for name in ("meeting_id", "supersedes_id")}
    return Resolved(id=key, **{**told, **named})


async def decisions_of(session: Transaction, resolutions: Collection[UUID]) -> list[Decided]:
    """What these resolutions decided, in order."""
    shown = func.jsonb_build_object(
        "action", Decision.action, "type", Decision.subject_type, "id", Decision.subject_id,
    )  # fmt: skip
    rows = await session.rows(
        select(Decision.id, Decision.resolution_id, Decision.position, shown)
        .where(Decision.resolution_id == any_(literal(list(resolutions), ARRAY(Uuid))))
        .order_by(Decision.resolution_id, Decision.position)
    )
    return [
        Decided(
            id=key,
            resolution_id=of,
            position=position,
            action=told["action"],
            subject=as_subject(told["type"], told["id"]),
        )
        for key, of, position, told in rows
    ]


async def superseded(session: Transaction, resolutions: Collection[UUID]) -> set[tuple[UUID, Subject]]:
    """Which of their subjects later resolutions decided about instead of these."""
    shown = func.jsonb_build_object("type", Decision.subject_type, "id", Decision.subject_id)
    rows = await session.rows(
        select(Resolution.supersedes_id, shown)
        .join_from(Decision, Resolution, Resolution.id == Decision.resolution_id)
        .where(Resolution.supersedes_id == any_(literal(list(resolutions), ARRAY(Uuid))))
    )
    found = ((key, as_subject(told["type"], told["id"])) for key, told in rows)
    return {(key, subject) for key, subject in found if subject is not None}


async def absent(session: Transaction, references: Sequence[tuple[str, str]]) -> list[int]:
    """Which of these references, by their place, name no record."""
    told = func.jsonb_array_elements(literal([list(one) for one in references], JSONB))
    listed = told.table_valued(column("pair", JSONB), with_ordinality="place", name="listed").render_derived()
    kind, key = (listed.c.pair.op("->>")(literal_column(str(place))) for place in (0, 1))
    found = await session.rows(select(listed.c.place).where(~func.smartcity_record_exists(kind, key)))
    return [place - 1 for (place,) in found]


async def histories(session: Transaction, subjects: Iterable[Subject]) -> dict[Subject, History]:
    """Lock these subjects, and read what happened to them; those that are not there are left out.

    Whoever locks several does it in this order: proposals by id, then cities by id, those of the proposals among them,
    since events of a proposal write its city.
    """
    keys = {kind: sorted({one.id for one in subjects if one.type == kind}) for kind in SUBJECTS}
    subjects = [Subject(cast(lifecycle.Subject, kind), key) for kind in SUBJECTS for key in keys[kind]]
    proposals, cities = (literal(keys[kind], ARRAY(Uuid)) for kind in SUBJECTS)
    found: dict[Subject, History] = {}
    if keys[PROPOSALS]:
        filed = select(Proposal.id, Proposal.version).where(Proposal.id == any_(proposals)).order_by(Proposal.id)
        for key, version in await session.rows(filed.with_for_update(key_share=True)):
            found[Subject("proposals", key)] = _blank(Subject("proposals", key), version)
    wanted = or_(CertifiedCity.id == any_(cities), CertifiedCity.proposal_id == any_(proposals))
    locking = select(CertifiedCity.id, CertifiedCity.version, CertifiedCity.proposal_id).where(wanted)
    of_proposal: dict[UUID, UUID] = {}
    for key, version, proposal in await session.rows(
        locking.order_by(CertifiedCity.id).with_for_update(key_share=True)
    ):
        if key in keys[CITIES]:
            found[Subject("certified-cities", key)] = _blank(Subject("certified-cities", key), version)
        of_proposal[proposal] = key
    events = await _events(session, subjects)
    return {
        subject: replace(
            history,
            revision=events[subject][0],
            steps=tuple(events[subject][1]),
            written=len(events[subject][1]),
            city=of_proposal.get(subject.id) if subject.type == PROPOSALS else None,
        )
        if subject in events
        else history
        for subject, history in found.items()
    }


def _blank(subject: Subject, version: int) -> History:
    return History(subject=subject, version=version, revision=1, steps=(), written=0)


async def _events(session: Transaction, subjects: Sequence[Subject]) -> dict[Subject, tuple[int, list[Step]]]:
    """By subject its newest revision, and the events in it."""
    other = aliased(Event)
    mine = and_(other.subject_type == Event.subject_type, other.subject_id == Event.subject_id)
    newest = select(func.max(other.revision)).where(mine).correlate(Event).scalar_subquery()
    shown = func.jsonb_build_object(
        "stage", Event.stage, "on", Event.effective_on, "opened_by_kind", Event.opened_by_kind,
        "award_year", Event.award_year, "note", Event.note, "sources", Event.sources,
    )  # fmt: skip
    found: dict[Subject, tuple[int, list[Step]]] = {}
    for kind in SUBJECTS:
        keys = [one.id for one in subjects if one.type == kind]
        of = (Event.subject_type == kind, Event.subject_id == any_(literal(keys, ARRAY(Uuid))))
        statement: Select[Any] = select(Event.subject_id, Event.revision, Event.opened_by_id, shown).where(*of)
        for key, revision, opener, told in await session.rows(
            statement.where(Event.revision == newest).order_by(Event.subject_id, Event.seq)
        ):
            subject = Subject(cast(lifecycle.Subject, kind), key)
            found.setdefault(subject, (revision, []))[1].append(Step(opened_by_id=opener, **told))
    return found


async def progress_of(session: Transaction, cities: Collection[UUID]) -> dict[str, float]:
    """By city the mean progress of its milestones, in percent, as far as it is known."""
    keys = literal([str(key) for key in cities], ARRAY(Text))
    mine = (Milestone.subject_type == CITIES) & (Milestone.subject_id == any_(keys))
    mean = func.avg(Milestone.progress).cast(Float)
    rows = await session.rows(
        select(Milestone.subject_id, mean).where(mine, Milestone.progress.is_not(None)).group_by(Milestone.subject_id)
    )
    return {key.decode(): value for key, value in rows}
