"""How tiles are answered: sizes, tags, compression, refusals, one statement each."""

from typing import Any

import httpx
import pytest
from tests.ogc.tiles.reading import SET, over, tiles

KILOBYTE = 1000


async def size(client: httpx.AsyncClient, zoom: int, row: int, col: int) -> int:
    """Bytes of a tile of all collections, uncompressed."""
    return len((await client.get(f"/ogc/{SET}/{zoom}/{row}/{col}", headers={"Accept-Encoding": "identity"})).content)


async def test_tiles_have_a_sensible_size(client: httpx.AsyncClient) -> None:
    whole = [await size(client, 5, row, col) for row, col in tiles(5)]
    assert len(whole) == 4
    assert sum(whole) < 100 * KILOBYTE, "all of Thailand"
    assert max([await size(client, 7, row, col) for row, col in tiles(7)]) < 120 * KILOBYTE, "with districts"
    near = [await size(client, 14, row, col) for row, col in over(100.45, 13.7, 100.55, 13.8, 14)]
    assert max(near) < 10 * KILOBYTE


async def test_a_tile_has_a_strong_tag_and_is_compressed(client: httpx.AsyncClient) -> None:
    path = f"/ogc/{SET}/5/14/25"
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert plain.headers["cache-control"] == "public, no-cache"
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        again = await client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    head = await client.head(path, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == plain.headers["etag"]
    assert int(head.headers["content-length"]) == len(plain.content)


@pytest.mark.parametrize("query", ["", "as_of=2021-11-05", "datetime=2021-11-05/2022-11-09", "collections=provinces"])
async def test_a_tile_is_one_statement(
    client: httpx.AsyncClient, statements: list[tuple[str, Any]], query: str
) -> None:
    answer = await client.get(f"/ogc/{SET}/8/116/199?{query}")
    assert answer.status_code == 200, answer.text
    asked = [text for text, _ in statements if "ST_AsMVT" in text or text.startswith("SET")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "place", ["5/13/25", "5/14/26", "5/16/24", "25/1/1", "0/1/0", "x/1/1", "5/-1/25", "05/14/25", "5/14.0/25", "5/٣/25"]
)
async def test_a_tile_that_there_is_not_is_404(client: httpx.AsyncClient, place: str) -> None:
    for path in (SET, f"collections/provinces/{SET}"):
        answer = await client.get(f"/ogc/{path}/{place}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "tileMatrixSets/WorldCRS84Quad",
        "tiles/WorldCRS84Quad",
        "tiles/WorldCRS84Quad/5/14/25",
        "collections/nothing/tiles",
        f"collections/nothing/{SET}",
        f"collections/nothing/{SET}/5/14/25",
        "collections/provinces/tiles/WorldCRS84Quad",
    ],
)
async def test_what_there_is_not_is_404(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/ogc/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        (f"{SET}/5/14/25?collections=provinces,nothing", "collections"),
        (f"{SET}?collections=nothing", "collections"),
        (f"{SET}/5/14/25?as_of=2999-01-01", "as_of"),
        (f"{SET}/5/14/25?as_of=2564-11-05", "as_of"),
        (f"{SET}/5/14/25?as_of=2021-11-05&as_of=2021-11-06", "as_of"),
        (f"{SET}/5/14/25?as_of=2021-11-05&datetime=2021-11-05", "as_of"),
        (f"{SET}/5/14/25?bbox=100,13,101,14", "bbox"),
        (f"{SET}/5/14/25?f=png", "f"),
        (f"collections/provinces/{SET}/5/14/25?as_of=2021-11-05", "as_of"),
        (f"collections/provinces/{SET}/5/14/25?province=00", "province"),
        (f"collections/proposals/{SET}/5/14/25?limit=5", "limit"),
        (f"collections/proposals/{SET}/5/14/25?filter=nothing%20%3D%201", "filter"),
        ("tiles?f=csv", "f"),
        ("tileMatrixSets?x=1", "x"),
        ("styles/programme?x=1", "x"),
    ],
)
async def test_a_bad_parameter_is_named(client: httpx.AsyncClient, path: str, parameter: str) -> None:
    answer = await client.get(f"/ogc/{path}")
    assert answer.status_code == 400
    assert parameter in [one["parameter"] for one in answer.json()["errors"]]
