"""Search and locate over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from smartcity_api.kit import cursors
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed
from smartcity_api.kit.questions import FORGIVING
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES
from smartcity_api.search import queries, schemas
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1", tags=["finding"])


@router.get("/search", responses=computed(schemas.HitPage, cursor=True))
async def search(params: Annotated[schemas.SearchParams, Query()], session: Reading, request: Request) -> Response:
    """Records by a name in Thai or English, typing errors forgiven, the best first."""
    list_ = cursors.fingerprint("search", params.q, sorted(params.resource))
    statement = queries.hits(params.q, params.resource, base_url(request))
    if params.after is not None:
        statement = queries.after(statement, cursors.decode(params.after, list_, length=3))
    await session.execute(FORGIVING)
    rows = (await session.execute(statement.limit(params.limit + 1))).all()
    return plain_page(request, rows, params.limit, list_)


@router.get("/locate", responses=computed(schemas.Located))
async def locate(params: Annotated[schemas.LocateParams, Query()], session: Reading, request: Request) -> Response:
    """The province and the district that a place lies in."""
    units = []
    for layer in (PROVINCES, DISTRICTS):
        statement = queries.holding(layer, params.lon, params.lat, base_url(request))
        units.append((await session.execute(statement)).scalar_one_or_none() or "null")
    province, district = units
    content = f'{{"lon":{params.lon},"lat":{params.lat},"province":{province},"district":{district}}}'
    return represented(content.encode(), "json")
