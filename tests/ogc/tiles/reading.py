"""Reading vector tiles in tests, with GDAL's reader of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyogrio

from smartcity_api.ogc.tiles.grid import LIMITS, tile_at

SET = "tiles/WebMercatorQuad"
Layers = dict[str, list["Feature"]]


@dataclass(frozen=True)
class Feature:
    """What a tile tells of one feature; its geometry is WKB in units of the tile, `y` to the north."""

    told: dict[str, Any]
    shape: bytes


class Reader:
    """Asks for tiles and decodes them."""

    def __init__(self, client: httpx.AsyncClient, folder: Path) -> None:
        self.client = client
        self._file = folder / "tile.mvt"

    async def tile(self, path: str, zoom: int, row: int, col: int, **params: Any) -> Layers:
        """The layers of a tile; `path` leads to the tileset."""
        answer = await self.client.get(f"/ogc/{path}/{zoom}/{row}/{col}", params=params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        return self.decoded(answer.content)

    def decoded(self, content: bytes) -> Layers:
        """The features of each layer."""
        if not content:
            return {}
        self._file.write_bytes(content)
        return {str(name): list(self._features(str(name))) for name, _ in pyogrio.list_layers(self._file)}

    def _features(self, layer: str) -> Iterator[Feature]:
        known, _, shapes, columns = pyogrio.raw.read(self._file, layer=layer)
        for shape, *values in zip(shapes, *columns, strict=True):
            told = {name: value for name, value in zip(known["fields"], values, strict=True) if value is not None}
            yield Feature(told, bytes(shape))

    async def all(self, path: str, zoom: int, **params: Any) -> Layers:
        """The layers of every tile of a zoom, one after the other."""
        found: Layers = {}
        for row, col in tiles(zoom):
            for name, features in (await self.tile(path, zoom, row, col, **params)).items():
                found.setdefault(name, []).extend(features)
        return found


def tiles(zoom: int) -> Iterator[tuple[int, int]]:
    """Rows and columns of all tiles that there are."""
    limits = LIMITS[zoom]
    for row in range(limits.first_row, limits.last_row + 1):
        for col in range(limits.first_col, limits.last_col + 1):
            yield row, col


def over(west: float, south: float, east: float, north: float, zoom: int) -> Iterator[tuple[int, int]]:
    """Rows and columns of the tiles that a box lies in."""
    first, last = tile_at(west, north, zoom), tile_at(east, south, zoom)
    for row in range(first.row, last.row + 1):
        for col in range(first.col, last.col + 1):
            yield row, col


def ids(features: list[Feature]) -> list[str]:
    """Their ids, sorted."""
    return sorted(feature.told["id"] for feature in features)
