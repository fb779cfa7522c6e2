"""The conformance classes that are true of this API, each by its URI."""

from typing import Final

from smartcity_api.ogc import cql2
from smartcity_api.ogc.tiles.documents import CONFORMANCE as TILES

_FEATURES = "http://www.opengis.net/spec/ogcapi-features"

FEATURES: Final = (
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(f"{_FEATURES}-3/1.0/conf/{name}" for name in ("queryables", "filter", "features-filter")),
)
"""OGC 17-069r4, 18-058r1 and 19-079r2."""

COMMON: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-common-{part}/1.0/conf/{name}"
    for part, names in ((1, ("core", "landing-page", "json", "html", "oas30")), (2, ("collections",)))
    for name in names
)
"""OGC 19-072 and 20-024, on which Tiles is built."""

CONFORMS_TO: Final = (*COMMON, *FEATURES, *cql2.CONFORMANCE, *TILES)
