"""Recognising who calls, by one look-up of a key, or by an access token."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, cast, func, inspect, or_, select, update
from sqlalchemy import Text as TextType

from smartcity_api.clients.models import ApiKey, Client
from smartcity_api.identity.keys import digest_of, looks_like_key, prefix_of, same
from smartcity_api.identity.roles import Actor, Permission, Role
from smartcity_api.identity.tokens import InvalidToken, IssuerUnavailable, TokenChecker
from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Database, Rows, Snapshot
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Column, instant, json_list, json_object

RARELY: Final = timedelta(hours=1)
"""How exactly it is known when a key was last used: not every request writes it."""


def _looked_up() -> Select[*tuple[object, ...]]:
    return (
        select(
            ApiKey.digest,
            ApiKey.expires_at,
            ApiKey.revoked_at,
            ApiKey.last_used_at,
            Client.id,
            Client.name,
            Client.role,
            Client.organisation_id,
            Client.scopes,
            Client.source_system,
            Client.paused_at,
            Client.revoked_at,
        )
        .join(Client, Client.id == ApiKey.client_id)
        .where(ApiKey.prefix == bindparam("prefix", type_=TextType))
    )


class Recogniser:
    """Turns a key or a token into an actor, or raises `Unauthenticated` saying why it is not good."""

    def __init__(self, database: Database, checker: TokenChecker | None) -> None:
        self._database = database
        self._checker = checker

    async def __call__(self, token: str) -> Actor:
        """Who carries this token."""
        if looks_like_key(token):
            return await self._by_key(token)
        if self._checker is None or token.count(".") != 2:
            raise conflicts.Unauthenticated(Text("This is no key of this service", "ไม่ใช่คีย์ของบริการนี้"))
        try:
            claims = await self._checker.check(token)
        except InvalidToken as error:
            told = Text(f"The token is refused: {error.reason}", f"โทเคนถูกปฏิเสธ: {error.reason}")
            raise conflicts.Unauthenticated(told, error=error.reason) from None
        except IssuerUnavailable:
            raise conflicts.IssuerUnavailable from None
        return Actor(f"oidc/{claims.subject}", claims.name or claims.subject, claims.role, claims.organisation_id)

    async def _by_key(self, key: str) -> Actor:
        async with self._database.primary() as primary:
            rows = await primary.kept("api key", _looked_up, {"prefix": prefix_of(key)})
            if not rows or not same(bytes(rows[0][0]), digest_of(key)):
                raise conflicts.Unauthenticated(Text("There is no such key", "ไม่มีคีย์นี้"))
            _, expires, revoked, used, number, name, role, organisation, scopes, system, paused, client_revoked = rows[
                0
            ]
            now = datetime.now(UTC)
            if revoked or client_revoked:
                raise conflicts.Unauthenticated(Text("The key has been revoked", "คีย์นี้ถูกเพิกถอนแล้ว"))
            if paused:
                raise conflicts.Unauthenticated(Text("The client is paused", "ไคลเอนต์นี้ถูกพักการใช้งาน"))
            if expires is not None and expires <= now:
                raise conflicts.Unauthenticated(Text("The key has expired", "คีย์นี้หมดอายุแล้ว"))
            if used is None or used < now - RARELY:
                stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now - RARELY)
                mine = ApiKey.prefix == prefix_of(key)
                await primary.execute(update(ApiKey).where(mine, stale).values(last_used_at=func.now()))
        left = None if scopes is None else frozenset(Permission(_text(scope)) for scope in scopes)
        own = None if system is None else _text(system)
        return Actor(f"client/{number}", _text(name), Role(_text(role)), organisation, left, own)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _shown() -> ColumnElement[str]:
    """A client as JSON text, with its keys but for their secrets."""
    key: dict[str, Column] = {
        "prefix": ApiKey.prefix,
        "created_at": instant(ApiKey.created_at),
        "expires_at": instant(ApiKey.expires_at),
        "revoked_at": instant(ApiKey.revoked_at),
        "last_used_at": instant(ApiKey.last_used_at),
    }
    mine = ApiKey.client_id == Client.id
    client: dict[str, Column] = {
        "id": Client.id,
        "name": Client.name,
        "role": Client.role,
        "organisation_id": Client.organisation_id,
        "scopes": func.to_json(Client.scopes),
        "source_system": Client.source_system,
        "paused_at": instant(Client.paused_at),
        "revoked_at": instant(Client.revoked_at),
        "keys": json_list(key, inspect(ApiKey).local_table, mine, ApiKey.created_at.desc(), ApiKey.prefix),
        "version": Client.version,
        "created_at": instant(Client.created_at),
        "updated_at": instant(Client.updated_at),
    }
    return cast(json_object(client), TextType)


async def page(session: Snapshot, after: UUID | None, limit: int) -> Rows:
    """JSON texts and ids of clients, the newest first; one more than asked where there are more."""
    found = select(_shown(), cast(Client.id, TextType)).order_by(Client.id.desc()).limit(limit + 1)
    return await session.rows(found if after is None else found.where(Client.id < after))


async def one(session: Snapshot, client: UUID) -> dict[str, Any]:
    """One client."""
    rows = await session.rows(select(_shown()).where(Client.id == client))
    if not rows:
        raise errors.NoSuchRecord(Text(f"clients has no record {client}", f"clients ไม่มีรายการ {client}"))
    found: dict[str, Any] = json.loads(rows[0][0])
    return found
