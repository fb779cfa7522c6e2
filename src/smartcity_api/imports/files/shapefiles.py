"""Zipped Shapefiles: unpacked under names of our own, with the encoding of their texts made known to GDAL."""

import codecs
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files.archives import archive_of, read_guarded, shapefiles_in, unpack
from smartcity_api.imports.files.gis import GisFile, many_layers, opened_source, own_directory
from smartcity_api.imports.files.rows import MIB, Limits, Opened
from smartcity_api.kit.language import Text

_PARTS = (".shp", ".shx", ".dbf")
_THAI_UTF8 = re.compile(rb"(?:\xe0[\xb8\xb9][\x80-\xbf]){2}")
_CODE_PAGES = {"874": "cp874", "ansi874": "cp874", "windows874": "cp874", "tis620": "cp874", "65001": "utf-8"}
# The byte of a .dbf that names its code page, where it is one that GDAL knows by itself.
_UNSAID = (0x00, 0x57)

Members = Mapping[str, zipfile.ZipInfo]


def opened_shapefile(path: Path, limits: Limits, *, layer: str | None) -> Opened:
    """The Shapefile in the zip at the path."""
    directory = own_directory(path)
    try:
        with archive_of(path, limits) as archive:
            name, members = _chosen(shapefiles_in(archive), layer)
            said = _unpacked(archive, members, Path(directory.name), limits)
        opened: GisFile = opened_source(path, Path(directory.name) / "layer.shp", limits, form="shp", layer=None)
    except BaseException:
        directory.cleanup()
        raise
    opened.resources.enter_context(directory)
    if said:
        opened.encoding = said
        opened.notice(
            "encoding_guessed",
            f"the Shapefile {name!r} does not say its encoding (.cpg); it was read as {said}",
            f"Shapefile {name!r} ไม่ระบุรหัสอักขระ (.cpg) จึงอ่านเป็น {said}",
        )
    return opened


def _chosen(found: Mapping[str, Members], asked: str | None) -> tuple[str, Members]:
    """The Shapefile that was asked for, or the only one, with all its parts."""
    names = {PurePosixPath(name).name: name for name in found}
    if asked is None and len(found) > 1:
        raise many_layers(sorted(names))
    if asked is not None and asked not in names:
        listed = ", ".join(sorted(names))
        raise FileFault(
            "layer_unknown",
            Text(f"there is no layer {asked!r}; the file has: {listed}", f"ไม่มีชั้นข้อมูล {asked!r} ในไฟล์มี: {listed}"),
            suggestion=min(names, default=None),
        )
    name = next(iter(names)) if asked is None else asked
    members = found[names[name]]
    if missing := [part for part in _PARTS if part not in members]:
        listed = ", ".join(missing)
        raise FileFault(
            "shapefile_incomplete",
            Text(
                f"the Shapefile {name!r} lacks {listed}; pack all its parts into the zip",
                f"Shapefile {name!r} ขาด {listed} ให้รวมทุกไฟล์ไว้ใน zip",
            ),
        )
    if ".prj" not in members:
        raise FileFault(
            "crs_unknown",
            Text(
                f"the Shapefile {name!r} has no .prj, so that its coordinate reference system is not known; "
                "pack its .prj into the zip",
                f"Shapefile {name!r} ไม่มีไฟล์ .prj จึงไม่ทราบระบบพิกัด ให้รวมไฟล์ .prj ไว้ใน zip",
            ),
            suggestion=".prj",
        )
    return name, members


def _unpacked(archive: zipfile.ZipFile, members: Members, directory: Path, limits: Limits) -> str | None:
    """Unpack the parts; the encoding if it had to be found out."""
    for part in (*_PARTS, ".prj"):
        unpack(archive, members[part], directory / f"layer{part}", limits.unpacked)
    said = _said(archive, members)
    with (directory / "layer.dbf").open("rb") as table:
        head = table.read(32)
    if said is None and len(head) == 32 and head[29] not in _UNSAID:
        return None
    encoding = said or _guessed(directory / "layer.dbf", int.from_bytes(head[8:10], "little"))
    (directory / "layer.cpg").write_text("UTF-8" if encoding == "utf-8" else encoding.upper(), encoding="ascii")
    return None if said else encoding


def _said(archive: zipfile.ZipFile, members: Members) -> str | None:
    """The encoding that the .cpg names, if anybody knows it."""
    if ".cpg" not in members:
        return None
    word = read_guarded(archive, members[".cpg"], MIB).decode("ascii", "ignore").strip().lower()
    try:
        return _CODE_PAGES.get(re.sub("[^a-z0-9]", "", word)) or codecs.lookup(word).name
    except (LookupError, ValueError):
        return None


def _guessed(table: Path, header: int) -> str:
    """UTF-8 if the texts look like it, else the Thai code page.

    Fields are cut at their width, in the midst of a character too: being UTF-8 throughout is no test.
    """
    high = False
    with table.open("rb") as file:
        file.seek(header)
        before = b""
        while chunk := file.read(MIB):
            if _THAI_UTF8.search(before + chunk):
                return "utf-8"
            high = high or not chunk.isascii()
            before = chunk[-8:]
    return "cp874" if high else "utf-8"
