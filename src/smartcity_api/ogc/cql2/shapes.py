"""Geometry literals: checked, put longitude first, and written as WKT for PostGIS."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from smartcity_api.kit.parsers import THAI_LAT, THAI_LON
from smartcity_api.ogc.cql2.bounds import MAX_VERTICES, too_large
from smartcity_api.ogc.cql2.expressions import Box, Geometry, Position
from smartcity_api.ogc.cql2.problems import refused
from smartcity_api.ogc.crs import Crs

Lines = Sequence[Sequence[Position]]
Flat = tuple[float, float]

DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
STEPS = 32
"""Into how many pieces a side of a box in metres is cut: straight there, it is curved in degrees."""


def written(geometry: Geometry, crs: Crs) -> str:
    """The geometry as WKT in the plane of the reference system; a collection of one dimension as what it is of."""
    members = geometry.members or (geometry,)
    if sum(len(line) for one in members for part in one.parts for line in part) > MAX_VERTICES:
        raise too_large("too_many_vertices", f"{MAX_VERTICES} vertices", f"{MAX_VERTICES} จุด")
    if not all(one.parts and all(one.parts) for one in members):
        raise refused("empty_geometry", f"the {geometry.type} is empty", f"{geometry.type} ว่างเปล่า")
    groups: dict[int, list[Lines]] = {}
    for one in members:
        groups.setdefault(DIMENSIONS[one.type], []).extend(one.parts)
    texts = [_of_dimension(dimension, parts, crs) for dimension, parts in sorted(groups.items())]
    return texts[0] if len(texts) == 1 else f"GEOMETRYCOLLECTION({','.join(texts)})"


def is_mixed(geometry: Geometry) -> bool:
    """Whether it is a collection of several dimensions, for which only touching or not is defined."""
    return len({DIMENSIONS.get(one.type) for one in geometry.members}) > 1


def _of_dimension(dimension: int, parts: Sequence[Lines], crs: Crs) -> str:
    """Points, lines or polygons, one or several."""
    name, texts = ("POINT", "LINESTRING", "POLYGON")[dimension], [_part(dimension, part, crs) for part in parts]
    return f"{name}{texts[0]}" if len(texts) == 1 else f"MULTI{name}({','.join(texts)})"


def _part(dimension: int, lines: Lines, crs: Crs) -> str:
    least, closed = (1, 2, 4)[dimension], dimension == 2
    for line in lines:
        if len(line) < least or (dimension == 0 and len(line) > 1):
            raise refused(
                "too_few_vertices",
                f"a point has one position, a line two or more, a ring four or more, not {len(line)}",
                f"จุดมีหนึ่งพิกัด เส้นมีสองขึ้นไป วงมีสี่ขึ้นไป ไม่ใช่ {len(line)}",
            )
        if closed and line[0] != line[-1]:
            raise refused(
                "unclosed_ring",
                f"a ring of a polygon ends where it begins, at {_called(line[0])}, not at {_called(line[-1])}",
                f"วงของรูปหลายเหลี่ยมต้องจบที่จุดเริ่ม {_called(line[0])} ไม่ใช่ {_called(line[-1])}",
            )
    texts = [f"({','.join(f'{x!r} {y!r}' for x, y in _placed(line, crs))})" for line in lines]
    return f"({','.join(texts)})" if closed else texts[0]


def _called(position: Position) -> str:
    return " ".join(f"{one:g}" for one in position)


def _placed(line: Sequence[Position], crs: Crs) -> Iterator[Flat]:
    """The positions without heights, longitude or easting first."""
    for position in line:
        if len(position) not in (2, 3):
            raise refused("malformed", "a position has two or three numbers", "พิกัดต้องมีสองหรือสามจำนวน")
        yield _place(position[0], position[1], crs)


def _place(first: float, second: float, crs: Crs) -> Flat:
    """One place, refused where it is none; swapped axes are named as such."""
    x, y = (second, first) if crs.projection.latitude_first else (first, second)
    west, south, east, north = crs.box
    if not (math.isfinite(x) and math.isfinite(y)):
        raise refused("not_finite", "NaN and infinity are not coordinates", "NaN และค่าอนันต์ไม่ใช่พิกัด")
    if east <= 180 and THAI_LON[0] <= y <= THAI_LON[1] and THAI_LAT[0] <= x <= THAI_LAT[1]:
        order, thai = ("latitude", "ละติจูด") if crs.projection.latitude_first else ("longitude", "ลองจิจูด")
        raise refused(
            "swapped_coordinates",
            f"{first:g} {second:g} is the wrong way round: {order} comes first in {crs.title.en}",
            f"{first:g} {second:g} สลับลำดับ ใน {crs.title.th} ต้องเริ่มด้วย{thai}",
            value=f"{first:g} {second:g}",
        )
    if not (west <= x <= east and south <= y <= north):
        raise refused(
            "out_of_range",
            f"{first:g} {second:g} is outside {crs.title.en}: {west:g}..{east:g} by {south:g}..{north:g}",
            f"{first:g} {second:g} อยู่นอกขอบเขตของ {crs.title.th}: {west:g}..{east:g} คูณ {south:g}..{north:g}",
            value=f"{first:g} {second:g}",
        )
    return x, y


def boxed(box: Box, crs: Crs) -> str:
    """The box as WKT; one over the date line is two."""
    numbers = box.numbers
    if len(numbers) not in (4, 6):
        raise refused(
            "wrong_number_of_values",
            f"BBOX takes four numbers, or six with heights, not {len(numbers)}",
            f"BBOX ต้องมีสี่จำนวน หรือหกเมื่อมีความสูง ไม่ใช่ {len(numbers)}",
        )
    half = len(numbers) // 2
    (west, south), (east, north) = (_place(numbers[at], numbers[at + 1], crs) for at in (0, half))
    if south > north:
        raise refused(
            "bbox_swapped", f"south {south:g} is north of {north:g}", f"ขอบใต้ {south:g} อยู่เหนือขอบเหนือ {north:g}"
        )
    if west <= east:
        return _rectangle(west, south, east, north, crs)
    if crs.box[2] > 180:
        raise refused("bbox_swapped", f"west {west:g} is east of {east:g}", f"ขอบตะวันตก {west:g} อยู่ตะวันออกของ {east:g}")
    two = [_ring(west, south, 180.0, north, crs), _ring(-180.0, south, east, north, crs)]
    return f"MULTIPOLYGON(({two[0]}),({two[1]}))"


def _rectangle(west: float, south: float, east: float, north: float, crs: Crs) -> str:
    """A polygon, or the line or point that is left of a box without width or height."""
    if west < east and south < north:
        return f"POLYGON({_ring(west, south, east, north, crs)})"
    if west == east and south == north:
        return f"POINT({west!r} {south!r})"
    return f"LINESTRING({west!r} {south!r},{east!r} {north!r})"


def _ring(west: float, south: float, east: float, north: float, crs: Crs) -> str:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    pieces = 1 if crs.box[2] <= 180 else STEPS
    places = [
        (a + (c - a) * step / pieces, b + (d - b) * step / pieces)
        for (a, b), (c, d) in pairwise(corners)
        for step in range(pieces)
    ]
    return f"({','.join(f'{x!r} {y!r}' for x, y in [*places, places[0]])})"
