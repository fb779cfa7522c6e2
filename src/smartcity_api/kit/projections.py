"""In which coordinate reference system coordinates are written; everything is kept in WGS 84, longitude first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.orm import InstrumentedAttribute

from smartcity_api.kit.geometry import DECIMALS, SRID
from smartcity_api.kit.statements import constant

Shape = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """An EPSG code, how many decimals its coordinates have in answers, and whether the northing comes first.

    `definition` (PROJ) stands for the code where what PROJ makes of the code alone is not what is meant.
    """

    srid: int = SRID
    decimals: int = DECIMALS
    latitude_first: bool = False
    definition: str | None = None

    def geojson(self, shape: Shape) -> ColumnElement[str]:
        """The shape's JSON text in it; 0 keeps PostGIS from naming the system inside, as GeoJSON once did."""
        found = shape if self.srid == SRID else func.ST_Transform(shape, self._named)
        if self.latitude_first:
            found = func.ST_FlipCoordinates(found)
        return func.ST_AsGeoJSON(found, constant(self.decimals), constant(0), type_=Text)

    def box(self, west: Shape, south: Shape, east: Shape, north: Shape) -> ColumnElement[Any]:
        """A box of its plane as a shape in WGS 84: its sides are bent there, so they get a vertex each twentieth."""
        if self.srid == SRID:
            return func.ST_MakeEnvelope(west, south, east, north, constant(SRID))
        step = func.greatest((east - west) / constant(20.0), (north - south) / constant(20.0), constant(1.0))
        sides = func.ST_MakeEnvelope(west, south, east, north, constant(self.srid))
        return self.unprojected(func.ST_Segmentize(sides, step))

    def unprojected(self, shape: Shape) -> ColumnElement[Any]:
        """A shape of its plane, whose SRID is its code and the easting first, in WGS 84."""
        if self.definition:
            return func.ST_Transform(shape, self._named, constant(SRID))
        return func.ST_Transform(shape, constant(SRID))

    @property
    def _named(self) -> ColumnElement[Any]:
        return constant(self.definition or self.srid)


WGS84 = Projection()
"""As everything is kept."""
