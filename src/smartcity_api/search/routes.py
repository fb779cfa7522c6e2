"""Search and locate over HTTP."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Request, Response

from smartcity_api.kit import cursors
from smartcity_api.kit.database import Database
from smartcity_api.kit.filters import words
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.pages import of_day, plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed
from smartcity_api.kit.orders import after_name
from smartcity_api.kit.questions import FORGIVING
from smartcity_api.search import queries, schemas
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1", tags=["finding"])


@router.get("/search", responses=computed(schemas.HitPage, cursor=True))
async def search(
    params: Annotated[schemas.SearchParams, query(schemas.SearchParams)], snapshot: Reading, request: Request
) -> Response:
    """Records by a name in Thai or English, typing errors forgiven, the best first."""
    resources = tuple(sorted(params.resource))
    fingerprint = cursors.Fingerprint("search", params.q, resources, params.as_of)
    values = {**words(params.q), "base": base_url(request), "limit": params.limit + 1, "as_of": params.as_of}
    if params.after is not None:
        position = cursors.decode(params.after, fingerprint, length=3)
        values.update((after_name(number), value) for number, value in enumerate(position))
    continued, dated = params.after is not None, params.as_of is not None
    statement = partial(queries.hits, resources, continued=continued, dated=dated)
    await snapshot.execute(FORGIVING)
    rows = await snapshot.kept(("search", resources, continued, dated), statement, values)
    return plain_page(request, rows, params.limit, fingerprint, day=params.as_of)


@router.get("/locate", responses=computed(schemas.Located))
async def locate(params: Annotated[schemas.LocateParams, query(schemas.LocateParams)], request: Request) -> Response:
    """The province, the district and the programme's areas at a place."""
    database: Database = request.app.state.database
    dated = params.as_of is not None
    values = {**params.model_dump(), "base": base_url(request)}
    async with database.statement() as snapshot:
        rows = await snapshot.kept(("locate", dated), partial(queries.located, dated=dated), values)
    return represented(rows[0][0], "json", headers=of_day(params.as_of))
