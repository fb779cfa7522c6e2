"""Filters: which rows of a layer, as clauses with named parameters, and the values that must exist for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, DateTime, Double, Select, Text, any_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased

from smartcity_api.kit import errors, language
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.places import BBox, Near
from smartcity_api.kit.statements import constant


@dataclass(frozen=True)
class Known:
    """Values of a parameter that must exist, else the request is refused naming those that do not.

    `missing` builds the statement that yields them; it is kept under `name`.
    """

    parameter: str
    name: str
    missing: Callable[[], Select[str]]
    values: Mapping[str, object]

    def fault(self, value: str) -> errors.Fault:
        """What is wrong with a value that does not exist."""
        message = language.Text(f"{self.parameter}: there is no {value}", f"{self.parameter}: ไม่มี {value}")
        return errors.Fault(code="unknown_value", message=message, parameter=self.parameter, value=value)


@dataclass(frozen=True)
class Filter:
    """One condition on a layer.

    `clause` builds it with named parameters; the same `name` on the same layer always builds the same clause, since
    statements are kept by these names. `values` are what the parameters get this time.
    """

    name: str
    clause: Callable[[], ColumnElement[bool]]
    values: Mapping[str, object]
    known: Sequence[Known] = ()


def within_bbox(layer: Layer, bbox: BBox) -> Filter:
    """What touches the box."""

    def clause() -> ColumnElement[bool]:
        box = func.ST_MakeEnvelope(
            *(_number(f"bbox_{side}") for side in ("west", "south", "east", "north")), constant(SRID)
        )
        return func.ST_Intersects(layer.boundary, box)

    values = {"bbox_west": bbox.west, "bbox_south": bbox.south, "bbox_east": bbox.east, "bbox_north": bbox.north}
    return Filter("bbox", clause, values)


def near(layer: Layer, place: Near) -> Filter:
    """What lies within the geodesic distance; the cast to geography has an index of its own."""

    def clause() -> ColumnElement[bool]:
        centre = func.ST_SetSRID(func.ST_MakePoint(_number("near_lon"), _number("near_lat")), constant(SRID))
        return func.ST_DWithin(func.geography(layer.boundary), func.geography(centre), _number("near_metres"))

    return Filter("near", clause, {"near_lon": place.lon, "near_lat": place.lat, "near_metres": place.metres})


def intersecting(layer: Layer, other: Layer, key: str) -> Filter:
    """What shares at least a point with the boundary of another record."""

    def clause() -> ColumnElement[bool]:
        # An alias: the other record may be of the same table.
        outline = aliased(other.key.parent.class_)
        key_, boundary = getattr(outline, str(other.key.key)), getattr(outline, str(other.boundary.key))
        wanted = cast(key_, Text) == bindparam("intersects_key", type_=Text)
        return func.ST_Intersects(layer.boundary, select(boundary).where(wanted).scalar_subquery())

    known = existing("intersects", other.key, [key], prefix=f"{other.name}/")
    return Filter(f"intersects:{other.name}", clause, {"intersects_key": key}, [known])


def existing(parameter: str, key: Column, values: Sequence[str], *, prefix: str = "") -> Known:
    """These values must be in that column; `prefix` stands before them in the message."""

    def missing() -> Select[str]:
        wanted = func.unnest(bindparam("known", type_=ARRAY(Text))).column_valued("wanted")
        absent = ~select(constant(1)).where(cast(key, Text) == wanted).exists()
        return select(constant(prefix) + wanted).where(absent)

    return Known(parameter, f"{parameter}:{prefix}{key}", missing, {"known": list(values)})


def among(name: str, column: Column, values: Sequence[str], *, known: Sequence[Known] = ()) -> Filter:
    """Rows whose column has any of these values."""
    return Filter(name, lambda: column == any_(bindparam(name, type_=ARRAY(Text))), {name: list(values)}, known)


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


def _number(name: str) -> ColumnElement[float]:
    return bindparam(name, type_=Double)
