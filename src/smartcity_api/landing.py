"""The way in: what the service is, where its parts are, and its OpenAPI document."""

import json
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from smartcity_api import __version__
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed, written
from smartcity_api.kit.params import NoParams
from smartcity_api.kit.schemas import Link

router = APIRouter(tags=["service"])

LINKS = {
    "/openapi.json": ("service-desc", "application/vnd.oai.openapi+json;version=3.1"),
    "/ogc": ("related", "application/json"),
    "/problems": ("help", "text/html"),
    "/readyz": ("status", "application/json"),
}


class Landing(BaseModel):
    """What the service is, and where its parts are."""

    title: Annotated[str, Field(description="Name of the service")]
    version: Annotated[str, Field(description="Version of the service", examples=["0.1.0"])]
    links: Annotated[list[Link], Field(description="Relation types of RFC 8288 and RFC 8631")]


@router.get("/", responses=computed(Landing, stored=False))
async def landing(_: Annotated[NoParams, query(NoParams)], request: Request) -> Response:
    """The service's parts."""
    resources = {f"/v1/{name}": ("item", "application/json") for name in request.app.state.layers}
    links = [
        Link(rel=relation, type=media_type, href=base_url(request) + path)
        for path, (relation, media_type) in {**LINKS, **resources}.items()
    ]
    page = Landing(title=request.app.title, version=__version__, links=links)
    return represented(page.model_dump_json().encode(), "json")


@router.get(
    "/openapi.json",
    response_class=Response,
    responses=written("OpenAPI 3.1", "json", {"type": "object"}),
)
async def read_openapi(_: Annotated[NoParams, query(NoParams)], request: Request) -> Response:
    """This service's OpenAPI document."""
    return represented(json.dumps(request.app.state.openapi, ensure_ascii=False).encode(), "json")
