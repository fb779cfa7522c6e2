"""The feed of changes, by the number that the sealer gave: one statement for each kind of sight."""

from typing import Any

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
    true,
    union_all,
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
    pages = [_page(chosen) for chosen in _chosen()]
    if len(pages) == 1:
        return pages[0].with_only_columns(*list(pages[0].selected_columns)[:3])
    told = union_all(*(select(page.subquery()) for page in pages)).subquery("told").c
    return select(told.item, told.shown, told.mark).order_by(told.number).limit(_LIMIT)


def mark() -> Select[str]:
    """That of the entry with a number: another one, or none, where the register went back to an earlier state."""
    return select(_mark()).where(_ENTRY.number == _SINCE)


def _mark() -> ColumnElement[str]:
    return func.left(func.encode(_ENTRY.hash, constant("hex")), constant(MARK), type_=String).label("mark")


def _page(chosen: ColumnElement[bool]) -> Select[Any]:
    """A page that one index yields in its order."""
    before, after = _seen()
    what = case((~before, constant("create")), (~after, constant("delete")), else_=constant("update"))
    item = {
        "resource": _ENTRY.resource,
        "id": _ENTRY.subject_id,
        "op": what,
        "version": _ENTRY.version,
        "at": instant(_ENTRY.at),
    }
    columns = (cast(json_object(item), Text).label("item"), cast(_ENTRY.number, Text).label("shown"), _mark())
    told = select(*columns, _ENTRY.number).where(_ENTRY.number > _SINCE, chosen)
    return told.order_by(_ENTRY.number).limit(_LIMIT)


def _chosen() -> list[ColumnElement[bool]]:
    """What the indexes are asked for, each for what those before it have not: nobody reads past what others may see."""
    served: ColumnElement[bool] = literal_column("audit_entry.served", Boolean)
    if sight().kind == "all":
        return [served]
    public = or_(_ENTRY.public_before, _ENTRY.public_after)
    found: list[ColumnElement[bool]] = [served & public]
    if sight().kind == "own":
        viewer = bindparam(OWN_ORGANISATION, type_=Uuid)
        is_own = _ENTRY.organisation_after == viewer
        found += [
            served & ~public & is_own,
            served & ~public & is_own.is_not(true()) & (_ENTRY.organisation_before == viewer),
        ]
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
