"""Where things are, for boxes and maps: what touches a shape, and milestones with the geometry of their subject."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, Uuid, case, cast, func, or_, select, tuple_, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import AREAS, MILESTONES
from smartcity_api.provinces.models import District, Province
from smartcity_api.provinces.queries import footprint_shape

Touching = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""What touches a shape, or has no geometry, as the standard has it of `bbox`."""

UNITS: dict[str, type[Province] | type[District]] = {"provinces": Province, "districts": District}


def touching(outline: Column) -> Touching:
    """Of rows whose shape is a column, or an expression that has an index."""
    return lambda shape: func.ST_Intersects(outline, shape)


def touching_or_nowhere(outline: Column) -> Touching:
    """The same, of rows that may have no geometry; the index of shapes finds those too."""
    return lambda shape: or_(func.ST_Intersects(outline, shape), outline.is_(None))


def touching_subjects(shape: ColumnElement[Any]) -> ColumnElement[bool]:
    """Milestones whose subject touches a shape, found by the subjects' own indexes, and those of what is nowhere."""
    found: list[Select[Any]] = [
        select(constant(name), unit.code).where(func.ST_Intersects(unit.boundary, shape))
        for name, unit in UNITS.items()
    ]
    for name, area in AREAS.items():
        outline = footprint_shape(area)
        here = or_(func.ST_Intersects(outline, shape), outline.is_(None))
        found.append(select(constant(name), cast(area.id, Text)).where(here))
    inside: CompoundSelect[Any] = union_all(*found)
    nowhere = Milestone.subject_type.not_in([constant(name) for name in (*UNITS, *AREAS)])
    return or_(tuple_(Milestone.subject_type, Milestone.subject_id).in_(inside), nowhere)


def _of_subject(unit: Callable[[Any], Column], area: Callable[[Any], Column]) -> ColumnElement[Any]:
    """A geometry of the record that a milestone is about; null where it has none."""
    kinds = []
    for name, table in UNITS.items():
        found = select(unit(table)).where(table.code == Milestone.subject_id).correlate(Milestone)
        kinds.append((Milestone.subject_type == constant(name), found.scalar_subquery()))
    for name, other in AREAS.items():
        found = select(area(other)).where(other.id == cast(Milestone.subject_id, Uuid)).correlate(Milestone)
        kinds.append((Milestone.subject_type == constant(name), found.scalar_subquery()))
    return case(*kinds)


_OUTLINE = _of_subject(lambda unit: unit.boundary, footprint_shape)

PLACED_MILESTONES: Layer = replace(
    MILESTONES,
    location=_of_subject(lambda unit: unit.location, lambda area: area.location),
    boundaries={"full": _OUTLINE},
    written={"full": _of_subject(lambda unit: unit.boundary_geojson, lambda area: area.boundary_geojson)},
    shape=_OUTLINE,
)
"""Milestones with where their subjects are. Who may not see the subject does not see the milestone."""
