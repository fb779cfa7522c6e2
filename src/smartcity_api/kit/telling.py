"""Telling the audit trail who writes, by which request and why: a transaction's first statement."""

from typing import Final

from sqlalchemy import TextClause, text

_TELLING: Final = text(
    "SELECT set_config('smartcity.actor', :actor, true), set_config('smartcity.request_id', :request_id, true), "
    "set_config('smartcity.reason', :reason, true)"
)


def telling(actor: str, *, request_id: str = "", reason: str = "") -> TextClause:
    """The statement; it holds until the transaction ends."""
    return _TELLING.bindparams(actor=actor, request_id=request_id, reason=reason)
