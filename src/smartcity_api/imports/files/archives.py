"""Zips: what is in them, and that unpacking them cannot fill memory or disk."""

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from smartcity_api.imports.faults import FileFault
from smartcity_api.imports.files.rows import MIB, Limits
from smartcity_api.kit.language import Text

_HARMLESS = 16 * MIB


def archive_of(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The zip at the path, if its directory announces no more than the limits."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken_zip() from error
    members = archive.infolist()
    total, packed = sum(member.file_size for member in members), path.stat().st_size
    if total > limits.unpacked or total > max(_HARMLESS, packed * limits.ratio) or len(members) > 10_000:
        archive.close()
        raise zip_bomb(total)
    if any(member.flag_bits & 1 for member in members):
        archive.close()
        raise FileFault(
            "file_encrypted",
            Text("the file is protected by a password; send it without one", "ไฟล์มีรหัสผ่าน ให้ส่งไฟล์ที่ไม่มีรหัสผ่าน"),
        )
    return archive


def member_of(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A member as bytes, no more than the limit."""
    return read_guarded(archive, archive.getinfo(name), limit)


def read_guarded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """The same of a member that is known."""
    with opened_member(archive, member) as source:
        return Counted(source, limit).read_all()


def opened_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A member as a file."""
    try:
        return archive.open(member)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise broken_zip() from error


class Counted:
    """A member that is read, and counted meanwhile: its directory may lie."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self.source = source
        self.left = limit

    def read(self, size: int = MIB) -> bytes:
        """The next bytes."""
        try:
            data = self.source.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise broken_zip() from error
        self.left -= len(data)
        if self.left < 0:
            raise zip_bomb(None)
        return data

    def read_all(self) -> bytes:
        """Everything."""
        pieces = []
        while piece := self.read():
            pieces.append(piece)
        return b"".join(pieces)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> None:
    """Write a member under a name of our own."""
    with opened_member(archive, member) as source, target.open("wb") as file:
        shutil.copyfileobj(Counted(source, limit), file, MIB)


def broken_zip() -> FileFault:
    """The fault of a zip that cannot be read to its end."""
    return FileFault(
        "zip_broken",
        Text("the zip is incomplete or damaged; make and send it again", "ไฟล์ zip ไม่ครบหรือเสียหาย ให้สร้างและส่งใหม่"),
    )


def zip_bomb(total: int | None) -> FileFault:
    """The fault of a zip with much more in it than seems fit."""
    size = "" if total is None else f" ({total // MIB:,} MiB)"
    return FileFault(
        "zip_too_large",
        Text(
            f"what is packed in the file is too large, by itself or for so small a file{size}; it was not unpacked",
            f"ข้อมูลที่บีบอัดไว้ใหญ่เกินกำหนดหรือใหญ่ผิดส่วนกับขนาดไฟล์{size} จึงไม่ได้เปิดอ่าน",
        ),
    )


def shapefiles_in(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """The parts of every Shapefile by their endings, by its name; what macOS adds is none."""
    parts: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if "__MACOSX" not in name.parts and not name.name.startswith("."):
            parts.setdefault(str(name.with_suffix("")), {})[name.suffix.lower()] = member
    return {name: found for name, found in parts.items() if ".shp" in found}
