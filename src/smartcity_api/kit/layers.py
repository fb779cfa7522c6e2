"""A layer: how one resource is read out of PostgreSQL, as JSON text or as GeoJSON text.

The JSON is written by SQL, not through ORM objects: geometry never becomes a Python value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import KeyedColumnElement

from smartcity_api.kit.columns import Keyed, Named
from smartcity_api.kit.models import Record
from smartcity_api.kit.places import Detail, Shape
from smartcity_api.kit.projections import WGS84, Projection
from smartcity_api.kit.statements import constant

Column = ColumnElement[Any] | InstrumentedAttribute[Any] | KeyedColumnElement[Any]


@dataclass(frozen=True)
class Dated:
    """A sort by a day that may be partial (EDTF) or not known: by its last day, unknown ones at the end.

    `kit.models.by_day` makes the two indexes that answer it.
    """

    column: Column

    def key(self, *, descending: bool) -> ColumnElement[Any]:
        """What is compared: never null, so that a cursor always has a place."""
        beyond = literal_column("'-infinity'::date" if descending else "'infinity'::date", Date)
        return func.coalesce(func.smartcity_last_day(self.column, type_=Date), beyond, type_=Date)


@dataclass(frozen=True)
class Counted:
    """A sort by a number that may not be known, unknown ones at the end; `kit.models.by_number` makes its indexes."""

    column: Column

    def key(self, *, descending: bool) -> ColumnElement[Any]:
        """What is compared: never null, so that a cursor always has a place."""
        beyond = literal_column("'-infinity'::numeric" if descending else "'infinity'::numeric", Numeric)
        return func.coalesce(self.column, beyond, type_=Numeric)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One resource as it is read: its key, its properties as SQL, its geometry, and what it can be sorted by.

    `shape` is what spatial filters look at: the full boundary when it is not given. `written` are the boundaries as
    the GeoJSON that rows keep of them; where a row has none of it, it is written for the answer. Where a day is asked
    (`bindparam("as_of", type_=Date)`), `on_day` are the properties that are then others, and `existing_on` says which
    records there were at the end of it. `visible` says which records anybody may see at all, the others are as good
    as absent.
    """

    name: str
    key: InstrumentedAttribute[Any]
    properties: Mapping[str, ColumnElement[Any]]
    sorts: Mapping[str, ColumnElement[Any] | Dated | Counted]
    location: Column | None = None
    boundaries: Mapping[Detail, Column] = field(default_factory=dict)
    written: Mapping[Detail, Column] = field(default_factory=dict)
    shape: Column | None = None
    on_day: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    existing_on: Callable[[], ColumnElement[bool]] | None = None
    visible: Callable[[], ColumnElement[bool]] | None = None

    @property
    def seen(self) -> tuple[ColumnElement[bool], ...]:
        """What every statement adds to its conditions, so that it meets only what may be seen."""
        return () if self.visible is None else (self.visible(),)

    @property
    def table(self) -> type[Any]:
        """The mapped class that the rows come from."""
        return self.key.parent.class_

    @property
    def version(self) -> Column:
        """What a record's ETag begins with."""
        column: Column = self.table.version
        return column

    @property
    def updated_at(self) -> Column:
        """When a record was last changed."""
        column: Column = self.table.updated_at
        return column

    @property
    def names_folded(self) -> Column:
        """All names of a record, folded for search."""
        column: Column = self.table.names_folded
        return column

    @property
    def outline(self) -> Column:
        """The shape that spatial filters look at."""
        return self.boundaries["full"] if self.shape is None else self.shape

    @property
    def is_spatial(self) -> bool:
        """Whether the layer has geometry at all."""
        return self.location is not None

    @cached_property
    def that_day(self) -> "Layer":
        """The layer whose properties are those at the end of a day."""
        return replace(self, properties={**self.properties, **self.on_day})


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


class Instant(Text):
    """The type of texts that are instants: formats that know time tell it from others."""


def instant(column: Column) -> ColumnElement[str]:
    """An instant as RFC 3339 in UTC, whatever the session's time zone."""
    form = constant('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    return func.to_char(func.timezone(constant("UTC"), column), form, type_=Instant())


def record_properties(table: type[Record]) -> dict[str, ColumnElement[Any]]:
    """What every record carries behind its own properties."""
    return {
        "sources": table.sources.expression,
        "version": table.version.expression,
        "created_at": instant(table.created_at),
        "updated_at": instant(table.updated_at),
    }


def named_properties(table: type[Named]) -> dict[str, ColumnElement[Any]]:
    """The names of what has names."""
    return {
        "display_name": table.display_name.expression,
        "name_th": table.name_th.expression,
        "name_en": table.name_en.expression,
        "variants": table.variants.expression,
    }


def keyed_properties(table: type[Keyed]) -> dict[str, ColumnElement[Any]]:
    """The key of what was loaded from another system."""
    return {"source_system": table.source_system.expression, "external_id": table.external_id.expression}


def json_object(properties: Mapping[str, Column]) -> ColumnElement[Any]:
    """A JSON object. Of PostgreSQL's ways to write one, a row's is the shortest text and the quickest."""
    row = select(*(value.label(name) for name, value in properties.items())).correlate_except(None).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(row).scalar_subquery()


def json_one(properties: Mapping[str, Column], source: FromClause, where: ColumnElement[bool]) -> ColumnElement[Any]:
    """A JSON object out of another table's one row that meets the condition; null when there is none."""
    rows = select(*(value.label(name) for name, value in properties.items())).select_from(source).where(where)
    found = rows.correlate_except(source).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(found).scalar_subquery()


def json_list(
    properties: Mapping[str, Column], source: FromClause, where: ColumnElement[bool], *order: Column
) -> ColumnElement[Any]:
    """A JSON list of objects out of another table: what belongs to the row that it stands in.

    On one line, since a record is one line of ndjson: json_agg() would break it.
    """
    rows = select(*(value.label(name) for name, value in properties.items())).select_from(source).where(where)
    found = rows.order_by(*order).correlate_except(source).subquery("o")
    objects = select(func.row_to_json(literal_column("o"))).select_from(found)
    return func.to_json(func.array(objects.scalar_subquery()))


def json_optional(properties: Mapping[str, Column], given: Column) -> ColumnElement[Any]:
    """A JSON object, or null where that column is."""
    return case((given.is_not(None), json_object(properties)))


def subject(table: type[Any]) -> ColumnElement[Any]:
    """The record that a row is about, as `{type, id}`; null where it is about none."""
    return json_optional({"type": table.subject_type, "id": table.subject_id}, table.subject_id)


def _object(properties: Mapping[str, Column]) -> ColumnElement[str]:
    return cast(json_object(properties), Text)


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
        text = func.left(text, constant(-1), type_=Text)
        for name, column in members.items():
            text = text + constant(f',"{name}":') + _geojson(layer, column, detail, WGS84)
        text = text + constant("}")
    return text


def drawn(layer: Layer, shape: Shape, detail: Detail) -> Column | None:
    """The one geometry of a feature: where no boundary is known the point stands for it."""
    whole = layer.boundaries.get(detail) if layer.shape is None else layer.shape
    return None if shape == "none" else layer.location if shape == "point" else whole


def _geojson(layer: Layer, column: Column, detail: Detail, projection: Projection) -> ColumnElement[str]:
    """A shape's GeoJSON text, as the row keeps it if it does; `null` where there is no shape."""
    is_kept = column is not layer.location and projection == WGS84 and detail in layer.written
    kept = [layer.written[detail]] if is_kept else []
    return func.coalesce(*kept, projection.geojson(column), constant("null"), type_=Text)


def feature(
    layer: Layer, fields: Sequence[str], *, shape: Shape, detail: Detail, projection: Projection = WGS84
) -> ColumnElement[str]:
    """One record as the JSON text of a GeoJSON Feature (RFC 7946), its key as `id`."""
    column = drawn(layer, shape, detail)
    geometry = constant("null") if column is None else _geojson(layer, column, detail, projection)
    return (
        constant('{"type":"Feature","id":')
        + cast(func.to_json(layer.key), Text)
        + constant(',"geometry":')
        + geometry
        + constant(',"properties":')
        + _object({name: layer.properties[name] for name in fields})
        + constant("}")
    )
