"""Functions of lists, which are sets: neither order nor repetition counts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, and_, cast
from sqlalchemy.dialects.postgresql import array

from smartcity_api.ogc.cql2.comparisons import alike, sorted_as_thai
from smartcity_api.ogc.cql2.terms import TYPES, Slots, Term, applied, condition, unlike

Column = ColumnElement[Any]


def _holds(one: Column, other: Column) -> ColumnElement[bool]:
    return one.op("@>", is_comparison=True)(other)


RELATIONS: Mapping[str, Callable[[Column, Column], ColumnElement[bool]]] = {
    "a_contains": _holds,
    "a_containedBy": lambda one, other: one.op("<@", is_comparison=True)(other),
    "a_equals": lambda one, other: and_(_holds(one, other), one.op("<@", is_comparison=True)(other)),
    "a_overlaps": lambda one, other: one.op("&&", is_comparison=True)(other),
}


def related(slots: Slots, op: str, one: Term, other: Term) -> Term:
    """A function of two lists of one kind; the index of an array answers it."""
    left, right = (_listed(slots, term) for term in (one, other))
    kind = left.element or right.element or "string"
    left, right = (slots.elements(term, kind, []) if term.element is None else term for term in (left, right))
    if left.element != right.element:
        raise unlike(replace(left, kind=kind), replace(right, kind=right.element or kind))
    return condition(applied(op, left, right), lambda: RELATIONS[op](left.build(), right.build()))


def _listed(slots: Slots, term: Term) -> Term:
    """A list as it is, an empty one without a kind; brackets around one part are those of a list too."""
    if term.kind == "array" and not term.parts:
        return term
    items = alike(slots, term.parts or (term,))
    kind = items[0].kind

    def build() -> Column:
        return cast(array([sorted_as_thai(one) for one in items]), ARRAY(TYPES[kind]))

    name = term.name if term.parts else "the list"
    return Term(kind="array", name=name, element=kind, shape=applied("array", *items), build=build)
