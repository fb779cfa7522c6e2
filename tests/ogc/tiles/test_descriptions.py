"""What describes tiles leads to them: tilesets, TileJSON, the tile matrix set, the style and the map."""

import re
from typing import Any

import httpx
import pytest
from tests.ogc.features.reading import linked, read
from tests.ogc.tiles.reading import SET, Reader

from smartcity_api.ogc.tiles.documents import CONFORMANCE
from smartcity_api.ogc.tiles.grid import LIMITS, tile_at

VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
PHUKET = (98.3981, 7.8906)


async def followed(client: httpx.AsyncClient, url: str | None) -> Any:
    """The JSON of a link."""
    assert url is not None
    answer = await client.get(url, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("start", ["", "/collections/certified-cities"])
async def test_links_lead_from_the_start_to_a_tile(client: httpx.AsyncClient, reader: Reader, start: str) -> None:
    sets = await followed(client, linked(await read(client, start), VECTOR))
    (short,) = sets["tilesets"]
    tileset = await followed(client, linked(short, "self"))
    assert {**short, "links": None}.items() <= {**tileset, "links": None}.items()
    matrices = await followed(client, linked(tileset, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"))
    assert matrices["uri"] == tileset["tileMatrixSetURI"]
    (item,) = (one for one in tileset["links"] if one["rel"] == "item")
    assert item["templated"]
    limits = tileset["tileMatrixSetLimits"][9]
    place = {"tileMatrix": "9", "tileRow": str(limits["maxTileRow"]), "tileCol": str(limits["minTileCol"])}
    answer = await client.get(re.sub("{(.*?)}", lambda name: place[name[1]], item["href"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == item["type"]


async def test_a_tileset_says_what_the_standard_requires(client: httpx.AsyncClient) -> None:
    tileset = await read(client, f"/{SET}")
    assert tileset["dataType"] == "vector"
    assert tileset["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert tileset["tileMatrixSetURI"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    assert [one["tileMatrix"] for one in tileset["tileMatrixSetLimits"]] == [str(zoom) for zoom in range(25)]
    assert tileset["boundingBox"]["lowerLeft"] == [97.2, 5.5]
    layers = {one["id"]: one for one in tileset["layers"]}
    assert layers["districts"]["minTileMatrix"] == "7"
    assert layers["certified-cities"]["propertiesSchema"]["properties"]["batch"]["type"] == "number"


async def test_the_matrix_set_is_the_one_of_the_registry(client: httpx.AsyncClient) -> None:
    (listed,) = (await read(client, "/tileMatrixSets"))["tileMatrixSets"]
    matrices = (await followed(client, linked(listed, "self")))["tileMatrices"]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.028717)
    assert matrices[0]["cellSize"] == pytest.approx(156543.033928041)
    assert matrices[0]["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
    assert [one["matrixWidth"] for one in matrices] == [2**zoom for zoom in range(25)]
    for matrix, limits in zip(matrices, LIMITS, strict=True):
        assert 0 <= limits.first_row <= limits.last_row < matrix["matrixHeight"]


async def test_tilejson_has_rows_and_columns_in_their_places(client: httpx.AsyncClient, reader: Reader) -> None:
    told = await read(client, f"/{SET}", f="tilejson", as_of="2021-11-05")
    assert told["tilejson"] == "3.0.0"
    assert told["bounds"] == [97.2, 5.5, 105.8, 20.6]
    assert (told["minzoom"], told["maxzoom"], told["scheme"]) == (0, 14, "xyz")
    assert {one["id"] for one in told["vector_layers"]} >= {"provinces", "provinces-labels", "certified-cities"}
    (template,) = told["tiles"]
    assert "as_of=2021-11-05" in template
    tile = tile_at(*PHUKET, 11)
    url = template.format(z=tile.zoom, y=tile.row, x=tile.col)
    found = reader.decoded((await client.get(url)).content)
    assert "Phuket" in [feature.told["name_en"] for feature in found["provinces"]]
    assert {*found["provinces"][0].told} - {"mvt_id"} <= {
        *next(one["fields"] for one in told["vector_layers"] if one["id"] == "provinces")
    }


async def test_what_was_asked_of_a_tileset_goes_on_into_its_tiles(client: httpx.AsyncClient) -> None:
    asked = {"province": "83", "as_of": "2021-11-05"}
    tileset = await read(client, f"/collections/certified-cities/{SET}", **asked)
    for rel in ("self", "item", "describedby", "alternate"):
        assert "province=83&as_of=2021-11-05" in (linked(tileset, rel) or "")


async def test_the_classes_are_claimed(client: httpx.AsyncClient) -> None:
    assert {*CONFORMANCE} <= {*(await read(client, "/conformance"))["conformsTo"]}


async def test_the_style_draws_layers_that_there_are_and_needs_nothing_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    style = await read(client, "/styles/programme")
    assert style["version"] == 8
    assert not {"glyphs", "sprite"} & style.keys(), "text is drawn with the reader's fonts"
    (source,) = style["sources"].values()
    tilejson = await followed(client, source["url"])
    known = {one["id"] for one in tilejson["vector_layers"]}
    assert {one["source-layer"] for one in style["layers"] if "source-layer" in one} <= known
    assert len({one["id"] for one in style["layers"]}) == len(style["layers"])


@pytest.mark.parametrize("path", ["tiles", SET, "collections/certified-cities/tiles", f"collections/provinces/{SET}"])
async def test_the_map_loads_nothing_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(f"/ogc/{path}", params={"f": "html"}, headers={"Accept-Language": "th"})
    assert page.status_code == 200, page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert '<html lang="th">' in page.text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 2
    for url in loaded:
        assert url.startswith("http://register.test/ogc/")
        assert (await client.get(url)).status_code == 200
    assert "http://register.test/ogc/" in page.text
    assert set(re.findall(r"https?://[^/\"]+", page.text)) == {"http://register.test"}
