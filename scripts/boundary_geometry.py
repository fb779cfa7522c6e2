"""District coverage: clean, simplify, dissolve, round, label, and the checks that stop a bad build."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

LEVELS = {"full": None, "medium": 0.003, "low": 0.02}  # tolerance of the simplification, degrees
DECIMALS = 5  # about 1 m, finer than the source
GAP_WIDTH = 0.01  # degrees; 0.005 leaves 46 holes between districts
LABEL_TOLERANCE = 0.0005  # degrees

Coverage = dict[str, MultiPolygon]  # by official code, in the order of the codes


@dataclass(frozen=True)
class Level:
    """One degree of detail: districts, and the provinces dissolved from exactly these districts."""

    districts: Coverage
    provinces: Coverage


def clean(polygons: dict[str, bytes]) -> dict[str, BaseGeometry]:
    """Districts without overlaps and gaps; the source simplified each polygon alone, so neighbours disagree."""
    loaded = [shapely.from_wkb(polygons[code]) for code in sorted(polygons)]
    cleaned = shapely.coverage_clean(loaded, gap_width=GAP_WIDTH)
    return dict(zip(sorted(polygons), cleaned, strict=True))


def level(name: str, cleaned: dict[str, BaseGeometry]) -> Level:
    """The coverage at one degree of detail, rounded and checked."""
    geometries = np.array(list(cleaned.values()), dtype=object)
    tolerance = LEVELS[name]
    if tolerance is not None:
        geometries = shapely.coverage_simplify(geometries, tolerance)
    districts = _rounded(list(cleaned), geometries)
    _check(f"{name} districts", districts)
    members: dict[str, list[MultiPolygon]] = {}
    for code, boundary in districts.items():
        members.setdefault(code[:2], []).append(boundary)
    provinces = _rounded(list(members), [shapely.coverage_union_all(parts) for parts in members.values()])
    _check(f"{name} provinces", provinces)
    return Level(districts, provinces)


def _rounded(codes: Sequence[str], geometries: Sequence[BaseGeometry]) -> Coverage:
    rounded = shapely.transform(np.array(geometries, dtype=object), lambda xy: np.round(xy, DECIMALS))
    # Normalised, since the order of parts and the start of a ring must not change from one run to the next.
    tidy = shapely.normalize(shapely.remove_repeated_points(rounded, 0))
    return {code: _multi(code, geometry) for code, geometry in zip(codes, tidy, strict=True)}


def _multi(code: str, geometry: BaseGeometry) -> MultiPolygon:
    if geometry.geom_type == "Polygon":
        return MultiPolygon([geometry])
    if geometry.geom_type != "MultiPolygon":
        raise SystemExit(f"{code}: {geometry.geom_type} instead of a polygon")
    return geometry


def _check(what: str, coverage: Coverage) -> None:
    for code, boundary in coverage.items():
        if boundary.is_empty or boundary.area <= 0:
            raise SystemExit(f"{what}: {code} is empty")
        if not boundary.is_valid:
            raise SystemExit(f"{what}: {code} is invalid: {shapely.is_valid_reason(boundary)}")
    boundaries = list(coverage.values())
    if not shapely.coverage_is_valid(boundaries):
        edges = shapely.coverage_invalid_edges(boundaries)
        broken = [code for code, edge in zip(coverage, edges, strict=True) if not edge.is_empty]
        raise SystemExit(f"{what}: borders do not match at {', '.join(broken)}")


def label_points(coverage: Coverage) -> dict[str, tuple[float, float]]:
    """A point well inside the largest part of each boundary, where a label stands."""
    points = {}
    for code, boundary in coverage.items():
        largest = max(boundary.geoms, key=lambda part: part.area)
        point = polylabel(largest, LABEL_TOLERANCE)
        lon, lat = round(point.x, DECIMALS), round(point.y, DECIMALS)
        if not shapely.contains_xy(boundary, lon, lat):
            raise SystemExit(f"{code}: the label point {lon}, {lat} lies outside")
        points[code] = (lon, lat)
    return points


def coordinates(boundary: MultiPolygon) -> list[list[list[list[float]]]]:
    """GeoJSON coordinates: outer rings anticlockwise, numbers already rounded."""
    oriented = shapely.orient_polygons(boundary)
    return [
        [[[float(x), float(y)] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in oriented.geoms
    ]


def square_kilometres(boundary: BaseGeometry) -> float:
    """Area on the WGS 84 ellipsoid, through Lambert's cylindrical equal-area projection."""
    return float(shapely.transform(boundary, _equal_area).area) / 1e6


def _equal_area(lonlat: np.ndarray) -> np.ndarray:
    semi_major, eccentricity = 6378137.0, 0.0818191908426215
    sine = np.sin(np.radians(lonlat[:, 1]))
    scaled = eccentricity * sine
    meridian = (1 - eccentricity**2) * (sine / (1 - scaled**2) + np.arctanh(scaled) / eccentricity)
    return np.column_stack([semi_major * np.radians(lonlat[:, 0]), semi_major * meridian / 2])
