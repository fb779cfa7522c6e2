"""The paths of the OGC API: plain routes, since map clients ask often and little (docs/decisions/0024)."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from smartcity_api.kit.http.problems import HANDLERS
from smartcity_api.ogc.answers import ROOT, Endpoint
from smartcity_api.ogc.features import definition, describing, documents, items, views
from smartcity_api.ogc.tiles import routes as tiles


def plain(path: str, endpoint: Endpoint) -> Route:
    """A path below the root that is read."""
    return Route(ROOT + path, endpoint, methods=["GET"])


_COLLECTION: Final = "/collections/{collection}"

ROUTES: Final[list[Route]] = [
    plain(f"{_COLLECTION}/items", items.items),
    plain(f"{_COLLECTION}/items/{{feature}}", items.item),
    *(plain(path, endpoint) for path, endpoint in tiles.ROUTES),
    plain("", describing.landing),
    plain("/", describing.landing),
    plain("/api", definition.api),
    plain("/conformance", describing.conformance),
    plain("/collections", describing.collections),
    plain(_COLLECTION, describing.collection),
    plain(f"{_COLLECTION}/queryables", documents.queryables),
    plain(f"{_COLLECTION}/sortables", documents.sortables),
    plain(f"{_COLLECTION}/schema", documents.schema),
    plain("/static/style.css", views.style),
    plain("/static/outline-{scale}.svg", views.outline),
]
"""In the order in which they are looked at: what is asked most comes first."""


class Face:
    """An ASGI layer that answers at these paths, and lets all other requests pass.

    They need nothing of what FastAPI does around its routes, a few per cent of a small answer's time
    (benchmarks/README.md). It says in the scope which path it was, so that requests are counted by it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._face = ExceptionMiddleware(_answer, HANDLERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let it pass."""
        is_ours = scope["type"] == "http" and ROOT in scope["path"] and _found(scope)
        await (self._face if is_ours else self.app)(scope, receive, send)


def _found(scope: Scope) -> bool:
    """Whether there is such a path; the scope then knows its route."""
    for route in ROUTES:
        match, child = route.matches(scope)
        if match is not Match.NONE:  # no two of them have the same path
            scope.update(child, route=route)
            return True
    return False


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    route: Route = scope["route"]
    if scope["method"] not in (route.methods or ()):
        raise HTTPException(405)
    response: Response = await route.endpoint(Request(scope, receive, send))
    await response(scope, receive, send)
