"""A reader of tiles on the client of each test."""

from pathlib import Path

import httpx
import pytest
from tests.ogc.tiles.reading import Reader


@pytest.fixture
def reader(client: httpx.AsyncClient, tmp_path: Path) -> Reader:
    """Reads tiles as anybody."""
    return Reader(client, tmp_path)
