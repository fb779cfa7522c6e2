"""Plans, targets and activities as layers, and the filters of their lists."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, inspect
from sqlalchemy.orm import aliased

from smartcity_api.identity.rows import subject_seen
from smartcity_api.kit.filters import Filter, about, among, existing, overlapping
from smartcity_api.kit.layers import Column, Dated, Layer, json_list, json_one, record_properties, subject
from smartcity_api.organisations.models import Organisation
from smartcity_api.programme.models import Activity, Plan, Target
from smartcity_api.programme.schemas import ActivityList, PlanList, TargetList
from smartcity_api.provinces.queries import touching_provinces, touching_regions
from smartcity_api.resolutions.models import Resolution
from smartcity_api.resolutions.queries import published, resolution_id


def _titles(table: type[Plan] | type[Target] | type[Activity]) -> dict[str, ColumnElement[Any]]:
    return {"title_th": table.title_th.expression, "title_en": table.title_en.expression}


def _resolution() -> ColumnElement[Any]:
    """The resolution about a plan, in short; a draft is none yet."""
    shown = {name: getattr(Resolution, name) for name in ("id", "title_th", "title_en", "decided_on")}
    return json_one(shown, inspect(Resolution).local_table, (Resolution.id == Plan.resolution_id) & published())


def _plan(key: Column) -> ColumnElement[Any]:
    """The plan with this id, in short."""
    plan = aliased(Plan, name="related")
    shown = {"id": plan.id, "title_th": plan.title_th, "title_en": plan.title_en}
    return json_one(shown, inspect(plan).selectable, plan.id == key)


def _participants() -> ColumnElement[Any]:
    """The organisations that took part in an activity, in their order there."""
    shown = {name: getattr(Organisation, name) for name in ("id", "display_name", "abbreviation")}
    key = cast(Organisation.id, Text)
    named = key == func.any(Activity.organisations)
    return json_list(shown, inspect(Organisation).local_table, named, func.array_position(Activity.organisations, key))


PLANS = Layer(
    name="plans",
    key=Plan.id,
    properties={
        "id": Plan.id.expression,
        **_titles(Plan),
        "kind": Plan.kind.expression,
        "status": Plan.status.expression,
        "decided_on": Plan.decided_on.expression,
        "starts_on": Plan.starts_on.expression,
        "ends_on": Plan.ends_on.expression,
        "renamed_from": Plan.renamed_from.expression,
        "resolution_id": resolution_id(Plan.resolution_id),
        "resolution": _resolution(),
        "supersedes_id": Plan.supersedes_id.expression,
        "supersedes": _plan(Plan.supersedes_id),
        **record_properties(Plan),
    },
    sorts={"decided_on": Dated(Plan.decided_on), "updated_at": Plan.updated_at.expression},
)

TARGETS = Layer(
    name="targets",
    key=Target.id,
    properties={
        "id": Target.id.expression,
        **_titles(Target),
        "plan_id": Target.plan_id.expression,
        "plan": _plan(Target.plan_id),
        "position": Target.position.expression,
        "stated_on": Target.stated_on.expression,
        "metric": Target.metric.expression,
        "comparator": Target.comparator.expression,
        "value": Target.value.expression,
        "unit": Target.unit.expression,
        "starts_on": Target.starts_on.expression,
        "deadline_on": Target.deadline_on.expression,
        "within": Target.within.expression,
        "subject": subject(Target),
        **record_properties(Target),
    },
    sorts={"deadline_on": Dated(Target.deadline_on), "updated_at": Target.updated_at.expression},
    visible=lambda: subject_seen(Target.subject_type, Target.subject_id),
)

ACTIVITIES = Layer(
    name="activities",
    key=Activity.id,
    properties={
        "id": Activity.id.expression,
        **_titles(Activity),
        "kind": Activity.kind.expression,
        "position": Activity.position.expression,
        "description": Activity.description.expression,
        "subject": subject(Activity),
        "starts_on": Activity.starts_on.expression,
        "ends_on": Activity.ends_on.expression,
        "provinces": func.to_json(Activity.provinces),
        "organisations": _participants(),
        "figures": Activity.figures.expression,
        **record_properties(Activity),
    },
    sorts={"starts_on": Dated(Activity.starts_on), "updated_at": Activity.updated_at.expression},
    visible=lambda: subject_seen(Activity.subject_type, Activity.subject_id),
)


def of_plans(params: PlanList) -> list[Filter]:
    """The filters of a list of plans."""
    found = []
    if params.kind:
        found.append(among("kind", Plan.kind, params.kind))
    if params.status:
        found.append(among("status", Plan.status, params.status))
    return found


def of_targets(params: TargetList) -> list[Filter]:
    """The filters of a list of targets."""
    found = []
    if params.plan:
        found.append(among("plan", Target.plan_id, params.plan, known=[existing("plan", Plan.id, params.plan)]))
    if params.metric is not None:
        found.append(among("metric", Target.metric, [params.metric]))
    if params.subject is not None:
        found.append(about(Target, params.subject))
    return found


def of_activities(params: ActivityList) -> list[Filter]:
    """The filters of a list of activities."""
    found = []
    if params.kind:
        found.append(among("kind", Activity.kind, params.kind))
    if params.province:
        found.append(touching_provinces(Activity.provinces, params.province))
    if params.region:
        found.append(touching_regions(Activity.provinces, params.region))
    if params.organisation:
        known = existing("organisation", Organisation.id, params.organisation)
        wanted = [str(one) for one in params.organisation]
        found.append(overlapping("organisation", Activity.organisations, wanted, known=[known]))
    if params.subject is not None:
        found.append(about(Activity, params.subject))
    return found
