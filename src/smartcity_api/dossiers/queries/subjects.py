"""What a dossier can be about: the record that the path names, whatever its resource."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, bindparam, cast, column, func, inspect, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES
from smartcity_api.frameworks.queries import FRAMEWORKS
from smartcity_api.kit.layers import Column, Layer, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.queries import MILESTONES
from smartcity_api.organisations.queries import ORGANISATIONS
from smartcity_api.pilot_areas.queries import PILOT_AREAS
from smartcity_api.programme.queries import ACTIVITIES, PLANS, TARGETS
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES
from smartcity_api.proposals.queries import CALLS, PROPOSALS
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES
from smartcity_api.resolutions.queries import BODIES, MEETINGS, RESOLUTIONS
from smartcity_api.sources.queries import CLAIMS, SOURCES

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        PROVINCES,
        DISTRICTS,
        PILOT_AREAS,
        PROMOTION_ZONES,
        CALLS,
        PROPOSALS,
        CERTIFIED_CITIES,
        ORGANISATIONS,
        BODIES,
        MEETINGS,
        RESOLUTIONS,
        FRAMEWORKS,
        PLANS,
        TARGETS,
        ACTIVITIES,
        MILESTONES,
        SOURCES,
        CLAIMS,
    )
}
"""Every resource that a dossier can be about."""

MOVING = ("proposals", "certified-cities")
"""What has a history of events."""

UUID_LENGTH = 36
"""Letters of an id; Python would also read it without its hyphens."""

_LABELS = ("display_name", "display_title", "name_th", "title", "number", "metric")


def label(layer: Layer) -> ColumnElement[Any]:
    """What a record is called when it is only mentioned."""
    columns = inspect(layer.table).columns
    name = next(name for name in _LABELS if name in columns)
    found: InstrumentedAttribute[Any] = getattr(layer.table, name)
    return found.expression


def key_text() -> ColumnElement[str]:
    """The key that the path names, as references to records have it."""
    return bindparam("key", type_=Text)


def key_uuid() -> ColumnElement[UUID]:
    """The same as an id; only for resources whose keys are ids."""
    return cast(key_text(), Uuid)


def key_of(layer: Layer, text: str) -> str | None:
    """The key as the database writes it; none where no record of this resource could have that key."""
    if not isinstance(layer.key.type, Uuid):
        return text
    try:
        return str(UUID(text)) if len(text) == UUID_LENGTH else None
    except ValueError:
        return None


def own_key(layer: Layer) -> ColumnElement[Any]:
    """That key in the type that the resource's table has."""
    return key_uuid() if isinstance(layer.key.type, Uuid) else key_text()


def proposal_of_city() -> ColumnElement[Any]:
    """The proposal that became the city which the path names, if it may be seen."""
    found = select(CERTIFIED_CITIES.properties["proposal_id"]).select_from(CertifiedCity)
    return found.where(CertifiedCity.id == key_uuid()).correlate(None).scalar_subquery()


def subjects(layer: Layer) -> list[tuple[str, ColumnElement[Any]]]:
    """Whose history is the record's: its own and, for a city, that of the proposal which became it."""
    own = [(layer.name, own_key(layer))]
    return [*own, (PROPOSALS.name, proposal_of_city())] if layer is CERTIFIED_CITIES else own


def matches(table: type[Any], name: str, key: Column) -> ColumnElement[bool]:
    """Rows that are about that record."""
    found: ColumnElement[bool] = (table.subject_type == constant(name)) & (table.subject_id == cast(key, Text))
    return found


def citations_of(sources: Column, name: str) -> ColumnElement[Any]:
    """Those of a record's citations that support this field, or the whole record."""
    listed = func.jsonb_array_elements(sources).table_valued(column("cited", JSONB), name="listed").render_derived()
    field = listed.c.cited.op("->>")(constant("field"))
    cited = select(func.jsonb_agg(listed.c.cited)).where(or_(field.is_(None), field == constant(name)))
    return func.coalesce(cited.correlate_except(listed).scalar_subquery(), cast(constant("[]"), JSONB))


def dossier(layer: Layer, members: Mapping[str, Column]) -> Select[str]:
    """JSON text of a dossier: which record it is about, and these members; no row where there is no such record."""
    about = json_object({"type": constant(layer.name), "id": cast(layer.key, Text)})
    content = json_object({"subject": about, "display_name": label(layer), **members})
    return select(cast(content, Text)).where(layer.key == own_key(layer), *layer.seen)
