"""Calls and proposals as layers, and the filters of their lists."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY

from smartcity_api.history.queries import (
    asked_day,
    begun_by,
    in_stage,
    proposal_events,
    proposal_gaps,
    reached_stage,
    stage_on,
)
from smartcity_api.identity.rows import proposal_seen, proposed_by_viewer
from smartcity_api.kit.days import today
from smartcity_api.kit.filters import Filter, Parts, among, existing, overlapping, within_year
from smartcity_api.kit.layers import Dated, Layer, keyed_properties, record_properties
from smartcity_api.kit.sight import sight
from smartcity_api.organisations.queries import taking_part
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
    written={"full": Proposal.boundary_geojson},
    shape=footprint_shape(Proposal),
    on_day={"stage": stage_on(Proposal.id, asked_day())},
    existing_on=existing_on,
    visible=lambda: proposal_seen(Proposal.is_public, Proposal.proponent_id),
)


def of_calls(params: CallList) -> list[Filter]:
    """The filters of a list of calls."""
    return [] if params.year is None else [within_year(Call.opens_on, params.year)]


def _in_order(found: Filter, code: str) -> Filter:
    """The filter by one province, with what leads to its proposals in order: indexes of their first and second ones.

    PostgreSQL cannot walk an array's index in another order.
    """
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
