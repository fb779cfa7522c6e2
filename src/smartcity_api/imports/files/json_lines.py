"""JSON a line: NDJSON records, and Features as a GeoJSON text sequence (RFC 8142) or on lines of their own."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.files.json_values import NUL, feature_row, without_nuls
from smartcity_api.imports.files.rows import MIB, Limits, Opened, Row
from smartcity_api.kit.language import Text

RECORD_SEPARATOR = b"\x1e"


class NdjsonFile(Opened):
    """A file with one JSON object on every line."""

    def rows(self) -> Iterator[Row]:
        """Its objects; a line that is none is a fault."""
        for number, line in texts(self.resources.enter_context(self.path.open("rb", buffering=MIB)), self.limits):
            yield _row(number, line, _record_row)


class SequenceFile(Opened):
    """A file of Features one after another."""

    def rows(self) -> Iterator[Row]:
        """Its Features; a text that is none is a fault."""
        for number, line in texts(self.resources.enter_context(self.path.open("rb", buffering=MIB)), self.limits):
            yield _row(number, line, feature_row)


def opened_ndjson(path: Path, limits: Limits) -> Opened:
    """The NDJSON file at the path."""
    return NdjsonFile(format="ndjson", path=path, limits=limits, encoding="utf-8")


def opened_sequence(path: Path, limits: Limits) -> Opened:
    """The sequence of Features at the path."""
    return SequenceFile(format="geojsonseq", path=path, limits=limits, encoding="utf-8")


def texts(file: IO[bytes], limits: Limits) -> Iterator[tuple[int, bytes | None]]:
    """The JSON texts with the lines that they begin on; None stands for one that is too long.

    Where record separators are used, a text may have line ends within.
    """
    pending: list[bytes] = []
    begun = size = 0
    for number, line in _lines(file, limits.line):
        separated = line is not None and line.startswith(RECORD_SEPARATOR)
        if begun and not separated:
            size += limits.line + 1 if line is None else len(line)
            pending.append(line or b"")
            if size > limits.line:
                pending.clear()
            continue
        if begun:
            yield begun, b"".join(pending) if size <= limits.line else None
        if separated and line is not None:
            begun, pending, size = number, [line[1:]], len(line)
        elif line is None or not line.isspace():
            yield number, line
    if begun:
        yield begun, b"".join(pending) if size <= limits.line else None


def _lines(file: IO[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines, numbered; one longer than the limit is passed over in pieces."""
    number = 0
    while line := file.readline(limit):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) >= limit and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(limit)
            yield number, None
        else:
            yield number, line


def _record_row(number: int, record: Any) -> Row:
    if not isinstance(record, dict):
        message = Text("every line is a JSON object", "ทุกบรรทัดต้องเป็นอ็อบเจกต์ JSON")
        return Row(number, {}, faults=(RowFault("not_an_object", message),))
    return Row(number, record)


def _row(number: int, line: bytes | None, make: Any) -> Row:
    if line is None:
        message = Text("the line is too long to be read", "บรรทัดยาวเกินกว่าจะอ่านได้")
        return Row(number, {}, faults=(RowFault("line_too_large", message),))
    try:
        row: Row = make(number, orjson.loads(line))
    except orjson.JSONDecodeError as error:
        return Row(number, {}, faults=(_broken(line, error),))
    return without_nuls(row) if NUL in line else row


def _broken(line: bytes, error: orjson.JSONDecodeError) -> RowFault:
    try:
        shown = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        message = Text("the line is not UTF-8, which JSON must be", "บรรทัดไม่ใช่ UTF-8 ซึ่ง JSON ต้องใช้")
        return RowFault("not_utf8", message, suggestion="UTF-8")
    return RowFault(
        "json_broken",
        Text(
            f"the line is not JSON: {error.msg} (character {error.pos + 1})",
            f"บรรทัดไม่ใช่ JSON ที่ถูกต้อง (อักขระที่ {error.pos + 1})",
        ),
        value=shown[max(error.pos - 20, 0) : error.pos + 20].replace("\0", "\ufffd"),
    )
