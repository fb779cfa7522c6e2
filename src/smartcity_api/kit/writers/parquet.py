"""Parquet, and GeoParquet 1.1 where there are shapes: WKB, their kinds and bounds, and a bounding box for each row."""

import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smartcity_api.kit.writers import BBOX, GEOMETRY, About, Batches, plain

ROWS, BYTES = 50_000, 32 * 1024 * 1024
"""What a row group holds at most: enough to compress well, and no more memory than that."""

CORNERS = ("xmin", "ymin", "xmax", "ymax")
_KINDS = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}


class Shapes:
    """What kinds of shapes there were, and between which corners."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.corners = [math.inf, math.inf, -math.inf, -math.inf]

    def see(self, batch: pa.RecordBatch) -> None:
        """Take note of a batch."""
        for kind in pc.unique(pc.binary_slice(batch[GEOMETRY], 1, 5)).drop_null():
            self.kinds.add(_KINDS[struct.unpack("<I", kind.as_py())[0]])
        for place, corner in enumerate(CORNERS):
            found = pc.min_max(batch[BBOX].field(corner))["min" if place < 2 else "max"].as_py()
            if found is not None:
                self.corners[place] = (min, max)[place >= 2](self.corners[place], found)

    def described(self) -> dict[str, Any]:
        """The file's member `geo`; without `crs` it is longitude and latitude of WGS 84."""
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(self.kinds),
            "covering": {"bbox": {corner: [BBOX, corner] for corner in CORNERS}},
        }
        if self.kinds:
            column["bbox"] = self.corners
        return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def write(path: Path, batches: Batches, about: About) -> None:
    """Write the file."""
    shapes = Shapes() if about.geometry else None
    schema = batches.schema.with_metadata(plain(about.stated))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(batches, shapes):
            writer.write_table(group.replace_schema_metadata(schema.metadata))
        if shapes:
            writer.add_key_value_metadata({"geo": json.dumps(shapes.described())})


def _groups(batches: Batches, shapes: Shapes | None) -> Iterator[pa.Table]:
    kept: list[pa.RecordBatch] = []
    for batch in batches:
        if shapes:
            shapes.see(batch)
        kept.append(batch)
        if sum(one.num_rows for one in kept) >= ROWS or sum(one.nbytes for one in kept) >= BYTES:
            yield pa.Table.from_batches(kept)
            kept = []
    if kept:
        yield pa.Table.from_batches(kept)
