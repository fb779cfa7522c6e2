"""GeoPackage, FlatGeobuf and zipped Shapefiles."""

import datetime
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyogrio.raw import write_arrow
from tests.imports.files.reading import faults, read, refused, said


def point(east: float, north: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, east, north)


def table(**more: Any) -> pyarrow.Table:
    return pyarrow.table(
        {
            "name": ["น่าน", None],
            "budget": pyarrow.array([1, None], pyarrow.int64()),
            "share": [0.5, None],
            "day": pyarrow.array([datetime.date(2026, 1, 2), None], pyarrow.date32()),
            "geom": pyarrow.array([point(100.5, 13.75), None], pyarrow.binary()),
            **more,
        }
    )


def put(path: Path, driver: str, *, crs: str | None = "EPSG:4326", layer: str = "cities", **options: Any) -> Path:
    if driver == "FlatGeobuf":
        options["SPATIAL_INDEX"] = "NO"  # its index has no place for features without geometry
    write_arrow(
        table(), path, driver=driver, layer=layer, geometry_name="geom", geometry_type="Point", crs=crs, **options
    )
    return path


def shapefile(directory: Path, *, crs: str | None = "EPSG:4326", encoding: str = "UTF-8") -> Path:
    directory.mkdir()
    return put(directory / "เมือง.shp", "ESRI Shapefile", crs=crs, encoding=encoding)


def packed(shape: Path, target: Path, *, without: tuple[str, ...] = (), inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(shape.parent.iterdir()):
            if part.suffix not in without:
                archive.write(part, inside + part.name)
    return target


@pytest.mark.parametrize(("driver", "form"), [("GPKG", "gpkg"), ("FlatGeobuf", "fgb")])
def test_features_are_rows(tmp_path: Path, driver: str, form: str) -> None:
    path = put(tmp_path / f"made.{form}", driver).rename(tmp_path / "staged")
    file, rows = read(path)
    assert (file.format, file.crs, file.columns, said(file)) == (form, None, ("name", "budget", "share", "day"), [])
    assert [row.number for row in rows] == [1, 2]
    assert dict(rows[0].values) == {"name": "น่าน", "budget": 1, "share": 0.5, "day": datetime.date(2026, 1, 2)}
    assert set(rows[1].values.values()) == {None}
    assert [row.geometry for row in rows] == [point(100.5, 13.75), None]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["staged"]


@pytest.mark.parametrize(("driver", "form"), [("GPKG", "gpkg"), ("FlatGeobuf", "fgb")])
def test_other_reference_systems_are_told(tmp_path: Path, driver: str, form: str) -> None:
    file, _ = read(put(tmp_path / f"a.{form}", driver, crs="EPSG:32647"))
    assert (file.crs, said(file)) == ("EPSG:32647", ["crs_transformed"])
    assert "EPSG:32647" in file.notices[0].message.en


def test_a_geopackage_with_two_layers(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gpkg", "GPKG")
    put(path, "GPKG", layer="zones", crs="EPSG:24047", append=False)
    fault = refused(path)
    assert (fault.code, fault.suggestion) == ("many_layers", "layer=cities")
    assert "cities, zones" in fault.message.en
    file, rows = read(path, layer="zones")
    assert (file.layer, file.crs, len(rows)) == ("zones", "EPSG:24047", 2)
    assert said(file) == ["crs_transformed", "layers_left_out"]
    assert refused(path, layer="none").code == "layer_unknown"


def test_tables_without_geometry_are_no_second_layer(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gpkg", "GPKG")
    write_arrow(pyarrow.table({"style": ["x"]}), path, driver="GPKG", layer="layer_styles")
    file, _ = read(path)
    assert (file.layer, said(file)) == ("cities", ["layers_left_out"])
    file, rows = read(path, layer="layer_styles")
    assert (dict(rows[0].values), rows[0].geometry) == ({"style": "x"}, None)


def test_a_geopackage_that_is_open_elsewhere(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gpkg", "GPKG")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
    assert len(read(path)[1]) == 2


@pytest.mark.parametrize(("driver", "form"), [("GPKG", "gpkg"), ("FlatGeobuf", "fgb")])
def test_a_file_without_a_reference_system(tmp_path: Path, driver: str, form: str) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = put(tmp_path / f"a.{form}", driver, crs=None)
    assert refused(path).code == "crs_unknown"


@pytest.mark.parametrize(("driver", "form"), [("GPKG", "gpkg"), ("FlatGeobuf", "fgb")])
def test_a_file_that_is_cut(tmp_path: Path, driver: str, form: str) -> None:
    path = put(tmp_path / f"a.{form}", driver)
    path.write_bytes(path.read_bytes()[:300])
    fault = refused(path)
    assert fault.code == "file_broken"
    assert str(tmp_path) not in fault.message.en


def test_other_databases_are_no_geopackage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.commit()
    assert refused(tmp_path / "a.gpkg").code == "format_not_taken"


@pytest.mark.parametrize("inside", ["", "โฟลเดอร์/ย่อย/"])
def test_a_zipped_shapefile(tmp_path: Path, inside: str) -> None:
    path = packed(shapefile(tmp_path / "parts", crs="EPSG:32647"), tmp_path / "staged", inside=inside)
    file, rows = read(path, name="เมือง.zip")
    assert (file.format, file.crs, said(file)) == ("shp", "EPSG:32647", ["crs_transformed"])
    assert rows[0].values["name"] == "น่าน"
    assert rows[0].values["day"] == datetime.date(2026, 1, 2)
    assert rows[0].geometry == point(100.5, 13.75)


def test_a_shapefile_in_wgs84_needs_no_transformation(tmp_path: Path) -> None:
    assert read(packed(shapefile(tmp_path / "parts"), tmp_path / "a.zip"))[0].crs is None


@pytest.mark.parametrize(("encoding", "told"), [("UTF-8", "utf-8"), ("CP874", "cp874")])
def test_a_shapefile_that_does_not_say_its_encoding(tmp_path: Path, encoding: str, told: str) -> None:
    shape = shapefile(tmp_path / "parts", encoding=encoding)
    database = shape.with_suffix(".dbf")
    content = bytearray(database.read_bytes())
    content[29] = 0
    database.write_bytes(bytes(content))
    file, rows = read(packed(shape, tmp_path / "a.zip", without=(".cpg",)))
    assert rows[0].values["name"] == "น่าน"
    assert (file.encoding, said(file)) == (told, ["encoding_guessed"])


@pytest.mark.parametrize("word", ["874", "ANSI 874", "Windows-874", "TIS-620", "cp874"])
def test_names_of_the_thai_code_page(tmp_path: Path, word: str) -> None:
    shape = shapefile(tmp_path / "parts", encoding="CP874")
    shape.with_suffix(".cpg").write_text(word, encoding="ascii")
    file, rows = read(packed(shape, tmp_path / "a.zip"))
    assert (rows[0].values["name"], said(file)) == ("น่าน", [])


def test_a_text_that_is_cut_in_a_character(tmp_path: Path) -> None:
    shape = shapefile(tmp_path / "parts")
    database = shape.with_suffix(".dbf")
    database.write_bytes(database.read_bytes().replace("น่าน".encode(), "น่าน".encode()[:-1] + b" "))
    _, rows = read(packed(shape, tmp_path / "a.zip"))
    assert faults(rows) == {1: ["text_broken"]}
    assert str(rows[0].values["name"]).startswith("น่า")


def test_shapefiles_that_lack_parts(tmp_path: Path) -> None:
    shape = shapefile(tmp_path / "parts")
    assert refused(packed(shape, tmp_path / "a.zip", without=(".prj",))).code == "crs_unknown"
    lacking = refused(packed(shape, tmp_path / "b.zip", without=(".dbf", ".shx")))
    assert (lacking.code, ".shx, .dbf" in lacking.message.en) == ("shapefile_incomplete", True)


def test_several_shapefiles_in_a_zip(tmp_path: Path) -> None:
    shape = shapefile(tmp_path / "parts")
    path = packed(shape, tmp_path / "a.zip", inside="one/")
    with zipfile.ZipFile(path, "a") as archive:
        for part in shape.parent.iterdir():
            archive.write(part, f"two/zones{part.suffix}")
    assert refused(path).code == "many_layers"
    assert len(read(path, layer="zones")[1]) == 2
    assert refused(path, layer="none").code == "layer_unknown"


def test_a_virtual_dataset_in_a_zip_is_not_looked_at(tmp_path: Path) -> None:
    shape = shapefile(tmp_path / "parts")
    outside = (
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    shape.write_text(outside, encoding="ascii")
    assert refused(packed(shape, tmp_path / "a.zip")).code == "file_broken"
    (tmp_path / "a.vrt").write_text(outside, encoding="ascii")
    assert refused(tmp_path / "a.vrt").code == "format_not_taken"
