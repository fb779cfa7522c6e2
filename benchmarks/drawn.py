"""What is in a vector tile: its features by their ids, its vertices, its bytes."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from benchmarks.ground import Ground

LABELS = "-labels"
"""Ends the names of layers of ours that have no shapes, only where to write names."""


@dataclass(frozen=True)
class Drawn:
    """A tile as a client finds it; labels apart."""

    size: int
    ids: frozenset[str]
    features: int
    vertices: int
    points: int


def drawn(place: Ground, content: bytes) -> Drawn:
    """Read a tile with GDAL, what it draws beyond its edges included, and let PostGIS count its vertices."""
    if not content:
        return Drawn(0, frozenset(), 0, 0, 0)
    ids: set[str] = set()
    features, shapes = 0, []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tile.mvt"
        file.write_bytes(content)
        for name, _ in pyogrio.list_layers(file):
            if not str(name).endswith(LABELS):
                known, _, found, columns = pyogrio.raw.read(file, layer=str(name), CLIP="NO")
                ids |= set(map(str, columns[list(known["fields"]).index("code")]))
                features += len(found)
                shapes += [bytes(shape) for shape in found]
    vertices, points = _counted(place, shapes)
    return Drawn(len(content), frozenset(ids), features, vertices, points)


def _counted(place: Ground, shapes: Sequence[bytes]) -> tuple[int, int]:
    with place.connect() as connection:
        row = connection.execute(
            "SELECT sum(ST_NPoints(one)), count(*) FILTER (WHERE ST_Dimension(one) = 0)"
            " FROM (SELECT ST_GeomFromWKB(shape) AS one FROM unnest(%s::bytea[]) AS shape) AS shapes",
            [list(shapes)],
        ).fetchone()
    assert row is not None
    return int(str(row[0] or 0)), int(str(row[1]))
