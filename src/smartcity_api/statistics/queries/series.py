"""How many over time: the list's own conditions, asked on every day on which a record's answer can change.

Where a record's history alone decides, its periods say so at once, and nothing has to be asked of each day.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    TIMESTAMP,
    ColumnElement,
    Date,
    Integer,
    Interval,
    Select,
    Subquery,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    union,
    union_all,
    values,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter

from smartcity_api.history.queries import TODAY
from smartcity_api.kit.days import first_day, last_day, today
from smartcity_api.kit.errors import InvalidParameter
from smartcity_api.kit.language import Text as Words
from smartcity_api.kit.layers import Column, json_list, json_object
from smartcity_api.kit.statements import constant
from smartcity_api.statistics.queries import coverage
from smartcity_api.statistics.queries.selections import Selection, with_columns
from smartcity_api.statistics.schemas.params import SeriesParams

DAYS = ("as_of", "reached_by")
"""The parameters by which the lists' conditions look at a day."""

SPANNED = frozenset(("as_of", "stage:on", "reached"))
"""The lists' filters by a day that spans stand for."""

FORMATS = {"month": "YYYY-MM", "year": "YYYY"}
HEADER = ("period", "first", "last", "added", "ended", "at_end")
Rows = Select[*tuple[Any, ...]]


def bounds(params: SeriesParams) -> tuple[date | None, date | None]:
    """The first day of the first period and the last of the last, as far as they are given; none of the future."""
    exactness = len(FORMATS[params.by])
    first = None if params.from_ is None else first_day(params.from_)
    last = None if params.to is None else last_day(str(last_day(params.to))[:exactness])
    if params.to is not None and first_day(params.to) > today():
        message = Words(f"to: {params.to} is in the future", f"to: {params.to} อยู่ในอนาคต")
        raise InvalidParameter.naming("to", "future_day", message, params.to)
    return first, min(last, today()) if last else None


def looks_at_a_day(clause: ColumnElement[bool]) -> bool:
    """Whether the condition can hold on one day and not on another."""
    return any(isinstance(one, BindParameter) and one.key in DAYS for one in visitors.iterate(clause))


@dataclass(frozen=True)
class Counted:
    """One question how many over time: of a selection, by months or years, between two days."""

    selection: Selection
    by: str
    bounded: tuple[bool, bool]

    @property
    def key(self) -> Hashable:
        """What makes its statements differ."""
        return (self.selection.key, coverage.key(self.selection), self.by, self.bounded)

    def as_json(self) -> Rows:
        """The whole answer as JSON text. Parameters: the selection's, those of coverage, `from` and `to`."""
        periods, chosen = self._periods, self.selection
        changes, source = self._changes, chosen.countable.source((), on_day=False)
        last = select(func.coalesce(func.sum(changes.c.added - changes.c.ended), constant(0))).select_from(changes)
        last = last.where(changes.c.day <= bindparam("to", type_=Date)) if self.bounded[1] else last
        undated = select(func.count()).select_from(source).where(chosen.undated()).correlate(None).scalar_subquery()
        shown: dict[str, Column] = {name: periods.c[name] for name in HEADER}
        answer = {
            "of": constant(chosen.countable.layer.name),
            "by": constant(self.by),
            "reached": bindparam("reached_claim", type_=Text),
            "undated": undated,
            "coverage": coverage.coverage(chosen, last.scalar_subquery(), {}),
            "periods": json_list(shown, periods, true(), periods.c.period),
        }
        return select(cast(json_object(answer), Text))

    def as_table(self) -> Rows:
        """One row for each period, every value as text."""
        periods = self._periods
        return select(*(cast(periods.c[name], Text) for name in HEADER)).order_by(periods.c.period)

    @cached_property
    def _changes(self) -> CTE:
        """The days on which records begin or cease to be counted, and how many."""
        chosen, make = self.selection, self.selection.countable.spans
        asked = (bool(chosen.states), chosen.reached is not None)
        found = self._by_days(*asked) if make is None else self._by_spans(make(*asked).subquery("spans"))
        steps = found.subquery("steps")
        added, ended = (
            cast(func.count().filter(turned), Integer)
            for turned in (steps.c.delta > constant(0), steps.c.delta < constant(0))
        )
        return select(steps.c.day, added.label("added"), ended.label("ended")).group_by(steps.c.day).cte("changes")

    @property
    def _clauses(self) -> list[ColumnElement[bool]]:
        chosen, over = self.selection, self.selection.countable.over
        found = [*chosen.countable.layer.seen, *(one.clause() for one in chosen.asked.filters)]
        return found if over is None or chosen.params.status else [*found, ~over().clause()]

    def _by_spans(self, spans: Subquery) -> Rows:
        """When each record begins (1) or ceases (-1) to be counted, by the spans of its history.

        Where two of them meet, end and beginning cancel out.
        """
        layer = self.selection.countable.layer
        moving = {one.name for one in self.selection.asked.filters if looks_at_a_day(one.clause())}
        assert moving <= SPANNED, moving
        still = [clause for clause in self._clauses if not looks_at_a_day(clause)]
        source = spans.join(layer.table, layer.key == spans.c.id)
        if "until" not in spans.c:
            begun = select(spans.c.id, spans.c.since.label("day"), constant(1).label("delta"))
            return begun.select_from(source).where(*still, spans.c.since <= TODAY)
        ends = values(column("day", Date), column("delta", Integer), name="ends")
        end = ends.data([(spans.c.since, constant(1)), (spans.c.until, constant(-1))]).lateral()
        today_once = select(TODAY).scalar_subquery()  # worked out for each of millions it would take half a second
        delta = func.sum(end.c.delta)
        found = select(spans.c.id, end.c.day, delta.label("delta")).select_from(source.join(end, true()))
        found = found.where(*still, end.c.day <= today_once).group_by(spans.c.id, end.c.day)
        return found.having(delta != constant(0))

    def _by_days(self, by_state: bool, by_reached: bool) -> Rows:
        """The same by asking the conditions on every day on which a record may begin or cease to be counted."""
        layer, make = self.selection.countable.layer, self.selection.countable.changes
        assert make is not None, "what has no spans has these"
        changes = union(*make(by_state, by_reached)).subquery("changes_of_all")
        subject, day = changes.c
        points = select(subject.label("id"), day.label("day")).where(day <= TODAY).subquery("points")
        clauses = self._clauses
        moving = [
            with_columns(clause, dict.fromkeys(DAYS, points.c.day)) for clause in clauses if looks_at_a_day(clause)
        ]
        still = [clause for clause in clauses if not looks_at_a_day(clause)]
        source = points.join(layer.table, layer.key == points.c.id)
        days = select(points.c.id, points.c.day, constant(0).label("held")).select_from(source).where(*still)
        held = select(points.c.id, points.c.day, constant(1)).select_from(source).where(*still, *moving)
        either = union_all(days, held).subquery("either")
        known = select(either.c.id, either.c.day, func.max(either.c.held).label("held"))
        asked = known.group_by(either.c.id, either.c.day).subquery("asked")
        before = func.lag(asked.c.held, constant(1), constant(0)).over(partition_by=asked.c.id, order_by=asked.c.day)
        steps = select(asked.c.id, asked.c.day, (asked.c.held - before).label("delta")).subquery("turns")
        return select(steps).where(steps.c.delta != constant(0))

    def _begin_of(self, day: ColumnElement[Any]) -> ColumnElement[Any]:
        """The first day of the period that a day lies in, whatever the session's time zone."""
        return cast(func.date_trunc(constant(self.by), cast(day, TIMESTAMP)), Date)

    def _calendar(self) -> Subquery:
        """The first day of every period, from the first with a change (or the one asked for) to the last."""
        earliest = select(func.min(self._begin_of(self._changes.c.day))).select_from(self._changes).scalar_subquery()
        first: ColumnElement[Any] = earliest
        if self.bounded[0]:
            first = func.least(self._begin_of(bindparam("from", type_=Date)), earliest)
        until = func.least(bindparam("to", type_=Date), TODAY) if self.bounded[1] else TODAY
        steps = func.generate_series(cast(first, TIMESTAMP), cast(until, TIMESTAMP), self._step)
        begins = steps.table_valued(column("begins")).render_derived()
        return select(cast(begins.c.begins, Date).label("first")).subquery("calendar")

    @property
    def _step(self) -> ColumnElement[Any]:
        return literal_column(f"interval '1 {self.by}'", Interval)

    @cached_property
    def _periods(self) -> CTE:
        """The periods without a gap, with what changed in them and how many were counted at their end."""
        changes, calendar = self._changes, self._calendar()
        added, ended = (func.coalesce(func.sum(column_), constant(0)) for column_ in (changes.c.added, changes.c.ended))
        counted = (
            select(calendar.c.first, added.label("added"), ended.label("ended"))
            .select_from(calendar.outerjoin(changes, self._begin_of(changes.c.day) == calendar.c.first))
            .group_by(calendar.c.first)
            .subquery("counted")
        )
        last = cast(counted.c.first + self._step, Date) - literal_column("1", Integer)
        running = func.sum(counted.c.added - counted.c.ended).over(order_by=counted.c.first)
        found = select(
            func.to_char(counted.c.first, constant(FORMATS[self.by])).label("period"),
            counted.c.first,
            func.least(cast(last, Date), TODAY).label("last"),
            counted.c.added,
            counted.c.ended,
            cast(running, Integer).label("at_end"),
        ).subquery("found")
        wanted = select(*found.c)
        if self.bounded[0]:
            wanted = wanted.where(found.c["first"] >= self._begin_of(bindparam("from", type_=Date)))
        return wanted.cte("periods")
