"""How long the steps took: from the first day of one to the first day of a later one."""

from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Numeric,
    Select,
    Subquery,
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
from smartcity_api.history.lifecycle import Stage
from smartcity_api.history.models import StagePeriod
from smartcity_api.history.queries import CITY_EVENT, TODAY
from smartcity_api.kit.layers import Column, json_list, json_object
from smartcity_api.kit.statements import constant
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
    """For every two steps that records took one after the other: how many records, and how long.

    Equal lengths are put together before they are sorted: there are millions of pairs, but only thousands of lengths.
    """
    earlier = _firsts(selection).cte("firsts")
    later = earlier.alias("later")
    after = tuple_(later.c.day, later.c.turn) > tuple_(earlier.c.day, earlier.c.turn)
    steps = (earlier.c.step.label("earlier"), later.c.step.label("later"), (later.c.day - earlier.c.day).label("days"))
    taken = select(*steps, func.count().label("n")).select_from(earlier.join(later, later.c.id == earlier.c.id))
    lengths = taken.where(after).group_by(earlier.c.step, later.c.step, steps[2]).subquery("lengths")
    pair = [lengths.c.earlier, lengths.c.later]
    upto = func.sum(lengths.c.n).over(partition_by=pair, order_by=lengths.c.days).label("upto")
    whole = func.sum(lengths.c.n).over(partition_by=pair).label("n")
    ranked = select(*pair, lengths.c.days, upto, whole).subquery("ranked")
    return (
        select(
            ranked.c.earlier,
            ranked.c.later,
            cast(ranked.c.n, BigInteger).label("n"),
            _share("0.5", ranked).label("median_days"),
            _share("0.9", ranked).label("p90_days"),
        )
        .group_by(ranked.c.earlier, ranked.c.later, ranked.c.n)
        .cte("pairs")
    )


def _share(share: str, ranked: Subquery) -> ColumnElement[Any]:
    """The days that this share of the records did not exceed; between two by interpolation, as in `percentile_cont`."""
    place = (ranked.c.n - literal_column("1", Numeric)) * literal_column(share, Numeric)
    below, above = (
        func.min(ranked.c.days).filter(ranked.c.upto > rounded(place)) for rounded in (func.floor, func.ceil)
    )
    return func.round(below + (above - below) * func.min(place - func.floor(place)), constant(1))


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
