"""Items as pages that a person can read: a table or a sheet, and a small map that is drawn without a script."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal_column, select
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit import errors, orders
from smartcity_api.kit.database import Rows
from smartcity_api.kit.http import pages
from smartcity_api.kit.http.links import here
from smartcity_api.kit.http.parameters import QueryReader
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.language import Language
from smartcity_api.kit.layers import Column, Layer, json_object
from smartcity_api.kit.params import NoParams
from smartcity_api.kit.questions import Question
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.answers import language_of, page
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.crs import Crs
from smartcity_api.ogc.features.maps import LINES, drawing
from smartcity_api.ogc.pages import STYLE

_NOTHING = QueryReader(NoParams)

COLUMNS = 8
"""Of a table, besides the name."""
LEFT_OUT = frozenset(
    ("id", "version", "created_at", "geometry", "source_system", "external_id", "name_th", "title_th", "boundary_kind")
)
"""Properties that a table has no room for."""
COARSE, FINE = 0.004, 0.0004
"""Degrees to which shapes are simplified for a small map: of a page, and of one item."""


def row_columns(question: Question) -> Sequence[Column]:
    """What a page needs of an item, as JSON text, and what a cursor remembers of it."""
    return (_row(question.layer, question.fields, "low", COARSE), *orders.position(question.layer, question.sort))


def row_text(layer: Layer, _: Crs) -> ColumnElement[str]:
    """The same of one item, finer."""
    return _row(layer, tuple(layer.properties), "medium", FINE)


def _row(layer: Layer, fields: Sequence[str], scale: Any, tolerance: float) -> ColumnElement[str]:
    shape = layer.boundaries.get(scale, layer.outline)
    drawn = func.ST_Simplify(shape, constant(tolerance), literal_column("true"))
    corners = (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax)
    told: dict[str, Column] = {
        "id": layer.key,
        "properties": json_object({name: layer.properties[name] for name in fields}),
        "path": func.ST_AsSVG(drawn, constant(0), constant(5)),
        "box": func.json_build_array(*(corner(shape) for corner in corners)),
    }
    return cast(json_object(told), Text)


def items_page(
    request: Request, collection: Collection, question: Question, rows: Rows, matched: int | None
) -> Response:
    """A page of items."""
    limit = question.limit or len(rows)
    found = [_named(collection, row[0]) for row in rows[:limit]]
    context = {
        "collection": collection,
        "items": found,
        "columns": _columns(collection, question.fields, language_of(request)),
        "matched": matched,
        "day": question.day,
        "next": pages.following(request, rows, limit, question.fingerprint, f="html"),
        "first": here(request, f="html", after=None) if question.after is not None else None,
        "data": here(request, f="json"),
        "words_sought": request.query_params.get("q", ""),
        "map": drawing(found),
    }
    return page(request, "items.html", context, pages.of_day(question.day))


def item_page(request: Request, collection: Collection, content: bytes, version: int) -> Response:
    """One item."""
    found, language = _named(collection, content), language_of(request)
    titles = {name: one.title.in_(language) for name, one in collection.queryables.items()}
    context = {
        "collection": collection,
        "item": found,
        "titles": titles,
        "data": here(request, f="json"),
        "map": drawing([found]),
    }
    return page(request, "item.html", context, version=version)


def _named(collection: Collection, content: bytes) -> dict[str, Any]:
    """An item with what it is called; by its key where `properties` left its name out."""
    found: dict[str, Any] = json.loads(content)
    return {**found, "name": str(found["properties"].get(str(collection.label.key), found["id"]))}


def _columns(collection: Collection, fields: Sequence[str], language: Language) -> dict[str, str]:
    """The properties that the table shows, with their titles."""
    shown = [
        (name, one.title.in_(language))
        for name, one in collection.queryables.items()
        if name in fields and name not in LEFT_OUT and name != collection.label.key
    ]
    return dict(shown[:COLUMNS])


async def style(request: Request) -> Response:
    """The style sheet of the pages."""
    await _NOTHING(request)
    return represented(STYLE, "css")


async def outline(request: Request) -> Response:
    """The outlines of the provinces, which lie under every small map; lines as thin as its scale needs."""
    await _NOTHING(request)
    scale = request.path_params["scale"]
    if scale not in LINES:
        raise errors.NoSuchPath
    province = COLLECTIONS["provinces"].layer

    def statement() -> Any:
        path = func.ST_AsSVG(province.boundaries["low"], constant(0), constant(3))
        return select(func.string_agg(path, constant(" "), type_=Text)).select_from(province.table)

    async with request.app.state.database.statement() as snapshot:
        ((paths,),) = await snapshot.kept("outline", statement, {})
    picture = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="97 -21 9 16">'
        b'<path d="%s" fill="#eceff1" stroke="#90a4ae" stroke-width="%s"/></svg>'
    )
    return represented(picture % (paths or b"", LINES[scale].encode()), "svg")
