"""Recording the decisions of resolutions, and correcting resolutions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.decisions.actions import correcting, deciding
from smartcity_api.decisions.drafts import DecisionsDraft, ResolutionCorrection
from smartcity_api.decisions.queries import History, Resolved
from smartcity_api.decisions.schemas import CorrectionAnswer, DecisionOutcome, DecisionsAnswer, Effect, HistoryStep
from smartcity_api.history.actions import Subject
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import conflicts, rows
from smartcity_api.kit.evidence import check_sources
from smartcity_api.kit.http.content import content
from smartcity_api.kit.http.operations import Expected, Reason, Writing, check_version, operation, require_reason
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import answered
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import DryRunParams
from smartcity_api.kit.references import RecordReference
from smartcity_api.resolutions.actions import NotPublished
from smartcity_api.resolutions.queries import RESOLUTIONS

router = APIRouter(prefix="/v1", tags=["decisions"])

_EXAMPLE = register_id("resolutions", "steering-committee-2560-1-2561-dimensions")
_Key = Annotated[UUID, Path(alias="id", description="The resolution's id", examples=[_EXAMPLE])]


@operation(
    router,
    "POST",
    "/resolutions/{id}/decisions",
    permission=Permission.RECORD_DECISIONS,
    on_existing=True,
    name="record_decisions",
    answers=answered(DecisionsAnswer),
    problems=[NotPublished, conflicts.IllegalMove, conflicts.AlreadyExists],
)
async def record_decisions(
    request: Request,
    key: _Key,
    told: Annotated[Any, content(DecisionsDraft)],
    transaction: Writing,
    expected: Expected,
    reason: Reason,
    params: Annotated[DryRunParams, query(DryRunParams)],
) -> Response:
    """Record what a published resolution decides: every subject moves on its day, or none does."""
    (version,) = await rows.locked(transaction, RESOLUTIONS, key)
    check_version(version, expected)
    threshold: float = request.app.state.settings.renewal_progress_threshold
    resolution, items = await deciding.decide(transaction, key, told.decisions, reason=reason, threshold=threshold)
    transaction.dry_run = params.dry_run
    return await _answer(
        transaction,
        DecisionsAnswer(
            resolution_id=key,
            version=version,
            decided_on=resolution.decided_on or "",
            dry_run=params.dry_run,
            decisions=[_outcome(item, resolution, tried=params.dry_run) for item in items],
        ),
    )


def _outcome(item: deciding.Item, resolution: Resolved, *, tried: bool) -> DecisionOutcome:
    return DecisionOutcome(
        position=item.position,
        id=None if tried else item.id,
        action=item.told.action,
        subject=item.told.subject,
        moved=item.stage is not None,
        before=item.before,
        after=item.after,
        effective_on=None if item.stage is None else resolution.decided_on,
        city_id=None if tried else item.city,
        progress=item.progress,
        replaced=item.replaced,
    )


@operation(
    router,
    "POST",
    "/resolutions/{id}/correct",
    permission=Permission.RECORD_DECISIONS,
    on_existing=True,
    name="correct_resolution",
    answers=answered(CorrectionAnswer),
    problems=[NotPublished, conflicts.IllegalMove],
)
async def correct_resolution(
    key: _Key,
    told: Annotated[Any, content(ResolutionCorrection)],
    transaction: Writing,
    expected: Expected,
    reason: Reason,
    params: Annotated[DryRunParams, query(DryRunParams)],
) -> Response:
    """Mend a clerk's error in a published resolution, and all histories that rest on it; a reason is needed."""
    (version,) = await rows.locked(transaction, RESOLUTIONS, key)
    check_version(version, expected)
    require_reason(reason)
    if "sources" in told.model_fields_set:
        await check_sources(transaction, told.sources, RESOLUTIONS.properties, fact=True)
    done = await correcting.correct(transaction, key, told)
    transaction.dry_run = params.dry_run
    return await _answer(
        transaction,
        CorrectionAnswer(
            resolution_id=key,
            version=version,
            decided_on=done.resolution.decided_on,
            dry_run=params.dry_run,
            resolutions=list(done.resolutions),
            effects=_effects(done),
        ),
    )


def _effects(done: correcting.Corrected) -> list[Effect]:
    changed = [subject for subject in done.before if done.before[subject].steps != done.after[subject].steps]
    return [_effect(subject, done.before[subject], done.after[subject]) for subject in changed]


def _effect(subject: Subject, before: History, after: History) -> Effect:
    return Effect(
        subject=RecordReference(type=subject.type, id=str(subject.id)),
        before=before.standing,
        after=after.standing,
        events_before=_in_short(before),
        events_after=_in_short(after),
        city_id=before.city,
    )


def _in_short(history: History) -> list[HistoryStep]:
    return [HistoryStep(stage=step.stage, on=step.on) for step in history.steps]


async def _answer(transaction: Writing, told: DecisionsAnswer | CorrectionAnswer) -> Response:
    """What was done, under the version that the resolution has by it."""
    (version,) = await rows.locked(transaction, RESOLUTIONS, told.resolution_id)
    text = told.model_copy(update={"version": version}).model_dump_json()
    return represented(text.encode(), "json", version=version)
