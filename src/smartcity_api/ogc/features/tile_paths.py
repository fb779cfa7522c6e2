"""The paths of tiles in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, Final

from smartcity_api.kit.params import Strict
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.features.operations import Answered, Described, in_path, reading
from smartcity_api.ogc.tiles import grid
from smartcity_api.ogc.tiles.parameters import Form, MatrixSetParams, of_collection, of_dataset

_SET: Final = in_path("tileMatrixSetId", "The tile matrix set", type="string", enum=[grid.ID])
_PLACE: Final = tuple(
    in_path(name, about, type="string", pattern="^[0-9]{1,8}$")
    for name, about in (
        ("tileMatrix", "The zoom level"),
        ("tileRow", "The row, from the north"),
        ("tileCol", "The column, from the west"),
    )
)


def tile_paths() -> dict[str, Described]:
    """All of them."""
    listed, defined = Answered(schema="Definition", html=False), "tileMatrixSets"
    found = {
        f"/{defined}": reading("tiles", defined, "The tile matrix sets", MatrixSetParams, listed),
        f"/{defined}/{{tileMatrixSetId}}": reading(
            "tiles", "tileMatrixSet", "One tile matrix set", MatrixSetParams, listed, _SET
        ),
        **_tilesets("tiles", "", "All collections", of_dataset),
    }
    for one in COLLECTIONS.values():
        models = _of(one.id)
        found.update(_tilesets(one.id, f"/collections/{one.id}", one.title.en, models))
    return found


def _of(collection_id: str) -> Callable[[Form], type[Strict]]:
    return lambda form: of_collection(collection_id, form)


def _tilesets(tag: str, path: str, title: str, model: Callable[[Form], Any]) -> dict[str, Described]:
    name, told = tag.replace("-", "_"), Answered(schema="Definition")
    tile = Answered(schema="Tile", form="mvt", html=False)
    set_path = f"{path}/tiles/{{tileMatrixSetId}}"
    return {
        f"{path}/tiles": reading(tag, f"{name}_tilesets", f"{title}: the tilesets", model("list"), told),
        set_path: reading(tag, f"{name}_tileset", f"{title}: one tileset", model("set"), told, _SET),
        f"{set_path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": reading(
            tag, f"{name}_tile", f"{title}: one tile", model("tile"), tile, _SET, *_PLACE
        ),
    }
