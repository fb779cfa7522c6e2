"""GeoPackage, FlatGeobuf and Shapefile through GDAL: batches of columns as rows, geometry as WKB.

GDAL opens only what this package named itself: a file whose first bytes are those of the format, under a name in a
directory of its own, so that neither its extension nor its neighbours lead anywhere else.
"""

import datetime
import os
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pyarrow
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import open_arrow

from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files.rows import Limits, Opened, Row
from smartcity_api.kit.language import Text

BATCH = 1000
"""Features that are held at once."""

# GDAL's own batches of FlatGeobuf have wrong offsets behind a feature without geometry; the general ones are right.
pyogrio.set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})

_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile"}
_DESCRIBING = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys", "gpkg_extensions", "gpkg_ogr_contents")
_WGS84 = {"EPSG:4326", "EPSG:4979", "OGC:CRS84"}
_FAILURES = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    pyarrow.ArrowException,
    NameError,  # what pyogrio meets when a reference system is no text
    RuntimeError,
    ValueError,
)


@dataclass(kw_only=True)
class GisFile(Opened):
    """A layer of a file that GDAL reads."""

    source: Path
    spatial: bool = True
    announced: int = 0
    """Features that it says to have, where it says so for certain."""
    number: int = field(default=0, init=False)

    def rows(self) -> Iterator[Row]:
        """Its features."""
        try:
            with open_arrow(self.source, layer=self.layer, batch_size=BATCH, use_pyarrow=True) as (meta, reader):
                shape = (meta["geometry_name"] or "wkb_geometry") if self.spatial else None
                while (batch := _next(reader)) is not None:
                    yield from self._batch(batch, shape)
            if self.number < self.announced:
                raise unreadable(self.format, f"it ends before the last of its {self.announced} features", self.number)
        except _FAILURES as error:
            raise unreadable(self.format, str(error), self.number) from error

    def _batch(self, batch: Any, shape: str | None) -> Iterator[Row]:
        """The rows of one batch."""
        places = {name: place for place, name in enumerate(batch.schema.names)}
        faults: dict[int, list[RowFault]] = {}
        columns = [_values(batch.column(places[name]), name, faults) for name in self.columns]
        shapes: list[bytes | None] = [None] * batch.num_rows
        if shape is not None:
            column = batch.column(places[shape])
            column.validate(full=True)
            shapes = column.to_pylist()
        cells = zip(*columns, strict=True) if columns else ((),) * batch.num_rows
        for place, (values, wkb) in enumerate(zip(cells, shapes, strict=True)):
            self.number += 1
            found = tuple(faults.get(place, ())) if faults else ()
            yield Row(self.number, dict(zip(self.columns, values, strict=True)), wkb, found)


def _next(reader: Any) -> Any:
    """The next batch; GDAL's warnings are about what is judged anyway."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return next(reader, None)


def opened_gis(path: Path, limits: Limits, *, form: Literal["gpkg", "fgb"], layer: str | None) -> Opened:
    """The GeoPackage or FlatGeobuf at the path."""
    directory = own_directory(path)
    try:
        source = Path(directory.name) / f"layer.{form}"
        _linked(path, source)
        opened = opened_source(path, source, limits, form=form, layer=layer)
    except BaseException:
        directory.cleanup()
        raise
    opened.resources.enter_context(directory)
    return opened


def _views(path: Path) -> frozenset[str]:
    """The names of a GeoPackage's views: what they have is computed, perhaps without an end."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            found = database.execute("SELECT name FROM sqlite_master WHERE sql NOT LIKE 'CREATE TABLE%'").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):  # what is wrong with it, GDAL says
        return frozenset()
    return frozenset(name for (name,) in found)


def _check_tables(path: Path, layer: str | None) -> None:
    """Refuse to read views, as the layer or as what describes the layers."""
    views = _views(path)
    if view := next((name for name in (layer, *sorted(map(str, views))) if _is_read(name, layer, views)), None):
        raise FileFault(
            "layer_is_a_view",
            Text(
                f"{view!r} is a view of the GeoPackage; save what it shows as a layer of its own and send that",
                f"{view!r} เป็นวิวใน GeoPackage ให้บันทึกข้อมูลเป็นชั้นข้อมูลจริงแล้วส่งใหม่",
            ),
        )


def _is_read(name: str | None, layer: str | None, views: frozenset[str]) -> bool:
    described = name is not None and name.lower() in _DESCRIBING
    return name in views and (described or name == layer)


def _linked(path: Path, source: Path) -> None:
    """The file under another name; SQLite puts its journals beside the name that it is opened by, if it can."""
    try:
        os.link(path, source)
    except OSError:  # a disk that has no links of this kind
        source.symlink_to(path.resolve())


def own_directory(path: Path) -> TemporaryDirectory[str]:
    """A directory beside the file, on the same disk; its name begins with the file's."""
    return TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent, ignore_cleanup_errors=True)


def opened_source(
    path: Path, source: Path, limits: Limits, *, form: Literal["gpkg", "fgb", "shp"], layer: str | None
) -> GisFile:
    """The file that GDAL is to open, its layer chosen and described."""
    if form == "gpkg":
        _check_tables(path, None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = {str(name): kind for name, kind in pyogrio.list_layers(source)}
            if not layers and form != "gpkg":
                raise unreadable(form, "no layer", 0)
            chosen = _chosen(layers, layer)
            if form == "gpkg":
                _check_tables(path, chosen)
            meta = pyogrio.read_info(source, layer=chosen)
    except _FAILURES as error:
        raise unreadable(form, str(error), 0) from error
    if meta["driver"] != _DRIVERS[form]:
        raise unreadable(form, f"driver {meta['driver']}", 0)
    spatial = layers[chosen] is not None
    opened = GisFile(
        format=form,
        path=path,
        limits=limits,
        encoding="utf-8",
        layer=chosen,
        crs=_crs(meta, spatial),
        columns=tuple(map(str, meta["fields"])),
        source=source,
        spatial=spatial,
        announced=meta["features"] if form == "fgb" else 0,
    )
    opened.say_crs()
    if left := [name for name in layers if name != chosen]:
        names = ", ".join(left)
        opened.notice("layers_left_out", f"these layers were left out: {names}", f"ไม่ได้อ่านชั้นข้อมูล: {names}")
    return opened


def _chosen(layers: Mapping[str, Any], asked: str | None) -> str:
    """The layer that was asked for, or the only one with features."""
    names = ", ".join(layers)
    if asked is not None:
        if asked in layers:
            return asked
        raise FileFault(
            "layer_unknown",
            Text(f"there is no layer {asked!r}; the file has: {names}", f"ไม่มีชั้นข้อมูล {asked!r} ในไฟล์มี: {names}"),
            suggestion=next(iter(layers), None),
        )
    spatial = [name for name, kind in layers.items() if kind is not None] or list(layers)
    if not spatial:
        raise FileFault("empty_file", Text("the file has no layer", "ไฟล์ไม่มีชั้นข้อมูล"))
    if len(spatial) > 1:
        raise many_layers(spatial)
    return spatial[0]


def many_layers(names: list[str]) -> FileFault:
    """The fault of a file with several layers of which none was asked for."""
    listed = ", ".join(names)
    return FileFault(
        "many_layers",
        Text(
            f"the file has {len(names)} layers: {listed}; say which one with layer=",
            f"ไฟล์มี {len(names)} ชั้นข้อมูล: {listed} ให้เลือกด้วย layer=",
        ),
        suggestion=f"layer={names[0]}",
    )


def _crs(meta: Mapping[str, Any], spatial: bool) -> str | None:
    """The layer's reference system; None for WGS 84."""
    crs = meta["crs"]
    if not spatial or crs in _WGS84:
        return None
    if not crs or "Undefined" in crs[:40]:
        raise FileFault(
            "crs_unknown",
            Text(
                "the file does not say in which coordinate reference system it is; add it (a Shapefile: its .prj)",
                "ไฟล์ไม่ระบุระบบพิกัดอ้างอิง ให้เพิ่มระบบพิกัด (Shapefile: ไฟล์ .prj)",
            ),
            suggestion="EPSG:4326",
        )
    return str(crs)


def _values(column: Any, name: str, faults: dict[int, list[RowFault]]) -> list[Any]:
    """A column as Python values; texts that are not UTF-8 are mended as far as possible, with a fault."""
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        values = column.cast(pyarrow.binary()).to_pylist()
    if pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
        for place, value in enumerate(values):
            if isinstance(value, bytes):
                values[place] = _mended(value, name, faults.setdefault(place, []))
    elif pyarrow.types.is_timestamp(column.type):
        return [_day(value) for value in values]
    return values


def _mended(value: bytes, name: str, faults: list[RowFault]) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        shown = value.decode(errors="replace")
        message = Text("the text is cut or not UTF-8", "ข้อความถูกตัดหรือไม่ใช่ UTF-8")
        faults.append(RowFault("text_broken", message, column=name, value=shown[:200]))
        return shown


def _day(value: datetime.datetime | None) -> datetime.date | None:
    """An instant at midnight without a zone is a day."""
    if value is not None and value.tzinfo is None and value.time() == datetime.time():
        return value.date()
    return value


def unreadable(form: str, reason: str, number: int) -> FileFault:
    """The fault of a file that GDAL gives up on."""
    where = (f" behind feature {number}", f"หลังรายการที่ {number}") if number else ("", "")
    # GDAL names the file as we named it; that is nobody's business.
    short = reason.rpartition("/")[2][:200]
    return FileFault(
        "file_broken",
        Text(f"the {form} file cannot be read{where[0]}: {short}", f"อ่านไฟล์ {form} ไม่ได้{where[1]}: {short}"),
    )
