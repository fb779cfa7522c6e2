"""Comparing rows with what their last entries say of them, one statement a table."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.elements import KeyedColumnElement

from smartcity_api.audit.models import AuditEntry
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import constant

MOST = 100
"""Faults that are told of one table at most: where there are more, somebody has to look anyway."""

_NOTHING = cast(null(), Text)


def compared(table: Table, resource: str, parts: tuple[str, ...]) -> Select[int, str, str, str]:
    """Rows that are not what their last entry says: its number, what is wrong, the key, and the fields.

    Only of entries with these numbers, and of those without one yet where `unsealed` says so. A column that was added
    since is compared once the row changes.
    """
    entry, later, kept = AuditEntry.__table__.alias("entry"), AuditEntry.__table__.alias("later"), table.alias("kept")
    is_last = ~exists().where(
        later.c.resource == constant(resource), later.c.subject_id == entry.c.subject_id, later.c.id > entry.c.id
    )
    in_range = or_(
        entry.c.number.between(bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)),
        and_(entry.c.number.is_(None), bindparam("unsealed", type_=Boolean)),
    )
    line = select(func.to_jsonb(literal_column("kept"), type_=JSONB).label("line")).lateral("present")
    gone, deleted = kept.c[parts[0]].is_(None), entry.c.op == constant("delete")
    fields = _differing(line.c.line, entry.c.after)
    kind = case(
        (and_(gone, ~deleted), constant("row_gone")),
        (and_(~gone, deleted), constant("row_without_entry")),
        (fields != constant(""), constant("row_altered")),
    )
    key = case((and_(entry.c.served, entry.c.public_after), entry.c.subject_id), else_=_NOTHING)
    found = (
        select(
            entry.c.number,
            kind.label("kind"),
            (entry.c.subject_id if sight().kind == "all" else key).label("key"),
            fields.label("fields"),
        )
        .select_from(entry.outerjoin(kept, _named(kept, parts, entry.c.subject_id)).join(line, true()))
        .where(entry.c.resource == constant(resource), in_range, is_last)
        .subquery("found")
    )
    return (
        select(found.c.number, found.c.kind, found.c.key, found.c.fields)
        .where(found.c.kind.is_not(None))
        .limit(constant(MOST))
    )


def untold(table: Table, resource: str, parts: tuple[str, ...]) -> Select[str]:
    """Keys of rows that no entry tells of; where rows say when they were changed, of those changed in that time."""
    entry = AuditEntry.__table__
    written: ColumnElement[str] = cast(table.c[parts[0]], Text)
    for part in parts[1:]:
        written = written + constant("/") + cast(table.c[part], Text)
    told = exists().where(entry.c.resource == constant(resource), entry.c.subject_id == written)
    conditions: list[ColumnElement[bool]] = [~told]
    if in_time(table):
        begins, ends = (bindparam(name, type_=DateTime(timezone=True)) for name in ("begins", "ends"))
        conditions += [table.c.updated_at > begins, table.c.updated_at <= ends]
    return (
        select(written if sight().kind == "all" else _NOTHING)
        .select_from(table)
        .where(*conditions)
        .limit(constant(MOST))
    )


def in_time(table: Table) -> bool:
    """Whether its rows say when they were last changed; others are looked through at the end of the trail."""
    return "updated_at" in table.c


def _differing(line: ColumnElement[Any], after: ColumnElement[Any]) -> ColumnElement[str]:
    """The fields that are others now, if the two are not the same."""
    told = func.jsonb_each(after).table_valued("key", column("value", JSONB), name="told")
    names = (
        select(told.c.key)
        .where(line.op("?")(told.c.key), line.op("->")(told.c.key).is_distinct_from(told.c.value))
        .order_by(told.c.key)
    )
    same = line.op("-")(bindparam("hidden", type_=ARRAY(Text))).is_not_distinct_from(after)
    return case(
        (same, constant("")),
        else_=func.array_to_string(func.array(names.scalar_subquery()), constant(", "), type_=Text),
    )


def _named(kept: FromClause, parts: tuple[str, ...], key: ColumnElement[str]) -> ColumnElement[bool]:
    """The row that a key names, found by an index; a key that was tampered with names none."""
    if len(parts) == 1:
        return kept.c[parts[0]] == _value(kept.c[parts[0]], key)
    told = (func.split_part(key, constant("/"), constant(place), type_=Text) for place in range(1, len(parts) + 1))
    return and_(*(kept.c[part] == _value(kept.c[part], value) for part, value in zip(parts, told, strict=True)))


def _value(of: KeyedColumnElement[Any], text: ColumnElement[str]) -> ColumnElement[Any]:
    patterns = {Uuid: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", Integer: "^[0-9]{1,9}$"}
    for kind, pattern in patterns.items():
        if isinstance(of.type, kind):
            return case((text.op("~")(constant(pattern)), cast(text, of.type)))
    return text
