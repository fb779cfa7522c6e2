"""Rows that would close a circle: milestones that wait for each other, organisations that are part of themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier, Literal

from smartcity_api.imports.actions.judging import OF_SPAN, Session, Span
from smartcity_api.imports.actions.noting import note
from smartcity_api.imports.actions.targets import Order, Target

SHOWN: Final = 5
"""Records of a circle that are named."""

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def refuse(session: Session, target: Target, key: UUID, span: Span, *, writing: bool) -> list[int]:
    """Refuse those of these rows that would be part of a circle, among themselves or with the register.

    When they are about to be written, nobody else changes the order until the transaction ends.
    """
    order = target.order
    if order is None:
        return []
    about = {"import": key, "after": span[0], "through": span[1]}
    if session.execute(SQL("SELECT EXISTS ({0})").format(_planned(order)), about).fetchone() != (True,):
        return []
    if writing:
        session.execute(_LOCK, (order.lock,))
    found = session.execute(_walked(target, order), about).fetchall()
    rows = {record: number for record, _, number in found if number is not None}
    befores = {record: before for record, before, _ in found}
    faults = {number: [fault] for number, fault in _faults(befores, rows)}
    note(session, key, faults)
    return list(faults)


def _planned(order: Order) -> Composed:
    """The rows that tell what comes before their record, as they would be written."""
    told = (
        SQL("ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof({0}) WHEN 'array' THEN {0} ELSE '[]' END)::uuid)")
        if order.several
        else SQL("array_remove(ARRAY[({0} #>> '{{}}')::uuid], NULL)")
    ).format(SQL("(r.told -> {0})").format(Literal(order.column)))
    return SQL(
        "SELECT r.record_id AS id, r.number, {told} AS befores FROM import_row AS r"
        " WHERE {span} AND r.state IN ('new', 'changed') AND r.told ? {column}"
    ).format(told=told, span=OF_SPAN, column=Literal(order.column))


def _walked(target: Target, order: Order) -> Composed:
    """Everything that comes before these rows, each with what comes directly before it."""
    column = SQL("t.{0}").format(Identifier(order.column))
    kept = SQL("{0}::uuid[]" if order.several else "array_remove(ARRAY[{0}], NULL)").format(column)
    return SQL(
        """
WITH RECURSIVE planned AS MATERIALIZED ({planned}), walked (id) AS (
  SELECT id FROM planned
   UNION
  SELECT before.id FROM walked AS w LEFT JOIN planned AS p ON p.id = w.id LEFT JOIN {table} AS t ON t.id = w.id
   CROSS JOIN LATERAL unnest(coalesce(p.befores, {kept})) AS before (id)
)
SELECT w.id, coalesce(p.befores, {kept}, '{{}}'), p.number
  FROM walked AS w LEFT JOIN planned AS p ON p.id = w.id LEFT JOIN {table} AS t ON t.id = w.id
"""
    ).format(planned=_planned(order), table=Identifier(target.table.name), kept=kept)


def _faults(befores: Mapping[UUID, Sequence[UUID]], rows: Mapping[UUID, int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The fault of every row that is part of a circle, by its number."""
    for circle in circles(befores):
        named = [f"row {rows[one]}" if one in rows else str(one) for one in circle[:SHOWN]]
        value = ", ".join([*named, "…"] if len(circle) > SHOWN else named)
        for one in circle:
            if one in rows:
                yield rows[one], {"severity": "error", "code": "circle", "value": value}


def circles(befores: Mapping[UUID, Sequence[UUID]]) -> Iterator[list[UUID]]:
    """Those that come before themselves, together with each other: strongly connected components (Kosaraju)."""
    after: dict[UUID, list[UUID]] = {}
    for node, many in befores.items():
        for before in many:
            after.setdefault(before, []).append(node)
    seen: set[UUID] = set()
    for start in reversed(_finished(befores)):
        if start in seen:
            continue
        seen.add(start)
        found = [start]
        for node in found:  # which grows meanwhile
            fresh = dict.fromkeys(one for one in after.get(node, ()) if one not in seen)
            seen.update(fresh)
            found += fresh
        if len(found) > 1 or start in befores[start]:
            yield found


def _finished(befores: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """All of them, each behind what comes before it as far as there is no circle."""
    seen: set[UUID] = set()
    order: list[UUID] = []
    for start in befores:
        path = [] if start in seen else [(start, iter(befores[start]))]
        seen.add(start)
        while path:
            node, rest = path[-1]
            following = next((one for one in rest if one in befores and one not in seen), None)
            if following is None:
                path.pop()
                order.append(node)
            else:
                seen.add(following)
                path.append((following, iter(befores[following])))
    return order
