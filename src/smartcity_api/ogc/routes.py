"""The paths of the OGC API: plain routes, since map clients ask often and little (docs/decisions/0024)."""

from typing import Final

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Receive, Scope, Send

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


class Face(BaseRoute):
    """All of them as one: whoever asks for another path only learns that it does not begin like theirs.

    It says in the scope which of them it was, so that requests are counted by it.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first that is it altogether, else the first with another method."""
        found: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] == "http" and ROOT in scope["path"]:
            for route in ROUTES:
                match, child = route.matches(scope)
                if match is Match.FULL:
                    return match, {**child, "route": route}
                if match is Match.PARTIAL and found[0] is Match.NONE:
                    found = match, {**child, "route": route}
        return found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it answer."""
        await scope["route"].handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """They have no names: links are written by `answers`."""
        raise NoMatchFound(name, path_params)
