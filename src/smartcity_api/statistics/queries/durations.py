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
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

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
    shown: dict[str, Column] = {one.name: one for one in pairs.c}
    shown |= {side: _usual(name)[pairs.c[side]] for side in ("earlier", "later")}
    items = json_list(shown, pairs, true(), pairs.c.earlier, pairs.c.later)
    answer = {"of": constant(name), "as_of": bindparam("as_of", type_=Date), "items": items}
    return select(cast(json_object(answer), Text))


def _pairs(selection: Selection) -> CTE:
    """For every two steps that records took one after the other: how many records, and how long; steps by their place.

    Equal lengths are put together before they are sorted: there are millions of pairs, but only thousands of lengths.
    """
    found = _taken(_kinds(selection), selection.countable.layer.name).subquery("taken")
    steps = (found.c.earlier, found.c.later, found.c.days)
    lengths = select(*steps, func.sum(found.c.n).label("n")).group_by(*steps).subquery("lengths")
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


def _taken(kinds: CTE, name: str) -> Rows:
    """How many days each kind took from the first day of a step to the first day of each later one.

    Steps are paired by unnesting those that follow, since a join would sort all steps twice. The days are subtracted
    beside it: PostgreSQL then takes them for one value and hashes the pairs, however few histories are alike.
    """
    shapes = _shapes(kinds, name)
    each = (
        select(
            kinds.c.n,
            kinds.c.days,
            shapes.c.firsts,
            func.unnest(shapes.c.firsts, type_=Integer).label("step"),
            func.unnest(kinds.c.days, type_=Integer).label("day"),
            func.generate_subscripts(shapes.c.firsts, constant(1), type_=Integer).label("place"),
        )
        .select_from(kinds.join(shapes, shapes.c.steps == kinds.c.steps))
        .subquery("each")
    )
    after = slice(each.c.place + constant(1), func.cardinality(each.c.days, type_=Integer))
    later = func.unnest(each.c.firsts[after], type_=Integer).label("later")
    days = (func.unnest(each.c.days[after], type_=Integer) - each.c.day).label("days")
    steps = select(each.c.step.label("earlier"), later, days, each.c.n).where(each.c.step.is_not(None))
    following = steps.subquery("following")
    return select(*following.c).where(following.c.later.is_not(None))


def _shapes(kinds: CTE, name: str) -> Subquery:
    """The sequences of steps, few: each as places in the usual order, with nothing where a step comes again."""
    steps = kinds.c.steps
    listed = func.unnest(steps).table_valued(column("step", Text), with_ordinality="place", name="listed")
    step = listed.render_derived().c
    first = case((func.array_position(steps, step.step) == step.place, _place(name, step.step)))
    firsts = select(func.array_agg(aggregate_order_by(first, step.place), type_=ARRAY(Integer))).correlate(kinds)
    return select(steps, firsts.scalar_subquery().label("firsts")).group_by(steps).subquery("shapes")


def _kinds(selection: Selection) -> CTE:
    """How many records (`n`) took the same steps equally far apart: `days` are those since the first of all."""
    ordered = _ordered(selection).subquery("ordered")
    steps = func.array_agg(ordered.c.step, type_=ARRAY(Text)).label("steps")
    days = func.array_agg(ordered.c.days, type_=ARRAY(Integer)).label("days")
    each = select(steps, days).group_by(ordered.c.id).subquery("histories")
    return select(*each.c, func.count().label("n")).group_by(*each.c).cte("kinds")


def _ordered(selection: Selection) -> Rows:
    """What every record took, in its order; `turn` orders what is of one day.

    An index has this order of periods, and aggregates keep it; ordering within them would sort each record twice more.
    """
    layer = selection.countable.layer
    until = func.coalesce(bindparam("as_of", type_=Date), TODAY)
    chosen = select(layer.key).select_from(layer.table).where(selection.counted())
    steps = (_stages() if layer.name == "proposals" else _events()).subquery("steps")
    order = [steps.c.day, steps.c.turn]
    first = func.first_value(steps.c.day, type_=Date).over(partition_by=steps.c.id, order_by=order)
    shown = (steps.c.id, steps.c.step, (steps.c.day - first).label("days"))
    found = select(*shown).where(steps.c.day <= until, steps.c.id.in_(chosen))
    return found.order_by(steps.c.id, *order)


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


def _usual(name: str) -> ColumnElement[Sequence[str]]:
    """The steps in their usual order."""
    listed = ", ".join(f"'{one}'" for one in STEPS[name])
    return literal_column(f"(ARRAY[{listed}])", ARRAY(Text))


def _place(name: str, step: Column) -> ColumnElement[int]:
    """A step's place in the usual order."""
    return func.array_position(_usual(name), step, type_=Integer)
