"""Where and when a collection has anything: four looks into the index of shapes and one into that of days."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, cast, func, literal_column, null, select

from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.places import PLACED_MILESTONES

_EDGES: Final = (
    (func.ST_XMin, (-180, -90, -180, 90)),
    (func.ST_YMin, (-180, -90, 180, -90)),
    (func.ST_XMax, (180, -90, 180, 90)),
    (func.ST_YMax, (-180, 90, 180, 90)),
)
"""What is measured, and the edge of the world whose nearest record has the least or most of it."""


def extent_columns(collection: Collection) -> Sequence[Column]:
    """West, south, east and north in degrees, rounded outwards, and the first day; null where there is none."""
    layer = collection.layer
    # Milestones have no index of their own: they are of records that lie in the country.
    where = COLLECTIONS["provinces"].layer if layer is PLACED_MILESTONES else layer
    edges = [_edge(where, measure, edge) for measure, edge in _EDGES]
    outwards = [
        (func.floor if place < 2 else func.ceil)(edge * constant(100000.0)) / constant(100000.0)
        for place, edge in enumerate(edges)
    ]
    begins = null() if collection.begins is None else collection.begins()
    return (*outwards, func.nullif(cast(begins, Date), literal_column("'infinity'::date", Date)))


def _edge(layer: Layer, measure: Any, edge: tuple[int, int, int, int]) -> ColumnElement[Any]:
    """The distance of boxes, which the index of shapes gives in order: nothing else is looked at."""
    world = func.ST_MakeEnvelope(*(constant(number) for number in edge), constant(SRID))
    nearest = layer.outline.op("<#>")(world)
    seen = select(measure(layer.outline)).select_from(layer.table).where(layer.outline.is_not(None), *layer.seen)
    return seen.order_by(nearest).limit(constant(1)).scalar_subquery()
