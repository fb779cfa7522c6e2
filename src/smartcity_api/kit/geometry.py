"""The geometry that rows have, in WGS 84 (EPSG:4326), longitude first, and boundaries as answers have them."""

from typing import Final

from geoalchemy2 import Geometry
from sqlalchemy import Computed, Text
from sqlalchemy.orm import MappedColumn, mapped_column

SRID = 4326
DECIMALS: Final = 6
"""Of coordinates in answers, about 0.1 m; boundaries are stored with five."""


def multipolygon() -> Geometry:
    """The type of a `boundary` column; its GiST index is declared beside it, by name."""
    return Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False)


def point() -> Geometry:
    """The type of a `location` column."""
    return Geometry("POINT", srid=SRID, spatial_index=False)


def written(boundary: str) -> MappedColumn[str | None]:
    """A column that keeps a boundary as the GeoJSON that answers in WGS 84 have of it, written when it changes.

    How PostgreSQL stores it, a migration says (0023): as it would by itself, reading it cost what writing it anew does.
    """
    return mapped_column(
        Text,
        Computed(f"ST_AsGeoJSON({boundary}, {DECIMALS}, 0)", persisted=True),
        deferred=True,
        comment=f"`{boundary}` as answers have it, GeoJSON",
    )
