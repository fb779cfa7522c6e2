"""Geometry as tiles have it: which scale at which zoom, in units of the tile, with borders that stay shared."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Double, Integer, any_, bindparam, case, func, select

from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.places import Detail
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.tiles.grid import BUFFER, EXTENT, ORIGIN
from smartcity_api.provinces.models import District, Footprint, Province

Geometry = ColumnElement[Any]

MERCATOR: Final = 3857
FINER: Final = 256
"""How much finer PostGIS may cut than the tile's units; see `shared`."""
COARSE: Final = 2
"""Units by which a boundary of its own may be simplified: a quarter of a pixel where a tile is 512 wide."""


def detail_at(zoom: int) -> Detail:
    """The scale of shared borders at a zoom: what is left out is less than a pixel there."""
    return "low" if zoom <= 5 else "medium" if zoom <= 8 else "full"


def envelope() -> Geometry:
    """The tile in EPSG:3857."""
    return func.ST_TileEnvelope(*_place())


def around(outline: Column) -> ColumnElement[bool]:
    """What may be seen in the tile or its buffer, by its box in WGS 84, in which shapes are kept and indexed."""
    sides = (bindparam(f"tile_{side}", type_=Double) for side in ("west", "south", "east", "north"))
    return outline.op("&&", is_comparison=True)(func.ST_MakeEnvelope(*sides, constant(SRID)))


def drawn(layer: Layer, detail: Detail, *, only_points: bool = False) -> Geometry:
    """The geometry of a layer's features, null where nothing of it is in the tile.

    A point stands where no boundary is known, and where the boundary is too small to be seen.
    """
    assert layer.location is not None
    if "medium" in layer.boundaries:
        return shared(layer.boundaries[detail])
    boundary = layer.boundaries.get("full")
    point = within_tile(layer.location, BUFFER)
    if boundary is None or only_points:
        return point
    found = own(boundary)
    if issubclass(layer.table, Footprint):
        kind = layer.table.boundary_kind
        found = case(
            (kind == constant("administrative"), shared(_dissolved(layer.table, boundary, detail))), else_=found
        )
    return func.coalesce(found, point)


def within_tile(shape: Geometry | Column, buffer: int) -> Geometry:
    """The shape in units of the tile, cut at its edge and that much around."""
    projected = func.ST_Transform(shape, constant(MERCATOR))
    return func.ST_AsMVTGeom(projected, envelope(), constant(EXTENT), constant(buffer))


def labelled(location: Geometry | Column) -> Geometry:
    """The point of a label: in exactly one tile, though one at its far edges would be in two."""
    spot = _once(_on_grid(location))
    right, bottom = (bindparam(f"tile_{side}", type_=Double) for side in ("right", "bottom"))
    found = select(func.ST_AsMVTGeom(spot, envelope(), constant(EXTENT), constant(0)))
    return found.where(func.ST_X(spot) < right, func.ST_Y(spot) > bottom).scalar_subquery()


def own(boundary: Geometry | Column) -> Geometry:
    """A boundary that nobody shares, simplified by itself before anything dear is done with it."""
    degrees = _unit() * constant(COARSE * 180 / ORIGIN)
    return within_tile(func.ST_Simplify(boundary, degrees), BUFFER)


def shared(boundary: Geometry | Column) -> Geometry:
    """A boundary whose borders are others' too: every one of its vertices goes to the next point of the tile's grid.

    So two neighbours have the same border, vertex for vertex. `ST_AsMVTGeom` alone would simplify each of them by half
    a unit, from another vertex on, and leave slivers: it is let work in units so fine that it has nothing to simplify.
    """
    cut = func.ST_AsMVTGeom(_on_grid(boundary), envelope(), constant(EXTENT * FINER), constant(BUFFER * FINER))
    back = constant(1 / FINER)
    rounded = _once(func.ST_SnapToGrid(func.ST_Scale(cut, back, back), constant(1)))
    return select(rounded).where(func.ST_Area(rounded) > constant(0)).scalar_subquery()  # not what has become a line


def _once(shape: Geometry) -> Geometry:
    """A shape that is used several times and dear to make, as a query of its own.

    Besides, PostgreSQL leaves queries within queries to one process: to share out what shapes cost, it would start
    others that read the whole table.
    """
    made = select(shape.label("shape")).correlate_except(None).offset(constant(0)).subquery("made")
    return made.c.shape


def _on_grid(shape: Geometry | Column) -> Geometry:
    """The shape in EPSG:3857, at whole units of tiles of this zoom."""
    corner = constant(-ORIGIN)
    return func.ST_SnapToGrid(func.ST_Transform(shape, constant(MERCATOR)), corner, corner, _unit(), _unit())


def _dissolved(area: type[Footprint], boundary: Column, detail: Detail) -> Geometry:
    """The boundary of whole provinces or districts at the scale at which those are drawn, so that it lies on theirs."""
    if detail == "full":
        return boundary.expression
    parts = (
        select(func.ST_Union(getattr(unit, f"boundary_{detail}")))
        .where(unit.code == any_(codes))
        .correlate_except(unit)
        .scalar_subquery()
        for unit, codes in ((District, area.districts), (Province, area.provinces))
    )
    of_districts, of_provinces = parts
    return case((func.cardinality(area.districts) > constant(0), of_districts), else_=of_provinces)


def _place() -> tuple[ColumnElement[int], ...]:
    return tuple(bindparam(f"tile_{name}", type_=Integer) for name in ("zoom", "col", "row"))


def _unit() -> ColumnElement[float]:
    return bindparam("tile_unit", type_=Double)
