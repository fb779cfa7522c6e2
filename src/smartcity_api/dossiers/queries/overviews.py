"""The SQL of a province's overview: its areas and milestones of one day, and how many there are of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, false, func, literal_column, null, select

from smartcity_api.certified_cities.queries import CERTIFIED_CITIES
from smartcity_api.dossiers.queries.subjects import key_text
from smartcity_api.history.queries import asked_day
from smartcity_api.kit.layers import Column, Layer, Sort, json_object
from smartcity_api.kit.orders import ordered
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.queries import MILESTONES, in_provinces
from smartcity_api.pilot_areas.queries import PILOT_AREAS
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES
from smartcity_api.proposals.queries import PROPOSALS
from smartcity_api.provinces.queries import PROVINCES, touching_provinces

MOST = 200
"""Records of a kind that an overview lists; it counts all of them, and the resource's own list has the rest."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One list of an overview: which records of a layer belong to the province, and what of them is shown."""

    layer: Layer
    inside: Callable[[], ColumnElement[bool]]
    fields: tuple[str, ...]
    sort: str


def _touching(layer: Layer) -> Callable[[], ColumnElement[bool]]:
    """Areas that lie in the province, by the very condition of their list's filter."""
    return touching_provinces(layer.table.provinces, ()).clause


SECTIONS: dict[str, Section] = {
    "pilot_areas": Section(
        layer=PILOT_AREAS,
        inside=_touching(PILOT_AREAS),
        fields=("id", "display_name", "position", "selected_on", "ended_on"),
        sort="position",
    ),
    "promotion_zones": Section(
        layer=PROMOTION_ZONES,
        inside=_touching(PROMOTION_ZONES),
        fields=("id", "display_name", "announced_on", "certificate_on", "ended_on"),
        sort="display_name",
    ),
    "proposals": Section(
        layer=PROPOSALS,
        inside=_touching(PROPOSALS),
        fields=("id", "display_title", "stage", "certified_city_id"),
        sort="display_title",
    ),
    "certified_cities": Section(
        layer=CERTIFIED_CITIES,
        inside=_touching(CERTIFIED_CITIES),
        fields=("id", "display_name", "batch", "city_type", "status", "in_force_on", "proposal_id"),
        sort="batch",
    ),
    "milestones": Section(
        layer=MILESTONES,
        inside=in_provinces(()).clause,
        fields=("id", "display_title", "subject", "kind", "due_on", "met_on", "status", "overdue"),
        sort="due_on",
    ),
}


def overview(*, dated: bool) -> Select[str]:
    """JSON text of a province's overview, today's or that of the day `as_of`; no row where there is no such province.

    Parameters: `key`, `province` (the same code in a list), `base` and, when dated, `as_of`.
    """
    lists = {name: _listed(section, dated=dated).cte(name) for name, section in SECTIONS.items()}
    counts: dict[str, Column] = {name: found.c.number for name, found in lists.items()}
    counts["overdue_milestones"] = lists["milestones"].c.overdue
    members: dict[str, Column] = {
        "province": json_object({**_province(), "href": _href(constant("provinces"), PROVINCES.key)}),
        "as_of": cast(asked_day(), Text) if dated else null(),
        "counts": json_object(counts),
        **{name: found.c.listed for name, found in lists.items()},
    }
    content = cast(json_object(members), Text)
    return select(content).select_from(PROVINCES.table, *lists.values()).where(PROVINCES.key == key_text())


def _listed(section: Section, *, dated: bool) -> Select[Any]:
    """How many records there are, how many of them are late, and the first of them."""
    layer = section.layer.that_day if dated else section.layer
    which = [section.inside(), *layer.seen]
    if dated and layer.existing_on is not None:
        which.append(layer.existing_on())
    late = layer.properties.get("overdue", false())
    counted = select(func.count().label("number"), func.count().filter(late).label("overdue"))
    number = counted.select_from(layer.table).where(*which).subquery()
    shown = {
        **{name: layer.properties[name] for name in section.fields},
        "href": _href(constant(layer.name), layer.key),
    }
    rows = select(*(value.label(name) for name, value in shown.items())).select_from(layer.table).where(*which)
    first = ordered(layer, rows, Sort(section.sort)).limit(constant(MOST)).subquery("o")
    items = select(func.row_to_json(literal_column("o"))).select_from(first).scalar_subquery()
    return select(number.c.number, number.c.overdue, func.to_json(func.array(items)).label("listed"))


def _province() -> dict[str, Column]:
    return {name: PROVINCES.properties[name] for name in ("code", "name_th", "name_en", "regions")}


def _href(resource: ColumnElement[str], key: Column) -> ColumnElement[str]:
    base: ColumnElement[str] = bindparam("base", type_=Text)
    return base + constant("/v1/") + resource + constant("/") + cast(key, Text)
