"""Dossiers over HTTP, and the links that lineages follow."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from smartcity_api.dossiers.drafts import LinkDraft
from smartcity_api.dossiers.queries.citations import citations
from smartcity_api.dossiers.queries.lineages import LINKS, lineage
from smartcity_api.dossiers.queries.overviews import overview
from smartcity_api.dossiers.queries.subjects import LAYERS, key_of
from smartcity_api.dossiers.queries.timelines import timeline
from smartcity_api.dossiers.schemas.citations import CitationDossier
from smartcity_api.dossiers.schemas.lineages import AREA_LINK, Lineage, Linked
from smartcity_api.dossiers.schemas.overviews import Overview, OverviewParams
from smartcity_api.dossiers.schemas.subjects import KEY
from smartcity_api.dossiers.schemas.timelines import Timed, Timeline, TimelineParams
from smartcity_api.identity.roles import Permission
from smartcity_api.kit import errors
from smartcity_api.kit.codes import ProvinceCode
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.resources import Resource, reading_one
from smartcity_api.kit.http.responses import Responses, computed, documented
from smartcity_api.kit.http.writing import Writable, writing
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import NoParams, PageParams
from smartcity_api.kit.references import ResourceName
from smartcity_api.kit.statements import Build

router = APIRouter(prefix="/v1", tags=["dossiers"])

LINK = Resource(
    layer=LINKS,
    shapes=AREA_LINK,
    params=PageParams,  # they are not listed: lineages show them
    singular="link",
    plural="links",
    about="Links between areas.",
    example=register_id("links", "zone-wangchan-valley-became-b1-14"),
)
reading_one(router, LINK)
writing(router, Writable(resource=LINK, draft=LinkDraft, permission=Permission.KEEP_REGISTER, changes=False))

EXAMPLE = "certified-cities"
Key = Annotated[
    str,
    Path(
        pattern=KEY,
        description="The record's key: the code of a province or district, else an id",
        examples=[str(register_id(EXAMPLE, "b1-03-phuket"))],
    ),
]
_ABOUT = Path(description="Path segment of the record's resource", examples=[EXAMPLE])


def _found(model: type[Any]) -> Responses:
    return {**computed(model), **documented(errors.NoSuchRecord)}


@router.get("/{resource}/{id}/timeline", name="get_timeline", responses=_found(Timeline))
async def read_timeline(
    resource: Annotated[Timed, _ABOUT],
    id: Key,
    params: Annotated[TimelineParams, query(TimelineParams)],
    request: Request,
) -> Response:
    """All that is dated about a record, in order: events and who decided them where and when, decisions, milestones.

    A city's timeline has its proposal's events too. Only the last writing of a history is shown; `revision` counts
    them.
    """
    dated = params.as_of is not None
    build = partial(timeline, LAYERS[resource], dated=dated)
    return await _answer(request, ("timeline", resource, dated), build, resource, id, as_of=params.as_of)


@router.get("/{resource}/{id}/lineage", name="get_lineage", responses=_found(Lineage))
async def read_lineage(
    resource: Annotated[Linked, _ABOUT], id: Key, _: Annotated[NoParams, query(NoParams)], request: Request
) -> Response:
    """Where an area comes from and what became of it: every record that links and proposals lead to, both ways."""
    build = partial(lineage, LAYERS[resource])
    return await _answer(request, ("lineage", resource), build, resource, id, base=base_url(request))


@router.get("/{resource}/{id}/citations", name="get_citations", responses=_found(CitationDossier))
async def read_citations(
    resource: Annotated[ResourceName, _ABOUT], id: Key, _: Annotated[NoParams, query(NoParams)], request: Request
) -> Response:
    """All that a record, its events and its decisions rest on, with the documents, and what is claimed about it."""
    build = partial(citations, LAYERS[resource])
    return await _answer(request, ("citations", resource), build, resource, id)


@router.get("/provinces/{code}/overview", name="get_overview", responses=_found(Overview))
async def read_overview(
    code: Annotated[ProvinceCode, Path(description="TIS 1099 / DOPA code, two digits")],
    params: Annotated[OverviewParams, query(OverviewParams)],
    request: Request,
) -> Response:
    """What the programme has in a province, today or on any day: areas, proposals, cities, and milestones."""
    dated = params.as_of is not None
    values = {"province": [code], "base": base_url(request), "as_of": params.as_of}
    build = partial(overview, dated=dated)
    return await _answer(request, ("overview", dated), build, "provinces", code, **values)


async def _answer(
    request: Request, name: tuple[object, ...], build: Build, resource: str, text: str, **values: object
) -> Response:
    """What the one statement writes about the record with that key, or the problem that there is no such record."""
    key = key_of(LAYERS[resource], text)
    if key is not None:
        database: Database = request.app.state.database
        async with database.statement() as snapshot:
            rows = await snapshot.kept(name, build, {**values, "key": key})
        if rows:
            return represented(rows[0][0], "json")
    raise errors.NoSuchRecord(Text(f"{resource} has no record {text}", f"{resource} ไม่มีรายการ {text}"))
