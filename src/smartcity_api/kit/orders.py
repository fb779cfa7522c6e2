"""In which order a layer is read, and where a page of it begins."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, tuple_

from smartcity_api.kit.layers import Counted, Dated, Layer, Sort


def ordered(layer: Layer, statement: Select[*tuple[Any, ...]], sort: Sort) -> Select[*tuple[Any, ...]]:
    """The statement in the published order; the key makes it total."""
    keys = _keys(layer, sort)
    return statement.order_by(*(key.desc() if sort.descending else key.asc() for key in keys))


def following(layer: Layer, sort: Sort) -> ColumnElement[bool]:
    """What comes after a cursor's row: one comparison of rows, which the sort's index answers."""
    keys = _keys(layer, sort)
    here = tuple_(*keys)
    there = tuple_(*(cast(bindparam(after_name(n), type_=Text), key.type) for n, key in enumerate(keys)))
    return here < there if sort.descending else here > there


def after_name(number: int) -> str:
    """The parameter of a cursor's nth value."""
    return f"after_{number}"


def position(layer: Layer, sort: Sort) -> list[ColumnElement[str]]:
    """What a cursor remembers of a row."""
    return [cast(key, Text) for key in _keys(layer, sort)]


def _keys(layer: Layer, sort: Sort) -> list[ColumnElement[Any]]:
    key = layer.key.expression
    if sort.name == layer.key.key:
        return [key]
    first = layer.sorts[sort.name]
    return [first.key(descending=sort.descending) if isinstance(first, Dated | Counted) else first, key]
