"""Calls and proposals as layers, and the filters of their lists."""

from collections.abc import Sequence
from dataclasses import replace
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
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from smartcity_api.frameworks.models import Framework
from smartcity_api.history.actions import Subject, steps
from smartcity_api.history.queries import (
    asked_day,
    begun_by,
    in_stage,
    proposal_events,
    proposal_gaps,
    reached_stage,
    stage_on,
)
from smartcity_api.identity.roles import Actor
from smartcity_api.identity.rows import proposal_seen, proposed_by_viewer
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.days import today
from smartcity_api.kit.filters import Filter, Parts, among, existing, overlapping, within_year
from smartcity_api.kit.language import Language
from smartcity_api.kit.layers import Column, Dated, Layer, json_object, keyed_properties, record_properties
from smartcity_api.kit.rows import absent
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import compiled, constant
from smartcity_api.organisations.queries import taking_part
from smartcity_api.proposals import lifecycle
from smartcity_api.proposals.lifecycle import Facts
from smartcity_api.proposals.models import Call, Proposal
from smartcity_api.proposals.schemas import CallList, ProposalList
from smartcity_api.provinces.queries import footprint_filters, footprint_properties, footprint_shape

MUCH = 0.01
"""The share of a boundary outside the stated provinces that is worth a warning."""


BEFORE_THE_ZONE = frozenset(("draft", "submitted", "eligible"))
"""No history comes back to these once it has held the promotion zone, so nothing in them is public."""


def existing_on() -> ColumnElement[bool]:
    """With a history by the end of the day that is asked."""
    return begun_by(Proposal.id, asked_day())


def _certified_city() -> ColumnElement[Any]:
    # The later feature may not be imported by the earlier one; its table is named instead.
    city = table("certified_city", column("id", Uuid), column("proposal_id", Uuid))
    found = select(city.c.id).where(city.c.proposal_id == Proposal.id).correlate_except(city)
    return found.scalar_subquery()


CALLS = Layer(
    name="calls",
    key=Call.id,
    properties={
        "id": Call.id.expression,
        "name": Call.name.expression,
        "display_title": Call.display_title.expression,
        "title_th": Call.title_th.expression,
        "title_en": Call.title_en.expression,
        "opens_on": Call.opens_on.expression,
        "closes_on": Call.closes_on.expression,
        **record_properties(Call),
    },
    sorts={
        "opens_on": Dated(Call.opens_on),
        "display_title": Call.display_title.expression,
        "updated_at": Call.updated_at.expression,
    },
)

PROPOSALS = Layer(
    name="proposals",
    key=Proposal.id,
    properties={
        "id": Proposal.id.expression,
        "display_title": Proposal.display_title.expression,
        "title_th": Proposal.title_th.expression,
        "title_en": Proposal.title_en.expression,
        "stage": Proposal.stage.expression,
        "events": proposal_events(Proposal.id),
        "undocumented_stages": proposal_gaps(Proposal.id),
        "certified_city_id": _certified_city(),
        **footprint_properties(Proposal),
        "reference_number": Proposal.reference_number.expression,
        **keyed_properties(Proposal),
        "call_id": Proposal.call_id.expression,
        "proponent_id": Proposal.proponent_id.expression,
        "city_types": func.to_json(Proposal.city_types),
        "dimensions": func.to_json(Proposal.dimensions),
        "budget_thb": cast(Proposal.budget_thb, Text),
        "population": Proposal.population.expression,
        "criteria": Proposal.criteria.expression,
        "documents": Proposal.documents.expression,
        **record_properties(Proposal),
    },
    sorts={
        "display_title": Proposal.display_title.expression,
        "created_at": Proposal.created_at.expression,
        "updated_at": Proposal.updated_at.expression,
    },
    location=Proposal.location,
    boundaries={"full": Proposal.boundary},
    shape=footprint_shape(Proposal),
    on_day={"stage": stage_on(Proposal.id, asked_day())},
    existing_on=existing_on,
    visible=lambda: proposal_seen(Proposal.is_public, Proposal.proponent_id),
)


def of_calls(params: CallList) -> list[Filter]:
    """The filters of a list of calls."""
    return [] if params.year is None else [within_year(Call.opens_on, params.year)]


def _in_order(found: Filter, code: str) -> Filter:
    """The filter by one province, with what leads to its proposals in order: indexes of their first and second ones."""
    wanted = bindparam("one_province", type_=Text)
    first, second, third, others = (
        literal_column(f"proposal.provinces[{place}]", Text) for place in ("1", "2", "3", "3:")
    )

    def parts() -> Parts:
        further = others.op("&&", is_comparison=True)(bindparam("province", type_=ARRAY(Text)))
        return Parts([first == wanted, second == wanted], and_(third.is_not(None), further))

    return replace(found, values={**found.values, "one_province": code}, parts=parts)


def _in_stages(params: ProposalList) -> list[Filter]:
    """In any of the stages, today or on a day.

    Before the zone only one's own can be seen: said so, that organisation's index leads to them.
    """
    if not params.stage:
        return []
    if params.as_of:
        return [in_stage("stage", Proposal.id, params.stage)]
    found = [among("stage", Proposal.stage, params.stage)]
    if len(params.stage) == 1:  # said so, its index gives them in order
        is_it = Proposal.stage == bindparam("one_stage", type_=Text)
        found = [Filter("one_stage", lambda: is_it, {"one_stage": params.stage[0]})]
    if sight().kind == "own" and BEFORE_THE_ZONE.issuperset(params.stage):
        found.append(Filter("own", lambda: proposed_by_viewer(Proposal.proponent_id), {}))
    return found


def of_proposals(params: ProposalList) -> list[Filter]:
    """The filters of a list of proposals."""
    found = footprint_filters(Proposal, params)
    if len(params.province) == 1:
        found = [_in_order(one, params.province[0]) if one.name == "province" else one for one in found]
    found += _in_stages(params)
    if params.reached:
        found.append(reached_stage(Proposal.id, params.reached, params.as_of or today()))
    if params.city_type:
        found.append(overlapping("city_type", Proposal.city_types, params.city_type))
    if params.dimension:
        found.append(overlapping("dimension", Proposal.dimensions, params.dimension))
    if params.organisation:
        found.append(taking_part(Proposal.proponent_id, params.organisation))
    if params.call:
        found.append(among("call", Proposal.call_id, params.call, known=[existing("call", Call.id, params.call)]))
    return found


# --- for those who move proposals ------------------------------------------------------------------------------------


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
