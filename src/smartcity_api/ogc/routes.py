"""The paths of the OGC API: plain routes, since map clients ask often and little (docs/decisions/0024)."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from smartcity_api.ogc.answers import ROOT
from smartcity_api.ogc.features import definition, describing, documents, items, views
from smartcity_api.ogc.tiles import routes as tiles

Endpoint = Callable[[Request], Awaitable[Response]]


class Plain(Route):
    """A route that says which one it is, so that requests are counted by it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is this one."""
        match, found = super().matches(scope)
        if match is not Match.NONE:
            found["route"] = self
        return match, found


def plain(path: str, endpoint: Endpoint) -> Route:
    """A path below the root that is read."""
    return Plain(ROOT + path, endpoint, methods=["GET"])


_COLLECTION: Final = "/collections/{collection}"

ROUTES: Final[list[Route]] = [
    plain("", describing.landing),
    plain("/", describing.landing),
    plain("/api", definition.api),
    plain("/conformance", describing.conformance),
    plain("/collections", describing.collections),
    plain(_COLLECTION, describing.collection),
    plain(f"{_COLLECTION}/queryables", documents.queryables),
    plain(f"{_COLLECTION}/sortables", documents.sortables),
    plain(f"{_COLLECTION}/schema", documents.schema),
    plain(f"{_COLLECTION}/items", items.items),
    plain(f"{_COLLECTION}/items/{{feature}}", items.item),
    plain("/static/style.css", views.style),
    plain("/static/outline-{scale}.svg", views.outline),
    *(plain(path, endpoint) for path, endpoint in tiles.ROUTES),
]
