"""Where everything meets: the routers, the layers, the handlers and the ASGI layers of one application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Lifespan
from starlette_compress import CompressMiddleware, add_compress_type

from smartcity_api import __version__, health, logs, problems
from smartcity_api.audit import routes as audit
from smartcity_api.audit.actions import Lag
from smartcity_api.calendars import routes as calendars
from smartcity_api.casework import routes as casework
from smartcity_api.certified_cities import routes as certified_cities
from smartcity_api.changes import routes as changes
from smartcity_api.chores import keep_house
from smartcity_api.clients import routes as clients
from smartcity_api.clients.queries import Recogniser
from smartcity_api.decisions import routes as decisions
from smartcity_api.dossiers import routes as dossiers
from smartcity_api.frameworks import routes as frameworks
from smartcity_api.identity.gate import Identification, Recognise
from smartcity_api.identity.tokens import TokenChecker
from smartcity_api.imports import routes as imports
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.caching import Answers, Caching
from smartcity_api.kit.http.etags import CodedTags, ConditionalReads
from smartcity_api.kit.http.gates import Gates
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.observation import Metrics, Observation
from smartcity_api.kit.http.openapi import document
from smartcity_api.kit.http.problems import HANDLERS
from smartcity_api.kit.http.resources import Resource
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.states import States
from smartcity_api.landing import router as landing
from smartcity_api.milestones import routes as milestones
from smartcity_api.ogc import routes as ogc
from smartcity_api.organisations import routes as organisations
from smartcity_api.pilot_areas import routes as pilot_areas
from smartcity_api.programme import routes as programme
from smartcity_api.promotion_zones import routes as promotion_zones
from smartcity_api.proposals import routes as proposals
from smartcity_api.provinces import routes as provinces
from smartcity_api.resolutions import routes as resolutions
from smartcity_api.search import routes as search
from smartcity_api.settings import Settings
from smartcity_api.sources import routes as sources
from smartcity_api.statistics import routes as statistics

RESOURCES: Final[tuple[Resource, ...]] = (
    *provinces.RESOURCES,
    *pilot_areas.RESOURCES,
    *promotion_zones.RESOURCES,
    *proposals.RESOURCES,
    *certified_cities.RESOURCES,
    *resolutions.RESOURCES,
    *organisations.RESOURCES,
    *frameworks.RESOURCES,
    *programme.RESOURCES,
    *milestones.RESOURCES,
    *sources.RESOURCES,
)
"""Every resource that is read as a list and as single records."""

ROUTERS: Final[tuple[APIRouter, ...]] = (
    provinces.router,
    pilot_areas.router,
    promotion_zones.router,
    proposals.router,
    *casework.ROUTERS,
    certified_cities.router,
    resolutions.router,
    decisions.router,
    organisations.router,
    frameworks.router,
    programme.router,
    milestones.router,
    calendars.router,
    sources.router,
    dossiers.router,
    search.router,
    statistics.router,
    imports.router,
    changes.router,
    audit.router,
    clients.router,
    health.router,
    problems.router,
    landing,
)

LAYERS: Final[dict[str, Layer]] = {resource.layer.name: resource.layer for resource in RESOURCES}
"""Every layer by the name that URLs have for it: what `intersects` may point at."""

TAGS = [
    {"name": "access", "description": "Who may call: clients and their keys, for those who manage them."},
    {"name": "areas", "description": "Provinces and districts, pilot areas, promotion zones, proposals and cities."},
    {
        "name": "audit",
        "description": "Who changed what and when, for mirrors and for auditors, and that nobody changed it since.",
    },
    {"name": "casework", "description": "What is said and scored about proposals, and whom to ask."},
    {"name": "decisions", "description": "The bodies that decide, their meetings, and what they resolved."},
    {"name": "dossiers", "description": "All that is known about one record: its timeline, lineage and citations."},
    {"name": "evidence", "description": "The sources that facts rest on, and what each of them claims."},
    {"name": "finding", "description": "Records by a name, or by a place on the map."},
    {"name": "imports", "description": "Many records at once, out of files: looked at row by row, then applied."},
    {"name": "programme", "description": "Who takes part, by which lists, plans and targets, and what was done."},
    {"name": "service", "description": "The service itself: alive, ready, metrics, problem types, this document."},
    {"name": "statistics", "description": "How many, since when, how long it took, and what sources claim about it."},
]

DESCRIPTION = """System of record of Thailand's smart-city programme.

Days are days in Asia/Bangkok, instants RFC 3339 in UTC. Coordinates are WGS 84, longitude first.
Problems are `application/problem+json` (RFC 9457), in Thai or English by `Accept-Language`; each `type` leads to its
documentation.
"""

ABOUT: Final[dict[str, Any]] = {
    "title": "Smart City Register API",
    "summary": "Which area is at which stage, who decided it, and what each source said about it.",
    "description": DESCRIPTION,
    "version": __version__,
    "openapi_tags": TAGS,
    "contact": {"name": "Maintainers of this installation"},
    "servers": [{"url": "/", "description": "This service"}],
}

UNMARKED: Final = ("/v1/audit", "/v1/changes", "/v1/clients", "/v1/imports")
"""Where answers are made of tables whose changes do not change the state's name: the trail, keys, imports."""

EXPOSED = [
    "ETag",
    "Link",
    "X-Request-Id",
    "X-Matched",
    "X-As-Of",
    "Content-Crs",
    "Content-Disposition",
    "Content-Language",
    "Retry-After",
]


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The application on this database, which it closes when it stops."""
    metrics, lag = Metrics(), Lag()
    answers = Answers(settings.cache_size, metrics.registry)
    if settings.chores:
        lag.publish(metrics.registry)
    metrics.watch_connections(lambda: database.in_use)
    recognise = Recogniser(database, _checker(settings))
    app = FastAPI(
        **ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_living(settings, database, lag),
        exception_handlers=HANDLERS,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asked of the environment for every request
        middleware=_layers(settings, metrics, recognise, answers, States(database)),
    )
    app.state.database = database
    app.state.layers = LAYERS
    app.state.metrics = metrics
    app.state.answers = answers
    app.state.settings = settings
    app.state.verifying = asyncio.Semaphore(1)
    app.state.export_slots = asyncio.Semaphore(2)
    app.state.addresses = [(route.path_regex, route.methods) for route in (*_routes(), *ogc.ROUTES)]
    app.state.public_url = str(settings.public_url).rstrip("/") if settings.public_url else None
    for router in ROUTERS:
        app.include_router(router)
    app.state.openapi = contract()
    return app


def _living(settings: Settings, database: Database, lag: Lag) -> Lifespan[FastAPI]:
    """What runs beside the requests, from the first to the last."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = asyncio.create_task(keep_house(database, settings, stop, lag)) if settings.chores else None
        yield
        stop.set()
        if work is not None:
            await work
        await database.close()

    return lifespan


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document: the same for every application of this program, and costly to write."""
    app = FastAPI(**ABOUT, generate_unique_id_function=lambda route: route.name)
    for router in ROUTERS:
        app.include_router(router)
    return document(app, ROUTERS)


def _routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _checker(settings: Settings) -> TokenChecker | None:
    """What judges access tokens, where an issuer is trusted."""
    return TokenChecker(settings) if settings.oidc_issuer else None


def kept(path: str) -> bool:
    """Whether answers at this path may be kept: they are made of nothing but tables whose changes are marked."""
    return path.startswith(("/v1/", "/ogc")) and not path.startswith(UNMARKED)


def _layers(
    settings: Settings, metrics: Metrics, recognise: Recognise, answers: Answers, states: States
) -> list[Middleware]:
    """From the outside in.

    A 304 is decided inside compression, a compressed answer's ETag outside it. What is kept is compressed already.
    """
    for form in ("ndjson", "csv", "geojsonseq", "schema", "tilejson", "style"):  # the others it knows
        add_compress_type(MEDIA_TYPES[form].partition(";")[0])
    return [
        Middleware(Observation, metrics=metrics, log=logs.access(settings)),
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD"],
            allow_headers=["Accept-Language", "If-None-Match", "X-Request-Id"],
            expose_headers=EXPOSED,
            max_age=86400,
        ),
        Middleware(Gates),
        Middleware(Identification, recognise=recognise),
        Middleware(Caching, states=states, answers=answers, kept=kept),
        Middleware(CodedTags),
        Middleware(CompressMiddleware, minimum_size=1000, gzip_level=1),
        Middleware(ConditionalReads),
        Middleware(ogc.Face),
    ]
