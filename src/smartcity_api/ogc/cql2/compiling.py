"""From an expression to a filter: names are looked up, types checked, literals put into parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlalchemy.sql.elements import Grouping

from smartcity_api.kit.filters import Filter
from smartcity_api.kit.language import Text
from smartcity_api.ogc.cql2 import arithmetic, arrays, comparisons, spatial, times
from smartcity_api.ogc.cql2.bounds import MAX_DEPTH, MAX_OPERATIONS, too_large
from smartcity_api.ogc.cql2.expressions import (
    ARITHMETIC,
    ARRAYS,
    COMPARISONS,
    OF_INTERVALS,
    OF_MOMENTS,
    SPATIAL,
    Expression,
    Interval,
    Items,
    Moment,
    Operation,
    Property,
    Value,
)
from smartcity_api.ogc.cql2.problems import refused
from smartcity_api.ogc.cql2.terms import NAMES, Kind, Slots, Term, applied, called, condition, number, wanted
from smartcity_api.ogc.crs import DEFAULT, Crs
from smartcity_api.ogc.queryables import Queryable, Queryables

_KINDS: Mapping[str, Kind] = {
    **{kind: kind for kind in ("string", "number", "boolean", "date", "instant", "geometry")},
    "integer": "number",
    "strings": "array",
}


def compile(expression: Expression, queryables: Queryables, *, crs: Crs = DEFAULT, on_day: bool = False) -> Filter:
    """The filter that selects what the expression is true of.

    Geometry literals are in `crs`, in the order of its axes. Where a day is asked (`on_day`) properties are those of
    that day. Filters that differ in literals only have one name. Invalid geometries are found when the question is
    prepared; everything else that is wrong is an InvalidParameter here.
    """
    found = _Compiler(queryables, crs, on_day)
    term = found.read(expression)
    if term.kind != "boolean":
        kind = NAMES[term.kind]
        raise refused(
            "not_a_condition",
            f"{term.name} is {kind.en}, and a filter is a condition",
            f"{term.name} เป็น{kind.th} แต่ตัวกรองต้องเป็นเงื่อนไข",
            value=term.name,
        )
    digest = sha256(f"{on_day} {term.shape}".encode()).hexdigest()
    known = [spatial.valid(found.slots.shapes)] if found.slots.shapes else []
    return Filter(f"cql2:{digest[:32]}", term.build, found.slots.values, known)


_DEPTHS = {"casei": 5, "accenti": 5}
"""Operations that are several functions within each other in SQL."""
_COSTS = dict.fromkeys(SPATIAL, 8)
"""Operations that count as several: the shape of a milestone's subject is looked for in eight tables."""


@dataclass(slots=True)
class _Compiler:
    queryables: Queryables
    crs: Crs
    on_day: bool
    slots: Slots = field(default_factory=Slots)
    operations: int = 0
    computations: int = 0
    powers: int = 0
    depth: int = 0

    def read(self, one: Expression) -> Term:
        """The part that an expression is."""
        match one:
            case Operation():
                return self._operation(one)
            case Property():
                return self._property(one)
            case Value():
                return self._value(one)
            case Moment():
                value = times.moment(one.text, whole_day=one.whole_day)
                return self.slots.literal("date" if one.whole_day else "instant", value, called(one.text))
            case Interval():
                return times.interval(self.slots, self._end(one.start), self._end(one.end))
            case Items():
                return self._items(one)
        return spatial.geometry(self.slots, one, self.crs)

    def _end(self, one: Expression) -> Term:
        return times.OPEN if one == Value("..") else self.read(one)

    def _value(self, one: Value) -> Term:
        if isinstance(one.value, bool):
            return self.slots.literal("boolean", one.value, called(one.value))
        if isinstance(one.value, str):
            return self.slots.literal("string", one.value, called(one.value))
        return self.slots.literal("number", number(one.value), called(one.value))

    def _items(self, one: Items) -> Term:
        if not one.items:
            return self.slots.literal("array", [], "the list")
        terms = tuple(self.read(item) for item in one.items)
        literal = all(isinstance(item, Value | Moment) for item in one.items)
        if literal and len({term.kind for term in terms}) == 1:
            return self.slots.merged(terms)
        self._count(len(terms))
        shape = applied("list", *terms)
        return Term(kind="array", name="the list", shape=shape, build=terms[0].build, parts=terms)

    def _property(self, one: Property) -> Term:
        known = self.queryables.get(one.name)
        if known is None:
            raise self._unknown(one)
        on_day = self.on_day and known.on_day is not None
        return Term(
            kind=_KINDS[known.kind],
            name=one.name,
            shape=f'"{one.name}"',
            build=partial(_column, known, on_day=on_day),
            element="string" if known.kind == "strings" else None,
            identifier=known.identifier,
        )

    def _unknown(self, one: Property) -> Exception:
        near = next(iter(get_close_matches(one.name[:100], self.queryables, 1)), None)
        every = ", ".join(self.queryables)
        hint = (
            Text(f"it may be one of {every}", f"ใช้ได้เฉพาะ {every}")
            if near is None
            else Text(f"did you mean {near}?", f"หมายถึง {near} หรือไม่")
        )
        called_ = one.name[:80]
        return refused(
            "unknown_property",
            f"there is no property {called_} ({one.place}); {hint.en}",
            f"ไม่มีคุณสมบัติ {called_} ({one.place}) {hint.th}",
            value=one.name,
            suggested=near,
        )

    def _operation(self, one: Operation) -> Term:
        self._count(_COSTS.get(one.op, 1))
        depth = _DEPTHS.get(one.op, 1)
        self.depth += depth
        if self.depth > MAX_DEPTH:
            raise too_large("too_deep", f"{MAX_DEPTH} operations within each other", f"การดำเนินการซ้อนกัน {MAX_DEPTH} ชั้น")
        if one.op in ARITHMETIC:
            self._compute(one.op)
        terms = [self.read(arg) for arg in one.args]
        self.depth -= depth
        return _MAKERS[one.op](self.slots, *terms)

    def _count(self, more: int) -> None:
        self.operations += more
        if self.operations > MAX_OPERATIONS:
            spatial_cost = _COSTS["s_intersects"]
            raise too_large(
                "too_many",
                f"{MAX_OPERATIONS} operations, a spatial function counted as {spatial_cost}",
                f"{MAX_OPERATIONS} การดำเนินการ โดยฟังก์ชันเชิงพื้นที่นับเป็น {spatial_cost}",
            )

    def _compute(self, op: str) -> None:
        self.computations += 1
        self.powers += op == "^"
        if self.computations > arithmetic.MAX_COMPUTED or self.powers > arithmetic.MAX_POWERS:
            most, powers = arithmetic.MAX_COMPUTED, arithmetic.MAX_POWERS
            raise too_large(
                "too_many",
                f"{most} arithmetic operations, {powers} of them powers",
                f"การคำนวณ {most} ครั้ง ยกกำลัง {powers} ครั้ง",
            )


def _column(known: Queryable, *, on_day: bool) -> ColumnElement[Any]:
    """A property's SQL as it is, but for conditions: those need brackets of their own."""
    column: Any = known.on_day if on_day else known.column
    return Grouping(column) if known.kind == "boolean" else column


def _joined(op: str, join: Callable[..., ColumnElement[bool]]) -> Callable[..., Term]:
    def made(_: Slots, *terms: Term) -> Term:
        for term in terms:
            if term.kind != "boolean":
                raise wanted(op.upper(), "boolean", term)
        return condition(applied(op, *terms), lambda: join(*(term.build() for term in terms)))

    return made


def _named(make: Callable[..., Term], ops: tuple[str, ...]) -> dict[str, Callable[..., Term]]:
    return {op: lambda slots, one, other, op=op: make(slots, op, one, other) for op in ops}


_MAKERS: Mapping[str, Callable[..., Term]] = {
    "and": _joined("and", and_),
    "or": _joined("or", or_),
    "not": _joined("not", not_),
    **_named(comparisons.compared, COMPARISONS),
    **_named(arithmetic.computed, ARITHMETIC),
    **_named(spatial.related, SPATIAL),
    **_named(times.related, (*OF_MOMENTS, *OF_INTERVALS)),
    **_named(arrays.related, ARRAYS),
    "between": comparisons.between,
    "in": comparisons.among,
    "isNull": comparisons.is_null,
    "like": comparisons.like,
    "casei": comparisons.casei,
    "accenti": comparisons.accenti,
}
"""What makes the part of each operation."""
