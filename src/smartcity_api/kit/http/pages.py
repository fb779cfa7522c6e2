"""Pages: rows become `{items, next}` or a FeatureCollection.

Links name the format where it is not the usual one, since who follows them may send another Accept.
A row is the item's JSON text, then what a cursor remembers of it; one row more than the limit says that there are more.
"""

import json
from datetime import date

from fastapi import Request, Response

from smartcity_api.kit import cursors
from smartcity_api.kit.cursors import Fingerprint
from smartcity_api.kit.database import Rows
from smartcity_api.kit.http.links import here
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.representations import represented


def plain_page(
    request: Request,
    rows: Rows,
    limit: int,
    fingerprint: Fingerprint,
    *,
    matched: int | None = None,
    day: date | None = None,
) -> Response:
    """A page as JSON."""
    then = following(request, rows, limit, fingerprint)
    end = f'],"next":{json.dumps(then)}{_counted(matched)}{_dated(day)}}}'
    content = b"".join((b'{"items":[', items(rows, limit), end.encode()))
    return represented(content, "json", headers={**link(then), **of_day(day)})


def feature_collection(
    request: Request,
    rows: Rows,
    limit: int,
    fingerprint: Fingerprint,
    *,
    matched: int | None = None,
    day: date | None = None,
) -> Response:
    """A page as a GeoJSON FeatureCollection (RFC 7946); `next` stands among its links."""
    then = following(request, rows, limit, fingerprint, f="geojson")
    links = [{"rel": "self", "type": MEDIA_TYPES["geojson"], "href": here(request, f="geojson")}]
    if then:
        links.append({"rel": "next", "type": MEDIA_TYPES["geojson"], "href": then})
    end = f'],"links":{json.dumps(links)}{_counted(matched)}{_dated(day)}}}'
    content = b"".join((b'{"type":"FeatureCollection","features":[', items(rows, limit), end.encode()))
    return represented(content, "geojson", headers={**link(then), **of_day(day)})


def items(rows: Rows, limit: int) -> bytes:
    """The texts of a page's items, with commas between them."""
    return b",".join([row[0] for row in rows[:limit]])


def following(request: Request, rows: Rows, limit: int, fingerprint: Fingerprint, **form: str) -> str | None:
    """The URL of the next page, if there is one."""
    if len(rows) <= limit:
        return None
    position = [value.decode() for value in rows[limit - 1][1:]]
    return here(request, **form, after=cursors.encode(position, fingerprint))


def _counted(matched: int | None) -> str:
    return "" if matched is None else f',"matched":{matched}'


def _dated(day: date | None) -> str:
    return "" if day is None else f',"as_of":"{day}"'


def of_day(day: date | None) -> dict[str, str]:
    """The header that says which day an answer is about."""
    return {} if day is None else {"X-As-Of": str(day)}


def link(then: str | None) -> dict[str, str]:
    """The header that leads to the next page."""
    return {"Link": f'<{then}>; rel="next"'} if then else {}
