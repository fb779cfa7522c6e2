"""Choosing a format: `f=` first, then Accept with its weights (RFC 9110, 12.5.1)."""

from collections.abc import Mapping, Sequence
from typing import Final

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text, quality

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "geojsonseq": "application/geo+json-seq",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "schema": "application/schema+json",
    "openapi": "application/vnd.oai.openapi+json;version=3.0",
    "svg": "image/svg+xml",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mvt": "application/vnd.mapbox-vector-tile",
    "tilejson": "application/vnd.mapbox.tilejson+json",
    "style": "application/vnd.mapbox.style+json",
}


def chosen(asked: str | None, accept: str | None, offered: Sequence[str]) -> str:
    """The format to answer in; `offered` stands in order of preference. `NotAcceptable` when none will do."""
    if asked:
        return asked
    if not accept or not accept.strip():
        return offered[0]
    weights = {name: _weight(MEDIA_TYPES[name], accept) for name in offered}
    best = max(offered, key=lambda name: weights[name])
    if weights[best] <= 0:
        types = ", ".join(MEDIA_TYPES[name] for name in offered)
        raise errors.NotAcceptable(Text(f"Offered here: {types}", f"รูปแบบที่มี: {types}"))
    return best


def _weight(media_type: str, accept: str) -> float:
    """How much the client wants the type: the most specific range that matches decides."""
    bare = media_type.partition(";")[0]
    best = (-1, 0.0)
    for part in accept.split(","):
        wanted, *parameters = (piece.strip().lower() for piece in part.split(";"))
        specificity = _specificity(wanted, bare)
        if specificity > best[0]:
            best = (specificity, _quality(parameters))
    return best[1]


def _specificity(wanted: str, bare: str) -> int:
    if wanted == bare:
        return 2
    if wanted == bare.partition("/")[0] + "/*":
        return 1
    return 0 if wanted == "*/*" else -1


def _quality(parameters: Sequence[str]) -> float:
    return next((quality(one) for one in parameters if one.partition("=")[0].strip() == "q"), 1.0)
