"""How every answer of the OGC API is made: its links, its language, its format."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from smartcity_api.kit import errors
from smartcity_api.kit.http.links import base_url, here
from smartcity_api.kit.http.negotiation import MEDIA_TYPES, chosen
from smartcity_api.kit.http.representations import PAGE_VERSION, represented
from smartcity_api.kit.language import Language, Text, preferred_language
from smartcity_api.ogc import pages
from smartcity_api.ogc.collections import COLLECTIONS, Collection

ROOT: Final = "/ogc"
TYPES: Final = {form: media_type.partition("; charset")[0] for form, media_type in MEDIA_TYPES.items()}
"""Media types as links name them."""

VARYING: Final = {"Vary": "Accept, Accept-Language, Authorization"}

Link = dict[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
"""What answers the requests to a path."""


def language_of(request: Request) -> Language:
    """The reader's language."""
    return preferred_language(request.headers.get("accept-language"))


def root(request: Request) -> str:
    """Where the OGC API is, as its clients see it."""
    return base_url(request) + ROOT


def link(href: str, rel: str, form: str, title: Text | None = None, language: Language = "en") -> Link:
    """A link to something in that format."""
    found = {"href": href, "rel": rel, "type": TYPES[form]}
    return found if title is None else {**found, "title": title.in_(language), "hreflang": language}


def of_itself(request: Request, form: str, offered: Sequence[str]) -> list[Link]:
    """`self`, and `alternate` for the other formats; `f=` names each, whatever the follower accepts."""
    return [
        link(here(request, f="html" if one == "html" else "json"), "self" if one == form else "alternate", one)
        for one in sorted(offered, key=lambda one: one != form)
    ]


def collection_of(request: Request) -> Collection:
    """The collection that the path names."""
    name = request.path_params["collection"]
    if name not in COLLECTIONS:
        raise errors.NoSuchRecord(Text(f"There is no collection {name}", f"ไม่มีชุดข้อมูล {name}"))
    return COLLECTIONS[name]


def form_of(request: Request, asked: str | None, *offered: str) -> str:
    """The format to answer in: the first that is offered stands for `f=json`, and for who accepts plain JSON."""
    if asked is not None:
        return asked if asked in offered else offered[0]
    found = chosen(None, request.headers.get("accept"), (*offered, "json"))
    return offered[0] if found == "json" else found


def document(
    request: Request, form: str, told: Mapping[str, Any], template: str, context: Mapping[str, Any] | None = None
) -> Response:
    """What is told, in the reader's language, as JSON or as the page of that template."""
    language = language_of(request)
    headers = {**VARYING, "Content-Language": language}
    if form == "html":
        return page(request, template, {"told": told, **(context or {})})
    return represented(orjson.dumps(told), form, headers=headers)


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    *,
    version: int = PAGE_VERSION,
) -> Response:
    """A page that a person can read."""
    language = language_of(request)
    content = pages.rendered(template, {**context, "language": language, "root": root(request)})
    told = {**VARYING, "Content-Language": language, "Content-Security-Policy": pages.POLICY, **(headers or {})}
    return represented(content, "html", version=version, headers=told)
