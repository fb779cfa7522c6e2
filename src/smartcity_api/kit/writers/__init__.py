"""Writers of whole files out of Arrow batches: xlsx, gpkg, fgb, parquet.

They know neither the web nor the database, and each batch only while it is written; so they run as well in a process
of their own (`__main__`).
"""

import errno
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self, TypeAlias

import pyarrow as pa

GEOMETRY: Final = "geometry"
"""The column that holds the shape, as WKB."""
BBOX: Final = "bbox"
"""The column that holds its bounds, where they are asked for."""

LICENCE: Final = "Boundaries: CC BY 3.0 IGO. Codes and names of provinces and districts, points of places: CC BY 4.0."
ATTRIBUTION: Final = (
    "Smart City Register. Boundaries: Royal Thai Survey Department / OCHA ROAP via geoBoundaries, CC BY 3.0 IGO. "
    "Codes and names: GeoThai/data, CC BY 4.0. Points: GeoNames, CC BY 4.0. "
    "Facts are cited record by record in `sources`."
)
"""The words to show wherever the data are shown; NOTICE has them at length."""

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when there is no room, or no more for this user, or not for so large a file."""


class CellTooLong(Exception):
    """A text that no cell of a spreadsheet can hold: its column, the key of its row, and its length."""

    def __init__(self, column: str, key: str, length: int) -> None:
        super().__init__(column, key, length)
        self.column, self.key, self.length = column, key, length


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says about itself; `geometry` is the kind of shapes that it holds, null where it holds none.

    It is `indexed` where the format has an index of them that can be made.
    """

    name: str
    as_of: str
    exported_at: str
    geometry: str | None
    indexed: bool = True
    licence: str = LICENCE
    attribution: str = ATTRIBUTION

    @property
    def stated(self) -> dict[str, str]:
        """The words for people and machines, by their names."""
        return {
            "title": self.name,
            "as_of": self.as_of,
            "exported_at": self.exported_at,
            "licence": self.licence,
            "attribution": self.attribution,
        }

    @property
    def description(self) -> str:
        """All of it in one text."""
        return f"As of {self.as_of}. Licence: {self.licence} Attribution: {self.attribution}"

    def metadata(self) -> dict[str, str]:
        """How it travels with a schema."""
        return {"about": json.dumps(asdict(self))}

    @classmethod
    def of(cls, schema: pa.Schema) -> Self:
        """What travelled with it."""
        return cls(**json.loads(schema.metadata[b"about"]))


Batches: TypeAlias = pa.RecordBatchReader
Writer = Callable[[Path, Batches, About], None]


def is_full(error: OSError) -> bool:
    """Whether there was no room."""
    return error.errno in FULL


def plain(metadata: Mapping[str, str]) -> dict[bytes, bytes]:
    """Metadata as Arrow keeps them."""
    return {name.encode(): value.encode() for name, value in metadata.items()}
