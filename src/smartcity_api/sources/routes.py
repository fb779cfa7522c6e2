"""Reading sources."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from smartcity_api.kit.http.lists import Listing
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.records import Record
from smartcity_api.kit.http.responses import listing, single
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.params import NoParams
from smartcity_api.sources import queries, schemas

router = APIRouter(prefix="/v1", tags=["evidence"])


@router.get("/sources", responses=listing(schemas.SOURCE))
async def list_sources(params: Annotated[schemas.SourceList, query(schemas.SourceList)], answer: Listing) -> Response:
    """The documents and data sets that the register's facts rest on."""
    return await answer(queries.SOURCES, params, queries.of_sources(params))


@router.get("/sources/{id}", responses=single(schemas.SOURCE))
async def get_source(
    id: Annotated[UUID, Path(description="The source's id", examples=[register_id("sources", "iso-3166-2-th")])],
    _: Annotated[NoParams, query(NoParams)],
    answer: Record,
) -> Response:
    """One source by its id."""
    return await answer(queries.SOURCES, id)
