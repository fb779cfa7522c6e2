"""Calls and proposals as layers, and the filters of their lists."""

from typing import Any

from sqlalchemy import ColumnElement, Text, Uuid, cast, column, func, select, table

from smartcity_api.history.queries import (
    asked_day,
    begun_by,
    in_stage,
    proposal_events,
    proposal_gaps,
    reached_stage,
    stage_on,
)
from smartcity_api.identity.rows import proposal_seen
from smartcity_api.kit.days import today
from smartcity_api.kit.filters import Filter, among, existing, overlapping, within_year
from smartcity_api.kit.layers import Dated, Layer, record_properties
from smartcity_api.organisations.queries import taking_part
from smartcity_api.proposals.models import Call, Proposal
from smartcity_api.proposals.schemas import CallList, ProposalList
from smartcity_api.provinces.queries import footprint_filters, footprint_properties, footprint_shape


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
        "source_system": Proposal.source_system.expression,
        "external_id": Proposal.external_id.expression,
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
    sorts={"display_title": Proposal.display_title.expression, "updated_at": Proposal.updated_at.expression},
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


def of_proposals(params: ProposalList) -> list[Filter]:
    """The filters of a list of proposals."""
    found = footprint_filters(Proposal, params)
    if params.stage and params.as_of:
        found.append(in_stage("stage", Proposal.id, params.stage))
    elif params.stage:
        found.append(among("stage", Proposal.stage, params.stage))
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
