"""Geometries as WKB, by hand."""

import struct
from collections.abc import Sequence

Point = Sequence[float]
CENTRES = ((98.31, 7.91), (98.35, 7.95), (98.39, 7.88))


def polygon(ring: Sequence[Point], *, deep: bool = False) -> bytes:
    """One ring; `deep` has a third dimension (ISO)."""
    head = struct.pack("<BIII", 1, 1003 if deep else 3, 1, len(ring))
    return head + b"".join(struct.pack(f"<{len(one)}d", *one) for one in ring)


def square(east: float, north: float, size: float = 0.01) -> list[Point]:
    """Its ring."""
    return [(east, north), (east + size, north), (east + size, north + size), (east, north + size), (east, north)]


def wkt(ring: Sequence[Point]) -> str:
    """The same as WKT."""
    return "POLYGON((" + ",".join(f"{east!r} {north!r}" for east, north in ring) + "))"


def point(east: float, north: float) -> bytes:
    """A point."""
    return struct.pack("<BIdd", 1, 1, east, north)
