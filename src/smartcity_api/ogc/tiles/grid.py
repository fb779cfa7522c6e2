"""The tile matrix set WebMercatorQuad: which tiles there are, and which of them Thailand lies in."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final, Self

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text

ID: Final = "WebMercatorQuad"
URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
TITLE: Final = Text("Google Maps Compatible for the World", "ตารางแผนที่ไทล์แบบเว็บเมอร์เคเตอร์ทั้งโลก")

ORIGIN: Final = 20037508.342789244
"""Metres of EPSG:3857 from its middle to each edge of the world that is drawn."""
EXTENT: Final = 4096
"""Units along a tile's edge: coordinates inside are whole ones."""
BUFFER: Final = 128
"""Units around a tile that are drawn too, so that lines and symbols are not cut at its edge: 16 pixels of 512."""
MAX_ZOOM: Final = 24
ENOUGH_ZOOM: Final = 14
"""Where a unit is 0.6 m, finer than what boundaries are kept to: clients enlarge these tiles instead of asking more."""

WEST, SOUTH, EAST, NORTH = BOUNDS = (97.2, 5.5, 105.8, 20.6)
"""Nothing in the register lies outside; degrees, WGS 84."""

_PIXEL: Final = 0.00028
"""Metres that a pixel of a screen is taken to measure, for denominators of scale."""
_PIXELS: Final = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """The rows and columns of one matrix that Thailand lies in, the last ones included."""

    first_row: int
    last_row: int
    first_col: int
    last_col: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: zoom, row from the north, column from the west."""

    zoom: int
    row: int
    col: int

    @classmethod
    def parse(cls, zoom: str, row: str, col: str) -> Self:
        """The tile of a path; `NoSuchPath` where the tileset has none: no whole number, or outside its limits."""
        given = (zoom, row, col)
        if all(re.fullmatch("0|[1-9][0-9]{0,8}", part) for part in given):
            tile = cls(*map(int, given))
            if tile.zoom <= MAX_ZOOM and tile.is_within(LIMITS[tile.zoom]):
                return tile
        raise errors.NoSuchPath(
            Text(
                f"The tileset has no tile {'/'.join(given)}: see `tileMatrixSetLimits` of the tileset",
                f"ชุดไทล์นี้ไม่มีไทล์ {'/'.join(given)} ดู `tileMatrixSetLimits` ของชุดไทล์",
            )
        )

    def is_within(self, limits: Limits) -> bool:
        """Whether it is one of those."""
        in_rows = limits.first_row <= self.row <= limits.last_row
        return in_rows and limits.first_col <= self.col <= limits.last_col

    @property
    def values(self) -> dict[str, object]:
        """The parameters of statements about it.

        One unit, and half a unit within its far sides, in metres of EPSG:3857; the sides of its buffer in degrees.
        """
        around, size = BUFFER / EXTENT, 2**self.zoom
        unit = 2 * ORIGIN / size / EXTENT
        return {
            "tile_zoom": self.zoom,
            "tile_col": self.col,
            "tile_row": self.row,
            "tile_unit": unit,
            "tile_right": -ORIGIN + unit * (EXTENT * (self.col + 1) - 0.5),
            "tile_bottom": ORIGIN - unit * (EXTENT * (self.row + 1) - 0.5),
            "tile_west": _longitude((self.col - around) / size),
            "tile_south": _latitude((self.row + 1 + around) / size),
            "tile_east": _longitude((self.col + 1 + around) / size),
            "tile_north": _latitude((self.row - around) / size),
        }


def _longitude(x: float) -> float:
    """Degrees, of a part of the world from the west; not beyond it."""
    return min(1.0, max(0.0, x)) * 360 - 180


def _latitude(y: float) -> float:
    """Degrees, of a part of the world from the north; not beyond it."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(1.0, max(0.0, y))))))


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    """The tile that a place in degrees lies in."""
    size = 2**zoom
    x = (lon + 180) / 360
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(zoom, *(min(size - 1, max(0, math.floor(part * size))) for part in (y, x)))


def _limits(zoom: int) -> Limits:
    first, last = tile_at(WEST, NORTH, zoom), tile_at(EAST, SOUTH, zoom)
    return Limits(first.row, last.row, first.col, last.col)


LIMITS: Final = tuple(_limits(zoom) for zoom in range(MAX_ZOOM + 1))
"""By zoom."""


def limits() -> list[dict[str, Any]]:
    """`tileMatrixSetLimits` as the standard for tile matrix sets writes them."""
    return [
        {
            "tileMatrix": str(zoom),
            "minTileRow": one.first_row,
            "maxTileRow": one.last_row,
            "minTileCol": one.first_col,
            "maxTileCol": one.last_col,
        }
        for zoom, one in enumerate(LIMITS)
    ]


def definition() -> dict[str, Any]:
    """The tile matrix set as the standard for them (17-083r4) writes it."""
    return {
        "id": ID,
        "title": TITLE.en,
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    cell = 2 * ORIGIN / (_PIXELS * 2**zoom)
    return {
        "id": str(zoom),
        "scaleDenominator": cell / _PIXEL,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-ORIGIN, ORIGIN],
        "tileWidth": _PIXELS,
        "tileHeight": _PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
