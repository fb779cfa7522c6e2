"""The coordinate reference systems that the OGC API answers in and takes (OGC API - Features Part 2), by their URIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smartcity_api.kit.language import Text
from smartcity_api.kit.projections import Projection

EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84, longitude first: the default, and how everything is kept."""


@dataclass(frozen=True, slots=True)
class Crs:
    """One system. `box` is the part of its plane that is computed with: boxes are cut to it, Thailand is well inside.

    Its corners are west, south, east and north in its own unit, whatever the order of its axes.
    """

    uri: str
    title: Text
    projection: Projection
    box: tuple[float, float, float, float]

    @property
    def header(self) -> str:
        """The value of `Content-Crs`."""
        return f"<{self.uri}>"


_UTM = (-1_500_000.0, -1_000_000.0, 2_500_000.0, 9_000_000.0)
_DEGREES = (-180.0, -90.0, 180.0, 90.0)
_MERCATOR = 20_037_508.342789244

# By the code alone PROJ would take the operation EPSG:1812, whose rotations have the wrong sign: it is 190 m off.
# This is EPSG:1304, good to 5 m; the Royal Thai Survey Department's own figures are within 3 m of it.
_INDIAN_1975 = "+proj=utm +zone=47 +a=6377276.345 +b=6356075.41314024 +towgs84=210,814,289,0,0,0,0 +units=m +no_defs"

SYSTEMS: Final[Mapping[str, Crs]] = {
    one.uri: one
    for one in (
        Crs(CRS84, Text("WGS 84, longitude first", "WGS 84 ลองจิจูดก่อน"), Projection(), _DEGREES),
        Crs(
            f"{EPSG}4326",
            Text("WGS 84, latitude first", "WGS 84 ละติจูดก่อน"),
            Projection(latitude_first=True),
            _DEGREES,
        ),
        Crs(
            f"{EPSG}3857",
            Text("Web Mercator", "เว็บเมอร์เคเตอร์"),
            Projection(3857, 2),
            (-_MERCATOR, -_MERCATOR, _MERCATOR, _MERCATOR),
        ),
        Crs(f"{EPSG}32647", Text("WGS 84 / UTM zone 47N", "WGS 84 / UTM โซน 47N"), Projection(32647, 2), _UTM),
        Crs(f"{EPSG}32648", Text("WGS 84 / UTM zone 48N", "WGS 84 / UTM โซน 48N"), Projection(32648, 2), _UTM),
        Crs(
            f"{EPSG}24047",
            Text("Indian 1975 / UTM zone 47N", "อินเดียน 1975 / UTM โซน 47N"),
            Projection(24047, 2, definition=_INDIAN_1975),
            _UTM,
        ),
    )
}
"""By URI, the default first."""

DEFAULT: Final = SYSTEMS[CRS84]
