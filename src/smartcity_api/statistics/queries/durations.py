"""How long the steps took: from the first day of one to the first day of a later one."""

from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Double,
    Integer,
    Numeric,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.history.models import StagePeriod
from smartcity_api.history.queries import CITY_EVENT, TODAY
from smartcity_api.kit.layers import Column, json_list, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.proposals.schemas import Stage
from smartcity_api.statistics.queries.selections import Selection

CITY_STEPS = (
    "plan_approved",
    "acknowledged",
    "granted",
    "in_force",
    "announced",
    "cabinet",
    "ceremony",
    "renewed",
    "suspended",
    "reinstated",
    "revoked",
)
"""The usual order of what happens to cities; of two on one day the first here counts as the earlier."""

STEPS: dict[str, Sequence[str]] = {"proposals": get_args(Stage), "certified-cities": CITY_STEPS}
Rows = Select[*tuple[Any, ...]]


def durations(selection: Selection) -> Rows:
    """The whole answer as JSON text. Parameters: the selection's."""
    name = selection.countable.layer.name
    pairs = _pairs(selection)
    order = (_place(name, pairs.c.earlier), _place(name, pairs.c.later))
    items = json_list({one.name: one for one in pairs.c}, pairs, true(), *order)
    answer = {"of": constant(name), "as_of": bindparam("as_of", type_=Date), "items": items}
    return select(cast(json_object(answer), Text))


def _pairs(selection: Selection) -> CTE:
    """For every two steps that records took one after the other: how many records, and how long."""
    earlier = _firsts(selection).cte("firsts")
    later = earlier.alias("later")
    after = tuple_(later.c.day, later.c.turn) > tuple_(earlier.c.day, earlier.c.turn)
    days = cast(later.c.day - earlier.c.day, Double)
    return (
        select(
            earlier.c.step.label("earlier"),
            later.c.step.label("later"),
            func.count().label("n"),
            _share(0.5, days).label("median_days"),
            _share(0.9, days).label("p90_days"),
        )
        .select_from(earlier.join(later, later.c.id == earlier.c.id))
        .where(after)
        .group_by(earlier.c.step, later.c.step)
        .cte("pairs")
    )


def _share(share: float, days: Column) -> ColumnElement[Any]:
    """The days that this share of them does not exceed, between two by interpolation."""
    return func.round(cast(func.percentile_cont(constant(share)).within_group(days), Numeric), constant(1))


def _firsts(selection: Selection) -> Rows:
    """The first day of every step of every record; `turn` orders those of one day."""
    layer = selection.countable.layer
    until = func.coalesce(bindparam("as_of", type_=Date), TODAY)
    chosen = select(layer.key).select_from(layer.table).where(selection.counted())
    steps = (_stages() if layer.name == "proposals" else _events()).subquery("steps")
    found = select(
        steps.c.id, steps.c.step, func.min(steps.c.day).label("day"), func.min(steps.c.turn).label("turn")
    ).where(steps.c.day <= until, steps.c.id.in_(chosen))
    return found.group_by(steps.c.id, steps.c.step)


def _stages() -> Rows:
    period = StagePeriod
    shown = (period.subject_id.label("id"), period.stage.label("step"), period.starts_on.label("day"))
    return select(*shown, period.position.label("turn")).where(period.subject_type == constant("proposals"))


def _events() -> CompoundSelect[*tuple[Any, ...]]:
    """What happened to cities, with the day on which they came into force."""
    event = CITY_EVENT.c
    happened = select(
        event.city_id.label("id"),
        event.event.label("step"),
        event.counts_from.label("day"),
        _place("certified-cities", event.event).label("turn"),
    ).where(event.event != constant("stated"))
    began = select(
        CertifiedCity.id,
        constant("in_force"),
        func.smartcity_last_day(CertifiedCity.in_force_on, type_=Date),
        constant(CITY_STEPS.index("in_force") + 1),
    )
    return union_all(happened, began)


def _place(name: str, step: Column) -> ColumnElement[int]:
    """A step's place in the usual order."""
    listed = ", ".join(f"'{one}'" for one in STEPS[name])
    return func.array_position(literal_column(f"ARRAY[{listed}]", ARRAY(Text)), step, type_=Integer)
