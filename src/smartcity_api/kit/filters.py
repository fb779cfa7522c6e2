"""Filters: which rows of a layer, as clauses with named parameters, and the values that must exist for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine

from smartcity_api.kit import errors, language
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Dated, Layer
from smartcity_api.kit.places import BBox, Near, Reference
from smartcity_api.kit.statements import constant


@dataclass(frozen=True)
class Known:
    """Values of a parameter that must exist, else the request is refused naming those that do not.

    `missing` builds the statement that yields them; it is kept under `name`. `impossible` are texts that no key can be.
    """

    parameter: str
    name: str
    missing: Callable[[], Select[str]]
    values: Mapping[str, object]
    impossible: Sequence[str] = ()

    def fault(self, value: str) -> errors.Fault:
        """What is wrong with a value that does not exist."""
        message = language.Text(f"{self.parameter}: there is no {value}", f"{self.parameter}: ไม่มี {value}")
        return errors.Fault(code="unknown_value", message=message, parameter=self.parameter, value=value)


@dataclass(frozen=True)
class Parts:
    """A clause as others that no row fulfils two of, where PostgreSQL finds no good way to all of them at once.

    No more than a page is read of each of `ordered`; what fulfils the `rest` is little, and is read whole.
    """

    ordered: Sequence[ColumnElement[bool]]
    rest: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Filter:
    """One condition on a layer.

    `clause` builds it with named parameters; the same `name` on the same layer always builds the same clause, since
    statements are kept by these names. `values` are what the parameters get this time. It is `uneven` when other values
    could select so many more or fewer rows that the plan has to be made for these ones. Pages are made of its `parts`.
    """

    name: str
    clause: Callable[[], ColumnElement[bool]]
    values: Mapping[str, object]
    known: Sequence[Known] = ()
    uneven: bool = True
    parts: Callable[[], Parts] | None = None


WIDE_BOX = 2.0
"""Square degrees: smaller boxes, as maps ask for them, are always best found by the index of shapes."""
WIDE_CIRCLE = 50_000
"""Metres, likewise."""


def within_bbox(layer: Layer, bbox: BBox) -> Filter:
    """What touches the box."""

    def clause() -> ColumnElement[bool]:
        box = func.ST_MakeEnvelope(
            *(number(f"bbox_{side}") for side in ("west", "south", "east", "north")), constant(SRID)
        )
        return func.ST_Intersects(layer.outline, box)

    values = {"bbox_west": bbox.west, "bbox_south": bbox.south, "bbox_east": bbox.east, "bbox_north": bbox.north}
    wide = (bbox.east - bbox.west) * (bbox.north - bbox.south) > WIDE_BOX
    return Filter("bbox", clause, values, uneven=wide)


def near(layer: Layer, place: Near) -> Filter:
    """What lies within the geodesic distance; the cast to geography has an index of its own."""

    def clause() -> ColumnElement[bool]:
        centre = func.ST_SetSRID(func.ST_MakePoint(number("near_lon"), number("near_lat")), constant(SRID))
        return func.ST_DWithin(func.geography(layer.outline), func.geography(centre), number("near_metres"))

    values = {"near_lon": place.lon, "near_lat": place.lat, "near_metres": place.metres}
    return Filter("near", clause, values, uneven=place.metres > WIDE_CIRCLE)


def intersecting(layer: Layer, other: Layer, key: str) -> Filter:
    """What shares at least a point with the shape of another record."""

    def clause() -> ColumnElement[bool]:
        wanted = other.key == bindparam("intersects_key", type_=_bound(other.key))
        # Correlated with nothing: the other record may be of the same table.
        shape = select(other.outline).where(wanted, *other.seen).correlate(None).scalar_subquery()
        return func.ST_Intersects(layer.outline, shape)

    known = existing(
        "intersects",
        other.key,
        [key],
        prefix=f"{other.name}/",
        condition=lambda one: and_(other.key == one, *other.seen),
    )
    value = next(iter(_possible(other.key, [key])), None)
    # What the shape is only shows when the statement runs: a plan for this one could not be better.
    return Filter(f"intersects:{other.name}", clause, {"intersects_key": value}, [known], uneven=False)


Condition = Callable[[ColumnElement[Any]], ColumnElement[bool]]


def existing(
    parameter: str,
    key: Column,
    values: Sequence[str | UUID],
    *,
    prefix: str = "",
    condition: Condition | None = None,
) -> Known:
    """These values must be in that column, or (`condition` of a wanted value) meet it in some row of its table.

    `prefix` stands before them in the message.
    """

    def missing() -> Select[str]:
        wanted = func.unnest(bindparam("known", type_=ARRAY(_bound(key)))).column_valued("wanted")
        met = key == wanted if condition is None else condition(wanted)
        absent = ~select(constant(1)).where(met).exists()
        return select(constant(prefix) + cast(wanted, Text)).where(absent)

    possible = _possible(key, values)
    impossible = [f"{prefix}{value}" for value in values if not _possible(key, [value])]
    return Known(parameter, f"{parameter}:{prefix}{key}", missing, {"known": possible}, impossible)


def among(name: str, column: Column, values: Sequence[str | UUID], *, known: Sequence[Known] = ()) -> Filter:
    """Rows whose column has any of these values."""
    wanted = {name: _possible(column, values)}
    return Filter(name, lambda: column == any_(bindparam(name, type_=ARRAY(_bound(column)))), wanted, known)


def overlapping(name: str, column: Column, values: Sequence[str], *, known: Sequence[Known] = ()) -> Filter:
    """Rows whose array has any of these values; a GIN index on the array answers it."""

    def clause() -> ColumnElement[bool]:
        return column.op("&&", is_comparison=True)(bindparam(name, type_=ARRAY(Text)))

    return Filter(name, clause, {name: list(values)}, known)


def about(table: type[Any], wanted: Reference) -> Filter:
    """Rows that are about that record. Whether there is one is not said: it may be one that the client may not see."""

    def clause() -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.subject_type == bindparam("subject_type", type_=Text)
        return and_(found, table.subject_id == bindparam("subject_id", type_=Text))

    return Filter("subject", clause, {"subject_type": wanted.resource, "subject_id": wanted.key})


def within_year(column: Column, year: int) -> Filter:
    """Rows whose day is in that year; a partial day counts by its last, as in the index of the sort by it."""

    def clause() -> ColumnElement[bool]:
        first, last = (bindparam(f"year_{name}", type_=Date) for name in ("first", "last"))
        return Dated(column).key(descending=False).between(first, last)

    return Filter("year", clause, {"year_first": date(year, 1, 1), "year_last": date(year, 12, 31)})


def valid_on(table: type[Any]) -> ColumnElement[bool]:
    """What certainly held at the end of the day `as_of`; a partial day counts by its last."""
    day = bindparam("as_of", type_=Date)
    began = func.smartcity_last_day(table.valid_from_on, type_=Date) <= day
    over = func.smartcity_last_day(table.valid_until_on, type_=Date) < day
    return and_(began, or_(table.valid_until_on.is_(None), not_(over)))


def _bound(column: Column) -> TypeEngine[Any]:
    """How a value for this column is sent: UUIDs as such, so that their index is used; everything else as text."""
    return Uuid() if isinstance(column.type, Uuid) else Text()


def _possible(column: Column, values: Sequence[str | UUID]) -> list[str | UUID]:
    """Those of the values that the column could have at all."""
    if not isinstance(column.type, Uuid):
        return list(values)
    return [found for found in map(_uuid, values) if found is not None]


def _uuid(value: str | UUID) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except ValueError:
        return None


def matching(layer: Layer, text: str) -> Filter:
    """What has a name that holds the words, or one that differs from them by typing errors."""

    def clause() -> ColumnElement[bool]:
        folded = func.smartcity_fold(bindparam("words", type_=Text), type_=Text)
        holding = (
            constant("%") + func.smartcity_fold(bindparam("words_escaped", type_=Text), type_=Text) + constant("%")
        )
        similar = folded.op("<%", is_comparison=True)(layer.names_folded)
        return or_(layer.names_folded.like(holding), similar)

    return Filter("q", clause, words(text))


def words(text: str) -> dict[str, object]:
    """The parameters of `matching`: the words, and the words with what LIKE gives a meaning escaped."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"words": text, "words_escaped": escaped}


def changed_since(layer: Layer, moment: datetime) -> Filter:
    """What changed here at or after that instant."""
    instant_ = bindparam("updated_since", type_=DateTime(timezone=True))
    return Filter("updated_since", lambda: layer.updated_at >= instant_, {"updated_since": moment})


def number(name: str) -> ColumnElement[float]:
    """A parameter that is a number."""
    return bindparam(name, type_=Double)
