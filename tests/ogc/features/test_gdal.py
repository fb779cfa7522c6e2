"""GDAL's driver for OGC API - Features reads every collection to its end, in pages, in other systems, and filtered."""

import asyncio

import pyogrio
import pytest
from tests.ogc.features.reading import COUNTS


def rows(url: str, collection: str, **options: object) -> int:
    _, table = pyogrio.read_arrow(f"OAPIF:{url}/ogc", layer=collection, **options)
    return int(table.num_rows)


async def test_every_collection_is_read_to_its_end(live_url: str) -> None:
    layers = await asyncio.to_thread(pyogrio.list_layers, f"OAPIF:{live_url}/ogc")
    assert [name for name, _ in layers] == list(COUNTS)
    for collection, count in COUNTS.items():
        size = 7 if count < 100 else 300
        assert await asyncio.to_thread(rows, live_url, collection, PAGE_SIZE=size) == count


@pytest.mark.parametrize("code", [3857, 32647, 32648, 24047])
async def test_other_reference_systems(live_url: str, code: int) -> None:
    told = await asyncio.to_thread(
        pyogrio.read_info, f"OAPIF:{live_url}/ogc", layer="provinces", CRS=f"EPSG:{code}", force_total_bounds=True
    )
    assert told["crs"] == f"EPSG:{code}"
    west, _, east, _ = told["total_bounds"]
    assert east - west > 900_000, "metres"


async def test_boxes_and_conditions_are_asked_of_the_service(live_url: str) -> None:
    assert await asyncio.to_thread(rows, live_url, "districts", bbox=(98.2, 7.7, 98.5, 8.25)) == 5
    assert await asyncio.to_thread(rows, live_url, "certified-cities", where="status = 'renewed'") == 5
