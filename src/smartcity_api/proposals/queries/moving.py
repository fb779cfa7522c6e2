"""What the rules of moving look at: the facts of a proposal, what can be done to it, and what is unlikely about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from smartcity_api.frameworks.models import Framework
from smartcity_api.history.actions import Subject, steps
from smartcity_api.identity.roles import Actor
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.days import today
from smartcity_api.kit.language import Language
from smartcity_api.kit.layers import Column, json_object
from smartcity_api.kit.rows import absent
from smartcity_api.kit.statements import compiled, constant
from smartcity_api.proposals import lifecycle
from smartcity_api.proposals.lifecycle import Facts
from smartcity_api.proposals.models import Call, Proposal
from smartcity_api.proposals.queries import PROPOSALS


async def facts(session: Snapshot, proposal: UUID, day: date) -> Facts:
    """What the rules look at, on that day."""
    ((told,),) = await session.kept("facts of a proposal", _facts_of_one, {"on_day": day, "key": proposal})
    return _read(told)


def facts_of_many(session: Connection[Any], proposals: Sequence[UUID], day: date) -> dict[UUID, Facts]:
    """The same of many at once, over a connection of its own."""
    statement = _facts().add_columns(Proposal.id).where(Proposal.id == any_(bindparam("keys", type_=ARRAY(Uuid))))
    text, _ = compiled(statement)
    rows = session.execute(text.encode(), {"on_day": day, "keys": list(proposals)})
    return {key: _read(told) for told, key in rows}


def _read(told: dict[str, Any]) -> Facts:
    ids = {name: told[name] and UUID(told[name]) for name in ("proponent_id", "call_id")}
    return Facts(**{**told, **ids})


def _facts_of_one() -> Select[Any]:
    return _facts().where(Proposal.id == bindparam("key", type_=Uuid))


def _facts() -> Select[Any]:
    on = bindparam("on_day", type_=Date)
    known: dict[str, Column] = {
        "proponent_id": Proposal.proponent_id,
        "title_th": Proposal.title_th,
        "title_en": Proposal.title_en,
        "city_types": func.to_json(Proposal.city_types),
        "dimensions": func.to_json(Proposal.dimensions),
        "located": Proposal.location.is_not(None),
        "budgeted": Proposal.budget_thb.is_not(None),
        "criteria": Proposal.criteria,
        "call_id": Proposal.call_id,
        "call_open": _a_call(on, Call.id == Proposal.call_id),
        "any_open": _a_call(on),
        "codes": _criteria_on(on),
    }
    return select(json_object(known))


def _a_call(day: ColumnElement[date], *condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a call whose days are known and which is open on that day."""
    opened = func.smartcity_first_day(Call.opens_on, type_=Date) <= day
    lasting = func.smartcity_last_day(Call.closes_on, type_=Date) >= day
    return select(constant(1)).where(*condition, opened, lasting).correlate_except(Call).exists()


def _criteria_on(day: ColumnElement[date]) -> ColumnElement[Any]:
    """The codes of the criteria in force on that day, in order, as JSON."""
    since = func.smartcity_first_day(Framework.valid_from_on, type_=Date)
    until = func.coalesce(
        func.smartcity_last_day(Framework.valid_until_on, type_=Date), literal_column("'infinity'::date", Date)
    )
    newest = (
        select(Framework.items)
        .where(Framework.kind == constant("criteria"), since <= day, until >= day)
        .order_by(since.desc())
        .limit(constant(1))
    )
    return func.to_json(func.array(_codes(newest.scalar_subquery())))


def _codes(items: Column) -> ColumnElement[Any]:
    listed = func.jsonb_array_elements(items).table_valued(column("item", JSONB), with_ordinality="place")
    rendered = listed.render_derived("listed")
    found = select(rendered.c.item.op("->>")(constant("code"))).order_by(rendered.c.place)
    return found.correlate_except(rendered).scalar_subquery()


async def unknown_criteria(session: Snapshot, codes: list[str]) -> list[str]:
    """Which of these codes no version of the criteria has."""
    asked = (
        func.unnest(cast(codes, Proposal.city_types.type)).table_valued(column("code", Text)).render_derived("asked")
    )
    mine = Framework.kind == constant("criteria")
    every = func.jsonb_path_query_array(Framework.items, literal_column("'$[*].code'"), type_=JSONB)
    known = select(constant(1)).where(mine, every.op("?")(asked.c.code)).correlate_except(Framework).exists()
    rows = await session.rows(select(asked.c.code).where(~known))
    return [code.decode() for (code,) in rows]


async def moves(session: Snapshot, proposal: UUID, actor: Actor, language: Language) -> dict[str, Any]:
    """What can be done to a proposal that may be seen, and what stands against it for this caller."""
    if not await session.rows(select(constant(1)).where(Proposal.id == proposal, *PROPOSALS.seen)):
        raise absent(PROPOSALS, proposal)
    past = await steps(session, Subject("proposals", proposal))
    standing, day = lifecycle.Standing.after([step.stage for step in past]), today()
    found = lifecycle.moves(standing, await facts(session, proposal, day), actor, day)
    return {
        "id": proposal,
        "stage": standing.stage or "draft",
        "moves": [_shown(one, proposal, language) for one in found],
    }


def _shown(one: lifecycle.Open, proposal: UUID, language: Language) -> dict[str, Any]:
    mine = one.way.path.startswith("/v1/proposals/")
    bars = [{"code": bar.code, "message": bar.message.in_(language), "pointer": bar.pointer} for bar in one.bars]
    return {
        "name": one.name,
        "method": one.way.method,
        "path": one.way.path.replace("{id}", str(proposal)) if mine else one.way.path,
        "needs": list(one.way.needs),
        "by": one.by,
        "to": one.to,
        "allowed": not one.bars,
        "closed_by": bars,
    }


async def share_outside(session: Snapshot, proposal: UUID) -> float:
    """How much of a surveyed boundary lies over a kilometre outside the stated provinces, from 0 to 1."""
    share = func.smartcity_share_outside(Proposal.boundary, Proposal.provinces, type_=Double)
    surveyed = Proposal.boundary_kind == constant("surveyed")
    rows = await session.rows(select(share).where(Proposal.id == proposal, surveyed))
    return float(rows[0][0]) if rows else 0.0
