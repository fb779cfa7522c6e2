"""How far milestones have come: together, and by province, city or dimension, which may overlap."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    inspect,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.kit.layers import Column, json_list, json_object, json_one
from smartcity_api.kit.questions import Question
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import AREAS
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS
from smartcity_api.provinces.models import District, Province
from smartcity_api.statistics.schemas.milestones import ProgressBy

MEASURES = ("milestones", "met", "overdue", "progress", "progress_known")
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Progress:
    """One question how far: of the milestones that their list would find, by this."""

    asked: Question
    by: ProgressBy | None

    @property
    def key(self) -> Hashable:
        """What makes its statements differ."""
        return (tuple(one.name for one in self.asked.filters), self.asked.day is None, self.by)

    @property
    def values(self) -> dict[str, object]:
        """What its clauses are bound to."""
        values: dict[str, object] = {"as_of": self.asked.day}
        for one in self.asked.filters:
            values.update(one.values)
        return values

    def as_json(self) -> Rows:
        """The whole answer as JSON text."""
        content: dict[str, Column] = {
            "by": null() if self.by is None else constant(self.by),
            "as_of": bindparam("as_of", type_=Date),
            "total": json_object({name: self._total.c[name] for name in MEASURES}),
            "groups": literal_column("'[]'::json") if self.by is None else self._listed(self._groups),
        }
        return select(cast(json_object(content), Text)).select_from(self._total)

    def _listed(self, groups: CTE) -> ColumnElement[Any]:
        shown: dict[str, Column] = {"group": self._group(groups), **{name: groups.c[name] for name in MEASURES}}
        return json_list(shown, groups, true(), *self._order(groups))

    def as_table(self) -> Rows:
        """One row for each group, or the total's, every value as text."""
        source = self._groups if self.by else self._total
        cells: dict[str, Column] = {name: source.c[name] for name in MEASURES}
        if self.by == "city":
            cells = {"city": source.c.value, "city_name": _name(source.c.value), **cells}
        elif self.by:
            cells = {self.by: source.c.value, **cells}
        found = select(*(cast(cell, Text).label(name) for name, cell in cells.items())).select_from(source)
        return found.order_by(*self._order(source)) if self.by else found

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        keys = {None: (), "city": ("city", "city_name")}.get(self.by, (self.by,))
        return (*(key for key in keys if key), *MEASURES)

    @cached_property
    def _chosen(self) -> CTE:
        """The milestones, with what is measured of them."""
        layer = self.asked.layer
        shown: dict[str, ColumnElement[Any]] = {
            "id": Milestone.id.expression,
            "subject_type": Milestone.subject_type.expression,
            "subject_id": Milestone.subject_id.expression,
            "met": layer.properties["status"] == constant("met"),
            "overdue": layer.properties["overdue"],
            "progress": Milestone.progress.expression,
        }
        found = select(*(value.label(name) for name, value in shown.items())).select_from(Milestone)
        return found.where(*layer.seen, *(one.clause() for one in self.asked.filters)).cte("chosen")

    @cached_property
    def _total(self) -> CTE:
        return select(*self._measured()).cte("total")

    @cached_property
    def _groups(self) -> CTE:
        """The measures by value: null for milestones without any, and nothing for values without any milestone."""
        chosen = self._chosen
        having = {"province": self._by_province, "city": self._by_city, "dimension": self._by_dimension}
        member = union_all(*having[self.by]()).subquery("member") if self.by else None
        assert member is not None
        whole = member.join(chosen, chosen.c.id == member.c.id, full=True)
        return select(member.c.value, *self._measured()).select_from(whole).group_by(member.c.value).cte("tallies")

    def _measured(self) -> list[ColumnElement[Any]]:
        chosen = self._chosen
        measured = (
            func.count(chosen.c.id),
            func.count().filter(chosen.c.met),
            func.count().filter(chosen.c.overdue),
            func.round(func.avg(chosen.c.progress), constant(2)),
            func.count(chosen.c.progress),
        )
        return [value.label(name) for name, value in zip(MEASURES, measured, strict=True)]

    def _by_province(self) -> list[Rows]:
        """Every province once without a milestone, so that none is missing; then where subjects lie."""
        chosen = self._chosen
        districts = chosen.join(District, District.code == self._subject("districts"))
        found: list[Rows] = [
            select(literal_column("null::uuid", Uuid).label("id"), Province.code.label("value")),
            select(chosen.c.id, self._subject("provinces")).where(chosen.c.subject_type == constant("provinces")),
            select(chosen.c.id, District.province_code).select_from(districts),
        ]
        for name, area in AREAS.items():
            found.append(self._each(chosen.join(area, area.id == self._record(name)), area.provinces))
        return found

    def _by_city(self) -> list[Rows]:
        """The milestones of cities, and of the proposals that became them."""
        keys = {"certified-cities": CertifiedCity.id, "proposals": CertifiedCity.proposal_id}
        return [
            select(self._chosen.c.id.label("id"), CertifiedCity.id.label("value")).select_from(
                self._chosen.join(CertifiedCity, key == self._record(name))
            )
            for name, key in keys.items()
        ]

    def _by_dimension(self) -> list[Rows]:
        """What zones and proposals pursue, and cities by the proposal that became them, where that may be seen."""
        chosen = self._chosen
        cities = chosen.join(CertifiedCity, CertifiedCity.id == self._record("certified-cities"))
        became = cities.join(Proposal, Proposal.id == CertifiedCity.proposal_id)
        zones = chosen.join(PromotionZone, PromotionZone.id == self._record("promotion-zones"))
        proposals = chosen.join(Proposal, Proposal.id == self._record("proposals"))
        return [
            self._each(zones, PromotionZone.dimensions),
            self._each(proposals, Proposal.dimensions),
            self._each(became, Proposal.dimensions).where(*PROPOSALS.seen),
        ]

    def _each(self, source: FromClause, values: Column) -> Rows:
        """A row for every element of the array."""
        each = func.unnest(values).table_valued(column("value", Text), name="each").render_derived()
        return select(self._chosen.c.id.label("id"), each.c.value.label("value")).select_from(source.join(each, true()))

    def _subject(self, resource: str) -> ColumnElement[str | None]:
        """The key of the subject where it is of that resource."""
        chosen = self._chosen
        return case((chosen.c.subject_type == constant(resource), chosen.c.subject_id))

    def _record(self, resource: str) -> ColumnElement[Any]:
        """The same as an id; only a CASE keeps the keys of other resources from being read as ids."""
        return case((self._chosen.c.subject_type == constant(resource), cast(self._chosen.c.subject_id, Uuid)))

    def _group(self, source: FromClause) -> ColumnElement[Any]:
        value: ColumnElement[Any] = source.c.value
        if self.by == "city":
            city = {"id": CertifiedCity.id, "display_name": CertifiedCity.display_name}
            value = json_one(city, inspect(CertifiedCity).local_table, CertifiedCity.id == value)
        return json_object({str(self.by): value})

    def _order(self, source: FromClause) -> list[ColumnElement[Any]]:
        """Cities by their names; those without a value at the end."""
        value = source.c.value.asc().nulls_last()
        return [_name(source.c.value).asc().nulls_last(), value] if self.by == "city" else [value]


def _name(city: ColumnElement[Any]) -> ColumnElement[str]:
    found = select(CertifiedCity.display_name).where(CertifiedCity.id == city)
    return found.correlate_except(CertifiedCity).scalar_subquery()
