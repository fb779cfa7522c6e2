"""What the readers of JSON share: Features as rows, coordinates as text, texts that no database can keep."""

from typing import Any

import orjson

from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files.rows import Row
from smartcity_api.kit.language import Text

_WGS84 = {"CRS84", "EPSG:4326", "EPSG:4979", "OGC:CRS84", "OGC:1.3:CRS84", "OGC::CRS84", "OGC:2:84"}


NUL = b"\\u0000"
"""How a NUL character is written in JSON; what only looks like one is told apart by `without_nuls`."""


def feature_row(number: int, feature: Any) -> Row:
    """The row that a Feature is (RFC 7946, 3.2): its properties, and its id where it is a text."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Row(number, {}, faults=(_not_a_feature(),))
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, dict | None) or not isinstance(geometry, dict | None):
        return Row(number, {}, faults=(_not_a_feature(),))
    values = dict(properties or {})
    if isinstance(feature.get("id"), str):
        values.setdefault("id", feature["id"])
    faults = []
    if feature.get("crs") is not None and crs_of(feature["crs"]) is not None:
        faults.append(_foreign_crs())
    try:
        text = None if geometry is None else orjson.dumps(geometry).decode()
    except orjson.JSONEncodeError:
        return Row(number, values, faults=(_too_deep("/geometry"),))
    return Row(number, values, text, tuple(faults))


def crs_of(member: Any) -> str | None:
    """The reference system of GeoJSON's former `crs` member; None for WGS 84."""
    properties = member.get("properties") if isinstance(member, dict) else None
    if member is None:
        return None
    if isinstance(properties, dict):
        if member.get("type") == "name" and isinstance(properties.get("name"), str):
            return _named(properties["name"])
        if member.get("type") == "EPSG" and isinstance(properties.get("code"), int):
            return _named(f"EPSG:{properties['code']}")
    raise _unknown_crs(orjson.dumps(member).decode()[:200])


def _named(name: str) -> str | None:
    """A name such as `urn:ogc:def:crs:EPSG::32647` as `EPSG:32647`."""
    short = name.strip().upper().removeprefix("URN:OGC:DEF:CRS:")
    if short in _WGS84:
        return None
    authority, _, code = short.partition(":")
    code = code.rpartition(":")[2]
    if authority != "EPSG" or not code.isascii() or not code.isdigit():
        raise _unknown_crs(name[:200])
    return None if f"EPSG:{code}" in _WGS84 else f"EPSG:{code}"


def may_have_nul(row: Row) -> bool:
    """Whether the row's values are worth a closer look."""
    try:
        return NUL in orjson.dumps(row.values)
    except orjson.JSONEncodeError:
        return True


def without_nuls(row: Row) -> Row:
    """The row with its NUL characters replaced, and a fault if there were any."""
    found: list[str] = []
    try:
        values = {name: _cleaned(value, f"/{_escaped(name)}", found) for name, value in row.values.items()}
    except RecursionError:
        return Row(row.number, {}, row.geometry, (*row.faults, _too_deep("")))
    if not found:
        return row
    faults = tuple(
        RowFault(
            "nul_character",
            Text("the text has a NUL character; take it out", "ข้อความมีอักขระ NUL ให้ลบออก"),
            pointer=pointer,
        )
        for pointer in found
    )
    return Row(row.number, values, row.geometry, (*row.faults, *faults))


def _cleaned(value: Any, pointer: str, found: list[str]) -> Any:
    if isinstance(value, str) and "\0" in value:
        found.append(pointer)
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_cleaned(item, f"{pointer}/{place}", found) for place, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            _cleaned(name, pointer, found): _cleaned(item, f"{pointer}/{_escaped(name)}", found)
            for name, item in value.items()
        }
    return value


def _escaped(name: str) -> str:
    """A member's name within a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1").replace("\0", "\ufffd")


def _not_a_feature() -> RowFault:
    return RowFault(
        "not_a_feature",
        Text(
            "this is not a GeoJSON Feature with `properties` and `geometry`",
            "ไม่ใช่ GeoJSON Feature ที่มี `properties` และ `geometry`",
        ),
    )


def _foreign_crs() -> RowFault:
    return RowFault(
        "crs_unexpected",
        Text(
            "coordinates of a text sequence are in WGS 84; this feature says something else",
            "พิกัดในลำดับ GeoJSON ต้องเป็น WGS 84 แต่รายการนี้ระบุระบบพิกัดอื่น",
        ),
        pointer="/crs",
        suggestion="EPSG:4326",
    )


def _too_deep(pointer: str) -> RowFault:
    return RowFault("too_deep", Text("the value is nested too deeply", "ค่าซ้อนกันลึกเกินไป"), pointer=pointer)


def _unknown_crs(said: str) -> FileFault:
    return FileFault(
        "crs_unknown",
        Text(
            f"the file's coordinate reference system is not known: {said}; name it by its EPSG code, "
            "or send WGS 84 without `crs`",
            f"ไม่รู้จักระบบพิกัดของไฟล์: {said} ให้ระบุด้วยรหัส EPSG หรือส่งพิกัด WGS 84 โดยไม่มี `crs`",
        ),
        suggestion="EPSG:4326",
    )
