"""Making clients and their keys, pausing, revoking."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, null, select, update

from smartcity_api.clients.models import ApiKey, Client, IdempotentAnswer
from smartcity_api.clients.schemas import ClientDraft
from smartcity_api.identity.keys import digest_of, new_key, prefix_of
from smartcity_api.kit import errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id

KEPT: Final = timedelta(days=7)
"""How long the answer to a request with an Idempotency-Key is kept."""


async def make(session: Transaction, draft: ClientDraft) -> tuple[UUID, str]:
    """A client and its first key; the key is nowhere else."""
    key = new_id()
    told = {name: getattr(draft, name) for name in ("name", "role", "organisation_id", "scopes", "source_system")}
    known = {name: value for name, value in told.items() if value is not None}
    await session.execute(insert(Client).values(id=key, **known))
    return key, await issue(session, key, draft.expires_at)


async def issue(session: Transaction, client: UUID, expires_at: datetime | None) -> str:
    """Another key of a client."""
    key = new_key()
    values: dict[str, Any] = {"prefix": prefix_of(key), "client_id": client, "digest": digest_of(key)}
    await session.execute(insert(ApiKey).values(**values, expires_at=null() if expires_at is None else expires_at))
    return key


async def lock(session: Transaction, client: UUID) -> int:
    """The version of a client, which nobody else changes until the transaction ends."""
    row = await session.one(select(Client.version).where(Client.id == client).with_for_update(key_share=True))
    if row is None:
        raise errors.NoSuchRecord(Text(f"clients has no record {client}", f"clients ไม่มีรายการ {client}"))
    return int(row[0])


async def pause(session: Transaction, client: UUID) -> None:
    """Refuse its keys for the time being."""
    await _set(session, client, paused_at=func.coalesce(Client.paused_at, func.now()))


async def resume(session: Transaction, client: UUID) -> None:
    """Take its keys again."""
    await _set(session, client, paused_at=null())


async def revoke(session: Transaction, client: UUID) -> None:
    """Refuse its keys for ever."""
    await _set(session, client, revoked_at=func.coalesce(Client.revoked_at, func.now()))


async def revoke_key(session: Transaction, client: UUID, prefix: str) -> None:
    """Refuse one of its keys for ever."""
    mine = (ApiKey.client_id == client) & (ApiKey.prefix == prefix)
    changed = update(ApiKey).where(mine).values(revoked_at=func.coalesce(ApiKey.revoked_at, func.now()))
    if not await session.rows(changed.returning(ApiKey.prefix)):
        raise errors.NoSuchRecord(Text(f"the client has no key {prefix}", f"ไคลเอนต์ไม่มีคีย์ {prefix}"))


async def _set(session: Transaction, client: UUID, **values: Any) -> None:
    await session.execute(update(Client).where(Client.id == client).values(**values))


async def forget_answers(session: Transaction) -> None:
    """Drop the answers whose keys may be used again: those of more than seven days ago."""
    old = IdempotentAnswer.created_at < func.now() - KEPT
    await session.execute(delete(IdempotentAnswer).where(old))
