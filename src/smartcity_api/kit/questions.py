"""A question to a layer: which rows, in which order, how much of each; and what must hold before it is asked."""

from collections.abc import AsyncGenerator, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, text, union_all

from smartcity_api.kit import errors, orders
from smartcity_api.kit.cursors import Fingerprint
from smartcity_api.kit.database import Rows, Snapshot
from smartcity_api.kit.filters import Filter, Parts
from smartcity_api.kit.layers import Column, Layer, Sort
from smartcity_api.kit.often import Meanwhile, nothing
from smartcity_api.kit.places import Detail, Shape
from smartcity_api.kit.projections import WGS84, Projection
from smartcity_api.kit.sight import sight
from smartcity_api.kit.statements import constant

FORGIVING = text("SET LOCAL pg_trgm.word_similarity_threshold = 0.45")
"""How far a name may be from the words of `q`; pg_trgm's own 0.6 loses `chaing mai`."""

PLANNED_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
"""After five uses PostgreSQL may keep one plan for all values, and read every row where few or most are wanted."""

Columns = Callable[["Question"], Sequence[Column]]


@dataclass(frozen=True)
class Question:
    """What is asked of a layer, once the parameters are understood.

    Its statements differ only by their keys (`_key`, `_page_key`); everything else are values, bound at each run.
    """

    layer: Layer
    form: str
    fields: tuple[str, ...]
    shape: Shape
    detail: Detail
    sort: Sort
    filters: Sequence[Filter]
    limit: int | None
    after: Sequence[str] | None
    fingerprint: Fingerprint
    forgiving: bool
    day: date | None = None
    projection: Projection = WGS84

    @property
    def is_single(self) -> bool:
        """Whether one statement answers it: nothing to set before, nothing to look up."""
        return not self.forgiving and not any(one.known or one.uneven for one in self.filters)

    async def rows(self, snapshot: Snapshot, columns: Columns, meanwhile: Meanwhile = nothing) -> Rows:
        """One page, and one row more than the limit to know whether there are more."""
        limit = None if self.limit is None else self.limit + 1
        page = partial(self._page, columns)
        return await snapshot.kept(self._page_key(columns), page, self._values(limit), meanwhile)

    def batches(self, snapshot: Snapshot, columns: Columns, size: int) -> AsyncGenerator[Rows]:
        """The whole list up to the limit, a batch at a time."""
        return snapshot.batches(self._page_key(columns), partial(self._page, columns), self._values(self.limit), size)

    async def count(self, snapshot: Snapshot, how: str) -> int | None:
        """How many rows match, in the same snapshot: not at all, as the planner thinks, or exactly.

        The planner knows all rows: where some are hidden from who asks, what it thinks would tell of them.
        """
        if how == "estimate" and self.layer.seen and sight().kind != "all":
            how = "exact"
        if how == "estimate":
            every = partial(self._selecting, self.layer.key)
            return await snapshot.estimate(self._key("every"), every, self._values(None))
        if how == "exact":
            rows = await snapshot.kept(self._key("count"), partial(self._selecting, func.count()), self._values(None))
            return int(rows[0][0])
        return None

    async def lacks(self, snapshot: Snapshot, name: str, column: Column) -> bool:
        """Whether a row that matches has nothing in that column, which `name`, form, shape and detail identify."""
        first = partial(self._lacking, column)
        key = (self._key("lacks"), name, self.form, self.shape, self.detail)
        return bool(await snapshot.kept(key, first, self._values(None)))

    async def prepare(self, snapshot: Snapshot) -> None:
        """Set how this transaction forgives typing errors and plans, and refuse values that do not exist."""
        await prepared(snapshot, self.filters, forgiving=self.forgiving)

    def _key(self, kind: str) -> Hashable:
        return (kind, self.layer.name, tuple(one.name for one in self.filters), self.day is None)

    def _page_key(self, columns: Columns) -> Hashable:
        shown = (columns, self.form, self.fields, self.shape, self.detail, self.projection)
        divided = any(one.parts is not None for one in self.filters)
        return (self._key("page"), divided, shown, self.sort, self.after is None, self.limit is None)

    def _values(self, limit: int | None) -> Mapping[str, object]:
        values: dict[str, object] = {"limit": limit, "as_of": self.day}
        for one in self.filters:
            values.update(one.values)
        for number, value in enumerate(self.after or ()):
            values[orders.after_name(number)] = value
        return values

    def _selecting(self, *columns: Column) -> Select[*tuple[Any, ...]]:
        asked = (one.clause() for one in self.filters)
        return select(*columns).select_from(self.layer.table).where(*self.layer.seen, *asked)

    def _lacking(self, column: Column) -> Select[*tuple[Any, ...]]:
        return self._selecting(self.layer.key).where(column.is_(None)).limit(constant(1))

    def _page(self, columns: Columns) -> Select[*tuple[Any, ...]]:
        divided = next((one for one in self.filters if one.parts is not None), None)
        if self.limit is None or divided is None or divided.parts is None:
            return self._cut(self._from_here(self._selecting(*columns(self))))
        others = replace(self, filters=[one for one in self.filters if one is not divided])
        found = union_all(*others._keys(divided.parts()))
        return self._cut(select(*columns(self)).select_from(self.layer.table).where(self.layer.key.in_(found)))

    def _keys(self, parts: Parts) -> Iterator[Select[*tuple[Any, ...]]]:
        """The keys that a page may have: no more of each part than of the page."""
        every = self._from_here(self._selecting(self.layer.key)).correlate(None)
        for part in parts.ordered:
            yield self._cut(every.where(part))
        if parts.rest is not None:
            yield every.where(parts.rest)

    def _from_here(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return statement if self.after is None else statement.where(orders.following(self.layer, self.sort))

    def _cut(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = orders.ordered(self.layer, statement, self.sort)
        return statement if self.limit is None else statement.limit(bindparam("limit", type_=Integer))


async def prepared(snapshot: Snapshot, filters: Sequence[Filter], *, forgiving: bool, uneven: bool = False) -> None:
    """Set how this transaction forgives typing errors and plans, and refuse values that do not exist.

    It is `uneven` where more than a filter makes it so.
    """
    if forgiving:
        await snapshot.execute(FORGIVING)
    if uneven or any(one.uneven for one in filters):
        await snapshot.execute(PLANNED_ANEW)
    faults = []
    for known in (known for one in filters for known in one.known):
        missing = await snapshot.kept(("known", known.name), known.missing, known.values)
        faults += [known.fault(value) for value in (*known.impossible, *(row[0].decode() for row in missing))]
    if faults:
        raise errors.InvalidParameter.listing(faults)
