"""Which encoding a text file has: UTF-8, UTF-16 with its mark, or the Thai code page; never a mixture."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from smartcity_api.imports.faults import FileFault
from smartcity_api.kit.language import Text

_CHUNK = 1024 * 1024
# A record cut by the end of a chunk is seen whole in the next one.
_OVERLAP = 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# One such triplet is also a syllable of the code page (the first of อเนก), two in a row never are.
_THAI_UTF8 = re.compile(rb"(?:\xe0[\xb8\xb9][\x80-\xbf]){2}")
_UNDEFINED = re.compile(rb"[\x81-\x84\x86-\x90\x98-\x9f\xdb-\xde\xfc-\xff]")
# A Thai vowel or tone above a Latin letter: the accents of Western European code pages look like that.
_WESTERN = re.compile(rb"[A-Za-z][\xd1\xd4-\xda\xe7-\xee]")


def encoding_of(path: Path) -> str:
    """The file's encoding as Python calls it; raises FileFault when it has none, or two."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if encoding == "utf-8-sig" and (broken := _first_not_utf8(path)):
                raise _mixed(broken, 1)
            return encoding
    broken = _first_not_utf8(path)
    return "utf-8" if broken is None else _code_page(path, broken)


def _first_not_utf8(path: Path) -> int | None:
    """The first line that is not UTF-8."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # What the decoder held back from the chunk before has no line end.
                return line + error.object[: error.start].count(b"\n")
            if not chunk:
                return None
            line += chunk.count(b"\n")


def _code_page(path: Path, broken: int) -> str:
    """The Thai code page, if the file can be in it."""
    if also := _first(path, _THAI_UTF8):
        raise _mixed(broken, also)
    for pattern in (_UNDEFINED, _WESTERN):
        if strange := _first(path, pattern):
            raise FileFault(
                "encoding_unknown",
                Text(
                    f"line {strange} is neither UTF-8 nor the Thai code page (TIS-620, CP874); "
                    "save the file as UTF-8 and send it again",
                    f"บรรทัด {strange} ไม่ใช่ทั้ง UTF-8 และรหัสภาษาไทย (TIS-620, CP874) ให้บันทึกไฟล์เป็น UTF-8 แล้วส่งใหม่",
                ),
                line=strange,
                suggestion="UTF-8",
            )
    return "cp874"


def _mixed(broken: int, also: int) -> FileFault:
    return FileFault(
        "encoding_mixed",
        Text(
            f"the file mixes encodings: line {also} has UTF-8 text, and line {broken} is not UTF-8; "
            "bring all of it into UTF-8 and send it again",
            f"ไฟล์ปนกันหลายรหัสอักขระ บรรทัด {also} เป็น UTF-8 แต่บรรทัด {broken} ไม่ใช่ ให้แปลงทั้งไฟล์เป็น UTF-8 แล้วส่งใหม่",
        ),
        line=broken,
        suggestion="UTF-8",
    )


def _first(path: Path, pattern: re.Pattern[bytes]) -> int | None:
    """The first line that the pattern, of a few bytes, is found on."""
    line = 1
    for chunk, fresh in _overlapping(path):
        if found := pattern.search(chunk):
            return line + chunk.count(b"\n", 0, found.start())
        line += chunk.count(b"\n", 0, fresh)
    return None


def _overlapping(path: Path) -> Iterator[tuple[bytes, int]]:
    """The file in chunks that share their edges: each with the number of its bytes that will not come again."""
    with path.open("rb") as file:
        chunk = file.read(_CHUNK)
        while chunk:
            fresh = max(len(chunk) - _OVERLAP, 0)
            yield chunk, fresh
            more = file.read(_CHUNK)
            if not more:
                return
            chunk = chunk[fresh:] + more
