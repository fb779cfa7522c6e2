"""What every reader of files gives: an opened file, its rows one by one, and what is to be said about them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from smartcity_api.imports.faults import Notice, RowFault
from smartcity_api.kit.language import Text

Format = Literal["csv", "xlsx", "ndjson", "geojson", "geojsonseq", "gpkg", "shp", "fgb"]

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large the parts of a file may be; its whole size is limited where it is received."""

    field: int = 8 * MIB
    """Characters of one cell."""
    line: int = 32 * MIB
    """Bytes of one line of JSON, or of one feature."""
    unpacked: int = 2048 * MIB
    """Bytes of all members of a zip."""
    strings: int = 256 * MIB
    """Bytes of a workbook's table of strings, which is held in memory."""
    ratio: int = 200
    """How many times larger than a zip its members may be, once they are larger than 16 MiB."""
    columns: int = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; `faults` say what of it could not be read.

    `number` is the line that a CSV record, a JSON line or a text sequence's feature begins on, the number that a
    sheet shows beside the row, and the place from 1 of any other feature.
    `values` are by the file's own header. `geometry` is GeoJSON text, or WKB bytes.
    """

    number: int
    values: Mapping[str, Any]
    geometry: str | bytes | None = None
    faults: tuple[RowFault, ...] = ()


@dataclass(kw_only=True)
class Opened(ABC):
    """A file whose format is known; a context manager, whose rows can be read once.

    `crs` is None for WGS 84, else `EPSG:32647` or WKT. `columns` are () where every row names its own members.
    `notices` may grow while rows are read.
    """

    format: Format
    path: Path
    limits: Limits
    encoding: str | None = None
    delimiter: str | None = None
    layer: str | None = None
    crs: str | None = None
    columns: tuple[str, ...] = ()
    notices: list[Notice] = field(default_factory=list)
    resources: ExitStack = field(default_factory=ExitStack, repr=False)

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """The rows in the file's order; raises FileFault where nothing more can be read."""

    def notice(self, code: str, en: str, th: str) -> None:
        """Say something about the file, once."""
        said = Notice(code, Text(en, th))
        if said not in self.notices:
            self.notices.append(said)

    def say_crs(self) -> None:
        """Say that coordinates are to be transformed, if they are."""
        if self.crs is not None:
            name = self.crs if self.crs.startswith("EPSG:") else self.crs[:60]
            self.notice("crs_transformed", f"coordinates are transformed from {name}", f"แปลงพิกัดจาก {name}")

    def close(self) -> None:
        """Let go of the file and of what was unpacked from it."""
        self.resources.close()

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
