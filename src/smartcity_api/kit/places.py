"""Where on Earth a question is about: boxes, distances and references, in WGS 84 with the longitude first."""

from dataclasses import dataclass
from typing import Literal

Shape = Literal["none", "point", "full"]
"""How much geometry an answer carries: nothing, the label point, or the whole boundary."""

Detail = Literal["full", "medium", "low"]
"""The scale of a boundary: as stored, simplified to about 300 m, or to about 2 km."""


@dataclass(frozen=True, slots=True)
class BBox:
    """A box in degrees; west <= east and south <= north."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Near:
    """A circle: a point in degrees and a geodesic radius in metres."""

    lon: float
    lat: float
    metres: float


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record, by its resource's path segment and its key."""

    resource: str
    key: str
