"""Comparisons, LIKE, BETWEEN, IN and IS NULL, and the functions that fold texts."""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Text, any_, collate, false, func, or_

from smartcity_api.kit import ids
from smartcity_api.kit.models import THAI
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.cql2.bounds import MAX_PATTERN, too_large
from smartcity_api.ogc.cql2.problems import refused
from smartcity_api.ogc.cql2.terms import TYPES, Slots, Term, applied, condition, incomparable, unlike, wanted
from smartcity_api.ogc.cql2.times import MOMENTS, as_day, day_of, kind_of, read, together

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}

_MARKS = re.compile("[\u0300-\u036f]")
"""What accents are once they are written apart; vowels and tone marks of Thai are none of them."""
# Letters with a stroke or without a dot, which Unicode does not write apart.
_STROKES, _PLAIN = "ØøŁłĐđÐðĦħŦŧıȺⱥɃƀȻȼƗɨɈɉɌɍɎɏƵƶ", "OoLlDdDdHhTtiAaBbCcIiJjRrYyZz"


def alike(slots: Slots, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Parts that are compared, of one kind: days and instants as both can be, texts as what they are compared with."""
    found = together(slots, terms) if any(one.kind in MOMENTS for one in terms) else tuple(terms)
    for one in found:
        if one.kind not in TYPES:
            raise incomparable(one)
        if one.kind != found[0].kind:
            raise unlike(found[0], one)
    return found


def sorted_as_thai(term: Term) -> ColumnElement[Any]:
    """A text with the collation to compare it by, since columns may have others each."""
    return collate(term.build(), THAI.collation or "") if term.kind == "string" else term.build()


def compared(slots: Slots, op: str, left: Term, right: Term) -> Term:
    """`left op right`; the equality of a column with a literal is left to the column's own index."""
    one, other = alike(slots, (left, right))
    if op in ("=", "<>"):
        one, other = _identified(slots, one, other) or _identified(slots, other, one) or (one, other)
    plain = op in ("=", "<>") and (one.slot or other.slot) is not None

    def build() -> ColumnElement[bool]:
        found: ColumnElement[bool] = OPERATORS[op](one.build() if plain else sorted_as_thai(one), other.build())
        return found

    return condition(applied(op, one, other), build)


def between(slots: Slots, *terms: Term) -> Term:
    """`one BETWEEN low AND high`."""
    one, low, high = alike(slots, terms)
    shape = applied("between", one, low, high)
    return condition(shape, lambda: sorted_as_thai(one).between(low.build(), high.build()))


def among(slots: Slots, one: Term, items: Term) -> Term:
    """`one IN (...)`; literals are one array, so that the statement is the same for any number of them."""
    if items.kind != "array" or (items.slot is None and not items.parts):
        raise wanted("IN", "array", items)
    if items.slot is None:
        left, *others = alike(slots, (one, *items.parts))
        shape = applied("in", left, *others)
        return condition(shape, lambda: sorted_as_thai(left).in_([other.build() for other in others]))
    left, listed = _identified(slots, one, items) or _with_list(slots, one, items)
    return condition(applied("in", left, listed), lambda: left.build() == any_(listed.build()))


def _identified(slots: Slots, one: Term, literal: Term) -> tuple[Term, Term] | None:
    """An id and literals as uuids, of which there is an index, where each is written as ids are."""
    column = one.identifier
    if column is None or literal.slot is None:
        return None
    given = slots.values[literal.slot]
    every = given if isinstance(given, list) else [given]
    known = [key for value in every if (key := ids.as_written(value)) is not None]
    if len(known) < len(every):
        return None
    found = slots.identified(literal, known if isinstance(given, list) else known[0])
    return replace(one, shape=f"uuid({one.shape})", build=lambda: column, identifier=None), found


def _with_list(slots: Slots, one: Term, items: Term) -> tuple[Term, Term]:
    """A part and a list of literals of the same kind."""
    if one.kind in MOMENTS and items.element in ("string", *MOMENTS):
        values = [read(value) for value in _listed(slots, items)]
        if one.kind == "date" or any(kind_of(value) == "date" for value in values):
            return as_day(slots, one), slots.elements(items, "date", [day_of(value) for value in values])
        return one, slots.elements(items, "instant", values)
    if one.kind != items.element:
        raise unlike(one, replace(items, kind=items.element or "array"))
    return one, items


def _listed(slots: Slots, items: Term) -> list[object]:
    values = slots.values[str(items.slot)]
    assert isinstance(values, list)
    return values


def is_null(_: Slots, one: Term) -> Term:
    """`one IS NULL`; an interval is null where either end is."""
    if one.kind == "array" and (one.slot is not None or one.parts):
        raise wanted("IS NULL", "string", one)
    if one.kind == "interval":
        known = [end for end in one.parts if end.kind != "open"]
        shape = applied("isNull", *one.parts)
        return condition(shape, lambda: or_(false(), *(end.build().is_(None) for end in known)))
    return condition(applied("isNull", one), lambda: one.build().is_(None))


# --- texts -----------------------------------------------------------------------------------------------------------


def like(_: Slots, one: Term, pattern: Term) -> Term:
    """`one LIKE pattern`: % is any characters, _ one, and a backslash takes their meaning away."""
    if one.kind != "string":
        raise wanted("LIKE", "string", one)
    if pattern.text is None:
        raise refused(
            "not_a_pattern",
            f"the pattern of LIKE is a text in single quotes, not {pattern.name}",
            f"รูปแบบของ LIKE ต้องเป็นข้อความในอัญประกาศเดี่ยว ไม่ใช่ {pattern.name}",
            value=pattern.name,
        )
    if len(pattern.text) > MAX_PATTERN:
        raise too_large("too_long", f"{MAX_PATTERN} characters in a pattern", f"{MAX_PATTERN} อักขระในรูปแบบ")
    bare = _MARKS.sub("", unicodedata.normalize("NFD", pattern.text))
    if (len(bare) - len(bare.rstrip("\\"))) % 2:
        raise refused(
            "not_a_pattern",
            "a pattern cannot end with a backslash: two of them stand for one",
            "รูปแบบลงท้ายด้วย \\ ตัวเดียวไม่ได้ ต้องเขียนสองตัว",
            value=pattern.text,
        )
    return condition(applied("like", one, pattern), lambda: one.build().like(pattern.build()))


def _folding(op: str, fold: Callable[[ColumnElement[Any]], ColumnElement[str]]) -> Callable[[Slots, Term], Term]:
    def folded(_: Slots, one: Term) -> Term:
        if one.kind != "string":
            raise wanted(op.upper(), "string", one)
        build = one.build
        return replace(
            one,
            slot=None,
            identifier=None,
            shape=applied(op, one),
            build=lambda: fold(collate(build(), THAI.collation or "")),
        )

    return folded


def _without_case(text: ColumnElement[Any]) -> ColumnElement[str]:
    """Full case folding as near as PostgreSQL before 18 comes to it: by way of the capitals, ß is ss."""
    return func.lower(func.upper(text, type_=Text), type_=Text)


def _without_accents(text: ColumnElement[Any]) -> ColumnElement[str]:
    """Written apart, without accents, and together again: what is no accent stays what it was."""
    apart = func.pg_catalog.normalize(text, constant("NFD"), type_=Text)
    bare = func.regexp_replace(apart, constant("[\\u0300-\\u036f]"), constant(""), constant("g"), type_=Text)
    plain = func.translate(bare, constant(_STROKES), constant(_PLAIN), type_=Text)
    return func.pg_catalog.normalize(plain, constant("NFC"), type_=Text)


casei = _folding("casei", _without_case)
accenti = _folding("accenti", _without_accents)
