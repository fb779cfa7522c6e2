"""Days, instants and intervals: what goes together, and the temporal functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Date, and_, cast, func, literal_column, or_

from smartcity_api.kit.days import BANGKOK, parse_day
from smartcity_api.kit.parsers import instant
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.cql2.expressions import OF_INTERVALS
from smartcity_api.ogc.cql2.problems import refused, told
from smartcity_api.ogc.cql2.terms import TYPES, Slots, Term, applied, condition, unlike, wanted

MOMENTS = ("date", "instant")


def moment(text: str, *, whole_day: bool) -> date | datetime:
    """A day, or an instant with its zone; a year of the Buddhist era is refused with the one that was meant."""
    try:
        return parse_day(text) if whole_day else instant(text)
    except PydanticCustomError as error:
        raise told(error, text) from None


def read(value: object) -> object:
    """A text that stands where a day or an instant is wanted."""
    return moment(value, whole_day="T" not in value.upper()) if isinstance(value, str) else value


def kind_of(value: object) -> str:
    """What such a value is."""
    return "instant" if isinstance(value, datetime) else "date"


def day_of(value: object) -> object:
    """The day in Bangkok on which an instant falls."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(BANGKOK).date()
    except OverflowError:
        raise refused(
            "no_such_instant", f"there is no day {value} in Bangkok", f"ไม่มีวันที่ {value} ตามเวลากรุงเทพฯ"
        ) from None


def as_moment(slots: Slots, term: Term) -> Term:
    """A literal text as the day or instant that it says; anything else as it is."""
    if term.kind != "string" or term.slot is None:
        return term
    value = read(slots.values[term.slot])
    return slots.revalued(term, "instant" if kind_of(value) == "instant" else "date", value)


def as_day(slots: Slots, term: Term) -> Term:
    """An instant as the day in Bangkok on which it falls."""
    if term.kind != "instant":
        return term
    if term.slot is not None:
        return slots.revalued(term, "date", day_of(slots.values[term.slot]))
    build = term.build
    return replace(
        term,
        kind="date",
        shape=f"day({term.shape})",
        build=lambda: cast(func.timezone(constant("Asia/Bangkok"), build()), Date),
    )


def together(slots: Slots, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Days and instants that are compared: all as days where one of them is no more than a day."""
    read_ = [as_moment(slots, term) for term in terms]
    if any(term.kind == "date" for term in read_):
        return tuple(as_day(slots, term) for term in read_)
    return tuple(read_)


# --- intervals -------------------------------------------------------------------------------------------------------

Column = ColumnElement[Any]


class Span(NamedTuple):
    """What an interval or a moment is between; a moment begins and ends at itself."""

    start: Column
    end: Column


RELATIONS: Mapping[str, Callable[[Span, Span], ColumnElement[bool]]] = {
    "t_after": lambda one, other: one.start > other.end,
    "t_before": lambda one, other: one.end < other.start,
    "t_disjoint": lambda one, other: or_(one.end < other.start, one.start > other.end),
    "t_equals": lambda one, other: and_(one.start == other.start, one.end == other.end),
    "t_intersects": lambda one, other: and_(one.start <= other.end, one.end >= other.start),
    "t_contains": lambda one, other: and_(one.start < other.start, one.end > other.end),
    "t_during": lambda one, other: and_(one.start > other.start, one.end < other.end),
    "t_finishedBy": lambda one, other: and_(one.start < other.start, one.end == other.end),
    "t_finishes": lambda one, other: and_(one.start > other.start, one.end == other.end),
    "t_meets": lambda one, other: one.end == other.start,
    "t_metBy": lambda one, other: one.start == other.end,
    "t_overlappedBy": lambda one, other: and_(one.start > other.start, one.start < other.end, one.end > other.end),
    "t_overlaps": lambda one, other: and_(one.start < other.start, one.end > other.start, one.end < other.end),
    "t_startedBy": lambda one, other: and_(one.start == other.start, one.end > other.end),
    "t_starts": lambda one, other: and_(one.start == other.start, one.end < other.end),
}
"""The relations of Allen, as OWL-Time defines them."""


def interval(slots: Slots, start: Term, end: Term) -> Term:
    """An interval; its ends are both days or both instants, and in their order where both are known."""
    ends = [_end(slots, one) for one in (start, end)]
    values = [slots.values[one.slot] for one in ends if one.slot is not None]
    if len(values) == 2:
        first, last = values
        if kind_of(first) != kind_of(last):
            raise unlike(*ends)
        if first > last:  # type: ignore[operator] # both days or both instants
            raise refused("ends_before_it_begins", f"the interval ends before {first}", f"ช่วงเวลาสิ้นสุดก่อน {first}")
    shape = applied("interval", *ends)
    return Term(kind="interval", name="the interval", shape=shape, build=ends[0].build, parts=tuple(ends))


def _end(slots: Slots, term: Term) -> Term:
    found = as_moment(slots, term)
    if found.kind not in (*MOMENTS, "open"):
        raise wanted("INTERVAL", "date", found)
    return found


OPEN = Term(kind="open", name="..", shape="..", build=lambda: literal_column("NULL"))
"""The end of an interval that has none."""


def related(slots: Slots, op: str, one: Term, other: Term) -> Term:
    """A temporal function of two intervals, or of moments where the standard allows it."""
    operands = [_operand(slots, op, term) for term in (one, other)]
    ends = together(slots, [end for operand in operands for end in operand])
    kind = next((end.kind for end in ends if end.kind != "open"), "instant")
    relation, shape = RELATIONS[op], applied(op, *ends)

    def build() -> ColumnElement[bool]:
        start, end, other_start, other_end = (_built(one, kind, number) for number, one in enumerate(ends))
        return relation(Span(start, end), Span(other_start, other_end))

    return condition(f"{shape}{kind}", build)


def _operand(slots: Slots, op: str, term: Term) -> tuple[Term, Term]:
    if term.kind == "interval":
        return term.parts[0], term.parts[1]
    found = as_moment(slots, term)
    if found.kind not in MOMENTS:
        raise wanted(op.upper(), "interval", found)
    if op in OF_INTERVALS:
        raise refused(
            "wrong_type",
            f"{op.upper()} compares intervals, and {found.name} is none: take T_INTERSECTS or INTERVAL(…, …)",
            f"{op.upper()} ใช้เทียบช่วงเวลา แต่ {found.name} ไม่ใช่ ให้ใช้ T_INTERSECTS หรือ INTERVAL(…, …)",
            value=found.name,
        )
    return found, found


def _built(end: Term, kind: str, number: int) -> Column:
    if end.kind != "open":
        return end.build()
    beyond, name = "-infinity" if number % 2 == 0 else "infinity", "date" if kind == "date" else "timestamptz"
    return literal_column(f"'{beyond}'::{name}", TYPES[kind])
