"""What describes tiles: lists of tilesets, one tileset, TileJSON, and the links that lead to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from smartcity_api.kit.language import Language, Text
from smartcity_api.ogc.answers import Link, language_of, link, root
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.tiles import grid
from smartcity_api.ogc.tiles.queries import LABELS, MOST, MOST_LABELS, fields, first_zoom, label_fields

_RELATIONS: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_TILES: Final = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
_MATRICES: Final = "http://www.opengis.net/spec/tms/2.0/conf/"

CONFORMANCE: Final = (
    *(
        _TILES + name
        for name in (
            "core",
            "tileset",
            "tilesets-list",
            "dataset-tilesets",
            "geodata-tilesets",
            "collections-selection",
            "datetime",
            "mvt",
            "oas30",
        )
    ),
    *(
        _MATRICES + name
        for name in (
            "tilematrixset",
            "json-tilematrixset",
            "tilematrixsetlimits",
            "json-tilematrixsetlimits",
            "tilesetmetadata",
            "json-tilesetmetadata",
        )
    ),
)
"""The conformance classes of OGC API - Tiles, Part 1, and of the standard for tile matrix sets that are kept."""

ATTRIBUTION: Final = "Boundaries: Royal Thai Survey Department / OCHA ROAP via geoBoundaries, CC BY 3.0 IGO"
DATASET: Final = Text("Smart City Register", "ทะเบียนเมืองอัจฉริยะ")
TILES: Final = Text("Vector tiles", "ไทล์เวกเตอร์")
POINTS: Final = Text("{}: a point for the label of each", "{}: จุดสำหรับป้ายชื่อ")
ABOUT: Final = Text(
    "For each collection a layer of shapes and a layer of points for labels; borders that are shared stay shared at "
    f"all zooms. One tile has at most {MOST:,} shapes and {MOST_LABELS:,} labels of a collection; zoom in for more.",
    "แต่ละชุดข้อมูลมีชั้นรูปร่างและชั้นจุดสำหรับป้ายชื่อ เส้นเขตที่ติดกันตรงกันทุกระดับการซูม "
    f"หนึ่งไทล์มีรูปร่างไม่เกิน {MOST:,} และป้ายชื่อไม่เกิน {MOST_LABELS:,} รายการต่อชุดข้อมูล ซูมเข้าเพื่อดูส่วนที่เหลือ",
)
MATRIX_SETS: Final = Text("Tile matrix sets", "ตารางไทล์")
_CENTRE: Final = [101.0, 13.2, 5]


def landing_links(base: str, language: Language) -> list[Link]:
    """What leads from the landing page to tiles; `base` is the URL of the OGC API."""
    sets = link(f"{base}/tileMatrixSets?f=json", f"{_RELATIONS}tiling-schemes", "json", MATRIX_SETS, language)
    return [link(f"{base}/tiles?f=json", f"{_RELATIONS}tilesets-vector", "json", TILES, language), sets]


def collection_links(base: str, collection_id: str, language: Language) -> list[Link]:
    """What leads from a collection to its tiles."""
    href = f"{base}/collections/{collection_id}/tiles?f=json"
    return [link(href, f"{_RELATIONS}tilesets-vector", "json", TILES, language)]


@dataclass(frozen=True, kw_only=True)
class Tileset:
    """The tiles of one collection or of all, as they were asked for; `query` goes into every tile's URL."""

    base: str
    title: Text
    collections: Sequence[Collection]
    query: str
    of: Collection | None = None
    language: Language = "en"

    @classmethod
    def asked(cls, request: Request, collections: Sequence[Collection], of: Collection | None = None) -> "Tileset":
        """That of a request."""
        query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "f"])
        title = of.title if of else DATASET
        return cls(
            base=root(request), title=title, collections=collections, query=query, of=of, language=language_of(request)
        )

    @property
    def url(self) -> str:
        """Where the list of tilesets is."""
        return f"{self.base}/collections/{self.of.id}/tiles" if self.of else f"{self.base}/tiles"

    def at(self, path: str, **added: str) -> str:
        """A URL below that carries what was asked."""
        query = "&".join(part for part in (urlencode(added), self.query) if part)
        return f"{self.url}{path}" + (f"?{query}" if query else "")

    @property
    def in_short(self) -> dict[str, Any]:
        """Its entry in the list of tilesets. No templates: readers of lists follow every link."""
        scheme = f"{self.base}/tileMatrixSets/{grid.ID}?f=json"
        return {
            "title": self.title.in_(self.language),
            "dataType": "vector",
            "crs": grid.CRS,
            "tileMatrixSetId": grid.ID,
            "tileMatrixSetURI": grid.URI,
            "links": [
                link(self.at(f"/{grid.ID}", f="json"), "self", "json", self.title, self.language),
                link(scheme, f"{_RELATIONS}tiling-scheme", "json", grid.TITLE, self.language),
            ],
        }

    @property
    def metadata(self) -> dict[str, Any]:
        """The tileset as the standard for them writes it."""
        tile = self.at(f"/{grid.ID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", f="mvt")
        short = self.in_short
        geodata = f"{self.base}/collections/{self.of.id}" if self.of else self.base
        return {
            **short,
            "description": ABOUT.in_(self.language),
            "tileMatrixSetLimits": grid.limits(),
            "attribution": ATTRIBUTION,
            "boundingBox": {
                "lowerLeft": [grid.WEST, grid.SOUTH],
                "upperRight": [grid.EAST, grid.NORTH],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            },
            "centerPoint": {"coordinates": _CENTRE[:2], "tileMatrix": str(_CENTRE[2])},
            "layers": [layer for one in self.collections for layer in self._layers(one)],
            "links": [
                *short["links"],
                {**link(tile, "item", "mvt", TILES, self.language), "templated": True},
                link(self.at(f"/{grid.ID}", f="tilejson"), "describedby", "tilejson"),
                link(self.at(f"/{grid.ID}", f="html"), "alternate", "html"),
                link(geodata, f"{_RELATIONS}geodata", "json"),
            ],
        }

    @property
    def tilejson(self) -> dict[str, Any]:
        """The same as TileJSON 3.0: `{y}` is the row from the north, `{x}` the column, as in the path."""
        place = self.at(f"/{grid.ID}/{{z}}/{{y}}/{{x}}", f="mvt")
        return {
            "tilejson": "3.0.0",
            "name": self.title.in_(self.language),
            "attribution": ATTRIBUTION,
            "scheme": "xyz",
            "tiles": [place],
            "minzoom": 0,
            "maxzoom": grid.ENOUGH_ZOOM,
            "bounds": list(grid.BOUNDS),
            "center": _CENTRE,
            "vector_layers": [
                {
                    "id": layer["id"],
                    "description": layer["title"],
                    "minzoom": int(layer["minTileMatrix"]),
                    "maxzoom": grid.ENOUGH_ZOOM,
                    "fields": {
                        name: one["type"].capitalize() for name, one in layer["propertiesSchema"]["properties"].items()
                    },
                }
                for one in self.collections
                for layer in self._layers(one)
            ],
        }

    def _layers(self, collection: Collection) -> list[dict[str, Any]]:
        """Its two layers: shapes, and points to label them."""
        shapes, labels = (
            {name: {"type": _type(column)} for name, column in told.items()}
            for told in (fields(collection.layer), label_fields(collection, collection.layer))
        )
        first = str(0 if self.of else first_zoom(collection))
        title = collection.title.in_(self.language)
        common = {"dataType": "vector", "minTileMatrix": first, "maxTileMatrix": str(grid.MAX_ZOOM)}
        return [
            {"id": collection.id, "title": title, **common, "propertiesSchema": _schema(shapes)},
            {
                "id": collection.id + LABELS,
                "title": POINTS.in_(self.language).format(title),
                **common,
                "geometryDimension": 0,
                "propertiesSchema": _schema(labels),
            },
        ]


def listed(tileset: Tileset) -> dict[str, Any]:
    """The list of tilesets: of one tile matrix set there is one."""
    return {
        "title": tileset.title.in_(tileset.language),
        "links": [
            link(tileset.at("", f="json"), "self", "json", tileset.title, tileset.language),
            link(tileset.at("", f="html"), "alternate", "html"),
        ],
        "tilesets": [tileset.in_short],
    }


def matrix_sets(base: str) -> dict[str, Any]:
    """The list of tile matrix sets."""
    href = f"{base}/tileMatrixSets/{grid.ID}?f=json"
    one = {"id": grid.ID, "title": grid.TITLE.en, "uri": grid.URI, "crs": grid.CRS}
    return {"tileMatrixSets": [{**one, "links": [link(href, "self", "json")]}]}


def _schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties)}


def _type(column: Any) -> str:
    """JSON's word for what a column yields."""
    kind = getattr(column.type, "python_type", str)
    return {bool: "boolean", int: "number"}.get(kind, "string")
