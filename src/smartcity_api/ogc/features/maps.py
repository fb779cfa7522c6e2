"""A small map as SVG: what of it is drawn where. Degrees are its units; north is up, so latitudes are negative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LEAST = 0.3
"""Degrees that a map shows at least, so that a point has surroundings."""
TALLEST, WIDEST = 1.7, 1.7
"""How much taller than wide, or wider than tall, a map gets."""

LINES: Final = {"country": "0.012", "region": "0.004", "place": "0.001"}
"""By the scale of the map, how many degrees wide the lines of its background are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One item on the map: a path, or a point."""

    id: str
    name: str
    path: str | None
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: its view box (left, top, width, height) and what is on it."""

    left: float
    top: float
    width: float
    height: float
    marks: Sequence[Mark]

    @property
    def scale(self) -> str:
        """Which background it has."""
        span = max(self.width, self.height)
        return "country" if span > 5 else "region" if span > 1 else "place"

    @property
    def dot(self) -> float:
        """The radius of a point."""
        return max(self.width, self.height) / 90


def drawing(items: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """The map of these items; none where none of them has a place."""
    placed = [one for one in items if one["path"]]
    if not placed:
        return None
    west, south = (min(one["box"][side] for one in placed) for side in (0, 1))
    east, north = (max(one["box"][side] for one in placed) for side in (2, 3))
    width, height = max((east - west) * 1.1, LEAST), max((north - south) * 1.1, LEAST)
    width, height = max(width, height / TALLEST), max(height, width / WIDEST)
    left, top = (west + east - width) / 2, (-north - south - height) / 2
    return Drawing(round(left, 5), round(top, 5), round(width, 5), round(height, 5), [_mark(one) for one in placed])


def _mark(item: Mapping[str, Any]) -> Mark:
    path = str(item["path"])
    west, south, east, north = item["box"]
    is_point = not path.startswith("M")  # PostGIS writes a point as attributes
    return Mark(
        str(item["id"]),
        str(item.get("name", item["id"])),
        None if is_point else path,
        (west + east) / 2,
        -(south + north) / 2,
    )
