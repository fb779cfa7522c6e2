"""The parameter `bbox`: a box in any of the systems, over the date line too, and the filter that it becomes."""

from dataclasses import dataclass

from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, or_

from smartcity_api.kit import errors, parsers
from smartcity_api.kit.filters import WIDE_BOX, Filter, Parts, number
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.language import Text
from smartcity_api.ogc.crs import Crs
from smartcity_api.ogc.places import Condition, Touching

METRES_IN_A_DEGREE = 111_320.0
SIDES = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Corners:
    """Two corners as they were given: the axes in the order of their system, heights left out."""

    lower: tuple[float, float]
    upper: tuple[float, float]


def corners(value: str) -> Corners:
    """Four numbers, or six with heights, which nothing here has."""
    count = 6 if value.count(",") == 5 else 4
    found = parsers.numbers(value, count, "minx,miny,maxx,maxy")
    half = count // 2
    return Corners((found[0], found[1]), (found[half], found[half + 1]))


def in_box(touching: Touching, given: Corners, crs: Crs) -> Filter:
    """What touches the box, and what has no geometry, as the standard has it."""
    west, south, east, north = _sides(given, crs)
    boxes = [(west, south, east, north)]
    if west > east:  # over the date line
        boxes = [(west, south, 180.0, north), (-180.0, south, east, north)]
    names = ("bbox", "bbox_beyond")[: len(boxes)]
    uneven = any(_is_wide(box, crs) for box in boxes)
    nowhere = [] if touching.nowhere is None else [touching.nowhere]

    def inside(condition: Condition) -> ColumnElement[bool]:
        return or_(*(condition(crs.projection.box(*(number(f"{name}_{side}") for side in SIDES))) for name in names))

    def clause() -> ColumnElement[bool]:
        return or_(inside(touching.here), *nowhere)

    def parts() -> Parts:
        here = touching.here if uneven else touching.in_little or touching.here
        return Parts([inside(here), *nowhere])

    values = {f"{names[n]}_{side}": box[place] for n, box in enumerate(boxes) for place, side in enumerate(SIDES)}
    name = f"bbox:{crs.uri}:{len(boxes)}:{uneven}"
    return Filter(name, clause, values, uneven=uneven, parts=parts if nowhere else None)


def _sides(given: Corners, crs: Crs) -> tuple[float, float, float, float]:
    """West, south, east and north, within what is computed with."""
    turn = -1 if crs.projection.latitude_first else 1
    (west, south), (east, north) = given.lower[::turn], given.upper[::turn]
    if _is_geographic(crs):
        _check(west, south)
        _check(east, north)
    if south > north or (west > east and not _is_geographic(crs)):
        message = Text("bbox: a lower corner is above the upper one", "bbox: มุมล่างอยู่เหนือมุมบน")
        raise errors.InvalidParameter.naming("bbox", "bbox_swapped", message)
    left, bottom, right, top = crs.box
    return (
        min(max(west, left), right),
        min(max(south, bottom), top),
        min(max(east, left), right),
        min(max(north, bottom), top),
    )


def _is_geographic(crs: Crs) -> bool:
    return crs.projection.srid == SRID


def _check(lon: float, lat: float) -> None:
    try:
        parsers.check_position(lon, lat)
    except PydanticCustomError as error:
        told = error.context or {}
        message = Text(f"bbox: {told['en']}", f"bbox: {told['th']}")
        raise errors.InvalidParameter.naming("bbox", str(told["code"]), message) from None


def _is_wide(box: tuple[float, float, float, float], crs: Crs) -> bool:
    """Whether so much may lie in it that other values would want another plan."""
    west, south, east, north = box
    degree = 1.0 if _is_geographic(crs) else METRES_IN_A_DEGREE
    return (east - west) * (north - south) > WIDE_BOX * degree * degree
