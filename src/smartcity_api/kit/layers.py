"""A layer: how one resource is read out of PostgreSQL, as JSON text, as GeoJSON text, or as csv columns.

The JSON is written by SQL, not through ORM objects: geometry never becomes a Python value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, Text, cast, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import KeyedColumnElement

from smartcity_api.kit import language
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.places import BBox, Detail, Near, Shape

Column = ColumnElement[Any] | InstrumentedAttribute[Any] | KeyedColumnElement[Any]

DECIMALS = 6
"""Decimals of coordinates in answers: about 0.1 m; boundaries are stored with five."""


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
    """A value of a parameter that must exist, else the request is refused naming it."""

    parameter: str
    value: str
    exists: Exists


@dataclass(frozen=True)
class Filter:
    """One condition on a layer, and the values in it that must exist."""

    clause: ColumnElement[bool]
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
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


def json_object(properties: Mapping[str, Column]) -> ColumnElement[Any]:
    """A JSON object; names are ours, so they are written into the SQL."""
    return func.json_build_object(*(part for name, value in properties.items() for part in (_sql(name), value)))


def _object(properties: Mapping[str, Column]) -> ColumnElement[str]:
    return cast(json_object(properties), Text)


def _sql(constant: str) -> ColumnElement[str]:
    """A constant of ours, written into the statement; it holds no quote."""
    return literal_column(f"'{constant}'", Text)


def _geojson(shape: Column) -> ColumnElement[str]:
    return func.ST_AsGeoJSON(shape, DECIMALS, type_=Text)


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
        text = func.left(text, -1, type_=Text)
        for name, column in members.items():
            text = text + _sql(f', "{name}" : ') + func.coalesce(_geojson(column), _sql("null"))
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
        cells[name] = func.ST_AsText(column, DECIMALS, type_=Text)
    return cells


# --- which rows ------------------------------------------------------------------------------------------------------


def within_bbox(layer: Layer, bbox: BBox) -> Filter:
    """What touches the box."""
    return Filter(
        func.ST_Intersects(layer.boundary, func.ST_MakeEnvelope(bbox.west, bbox.south, bbox.east, bbox.north, SRID))
    )


def near(layer: Layer, place: Near) -> Filter:
    """What lies within the geodesic distance; the cast to geography has an index of its own."""
    centre = func.ST_SetSRID(func.ST_MakePoint(place.lon, place.lat), SRID)
    return Filter(func.ST_DWithin(_geography(layer.boundary), _geography(centre), place.metres))


def _geography(shape: Column) -> ColumnElement[Any]:
    return func.geography(shape)


def intersecting(layer: Layer, other: Layer, key: str) -> Filter:
    """What shares at least a point with the boundary of another record."""
    outline = select(other.boundary).where(other.key == key).scalar_subquery()
    return Filter(
        func.ST_Intersects(layer.boundary, outline),
        [Known("intersects", f"{other.name}/{key}", select(literal(1)).where(other.key == key).exists())],
    )


def matching(layer: Layer, words: str) -> Filter:
    """What has a name that holds the words, or one that differs from them by typing errors."""
    folded = func.smartcity_fold(words, type_=Text)
    return Filter(
        or_(
            layer.names_folded.like(_holding(words)),
            folded.op("<%", is_comparison=True)(layer.names_folded),
        )
    )


def _holding(words: str) -> ColumnElement[str]:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return literal("%", Text) + func.smartcity_fold(escaped, type_=Text) + literal("%", Text)


def changed_since(layer: Layer, moment: Any) -> Filter:
    """What changed here at or after that instant."""
    return Filter(layer.updated_at >= moment)


# --- in which order ------------------------------------------------------------------------------------


def ordered(layer: Layer, statement: Select[*tuple[Any, ...]], sort: Sort) -> Select[*tuple[Any, ...]]:
    """The statement in the published order; the key makes it total."""
    keys = _keys(layer, sort)
    return statement.order_by(*(key.desc() if sort.descending else key.asc() for key in keys))


def following(layer: Layer, sort: Sort, after: Sequence[str]) -> ColumnElement[bool]:
    """What comes after a cursor's row: one comparison of rows, which the sort's index answers."""
    keys = _keys(layer, sort)
    here = tuple_(*keys)
    there = tuple_(*(cast(literal(value, Text), key.type) for key, value in zip(keys, after, strict=True)))
    return here < there if sort.descending else here > there


def position(layer: Layer, sort: Sort) -> list[ColumnElement[str]]:
    """What a cursor remembers of a row."""
    return [cast(key, Text) for key in _keys(layer, sort)]


def _keys(layer: Layer, sort: Sort) -> list[ColumnElement[Any]]:
    key = layer.key.expression
    return [key] if sort.name == layer.key.key else [layer.sorts[sort.name], key]
