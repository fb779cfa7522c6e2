"""The routes of tiles, and of what describes and draws them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit import errors
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.parameters import QueryReader
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import NoParams, Strict
from smartcity_api.ogc.answers import Endpoint, collection_of, document, form_of, language_of, page, root
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.tiles import documents, grid, parameters, viewer
from smartcity_api.ogc.tiles.documents import Tileset
from smartcity_api.ogc.tiles.grid import Tile
from smartcity_api.ogc.tiles.parameters import of_collection, of_dataset, part_of
from smartcity_api.ogc.tiles.queries import Question, first_zoom
from smartcity_api.ogc.tiles.style import style


async def matrix_sets(request: Request) -> Response:
    """The tile matrix sets that tiles come in."""
    await _read(request, parameters.MatrixSetParams)
    return represented(orjson.dumps(documents.matrix_sets(root(request))), "json")


async def matrix_set(request: Request) -> Response:
    """The definition of the one that there is."""
    await _read(request, parameters.MatrixSetParams)
    _check_matrix_set(request)
    return represented(orjson.dumps(grid.definition()), "json")


async def dataset_list(request: Request) -> Response:
    """The tilesets of all collections."""
    given = await _read(request, of_dataset("list"))
    tileset = Tileset.asked(request, given.wanted)
    return _described(request, given, tileset, {"json": documents.listed(tileset)})


async def dataset_tileset(request: Request) -> Response:
    """The tileset of all collections."""
    given = await _read(request, of_dataset("set"))
    _check_matrix_set(request)
    return _tileset(request, given, Tileset.asked(request, given.wanted))


async def dataset_tile(request: Request) -> Response:
    """One tile with a layer for each collection."""
    given = await _read(request, of_dataset("tile"))
    tile = _tile(request)
    shown = [one for one in given.wanted if first_zoom(one) <= tile.zoom]
    return await _drawn(request, tile, given, shown)


async def collection_list(request: Request) -> Response:
    """The tilesets of one collection."""
    collection = collection_of(request)
    given = await _read(request, of_collection(collection.id, "list"))
    tileset = Tileset.asked(request, [collection], collection)
    return _described(request, given, tileset, {"json": documents.listed(tileset)})


async def collection_tileset(request: Request) -> Response:
    """The tileset of one collection."""
    collection = collection_of(request)
    given = await _read(request, of_collection(collection.id, "set"))
    _check_matrix_set(request)
    return _tileset(request, given, Tileset.asked(request, [collection], collection))


async def collection_tile(request: Request) -> Response:
    """One tile of one collection, by the filters of its list."""
    collection = collection_of(request)
    given = await _read(request, of_collection(collection.id, "tile"))
    return await _drawn(request, _tile(request), given, [collection])


async def programme_style(request: Request) -> Response:
    """A MapLibre style for the tiles of all collections."""
    await _read(request, parameters.StyleParams)
    tilejson = f"{root(request)}/tiles/{grid.ID}?f=tilejson"
    return represented(orjson.dumps(style(tilejson)), "style")


async def script(request: Request) -> Response:
    """The script of the map."""
    await _read(request, NoParams)
    return represented(viewer.SCRIPT, "js")


async def sheet(request: Request) -> Response:
    """The style sheet of the map."""
    await _read(request, NoParams)
    return represented(viewer.SHEET, "css")


async def _drawn(request: Request, tile: Tile, given: Strict, shown: list[Collection]) -> Response:
    """The tile; 200 where nothing is in it, since no bytes are a tile without layers, and 204 could not be kept."""
    database: Database = request.app.state.database
    known: Mapping[str, Layer] = request.app.state.layers
    parts = [part_of(one, given, known) for one in shown]
    content = await Question(tile=tile, parts=parts).answer(database)
    return represented(content, "mvt")


def _tileset(request: Request, given: Strict, tileset: Tileset) -> Response:
    return _described(request, given, tileset, {"json": tileset.metadata, "tilejson": tileset.tilejson})


def _described(request: Request, given: Any, tileset: Tileset, written: Mapping[str, Any]) -> Response:
    """What describes tiles, in the form that was asked for; html is a map of them."""
    form = form_of(request, given.f, *written, "html")
    if form == "html":
        return page(
            request, viewer.TEMPLATE, viewer.context(tileset, language_of(request)), headers=viewer.policy(tileset)
        )
    return document(request, form, written[form], viewer.TEMPLATE)


async def _read(request: Request, model: type[Strict]) -> Any:
    return await QueryReader(model)(request)


def _tile(request: Request) -> Tile:
    _check_matrix_set(request)
    return Tile.parse(*(request.path_params[name] for name in ("tileMatrix", "tileRow", "tileCol")))


def _check_matrix_set(request: Request) -> None:
    if request.path_params["tileMatrixSetId"] != grid.ID:
        raise errors.NoSuchPath


_SET: Final = "/tiles/{tileMatrixSetId}"
_TILE: Final = "/{tileMatrix}/{tileRow}/{tileCol}"
_COLLECTION: Final = "/collections/{collection}"

ROUTES: Final[Sequence[tuple[str, Endpoint]]] = (
    ("/tileMatrixSets", matrix_sets),
    ("/tileMatrixSets/{tileMatrixSetId}", matrix_set),
    ("/tiles", dataset_list),
    (_SET, dataset_tileset),
    (_SET + _TILE, dataset_tile),
    (f"{_COLLECTION}/tiles", collection_list),
    (_COLLECTION + _SET, collection_tileset),
    (_COLLECTION + _SET + _TILE, collection_tile),
    ("/styles/programme", programme_style),
    ("/static/tiles.js", script),
    ("/static/tiles.css", sheet),
)
"""Paths below the root of the OGC API, and what answers them."""
