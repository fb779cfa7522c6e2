"""The items of a collection: a page of them, and one of them; GeoJSON is written by the database."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, Uuid, bindparam, select
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit import layers, parsers, trail
from smartcity_api.kit.database import Database, Rows
from smartcity_api.kit.http import pages
from smartcity_api.kit.http.lists import answered, columns_of
from smartcity_api.kit.http.parameters import QueryReader
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.often import nothing
from smartcity_api.kit.questions import Question
from smartcity_api.ogc.answers import Link, collection_of, form_of, link, of_itself, root
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.crs import Crs
from smartcity_api.ogc.features import views
from smartcity_api.ogc.features.params import ItemParams
from smartcity_api.ogc.features.questions import ASKERS

FORMS = ("geojson", "html")
_ITEM = QueryReader(ItemParams)


async def items(request: Request) -> Response:
    """A page of the items of a collection."""
    asker = ASKERS[collection_of(request).id]
    params: Any = await asker.reader(request)
    form = form_of(request, params.f, *FORMS)
    question = asker.question(params, form, request.app.state.layers)
    columns = columns_of if form == "geojson" else views.row_columns
    links: list[Link] = []

    def meanwhile() -> None:
        links.extend(_links(request, asker.collection, "geojson"))

    begun = meanwhile if form == "geojson" else nothing
    rows, matched = await answered(request.app.state.database, question, columns, params.count, begun)
    if matched is None and params.after is None and len(rows) <= params.limit:
        matched = len(rows)
    if form == "html":
        return views.items_page(request, asker.collection, question, rows, matched)
    return _feature_collection(request, links, question, rows, matched, params.crs)


def _links(request: Request, collection: Collection, form: str) -> list[Link]:
    """To itself, its other formats, and its collection."""
    found = of_itself(request, form, FORMS)
    return [*found, link(f"{root(request)}/collections/{collection.id}", "collection", "json")]


def _feature_collection(
    request: Request, links: list[Link], question: Question, rows: Rows, matched: int | None, crs: Crs
) -> Response:
    """The page as GeoJSON. `timeStamp` is left out: with it no two answers were equal; `Date` tells it."""
    limit = question.limit or len(rows)
    then = pages.following(request, rows, limit, question.fingerprint, f="json")
    if then:
        links.append(link(then, "next", "geojson"))
    told: dict[str, Any] = {"numberReturned": min(len(rows), limit)}
    if matched is not None:
        told["numberMatched"] = matched
    if question.day is not None:
        told["as_of"] = str(question.day)
    end = b'],"links":%b,%b' % (orjson.dumps(links), orjson.dumps(told)[1:])
    content = b"".join((b'{"type":"FeatureCollection","features":[', pages.items(rows, limit), end))
    headers = {**pages.link(then), **pages.of_day(question.day), "Content-Crs": crs.header}
    return represented(content, "geojson", headers=headers)


async def item(request: Request) -> Response:
    """One item of a collection."""
    collection = collection_of(request)
    params: Any = await _ITEM(request)
    form = form_of(request, params.f, *FORMS)
    layer, key = collection.layer, _key(collection, request.path_params["feature"])
    write = views.row_text if form == "html" else _feature
    statement = partial(_statement, layer, partial(write, layer, params.crs))
    database: Database = request.app.state.database
    async with database.statement() as snapshot:
        found = await snapshot.kept(("item", layer.name, form, params.crs.projection), statement, {"key": key})
        if not found:  # on this connection still, though it is no longer one snapshot
            raise await trail.missing(snapshot, layer, key)
    ((content, version),) = found
    if form == "html":
        return views.item_page(request, collection, content, version)
    whole = b'%b,"links":%b}' % (content[:-1], orjson.dumps(_links(request, collection, form)))
    return represented(whole, form, version=version, headers={"Content-Crs": params.crs.header})


def _statement(layer: Layer, text: Callable[[], ColumnElement[str]]) -> Select[*tuple[Any, ...]]:
    wanted = layer.key == bindparam("key", type_=layer.key.type)
    return select(text(), layer.version).where(wanted, *layer.seen)


def _feature(layer: Layer, crs: Crs) -> ColumnElement[str]:
    return layers.feature(layer, tuple(layer.properties), shape="full", detail="full", projection=crs.projection)


def _key(collection: Collection, text: str) -> object:
    """The key that a path names; what cannot be one is as absent as what is not there."""
    try:
        found = UUID(text) if isinstance(collection.layer.key.type, Uuid) else parsers.readable(text)
    except ValueError:
        raise trail.absent(collection.layer, text) from None
    return found
