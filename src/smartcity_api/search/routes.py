"""Search and locate over HTTP."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Request, Response

from smartcity_api.kit import cursors
from smartcity_api.kit.filters import words
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed
from smartcity_api.kit.layers import after_name
from smartcity_api.kit.questions import FORGIVING
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES
from smartcity_api.search import queries, schemas
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1", tags=["finding"])


@router.get("/search", responses=computed(schemas.HitPage, cursor=True))
async def search(
    params: Annotated[schemas.SearchParams, query(schemas.SearchParams)], snapshot: Reading, request: Request
) -> Response:
    """Records by a name in Thai or English, typing errors forgiven, the best first."""
    resources = tuple(sorted(params.resource))
    fingerprint = cursors.fingerprint("search", params.q, resources)
    values = {**words(params.q), "base": base_url(request), "limit": params.limit + 1}
    if params.after is not None:
        position = cursors.decode(params.after, fingerprint, length=3)
        values.update((after_name(number), value) for number, value in enumerate(position))
    continued = params.after is not None
    statement = partial(queries.hits, resources, continued=continued)
    await snapshot.execute(FORGIVING)
    rows = await snapshot.kept(("search", resources, continued), statement, values)
    return plain_page(request, rows, params.limit, fingerprint)


@router.get("/locate", responses=computed(schemas.Located))
async def locate(
    params: Annotated[schemas.LocateParams, query(schemas.LocateParams)], snapshot: Reading, request: Request
) -> Response:
    """The province and the district that a place lies in."""
    values = {"lon": params.lon, "lat": params.lat, "base": base_url(request)}
    units = []
    for layer in (PROVINCES, DISTRICTS):
        rows = await snapshot.kept(("locate", layer.name), partial(queries.holding, layer), values)
        units.append(rows[0][0].decode() if rows else "null")
    province, district = units
    content = f'{{"lon":{params.lon},"lat":{params.lat},"province":{province},"district":{district}}}'
    return represented(content.encode(), "json")
