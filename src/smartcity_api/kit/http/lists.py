"""Answering a list: a page as JSON or GeoJSON, or the whole of it as a stream or a file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, get_args

from fastapi import Depends, Request, Response

from smartcity_api.kit import cursors, errors, filters, layers, orders
from smartcity_api.kit.database import Database, Rows
from smartcity_api.kit.exports import MAPS
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.http import downloads
from smartcity_api.kit.http.negotiation import chosen
from smartcity_api.kit.http.pages import feature_collection, plain_page
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer, Sort
from smartcity_api.kit.often import Meanwhile, nothing
from smartcity_api.kit.params import AreaParams, Count, DatedParams, PageParams, Plain, Spatial, UnitParams
from smartcity_api.kit.places import Reference, Shape
from smartcity_api.kit.questions import Columns, Question

DEFAULT_LIMIT = 50
REACHED = "reached"
"""The filter that selects by an event instead of by existence."""
FOR_MAPS: Final = frozenset({"geojson", "geojsonseq", *MAPS})
"""Formats that have whole boundaries unless less is asked for."""
NOT_FILTERS = {"f", "limit", "after", "count", "bom", "fields", "geometry", "detail", "sort"}


class Lister:
    """Answers lists for one request; every list of the service goes through here."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.database: Database = request.app.state.database
        self.layers: Mapping[str, Layer] = request.app.state.layers

    async def __call__(self, layer: Layer, params: PageParams, own: Sequence[Filter] = ()) -> Response:
        """The page, or the whole list, in the format that the client asked for."""
        question = self.question(layer, params, own)
        if question.form in downloads.WHOLE:
            return await downloads.stream(self.request, self.database, question, matched=params.count, bom=params.bom)
        rows, matched = await answered(self.database, question, columns_of, params.count)
        write = feature_collection if question.form == "geojson" else plain_page
        limit = question.limit or DEFAULT_LIMIT
        return write(self.request, rows, limit, question.fingerprint, matched=matched, day=question.day)

    def question(self, layer: Layer, params: PageParams, own: Sequence[Filter] = ()) -> Question:
        """What a list with these parameters asks; statistics count exactly that."""
        form = chosen(params.f, self.request.headers.get("accept"), get_args(Spatial if layer.is_spatial else Plain))
        sort = Sort.parse(params.sort)
        asked = [(name, getattr(params, name)) for name in sorted(type(params).model_fields.keys() - NOT_FILTERS)]
        fingerprint = cursors.Fingerprint(layer.name, sort, asked)
        after = None
        if params.after is not None:
            after = cursors.decode(params.after, fingerprint, length=len(orders.position(layer, sort)))
        default = None if form in downloads.WHOLE else DEFAULT_LIMIT
        day = params.as_of if isinstance(params, DatedParams) else None
        return Question(
            layer=layer if day is None else layer.that_day,
            form=form,
            fields=fields_of(layer, params.fields),
            shape=_shape(params, form),
            detail=params.detail if isinstance(params, UnitParams) else "full",
            sort=sort,
            filters=[*own, *of_day(layer, day, own), *common(self.layers, layer, params), *_in_box(layer, params)],
            limit=params.limit or default,
            after=after,
            fingerprint=fingerprint,
            forgiving=params.q is not None,
            day=day,
        )


def common(known: Mapping[str, Layer], layer: Layer, params: PageParams) -> list[Filter]:
    """The filters that every list, or every list of areas, has; but for the box, which the OGC's lists read anew."""
    found = []
    if params.q is not None:
        found.append(filters.matching(layer, params.q))
    if params.updated_since is not None:
        found.append(filters.changed_since(layer, params.updated_since))
    if isinstance(params, AreaParams):
        if params.near is not None:
            found.append(filters.near(layer, params.near))
        if params.intersects is not None:
            other = _layer_of(known, params.intersects)
            found.append(filters.intersecting(layer, other, params.intersects.key))
    return found


def _layer_of(known: Mapping[str, Layer], reference: Reference) -> Layer:
    spatial = {name: layer for name, layer in known.items() if layer.is_spatial}
    if reference.resource in spatial:
        return spatial[reference.resource]
    names = ", ".join(spatial)
    raise errors.InvalidParameter.naming(
        "intersects",
        "unknown_resource",
        Text(
            f"intersects: {reference.resource} has no boundaries; one of {names} is expected",
            f"intersects: {reference.resource} ไม่มีขอบเขต ต้องเป็นหนึ่งใน {names}",
        ),
        f"{reference.resource}/{reference.key}",
    )


async def _lister(request: Request) -> Lister:
    return Lister(request)  # a coroutine, since FastAPI runs other callables in a thread


Listing = Annotated[Lister, Depends(_lister)]


async def answered(
    database: Database, question: Question, columns: Columns, count: Count, meanwhile: Meanwhile = nothing
) -> tuple[Rows, int | None]:
    """One page and how many match; over a single statement where that is enough, else of one snapshot.

    `meanwhile` is called once, before the rows are there.
    """
    one_statement = question.is_single and count == "none"
    async with database.statement() if one_statement else database.snapshot() as snapshot:
        await question.prepare(snapshot)
        rows = await question.rows(snapshot, columns, meanwhile)
        matched = await question.count(snapshot, count)
    return rows, matched


def columns_of(question: Question) -> Sequence[layers.Column]:
    """The JSON text of an item, and what a cursor remembers of it."""
    position = orders.position(question.layer, question.sort)
    layer, fields, shape, detail = question.layer, question.fields, question.shape, question.detail
    if question.form == "geojson":
        item = layers.feature(layer, fields, shape=shape, detail=detail, projection=question.projection)
    else:
        item = layers.record(layer, fields, shape=shape, detail=detail)
    return (item, *position)


def fields_of(layer: Layer, asked: Sequence[str]) -> tuple[str, ...]:
    """The asked properties in the layer's order, its key always among them."""
    if not asked:
        return tuple(layer.properties)
    return tuple(name for name in layer.properties if name in asked or name == layer.key.key)


def _in_box(layer: Layer, params: PageParams) -> list[Filter]:
    if not isinstance(params, AreaParams) or params.bbox is None:
        return []
    return [filters.within_bbox(layer, params.bbox)]


def of_day(layer: Layer, day: date | None, own: Sequence[Filter]) -> list[Filter]:
    """What existed on the day, unless another filter says what was reached by then."""
    if day is None or layer.existing_on is None or any(one.name == REACHED for one in own):
        return []
    return [Filter("as_of", layer.existing_on, {"as_of": day})]


def _shape(params: PageParams, form: str) -> Shape:
    if not isinstance(params, AreaParams):
        return "none"
    return params.geometry or ("full" if form in FOR_MAPS else "point")
