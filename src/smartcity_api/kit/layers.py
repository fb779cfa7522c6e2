"""A layer: how one resource is read out of PostgreSQL, as JSON text, as GeoJSON text, or as csv columns.

The JSON is written by SQL, not through ORM objects: geometry never becomes a Python value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from smartcity_api.kit import errors, language
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.places import BBox, Detail, Near, Shape

Column = ColumnElement[Any] | InstrumentedAttribute[Any] | KeyedColumnElement[Any]

# Constants stand in the SQL, so that kept statements hold no values.
_DECIMALS = literal_column("6", Integer)  # of coordinates in answers: about 0.1 m; boundaries are stored with five
_SRID = literal_column(str(SRID), Integer)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One resource as it is read: its key, its properties as SQL, its geometry, and what it can be sorted by."""

    name: str
    title: language.Text
    key: InstrumentedAttribute[Any]
    version: Column
    updated_at: Column
    names_folded: Column
    properties: Mapping[str, ColumnElement[Any]]
    sorts: Mapping[str, ColumnElement[Any]]
    location: Column | None = None
    boundaries: Mapping[Detail, Column] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def boundary(self) -> Column:
        """The boundary that spatial filters look at: always the full one."""
        return self.boundaries["full"]

    @property
    def is_spatial(self) -> bool:
        """Whether the layer has geometry at all."""
        return self.location is not None


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


@dataclass(frozen=True)
class Sort:
    """A published order; `-name` is descending."""

    name: str
    descending: bool = False

    @classmethod
    def parse(cls, value: str) -> "Sort":
        """`name` or `-name`."""
        return cls(value.removeprefix("-"), value.startswith("-"))


# --- what a row looks like -------------------------------------------------------------------------------------------


def instant(column: Column) -> ColumnElement[str]:
    """An instant as RFC 3339 in UTC, whatever the session's time zone."""
    return func.to_char(func.timezone(_sql("UTC"), column), _sql('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))


def json_object(properties: Mapping[str, Column]) -> ColumnElement[Any]:
    """A JSON object. Of PostgreSQL's ways to write one, a row's is the shortest text and the quickest."""
    row = select(*(value.label(name) for name, value in properties.items())).correlate_except(None).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(row).scalar_subquery()


def _object(properties: Mapping[str, Column]) -> ColumnElement[str]:
    return cast(json_object(properties), Text)


def _sql(constant: str) -> ColumnElement[str]:
    """A constant of ours, written into the statement; it holds no quote."""
    return literal_column(f"'{constant}'", Text)


def _geojson(shape: Column) -> ColumnElement[str]:
    return func.ST_AsGeoJSON(shape, _DECIMALS, type_=Text)


def geometries(layer: Layer, shape: Shape, detail: Detail) -> dict[str, Column]:
    """The geometry members of a plain JSON record: `location`, and `boundary` when the whole shape is wanted."""
    found: dict[str, Column] = {}
    if shape != "none" and layer.location is not None:
        found["location"] = layer.location
        if shape == "full":
            found["boundary"] = layer.boundaries[detail]
    return found


def record(layer: Layer, fields: Sequence[str], *, shape: Shape, detail: Detail) -> ColumnElement[str]:
    """One record as JSON text. Geometry is spliced in as the text that PostGIS wrote, unparsed."""
    text: ColumnElement[str] = _object({name: layer.properties[name] for name in fields})
    members = geometries(layer, shape, detail)
    if members:
        text = func.left(text, literal_column("-1"), type_=Text)
        for name, column in members.items():
            text = text + _sql(f',"{name}":') + func.coalesce(_geojson(column), _sql("null"))
        text = text + _sql("}")
    return text


def feature(layer: Layer, fields: Sequence[str], *, shape: Shape, detail: Detail) -> ColumnElement[str]:
    """One record as the JSON text of a GeoJSON Feature (RFC 7946), its key as `id`."""
    column = None if shape == "none" else layer.location if shape == "point" else layer.boundaries[detail]
    geometry = _sql("null") if column is None else func.coalesce(_geojson(column), _sql("null"))
    return (
        _sql('{"type":"Feature","id":')
        + cast(func.to_json(layer.key), Text)
        + _sql(',"geometry":')
        + geometry
        + _sql(',"properties":')
        + _object({name: layer.properties[name] for name in fields})
        + _sql("}")
    )


def columns(layer: Layer, fields: Sequence[str], *, shape: Shape, detail: Detail) -> dict[str, ColumnElement[str]]:
    """One record as csv cells; lists and objects as JSON text, geometry as WKT."""
    cells: dict[str, ColumnElement[str]] = {name: cast(layer.properties[name], Text) for name in fields}
    for name, column in geometries(layer, shape, detail).items():
        cells[name] = func.ST_AsText(column, _DECIMALS, type_=Text)
    return cells


# --- which rows ------------------------------------------------------------------------------------------------------


def within_bbox(layer: Layer, bbox: BBox) -> Filter:
    """What touches the box."""

    def clause() -> ColumnElement[bool]:
        box = func.ST_MakeEnvelope(*(_number(f"bbox_{side}") for side in ("west", "south", "east", "north")), _SRID)
        return func.ST_Intersects(layer.boundary, box)

    values = {"bbox_west": bbox.west, "bbox_south": bbox.south, "bbox_east": bbox.east, "bbox_north": bbox.north}
    return Filter("bbox", clause, values)


def near(layer: Layer, place: Near) -> Filter:
    """What lies within the geodesic distance; the cast to geography has an index of its own."""

    def clause() -> ColumnElement[bool]:
        centre = func.ST_SetSRID(func.ST_MakePoint(_number("near_lon"), _number("near_lat")), _SRID)
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
        absent = ~select(literal_column("1")).where(cast(key, Text) == wanted).exists()
        return select(_sql(prefix) + wanted).where(absent)

    return Known(parameter, f"{parameter}:{prefix}{key}", missing, {"known": list(values)})


def among(name: str, column: Column, values: Sequence[str], *, known: Sequence[Known] = ()) -> Filter:
    """Rows whose column has any of these values."""
    return Filter(name, lambda: column == any_(bindparam(name, type_=ARRAY(Text))), {name: list(values)}, known)


def matching(layer: Layer, text: str) -> Filter:
    """What has a name that holds the words, or one that differs from them by typing errors."""

    def clause() -> ColumnElement[bool]:
        folded = func.smartcity_fold(bindparam("words", type_=Text), type_=Text)
        holding = _sql("%") + func.smartcity_fold(bindparam("words_escaped", type_=Text), type_=Text) + _sql("%")
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


# --- in which order ------------------------------------------------------------------------------------


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
    return [key] if sort.name == layer.key.key else [layer.sorts[sort.name], key]
