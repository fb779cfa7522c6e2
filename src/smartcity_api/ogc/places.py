"""Where things are, for boxes and maps: what touches a shape, and milestones with the geometry of their subject."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Text, Uuid, case, cast, func, select, tuple_, union_all

from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import AREAS, MILESTONES
from smartcity_api.provinces.models import District, Province
from smartcity_api.provinces.queries import footprint_shape

Shape = ColumnElement[Any]
Condition = Callable[[Shape], ColumnElement[bool]]

UNITS: dict[str, type[Province] | type[District]] = {"provinces": Province, "districts": District}


@dataclass(frozen=True)
class Touching:
    """What a box means, as the standard has it of `bbox`: what touches its shape, and what has no geometry.

    `in_little` says the first in other words, which lead to the rows where the shape has little in it.
    """

    here: Condition
    nowhere: ColumnElement[bool] | None = None
    in_little: Condition | None = None


def touching(outline: Column) -> Touching:
    """Of rows whose shape is a column, or an expression that has an index."""
    return Touching(lambda shape: func.ST_Intersects(outline, shape))


def touching_or_nowhere(outline: Column) -> Touching:
    """The same, of rows that may have no geometry; the index of shapes finds those too."""
    return replace(touching(outline), nowhere=outline.is_(None))


def about(meets: Callable[[Column], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Milestones about records whose shapes meet a condition, found by the records' own indexes."""
    found = [
        *(select(constant(name), unit.code).where(meets(unit.boundary)) for name, unit in UNITS.items()),
        *(
            select(constant(name), cast(area.id, Text)).where(meets(footprint_shape(area)))
            for name, area in AREAS.items()
        ),
    ]
    return tuple_(Milestone.subject_type, Milestone.subject_id).in_(union_all(*found))


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

TOUCHING_MILESTONES = replace(
    touching_or_nowhere(_OUTLINE), in_little=lambda shape: about(lambda outline: func.ST_Intersects(outline, shape))
)
"""In a wide box there are more subjects than milestones, so each milestone's subject is looked at."""
