"""Arithmetic that cannot fail, whatever the rows hold: what is not defined is null.

A failure would be one of the whole answer, and could tell of rows that the caller may not see.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, func, or_
from sqlalchemy.sql.elements import Grouping

from smartcity_api.kit.statements import constant
from smartcity_api.ogc.cql2.terms import Slots, Term, applied, wanted

MAX_COMPUTED, MAX_POWERS = 32, 3
"""How many operations a filter may have: numbers then stay far below PostgreSQL's 131,072 digits."""
MAX_BASE, MAX_EXPONENT = 10**15, 64

Column = ColumnElement[Any]


def _divisor(number: Column) -> Column:
    return func.nullif(number, constant(0), type_=Numeric)


def _power(base: Column, exponent: Column) -> Column:
    undefined = or_(
        func.abs(base) > constant(MAX_BASE),
        func.abs(exponent) > constant(MAX_EXPONENT),
        and_(base == constant(0), exponent < constant(0)),
        and_(base < constant(0), exponent != func.trunc(exponent)),
    )
    return case((undefined, None), else_=func.power(base, exponent, type_=Numeric))


OPERATORS: Mapping[str, Callable[[Column, Column], Column]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one.op("/", return_type=Numeric())(_divisor(other)),
    "%": lambda one, other: func.mod(one, _divisor(other), type_=Numeric),
    "div": lambda one, other: func.div(one, _divisor(other), type_=Numeric),
    "^": _power,
}


def computed(_: Slots, op: str, one: Term, other: Term) -> Term:
    """A number out of two."""
    for term in (one, other):
        if term.kind != "number":
            raise wanted(op, "number", term)
    left, right = one.build, other.build

    def build() -> Column:
        return Grouping(OPERATORS[op](cast(left(), Numeric), cast(right(), Numeric)))

    return Term(kind="number", name=f"the result of {op}", shape=applied(op, one, other), build=build)
