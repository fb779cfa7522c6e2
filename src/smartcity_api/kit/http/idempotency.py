"""Idempotency-Key: a request that is sent again has its effect once and gets its first answer again."""

import hashlib
import re
from typing import Final

from fastapi import Request, Response
from sqlalchemy import LargeBinary, SmallInteger, column, literal, select, table, update
from sqlalchemy import Text as TextType
from sqlalchemy.dialects.postgresql import JSONB, insert

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.language import Text

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_FORM: Final = re.compile(r"[!-~]{1,255}")
_KEPT: Final = ("content-type", "etag", "location", "link", "vary", "cache-control", "x-warning")

# The table is named, not imported: features stand above this room.
_ANSWER = table(
    "idempotent_answer",
    column("actor", TextType),
    column("key", TextType),
    column("fingerprint", LargeBinary),
    column("status", SmallInteger),
    column("headers", JSONB),
    column("content", LargeBinary),
)


def key_of(request: Request) -> str | None:
    """The key, where the request has one; quotes around it (RFC 8941) do not belong to it."""
    given = request.headers.get(HEADER)
    if given is None or request.method != "POST":
        return None
    key = given.strip().removeprefix('"').removesuffix('"')
    if not _FORM.fullmatch(key):
        raise errors.InvalidParameter.naming(
            HEADER,
            "not_a_key",
            Text(f"{HEADER}: 1 to 255 visible ASCII characters", f"{HEADER}: อักขระ ASCII ที่มองเห็นได้ 1 ถึง 255 ตัว"),
            given,
        )
    return key


def fingerprint(request: Request, content: bytes) -> bytes:
    """What makes a request the same as another."""
    parts = (
        request.method.encode(),
        request.scope["path"].encode(),
        request.scope["query_string"],
        request.headers.get("if-match", "").encode(),
        content,
    )
    return hashlib.sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()


async def claim(transaction: Transaction, actor: str, key: str, asked: bytes) -> Response | None:
    """Take the key, or give the answer that it had; whoever has it at this moment is waited for."""
    taken = insert(_ANSWER).values(actor=actor, key=key, fingerprint=asked)
    taken = taken.on_conflict_do_nothing(index_elements=["actor", "key"])
    if await transaction.rows(taken.returning(literal(1))):
        return None
    mine = (_ANSWER.c.actor == actor) & (_ANSWER.c.key == key)
    found = await transaction.one(
        select(_ANSWER.c.fingerprint, _ANSWER.c.status, _ANSWER.c.headers, _ANSWER.c.content).where(mine)
    )
    if found is None:  # it went between the two statements: old ones are deleted
        raise conflicts.Conflict
    first, status, headers, content = found
    if bytes(first) != asked:
        raise conflicts.KeyReused
    return Response(bytes(content), status, headers={**headers, REPLAYED: "true"})


class ToldOnce(Response):
    """An answer that holds a secret: what is kept of it, and said again, is `rest`."""

    def __init__(self, whole: Response, rest: bytes) -> None:
        super().__init__(whole.body, whole.status_code, headers=whole.headers)
        self.rest = rest


async def keep(transaction: Transaction, actor: str, key: str, answer: Response) -> None:
    """Store the answer beside its effect; both are committed, or neither."""
    headers = {name: value for name, value in answer.headers.items() if name in _KEPT}
    mine = (_ANSWER.c.actor == actor) & (_ANSWER.c.key == key)
    content = answer.rest if isinstance(answer, ToldOnce) else bytes(answer.body)
    kept = {"status": answer.status_code, "headers": headers, "content": content}
    await transaction.execute(update(_ANSWER).where(mine).values(**kept))
