"""Who is calling: an ASGI layer that turns `Authorization: Bearer` into an actor, and decides what may be seen."""

from collections.abc import Awaitable, Callable

import psycopg
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from smartcity_api.identity.roles import ANYONE, Actor
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.http import fields
from smartcity_api.kit.http.database_problems import of_database_error
from smartcity_api.kit.http.problems import problem_response
from smartcity_api.kit.language import Text
from smartcity_api.kit.sight import Seeing

Recognise = Callable[[str], Awaitable[Actor]]
"""Turns a token into the actor that it stands for, or raises `Unauthenticated`."""


class Identification:
    """Everybody may come in without a token; one that is not good is refused, also where none is needed."""

    def __init__(self, app: ASGIApp, recognise: Recognise) -> None:
        self.app = app
        self._recognise = recognise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say who it is, and answer with what he may see."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        try:
            actor = await self._actor(fields.every(scope, b"authorization"))
        except errors.Problem as problem:
            return await problem_response(Request(scope), problem)(scope, receive, send)
        except psycopg.Error as error:
            return await problem_response(Request(scope), of_database_error(error, "GET"))(scope, receive, send)
        scope.setdefault("state", {})["actor"] = actor
        with Seeing(actor.sight):
            return await self.app(scope, receive, send)

    async def _actor(self, given: list[str]) -> Actor:
        if not given:
            return ANYONE
        scheme, _, token = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not token.strip():
            raise conflicts.Unauthenticated(
                Text("Send one `Authorization: Bearer <token>`", "ส่ง `Authorization: Bearer <token>` เพียงหนึ่งเดียว")
            )
        return await self._recognise(token.strip())
