"""What the OGC API says of itself: its landing page, its conformance, and its collections with their extents."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit.database import Database
from smartcity_api.kit.days import BANGKOK, today
from smartcity_api.kit.http.parameters import QueryReader
from smartcity_api.kit.language import Language, Text
from smartcity_api.ogc.answers import Link, collection_of, document, form_of, language_of, link, of_itself, root
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.conformance import CONFORMS_TO
from smartcity_api.ogc.crs import CRS84, SYSTEMS
from smartcity_api.ogc.features.extents import extent_columns
from smartcity_api.ogc.features.params import PageOfFace
from smartcity_api.ogc.tiles.documents import ATTRIBUTION, collection_links, landing_links

FORMS: Final = ("json", "html")
READER: Final = QueryReader(PageOfFace)

TITLE: Final = Text("Smart City Register of Thailand", "ทะเบียนเมืองอัจฉริยะประเทศไทย")
ABOUT: Final = Text(
    "Where Thailand's smart cities, promotion zones, proposals and pilot areas are, and what they were on any day.",
    "ที่ตั้งของเมืองอัจฉริยะ เขตส่งเสริม ข้อเสนอโครงการ และพื้นที่นำร่องของไทย และสถานะ ณ วันใดก็ได้",
)
LICENCES: Final = {
    "https://creativecommons.org/licenses/by/3.0/igo/": "CC BY 3.0 IGO: boundaries",
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0: codes and names of units, points of places",
}
"""Of what others made (NOTICE); every collection has something of both."""
_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0"


async def landing(request: Request) -> Response:
    """The way in."""
    params: Any = await READER(request)
    form, language, base = form_of(request, params.f, *FORMS), language_of(request), root(request)
    links = [
        *of_itself(request, form, FORMS),
        link(f"{base}/api", "service-desc", "openapi", Text("The API's definition", "นิยามของ API"), language),
        link(f"{base}/api?f=html", "service-doc", "html", Text("The API's documentation", "เอกสารของ API"), language),
        link(f"{base}/conformance", "conformance", "json", Text("Conformance", "ความสอดคล้องมาตรฐาน"), language),
        link(f"{base}/collections", "data", "json", Text("The collections", "ชุดข้อมูล"), language),
        link(f"{base}/conformance", f"{_REL}/conformance", "json"),
        link(f"{base}/collections", f"{_REL}/data", "json"),
        *landing_links(base, language),
    ]
    told = {"title": TITLE.in_(language), "description": ABOUT.in_(language), "links": links}
    return document(request, form, told, "landing.html")


async def conformance(request: Request) -> Response:
    """The standards that it keeps to."""
    params: Any = await READER(request)
    form = form_of(request, params.f, *FORMS)
    told = {"conformsTo": CONFORMS_TO, "links": of_itself(request, form, FORMS)}
    return document(request, form, told, "conformance.html")


async def collections(request: Request) -> Response:
    """All collections."""
    params: Any = await READER(request)
    form, language, base = form_of(request, params.f, *FORMS), language_of(request), root(request)
    extents = await _extents(request, tuple(COLLECTIONS.values()))
    told = {
        "links": of_itself(request, form, FORMS),
        "crs": list(SYSTEMS),
        "collections": [_described(one, base, extents[one.id], ["#/crs"], language) for one in COLLECTIONS.values()],
    }
    return document(request, form, told, "collections.html")


async def collection(request: Request) -> Response:
    """One collection."""
    asked = collection_of(request)
    params: Any = await READER(request)
    form, language, base = form_of(request, params.f, *FORMS), language_of(request), root(request)
    extents = await _extents(request, (asked,))
    told = _described(asked, base, extents[asked.id], list(SYSTEMS), language)
    own = [one for one in told["links"] if one["rel"] not in ("self", "alternate")]
    return document(request, form, {**told, "links": of_itself(request, form, FORMS) + own}, "collection.html")


def _described(
    one: Collection, base: str, extent: dict[str, Any], systems: Sequence[str], language: Language
) -> dict[str, Any]:
    """What a client has to know of a collection."""
    here = f"{base}/collections/{one.id}"
    return {
        "id": one.id,
        "title": one.title.in_(language),
        "description": one.about.in_(language),
        "attribution": ATTRIBUTION,
        "itemType": "feature",
        "extent": extent,
        "crs": systems,
        "storageCrs": CRS84,
        "links": [
            link(f"{here}?f=json", "self", "json", one.title, language),
            link(f"{here}?f=html", "alternate", "html", one.title, language),
            *_leading(here, language),
            *collection_links(base, one.id, language),
        ],
    }


def _leading(here: str, language: Language) -> list[Link]:
    """Where a collection leads."""
    items = Text("The items", "รายการ")
    return [
        link(f"{here}/items?f=json", "items", "geojson", items, language),
        link(f"{here}/items?f=html", "items", "html", items, language),
        *(
            link(f"{here}/{name}?f=json", f"{_REL}/{name}", "schema", title, language)
            for name, title in (
                ("queryables", Text("What it can be filtered by", "สิ่งที่ใช้กรองได้")),
                ("sortables", Text("What it can be sorted by", "สิ่งที่ใช้เรียงได้")),
                ("schema", Text("What an item has", "โครงสร้างของรายการ")),
            )
        ),
        {"href": f"{here}/schema?f=json", "rel": "describedby", "type": "application/schema+json"},
        *({"href": href, "rel": "license", "type": "text/html", "title": title} for href, title in LICENCES.items()),
    ]


async def _extents(request: Request, asked: Sequence[Collection]) -> dict[str, dict[str, Any]]:
    """Where and when each collection has anything, of what the caller may see; from one state of the data."""
    found: dict[str, dict[str, Any]] = {}
    database: Database = request.app.state.database
    async with database.statement() as snapshot:
        (row,) = await snapshot.kept(("extents", tuple(one.id for one in asked)), lambda: _selected(asked), {})
    for place, one in enumerate(asked):
        found[one.id] = _extent(*row[5 * place : 5 * place + 5])
    return found


def _selected(asked: Sequence[Collection]) -> Select[*tuple[Any, ...]]:
    return select(*(column for one in asked for column in extent_columns(one)))


def _extent(
    west: float | None, south: float | None, east: float | None, north: float | None, begins: date | None
) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    if west is not None:
        extent["spatial"] = {"bbox": [[west, south, east, north]], "crs": CRS84}
    if begins is not None:
        # Known is what holds at the end of today; of the days to come nothing is.
        interval = [_instant(begins), _instant(today() + timedelta(days=1), before=timedelta(seconds=1))]
        extent["temporal"] = {
            "interval": [interval],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def _instant(day: date, before: timedelta = timedelta(0)) -> str:
    """The beginning of a day in Bangkok, or so long before it, in UTC."""
    moment = datetime.combine(day, time.min, BANGKOK) - before
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
