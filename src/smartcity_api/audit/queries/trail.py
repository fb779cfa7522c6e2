"""The entries of the trail as they are read, and the published heads of its chain."""

from collections.abc import Set as AbstractSet

from sqlalchemy import BigInteger, ColumnElement, DateTime, Integer, Select, Text, bindparam, cast, func, select

from smartcity_api.audit.models import AuditBlock, AuditEntry
from smartcity_api.kit.layers import instant, json_object
from smartcity_api.kit.statements import constant

_ENTRY = AuditEntry.__table__.c
_BLOCK = AuditBlock.__table__.c
_AFTER = bindparam("after", type_=BigInteger)
_LIMIT = bindparam("limit", type_=Integer)


def entries(filters: AbstractSet[str], *, ascending: bool, continued: bool) -> Select[str, str]:
    """Numbered entries as JSON text, and the number of each."""
    item = {
        "number": _ENTRY.number,
        "resource": _ENTRY.resource,
        "id": _ENTRY.subject_id,
        "op": _ENTRY.op,
        "version": _ENTRY.version,
        "at": instant(_ENTRY.at),
        "actor": _ENTRY.actor,
        "request_id": _ENTRY.request_id,
        "reason": _ENTRY.reason,
        "after": _ENTRY.after,
        "hash": func.encode(_ENTRY.hash, constant("hex")),
    }
    statement = select(cast(json_object(item), Text), cast(_ENTRY.number, Text)).where(_ENTRY.number.is_not(None))
    statement = statement.where(*(_FILTERS[name] for name in sorted(filters)))
    if continued:
        statement = statement.where(_ENTRY.number > _AFTER if ascending else _ENTRY.number < _AFTER)
    return statement.order_by(_ENTRY.number if ascending else _ENTRY.number.desc()).limit(_LIMIT)


def heads(*, continued: bool) -> Select[str, str]:
    """Blocks as JSON text, the newest first, and the number of each."""
    item = {
        "number": _BLOCK.number,
        "first": _BLOCK.first,
        "last": _BLOCK.last,
        "entries": _BLOCK.entries,
        "previous": func.encode(_BLOCK.previous, constant("hex")),
        "hash": func.encode(_BLOCK.hash, constant("hex")),
        "sealed_at": instant(_BLOCK.sealed_at),
    }
    statement = select(cast(json_object(item), Text), cast(_BLOCK.number, Text))
    if continued:
        statement = statement.where(_BLOCK.number < _AFTER)
    return statement.order_by(_BLOCK.number.desc()).limit(_LIMIT)


def _since() -> ColumnElement[bool]:
    """What was written by then: all that was sealed before is passed over without reading it."""
    since = bindparam("since", type_=DateTime(timezone=True))
    sealed = select(func.coalesce(func.max(_BLOCK.last), constant(0))).where(_BLOCK.sealed_at < since)
    return (_ENTRY.at >= since) & (_ENTRY.number > sealed.scalar_subquery())


_FILTERS: dict[str, ColumnElement[bool]] = {
    "resource": _ENTRY.resource == bindparam("resource", type_=Text),
    "subject": _ENTRY.subject_id == bindparam("subject", type_=Text),
    "actor": _ENTRY.actor == bindparam("actor", type_=Text),
    "since": _since(),
    "until": _ENTRY.at <= bindparam("until", type_=DateTime(timezone=True)),
}
