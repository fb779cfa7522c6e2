"""What a file is, whatever its name says."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from tests.imports.files.reading import read, refused, said

from smartcity_api.imports.files import Limits

CSV = b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("content", "name", "form", "told"),
    [
        (CSV, "a.xlsx", "csv", ["not_what_its_name_says"]),
        (CSV, "a.gpkg", "csv", ["not_what_its_name_says"]),
        (CSV, "a.CSV", "csv", []),
        (CSV, "a.txt", "csv", []),
        (b'{"a":1}\n', "a.csv", "ndjson", ["not_what_its_name_says"]),
        (b'{"a":1}\n', "a.json", "ndjson", []),
        (b'{"type":"FeatureCollection","features":[]}', "a.ndjson", "geojson", ["not_what_its_name_says"]),
        (b'{"features":[],"type":"FeatureCollection"}', "a.geojson", "geojson", []),
        (b'{"type":"municipality","features":"x"}', None, "ndjson", []),
    ],
)
def test_content_decides(tmp_path: Path, content: bytes, name: str | None, form: str, told: list[str]) -> None:
    path = tmp_path / "staged"
    path.write_bytes(content)
    file, _ = read(path, name=name)
    assert (file.format, said(file)) == (form, told)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV, mtime=0),
        b"PAR1....PAR1",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        b"%PDF-1.7",
        b"<html><table></table></html>",
        b"\x00\x00\x27\x0a" + bytes(96),
    ],
)
def test_formats_that_are_not_taken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refused(path).code == "format_not_taken"


def test_something_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(32)) * 20)
    assert refused(path).code == "format_unknown"


def test_a_zip_without_a_shapefile(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/proposals.csv", CSV)
    fault = refused(path)
    assert fault.code == "zip_without_shapefile"
    assert "proposals.csv" in fault.message.en
    with zipfile.ZipFile(path, "w"):
        pass
    assert refused(path).code == "zip_without_shapefile"


def test_zips_with_too_much_in_them(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(100_000_000))
    assert refused(path).code == "zip_too_large"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(200):
            archive.writestr(f"{number}.shp", json.dumps(list(range(2000))))
    assert refused(path).code == "many_layers"
    assert refused(path, limits=Limits(unpacked=1_000_000)).code == "zip_too_large"
