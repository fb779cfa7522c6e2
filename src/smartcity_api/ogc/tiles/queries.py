"""One statement for all layers of a tile, written by PostGIS as a Mapbox Vector Tile."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Select, func, literal_column, select

from smartcity_api.kit.database import Database
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.questions import prepared
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.places import about
from smartcity_api.ogc.tiles import shapes
from smartcity_api.ogc.tiles.grid import EXTENT, Tile

MOST: Final = 10_000
"""Features of a layer in one tile at most; of more, by their keys, the first: nobody could tell them apart there."""
MOST_LABELS: Final = 1_000
"""The same of labels: there is no room to write more."""

SHOWN: Final[tuple[str, ...]] = (
    "id",
    "code",
    "province",
    "display_name",
    "display_title",
    "name_th",
    "name_en",
    "title_th",
    "title_en",
    "stage",
    "status",
    "batch",
    "city_type",
    "boundary_kind",
    "kind",
    "due_on",
    "overdue",
)
"""Properties that tiles carry, of collections that have them: what styles and labels need, and the way to the rest."""

NAMES: Final[tuple[str, ...]] = ("name_th", "name_en", "title_th", "title_en")

LABELS: Final = "-labels"
"""Ends the name of the layer that has one point for each feature, however many tiles its boundary lies in."""

AS_POINTS: Final = frozenset({"milestones"})
"""Collections of what is no area, though it is about one: many boundaries one upon the other would hide the map."""

FEW_FROM: Final = 8
"""The zoom from which on looking through all that lies in a tile is less than looking where each point lies."""

_GEOMETRY: Final = "geometry"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a tile shows of one collection.

    The layer is that of the day, where one is asked; `forgiving` is a search by names with typing errors.
    """

    collection: Collection
    layer: Layer
    filters: Sequence[Filter] = ()
    forgiving: bool = False
    day: date | None = None

    @property
    def key(self) -> Hashable:
        """What makes its words differ from another's."""
        return (self.collection.id, self.day is None, tuple(one.name for one in self.filters))


def fields(layer: Layer) -> dict[str, Column]:
    """What features in tiles tell."""
    return {name: layer.properties[name] for name in SHOWN if name in layer.properties}


def label_fields(collection: Collection, layer: Layer) -> dict[str, Column]:
    """What labels tell: the words to write, the names in both languages, and what they may be styled by."""
    known = fields(layer)
    names = ("id", *NAMES, "stage", "status")
    return {"label": collection.label, **{name: known[name] for name in names if name in known}}


def first_zoom(collection: Collection) -> int:
    """From which zoom on the tiles of all collections show this one: before, it would be a blot."""
    return 7 if collection.id == "districts" else 0


@dataclass(frozen=True, kw_only=True)
class Question:
    """A tile, and what it is to show."""

    tile: Tile
    parts: Sequence[Part]

    async def answer(self, database: Database) -> bytes:
        """The tile's bytes: none where nothing is in it, which is a tile without layers."""
        filters = [one for part in self.parts for one in part.filters]
        forgiving = any(part.forgiving for part in self.parts)
        single = self._has_few and not forgiving and not any(one.known or one.uneven for one in filters)
        async with database.statement() if single else database.snapshot() as snapshot:
            await prepared(snapshot, filters, forgiving=forgiving, uneven=not self._has_few)
            ((content,),) = await snapshot.kept(self.key, self.statement, self.values)
        return bytes(content)

    @property
    def key(self) -> Hashable:
        """What its statement is kept by."""
        scale = (shapes.detail_at(self.tile.zoom), self._has_few)
        return ("tile", scale, tuple(part.key for part in self.parts))

    @property
    def _has_few(self) -> bool:
        return self.tile.zoom >= FEW_FROM

    @property
    def values(self) -> Mapping[str, object]:
        """What its statement is run with."""
        values = self.tile.values
        for part in self.parts:
            values["as_of"] = part.day
            for one in part.filters:
                values.update(one.values)
        return values

    def statement(self) -> Select[bytes]:
        """The whole tile: layers of a tile may simply stand one behind the other."""
        detail = shapes.detail_at(self.tile.zoom)
        layers: list[ColumnElement[bytes]] = []
        for part in self.parts:
            assert part.layer.location is not None
            point = shapes.labelled(part.layer.location)
            drawn = shapes.drawn(part.layer, detail, only_points=part.collection.id in AS_POINTS)
            near = _near(part, has_few=self._has_few)
            layers.append(_layer(part, near, part.collection.id, drawn, fields(part.layer), MOST))
            layers.append(
                _layer(
                    part,
                    near,
                    part.collection.id + LABELS,
                    point,
                    label_fields(part.collection, part.layer),
                    MOST_LABELS,
                )
            )
        return select(reduce(lambda before, after: before.concat(after), layers))


def _layer(
    part: Part,
    near: ColumnElement[bool],
    name: str,
    shape: ColumnElement[Any],
    told: Mapping[str, Column],
    most: int,
) -> ColumnElement[bytes]:
    """One layer of a tile; nothing at all where it has no features."""
    conditions = (*part.layer.seen, *(one.clause() for one in part.filters))
    found = (
        select(shape.label(_GEOMETRY), *(column.label(told_as) for told_as, column in told.items()))
        .select_from(part.layer.table)
        .where(near, *conditions)
        .order_by(part.layer.key.expression)
        .limit(constant(most))
        .correlate(None)
        .subquery("feature")
    )
    written = func.ST_AsMVT(literal_column("feature"), constant(name), constant(EXTENT), constant(_GEOMETRY))
    layer = select(written).select_from(found).scalar_subquery()
    return func.coalesce(layer, literal_column("''::bytea"), type_=LargeBinary)


def _near(part: Part, *, has_few: bool) -> ColumnElement[bool]:
    """What may be in the tile, by the boxes of shapes, which an index holds."""
    if part.collection.id not in AS_POINTS:
        return shapes.around(part.layer.outline)
    if not has_few:
        assert part.layer.location is not None
        return shapes.around(part.layer.location)
    return about(shapes.around)
