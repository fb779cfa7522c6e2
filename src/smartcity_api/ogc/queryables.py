"""Properties that filters may use (OGC API - Features Part 3, Queryables), each with its type and its SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement

from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Column

Kind = Literal["string", "integer", "number", "boolean", "date", "instant", "strings", "geometry"]
"""How values of a property compare: `strings` is an array of texts; `geometry` is in WGS 84, longitude first."""


@dataclass(frozen=True, kw_only=True)
class Queryable:
    """One property as filters see it.

    `column` yields the type that `kind` says: text, integer, numeric, boolean, date (a partial day by its last),
    timestamptz, text[] or geometry. `on_day` is what it yields instead where a day is asked
    (`bindparam("as_of", type_=Date)`). `values` are all that there are, where they are few. `identifier` is the uuid
    that `column` is the text of: the index is the uuid's.
    """

    kind: Kind
    column: Column
    title: Text
    on_day: ColumnElement[Any] | None = None
    values: tuple[str, ...] = ()
    identifier: ColumnElement[Any] | None = None


Queryables = Mapping[str, Queryable]
