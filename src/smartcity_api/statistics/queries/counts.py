"""How many areas and provinces: together, and by groups that may overlap."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    false,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from smartcity_api.certified_cities.schemas import Status
from smartcity_api.history.lifecycle import Stage
from smartcity_api.kit.areas import CityType
from smartcity_api.kit.layers import Column, json_list, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.provinces.models import Province
from smartcity_api.statistics.queries import coverage
from smartcity_api.statistics.queries.countables import is_several
from smartcity_api.statistics.queries.selections import Selection

ALWAYS: Mapping[str, Sequence[str]] = {
    "stage": get_args(Stage),
    "status": get_args(Status),
    "city_type": get_args(CityType),
}
"""Groups that are listed though nothing is in them, in their order; provinces and regions are as well."""

MEASURES = ("areas", "provinces", "undated")
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Counting:
    """One question how many: of a selection, by these names."""

    selection: Selection
    by: tuple[str, ...]

    @property
    def key(self) -> Hashable:
        """What makes its statements differ."""
        return (self.selection.key, coverage.key(self.selection), self.by)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a group's values."""
        return tuple(name.partition(":")[0] for name in self.by)

    def as_json(self) -> Rows:
        """The whole answer as JSON text. Parameters: the selection's and those of coverage."""
        groups = json_list(self._shown(self._tallies), self._tallies, true(), *self._order(self._tallies))
        by = ", ".join(f"'{name}'" for name in self.by)
        return select(
            cast(
                json_object(
                    {
                        "of": constant(self.selection.countable.layer.name),
                        "by": func.to_json(literal_column(f"ARRAY[{by}]::text[]", ARRAY(Text))),
                        "as_of": bindparam("as_of", type_=Date),
                        "reached": bindparam("reached_claim", type_=Text),
                        "total": json_object(self._measured(self._total, {})),
                        "groups": groups if self.by else literal_column("'[]'::json"),
                    }
                ),
                Text,
            )
        ).select_from(self._total)

    def as_table(self) -> Rows:
        """One row for each group, or the total's, every value as text."""
        source = self._tallies if self.by else self._total
        measured = self._measured(source, self._keys(source))
        claim = measured.pop("coverage")
        known = {"claimed": ("claimed", "value"), "claim_id": ("claimed", "claim_id"), "complete": ("complete",)}
        cells: dict[str, Column] = {**self._keys(source), **measured}
        for name, path in known.items():
            cells[name] = func.json_extract_path_text(claim, *map(constant, path))
        return select(*(cast(cell, Text).label(name) for name, cell in cells.items())).order_by(*self._order(source))

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        return (*self.names, *MEASURES, "claimed", "claim_id", "complete")

    @cached_property
    def _chosen(self) -> CTE:
        """The records: counted, or known but without a day, or both where no day is asked.

        A row is for all (`n`) that are alike in what is asked: of a million records there are some thousand kinds, and
        only these are divided into groups and looked at again.
        """
        chosen = self.selection
        no_day = chosen.countable.has_no_day(None) if chosen.is_timeless else false()
        kinds = [self._kinds(chosen.counted(), true(), no_day)]
        if not chosen.is_timeless:
            kinds.append(self._kinds(chosen.undated(), false(), true()))
        found = union_all(*kinds).subquery("kinds")
        return select(func.row_number().over().label("id"), *found.c).cte("chosen")

    def _kinds(self, where: ColumnElement[bool], counted: ColumnElement[bool], undated: ColumnElement[bool]) -> Rows:
        countable, on_day = self.selection.countable, self.selection.day is not None
        own = [by for by in self.by if by in countable.groupings]
        shown = [countable.provinces.label("provinces"), counted.label("counted"), undated.label("undated")]
        shown += [countable.value(by, on_day=on_day).label(by) for by in own]
        each = select(*shown).select_from(countable.source(own, on_day=on_day)).where(where).subquery("each")
        return select(*each.c, cast(func.count(), Integer).label("n")).group_by(*each.c)

    @cached_property
    def _members(self) -> CTE:
        """A row for each group of such a kind."""
        chosen, offered = self._chosen, self.selection.countable.groupings
        source: FromClause = chosen
        if any(by not in offered for by in self.by):
            place = _unnested(chosen.c.provinces, "place")
            source = source.join(place, true()).join(Province, Province.code == place.c.value)
        groups: list[ColumnElement[Any]] = []
        for by in self.by:
            if by not in offered:
                groups.append(_place(by))
            elif is_several(chosen.c[by]):
                several = _unnested(chosen.c[by], f"each_{by}")
                source = source.outerjoin(several, true())
                groups.append(several.c.value.label(by))
            else:
                groups.append(chosen.c[by])
        members = select(*groups, *(chosen.c[name] for name in ("id", "provinces", "counted", "undated", "n")))
        several_rows = any(by.startswith("region:") or (by in offered and is_several(chosen.c[by])) for by in self.by)
        members = members.select_from(source)
        return (members.distinct() if several_rows else members).cte("members")

    @cached_property
    def _tallies(self) -> CTE:
        """The counts by group; the grid adds the groups that nothing is in.

        Areas and provinces are counted apart: hashing each is several times as quick as `count(DISTINCT ...)` of both.
        """
        members, zero = self._members, literal_column("0", BigInteger)
        keys = [members.c[name] for name in self.names]
        areas = select(
            *keys,
            _number(members, "counted").label("areas"),
            zero.label("provinces"),
            _number(members, "undated").label("undated"),
        ).group_by(*keys)
        lying = _unnested(members.c.provinces, "lying")
        touched = select(*keys, lying.c.value).select_from(members.join(lying, true())).where(members.c.counted)
        once = touched.distinct().subquery("once")
        own = [once.c[name] for name in self.names]
        provinces = select(*own, zero, func.count(), zero).group_by(*own)
        found = union_all(areas, provinces, self._grid().add_columns(zero, zero, zero)).subquery("found")
        whole = [found.c[name] for name in self.names]
        sums = (cast(func.sum(found.c[name]), BigInteger).label(name) for name in MEASURES)
        return select(*whole, *sums).group_by(*whole).cte("tallies")

    def _grid(self) -> Rows:
        """Every combination of what is always listed, with what there is of the rest."""
        places = [by for by in self.by if by not in self.selection.countable.groupings]
        sources: dict[str, FromClause] = {}
        if places:
            there = select(*map(_place, places)).distinct().subquery("everywhere")
            sources.update((by.partition(":")[0], there) for by in places)
        for by in (by for by in self.by if by not in places):
            if by in ALWAYS:
                known = literal_column(f"ARRAY[{_listed(ALWAYS[by])}]", ARRAY(Text))
                sources[by] = func.unnest(known).table_valued(column(by, Text), name=f"every_{by}").render_derived()
            else:
                sources[by] = select(self._members.c[by]).distinct().subquery(f"some_{by}")
        return select(*(sources[name].c[name] for name in self.names))

    @cached_property
    def _total(self) -> CTE:
        """The counts of all, each record once."""
        chosen = self._chosen
        where = _unnested(chosen.c.provinces, "lying")
        touched = select(where.c.value).select_from(chosen.join(where, true())).where(chosen.c.counted)
        provinces = select(func.count()).select_from(touched.distinct().subquery("once"))
        return select(
            _number(chosen, "counted").label("areas"),
            provinces.scalar_subquery().label("provinces"),
            _number(chosen, "undated").label("undated"),
        ).cte("total")

    def _keys(self, source: CTE) -> dict[str, Column]:
        return {name: source.c[name] for name in self.names if name in source.c}

    def _measured(self, source: CTE, groups: coverage.Groups) -> dict[str, Column]:
        measured: dict[str, Column] = {name: source.c[name] for name in MEASURES}
        return {**measured, "coverage": coverage.coverage(self.selection, source.c.areas, groups)}

    def _shown(self, source: CTE) -> dict[str, Column]:
        keys = self._keys(source)
        return {"group": json_object(keys), **self._measured(source, keys)} if keys else {}

    def _order(self, source: CTE) -> list[ColumnElement[Any]]:
        order: list[ColumnElement[Any]] = []
        for name, value in self._keys(source).items():
            if name in ALWAYS:
                order.append(func.array_position(literal_column(f"ARRAY[{_listed(ALWAYS[name])}]", ARRAY(Text)), value))
            else:
                order.append(value.asc().nulls_last())
        return order


def _number(kinds: CTE, which: str) -> ColumnElement[int]:
    """How many records there are of those kinds."""
    return func.coalesce(func.sum(kinds.c.n).filter(kinds.c[which]), literal_column("0", BigInteger))


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _unnested(array: ColumnElement[Any], name: str) -> Any:
    """The elements of a record's array, as rows."""
    return func.unnest(array).table_valued(column("value", Text), name=name).render_derived()


def _place(by: str) -> ColumnElement[Any]:
    """A province, or the region that it lies in, named as the filter of lists names it."""
    if by == "province":
        return Province.code.label("province")
    scheme = by.partition(":")[2]
    region: ColumnElement[str] = getattr(Province, f"region_{scheme}").expression
    return (constant(f"{scheme}:") + region).label("region")
