"""In which coordinate reference system coordinates are written; everything is kept in WGS 84, longitude first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.orm import InstrumentedAttribute

from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.statements import constant

Shape = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """An EPSG code, how many decimals its coordinates have in answers, and whether the northing comes first."""

    srid: int = SRID
    decimals: int = 6
    latitude_first: bool = False

    def geojson(self, shape: Shape) -> ColumnElement[str]:
        """The shape's JSON text in it; 0 keeps PostGIS from naming the system inside, as GeoJSON once did."""
        found = shape if self.srid == SRID else func.ST_Transform(shape, constant(self.srid))
        if self.latitude_first:
            found = func.ST_FlipCoordinates(found)
        return func.ST_AsGeoJSON(found, constant(self.decimals), constant(0), type_=Text)


WGS84 = Projection()
"""Six decimals are about 0.1 m; boundaries are stored with five."""
