"""GeoJSON: the Features of a collection one by one, however large it is, and the reference system it may name."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import ijson

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files.json_values import crs_of, feature_row, may_have_nul, without_nuls
from smartcity_api.imports.files.rows import MIB, Limits, Opened, Row
from smartcity_api.kit.language import Text

_PIECE = 256 * 1024


class Measured:
    """A file that refuses to be read on when a single feature of it has become too large."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self.file = file
        self.limit = limit + 2 * _PIECE
        self.since = 0
        self.done = 0
        behind_mark(file)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        self.since += size
        if self.since > self.limit:
            raise FileFault(
                "feature_too_large",
                Text(
                    f"feature {self.done + 1} is larger than {self.limit // MIB} MiB",
                    f"รายการที่ {self.done + 1} ใหญ่กว่า {self.limit // MIB} MiB",
                ),
            )
        return self.file.read(size)

    def next(self) -> int:
        """Count a feature; its place from 1."""
        self.since = 0
        self.done += 1
        return self.done


class GeojsonFile(Opened):
    """A FeatureCollection."""

    prefix = "features.item"

    def rows(self) -> Iterator[Row]:
        """Its features."""
        file = Measured(self.resources.enter_context(self.path.open("rb")), self.limits.line)
        features = ijson.items(file, self.prefix, buf_size=_PIECE, use_float=True)
        while True:
            try:
                feature = next(features)
            except StopIteration:
                return
            except (ijson.JSONError, RecursionError) as error:
                raise _broken(file.done, error) from error
            row = feature_row(file.next(), feature)
            yield without_nuls(row) if may_have_nul(row) else row


class FeatureFile(GeojsonFile):
    """A file that is a single Feature."""

    prefix = ""


def opened_geojson(path: Path, limits: Limits) -> Opened:
    """The GeoJSON file at the path, its reference system looked up wherever it stands."""
    with path.open("rb") as file:
        made = FeatureFile if first_type(file) == "Feature" else GeojsonFile
    crs = _crs(path)
    opened: Opened = made(format="geojson", path=path, limits=limits, encoding="utf-8", crs=crs)
    opened.say_crs()
    return opened


def behind_mark(file: IO[bytes]) -> None:
    """Begin behind a byte order mark, if there is one."""
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)


def first_type(file: IO[bytes]) -> str | None:
    """The `type` of the first object, "" when it has none, None when it is broken."""
    behind_mark(file)
    try:
        for prefix, event, value in ijson.parse(file, multiple_values=True):
            if (prefix, event) == ("type", "string"):
                return str(value)
            if (prefix, event) == ("features", "start_array"):
                return "FeatureCollection"
            if (prefix, event) == ("", "end_map"):
                return ""
    except (ijson.JSONError, RecursionError):
        return None
    return None


def _crs(path: Path) -> str | None:
    """What the `crs` member says, before the features or behind them.

    A search for its name spares most files a parse; malformed ones are told when their rows are read.
    """
    if not _mentions(path, b'"crs"'):
        return None
    with path.open("rb") as file:
        behind_mark(file)
        try:
            return crs_of(next(ijson.items(file, "crs", buf_size=_PIECE, use_float=True), None))
        except (ijson.JSONError, RecursionError):
            return None


def _mentions(path: Path, word: bytes) -> bool:
    """Whether the word is anywhere in the file."""
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(MIB):
            if word in before + chunk:
                return True
            before = chunk[-len(word) :]
    return False


def _broken(done: int, error: Exception) -> FileFault:
    cut, reason = "premature EOF" in str(error), str(error).partition("\n")[0]
    return FileFault(
        "json_incomplete" if cut else "json_broken",
        Text(
            f"the file {'ends too early' if cut else 'is not JSON'} behind feature {done}: {reason}",
            f"ไฟล์{'จบก่อนกำหนด' if cut else 'ไม่ใช่ JSON ที่ถูกต้อง'}หลังรายการที่ {done}",
        ),
    )
