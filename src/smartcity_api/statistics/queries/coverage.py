"""Coverage: what the register has, beside the latest claim about the same number, and whether it has all of them."""

from collections.abc import Hashable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, bindparam, cast, false, func, literal_column, null, select, true

from smartcity_api.kit.layers import Column, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.sources.models import Claim, Source
from smartcity_api.sources.queries import claim_seen
from smartcity_api.statistics.queries.countables import lacks
from smartcity_api.statistics.queries.selections import Selection

COMPLETE_STAGES = ("plan_approved", "certified")
"""Every plan that the subcommittee approved is recorded; of what came before, only the approved ones and a few more."""

COMPLETE_EVENTS = ("plan_approved", "granted")
"""Of the sixteen renewals of 2568 five are named; acknowledgement and ceremony of the third batch are not known."""

UNCLAIMED = frozenset(
    ("province", "district", "region", "bbox", "near", "intersects", "q", "dimension", "batch", "call", "organisation")
)
"""Filters that no claim states a number for."""

Groups = Mapping[str, Column]
"""The value of a group by each name that it is grouped by."""


def coverage(selection: Selection, recorded: Column, groups: Groups) -> ColumnElement[Any]:
    """The JSON object; `groups` are the values that the counted records have in common."""
    return json_object(
        {
            "recorded": recorded,
            "claimed": claimed(selection, groups),
            "complete": is_complete(selection, groups),
        }
    )


def claimed(selection: Selection, groups: Groups) -> ColumnElement[Any]:
    """The latest claim about the same number as JSON, of one day the best-sourced; null when there is none.

    Parameters: `of`, `claims_until`, `reached_claim`, and `state` and `type` where a filter names one.
    """
    given = selection.params.model_fields_set
    state, kind = _stated(selection, groups, ("stage", "status")), _stated(selection, groups, ("city_type",))
    if given & UNCLAIMED or groups.keys() - {"stage", "status", "city_type"} or state is None or kind is None:
        return null()
    on = func.smartcity_last_day(Claim.as_of, type_=Date)
    same = (
        (Claim.of == bindparam("of", type_=Text))
        & (Claim.metric == constant("areas"))
        & (func.jsonb_typeof(Claim.value) == constant("number"))
        & (on <= bindparam("claims_until", type_=Date))
        & Claim.reached.is_not_distinct_from(bindparam("reached_claim", type_=Text))
        & Claim.stage.is_not_distinct_from(state)
        & Claim.city_type.is_not_distinct_from(kind)
        & ~_unknown(groups)
        & claim_seen()
    )
    shown = {"value": Claim.value, "comparator": Claim.comparator, "as_of": Claim.as_of, "claim_id": Claim.id}
    found = select(*(column.label(name) for name, column in shown.items())).join(Source, Source.id == Claim.source_id)
    latest = found.where(same).order_by(on.desc(), Source.reliability, Claim.id).limit(constant(1))
    one = latest.correlate_except(Claim, Source).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(one).scalar_subquery()


def claim_values(selection: Selection, until: object) -> dict[str, object]:
    """The parameters of `claimed`."""
    params = selection.params
    return {
        "of": selection.countable.layer.name,
        "claims_until": until,
        "reached_claim": selection.reached,
        "state": selection.states[0] if selection.states else None,
        "type": params.city_type[0] if params.city_type else None,
    }


def key(selection: Selection) -> Hashable:
    """What else makes statements with coverage differ: how many values the filters have that claims may state."""
    params = selection.params
    only_complete = set(params.stage) <= set(COMPLETE_STAGES)
    return (min(len(selection.states), 2), only_complete, min(len(params.city_type), 2))


def is_complete(selection: Selection, groups: Groups) -> ColumnElement[bool]:
    """Whether the register has all of them, as far as is known."""
    return _stages_known(selection, groups) & _types_known(selection, groups)


def _stages_known(selection: Selection, groups: Groups) -> ColumnElement[bool]:
    """Whether every record of that kind, stage or event is there."""
    params, name = selection.params, selection.countable.layer.name
    if name == "proposals":
        if selection.reached in COMPLETE_STAGES or (params.stage and set(params.stage) <= set(COMPLETE_STAGES)):
            return true()
        by_stage = groups["stage"].in_([constant(one) for one in COMPLETE_STAGES]) if "stage" in groups else false()
        return func.coalesce(by_stage, false())
    events_known = selection.reached in (None, *COMPLETE_EVENTS) and not params.status and "status" not in groups
    return true() if name != "promotion-zones" and events_known else false()


def _types_known(selection: Selection, groups: Groups) -> ColumnElement[bool]:
    """Where a city type or dimension is asked for, no record may be there whose is not known: it could have it too."""
    asked = {"city_type", "dimension"} & (groups.keys() | selection.params.model_fields_set)
    found: ColumnElement[bool] = true()
    for name in sorted(asked):
        value, table = selection.countable.values[name], selection.countable.layer.table
        unknown = select(constant(1)).select_from(table).where(selection.counted(leaving=name), lacks(value))
        found = found & ~unknown.correlate(None).exists()
    return found


def _stated(selection: Selection, groups: Groups, names: tuple[str, ...]) -> Column | None:
    """What a claim must say of this: the group's value, the filter's, or nothing; None where no claim can say it."""
    for name in names:
        if name in groups:
            return cast(groups[name], Text)
        wanted = getattr(selection.params, name)
        if wanted:
            return bindparam("type" if name == "city_type" else "state", type_=Text) if len(wanted) == 1 else None
    return null()


def _unknown(groups: Groups) -> ColumnElement[bool]:
    """Whether the group is of those whose value is not known; a claim without the value is about all."""
    found: ColumnElement[bool] = false()
    for value in groups.values():
        found = found | value.is_(None)
    return found
