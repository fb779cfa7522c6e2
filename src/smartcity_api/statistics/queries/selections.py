"""A selection: what a list would select, and the records that it would if their day were known."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from sqlalchemy import ColumnElement, and_
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter

from smartcity_api.kit.errors import InvalidParameter
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import PageParams
from smartcity_api.kit.questions import Question
from smartcity_api.statistics.queries.countables import COUNTABLES, Countable
from smartcity_api.statistics.schemas.params import SelectionParams

NOT_FILTERS = frozenset(("of", "by", "f", "bom", "from_", "to"))
TIMELESS: Mapping[str, Any] = {"as_of": None, "reached": None}

Ask = Callable[[Countable, PageParams], Question]
"""Makes of a list's parameters what the list would ask."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is counted: `asked` is what the list asks, `timeless` the same without its day and what was reached."""

    countable: Countable
    asked: Question
    timeless: Question
    params: SelectionParams
    reached: str | None
    day: date | None

    @property
    def is_timeless(self) -> bool:
        """Whether records without a day are counted too: no day is asked, and nothing that was reached by it."""
        return self.day is None and self.reached is None

    @property
    def states(self) -> tuple[str, ...]:
        """The stages or statuses that it is kept to."""
        return (*self.params.stage, *self.params.status)

    @property
    def key(self) -> Hashable:
        """What makes statements about selections differ."""
        names = (tuple(one.name for one in question.filters) for question in (self.asked, self.timeless))
        return (self.countable.layer.name, *names, self.day is None, self.reached)

    @property
    def values(self) -> dict[str, object]:
        """What its clauses are bound to."""
        values: dict[str, object] = {"as_of": self.day}
        over = () if self.countable.over is None else (self.countable.over(),)
        for one in (*self.timeless.filters, *self.asked.filters, *over):
            values.update(one.values)
        return values

    def counted(self, *, leaving: str | None = None) -> ColumnElement[bool]:
        """The list's own conditions, all of them or all but one."""
        found = (one.clause() for one in self.asked.filters if one.name != leaving)
        return and_(True, *self.countable.layer.seen, *found)

    def undated(self) -> ColumnElement[bool]:
        """Records that the list without a day has, of which it cannot be said since when."""
        found = (one.clause() for one in self.timeless.filters)
        return and_(self.countable.has_no_day(self.reached), *self.countable.layer.seen, *found)


def selection(of: str, params: SelectionParams, ask: Ask, *, day: date | None) -> Selection:
    """What these parameters select; those that the counted list lacks are refused by name."""
    countable = COUNTABLES[of]
    given = {name: getattr(params, name) for name in params.model_fields_set - NOT_FILTERS}
    _refuse_foreign(countable, given)
    listed = countable.params.model_construct(**{**given, "as_of": day})
    timeless = listed.model_copy(update={name: None for name in TIMELESS if name in type(listed).model_fields})
    return Selection(
        countable=countable,
        asked=ask(countable, listed),
        timeless=ask(countable, timeless),
        params=params,
        reached=params.reached,
        day=day,
    )


def with_columns(clause: ColumnElement[bool], columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """The condition with columns in place of some of its parameters: asked once for each row instead of once."""

    def replaced(element: Any, **_: Any) -> Any:
        return columns.get(element.key) if isinstance(element, BindParameter) else None

    return visitors.replacement_traverse(clause, {}, replaced)


def refuse_groups(countable: Countable, asked: tuple[str, ...]) -> None:
    """Refuse what such records cannot be grouped by."""
    for by in asked:
        if by != "province" and not by.startswith("region:") and by not in countable.groupings:
            raise _inapplicable("by", by, countable)


def _refuse_foreign(countable: Countable, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        field = countable.params.model_fields.get(name)
        if field is None:
            raise _inapplicable(name, None, countable)
        if name == "reached" and value not in _choices(field.annotation):
            raise _inapplicable(name, str(value), countable)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The values of an optional Literal."""
    return tuple(value for part in get_args(annotation) for value in get_args(part))


def _inapplicable(parameter: str, value: str | None, countable: Countable) -> InvalidParameter:
    what = parameter if value is None else f"{parameter}={value}"
    name = countable.layer.name
    return InvalidParameter.naming(
        parameter,
        "not_applicable",
        Text(f"{parameter}: {what} has no meaning for {name}", f"{parameter}: {what} ใช้กับ {name} ไม่ได้"),
        value,
    )
