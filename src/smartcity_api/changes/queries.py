"""The feed of changes, by the number that the sealer gave: one statement for each kind of sight."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union,
)

from smartcity_api.audit.models import AuditEntry
from smartcity_api.kit.layers import instant, json_object
from smartcity_api.kit.sight import OWN_ORGANISATION, sight
from smartcity_api.kit.statements import constant

MARK = 16
"""Digits of an entry's hash that a cursor remembers."""

_ENTRY = AuditEntry.__table__.c
_SINCE = bindparam("since", type_=BigInteger)
_LIMIT = bindparam("limit", type_=Integer)


def changes() -> Select[str, str, str]:
    """What may be told: each change as JSON text, with its number and the mark of its entry."""
    before, after = _seen()
    what = case((~before, constant("create")), (~after, constant("delete")), else_=constant("update"))
    item = {
        "resource": _ENTRY.resource,
        "id": _ENTRY.subject_id,
        "op": what,
        "version": _ENTRY.version,
        "at": instant(_ENTRY.at),
    }
    found = [_page(chosen).subquery() for chosen in _chosen()]
    numbers = found[0].c.number
    wanted = select(numbers) if len(found) == 1 else union(*(select(one.c.number) for one in found))
    return (
        select(cast(json_object(item), Text), cast(_ENTRY.number, Text), _mark())
        .where(_ENTRY.number.in_(wanted))
        .order_by(_ENTRY.number)
        .limit(_LIMIT)
    )


def mark() -> Select[str]:
    """That of the entry with a number: another one, or none, where the register went back to an earlier state."""
    return select(_mark()).where(_ENTRY.number == _SINCE)


def _mark() -> ColumnElement[str]:
    return func.left(func.encode(_ENTRY.hash, constant("hex")), constant(MARK), type_=String)


def _page(chosen: ColumnElement[bool]) -> Select[int]:
    """The numbers of a page that one index yields in its order."""
    return select(_ENTRY.number).where(_ENTRY.number > _SINCE, chosen).order_by(_ENTRY.number).limit(_LIMIT)


def _chosen() -> list[ColumnElement[bool]]:
    """What the indexes are asked for, one by one: nobody reads past what others may see."""
    served: ColumnElement[bool] = literal_column("audit_entry.served", Boolean)
    if sight().kind == "all":
        return [served]
    found: list[ColumnElement[bool]] = [served & or_(_ENTRY.public_before, _ENTRY.public_after)]
    if sight().kind == "own":
        viewer = bindparam(OWN_ORGANISATION, type_=Uuid)
        found += [served & (_ENTRY.organisation_after == viewer), served & (_ENTRY.organisation_before == viewer)]
    return found


def _seen() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether who is looking could see the row before, and can see it after."""
    if sight().kind == "all":
        return _ENTRY.op != constant("insert"), _ENTRY.op != constant("delete")
    if sight().kind == "public":
        return or_(_ENTRY.public_before), or_(_ENTRY.public_after)
    viewer = bindparam(OWN_ORGANISATION, type_=Uuid)
    return (
        or_(_ENTRY.public_before, func.coalesce(_ENTRY.organisation_before == viewer, literal_column("false"))),
        or_(_ENTRY.public_after, func.coalesce(_ENTRY.organisation_after == viewer, literal_column("false"))),
    )
