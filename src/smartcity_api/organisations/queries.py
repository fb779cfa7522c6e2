"""Organisations as a layer, and the filters of their list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.orm import aliased

from smartcity_api.kit.filters import Filter, among, existing, valid_on
from smartcity_api.kit.layers import Column, Layer, json_one, keyed_properties, record_properties
from smartcity_api.organisations.models import Organisation
from smartcity_api.organisations.schemas import OrganisationList
from smartcity_api.provinces.queries import in_provinces, in_regions


def _parent() -> ColumnElement[Any]:
    """The organisation that a row is part of, in short."""
    parent = aliased(Organisation, name="parent")
    shown = {"id": parent.id, "display_name": parent.display_name, "abbreviation": parent.abbreviation}
    return json_one(shown, inspect(parent).selectable, parent.id == Organisation.parent_id)


ORGANISATIONS = Layer(
    name="organisations",
    key=Organisation.id,
    properties={
        "id": Organisation.id.expression,
        "kind": Organisation.kind.expression,
        "display_name": Organisation.display_name.expression,
        "name_th": Organisation.name_th.expression,
        "name_en": Organisation.name_en.expression,
        "variants": Organisation.variants.expression,
        "abbreviation": Organisation.abbreviation.expression,
        "local_government_types": Organisation.local_government_types.expression,
        "province": Organisation.province_code.expression,
        "parent_id": Organisation.parent_id.expression,
        "parent": _parent(),
        "valid_from_on": Organisation.valid_from_on.expression,
        "valid_until_on": Organisation.valid_until_on.expression,
        **keyed_properties(Organisation),
        **record_properties(Organisation),
    },
    sorts={
        "display_name": Organisation.display_name.expression,
        "updated_at": Organisation.updated_at.expression,
    },
    existing_on=lambda: valid_on(Organisation),
)


def of_organisations(params: OrganisationList) -> list[Filter]:
    """The filters of a list of organisations."""
    found = []
    if params.kind:
        found.append(among("kind", Organisation.kind, params.kind))
    if params.province:
        found.append(in_provinces(Organisation.province_code.expression, params.province))
    if params.region:
        found.append(in_regions(Organisation.province_code.expression, params.region))
    if params.parent:
        known = existing("parent", Organisation.id, params.parent)
        found.append(among("parent", Organisation.parent_id, params.parent, known=[known]))
    return found


def taking_part(column: Column, organisations: Sequence[UUID]) -> Filter:
    """Rows in which one of these organisations has the part that the column names."""
    known = existing("organisation", Organisation.id, organisations)
    return among("organisation", column, organisations, known=[known])
