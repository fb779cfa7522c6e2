"""The two kinds of geometry that rows have, in WGS 84 (EPSG:4326), longitude first."""

from geoalchemy2 import Geometry

SRID = 4326


def multipolygon() -> Geometry:
    """The type of a `boundary` column; its GiST index is declared beside it, by name."""
    return Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False)


def point() -> Geometry:
    """The type of a `location` column."""
    return Geometry("POINT", srid=SRID, spatial_index=False)
