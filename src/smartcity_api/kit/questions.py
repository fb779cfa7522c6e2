"""A question to a layer: which rows, in which order, how much of each; and what must hold before it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from smartcity_api.kit import errors, layers
from smartcity_api.kit.explain import estimated_rows
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Filter, Layer, Sort
from smartcity_api.kit.places import Detail, Shape

FORGIVING = text("SET LOCAL pg_trgm.word_similarity_threshold = 0.45")
"""How far a name may be from the words of `q`; pg_trgm's own 0.6 loses `chaing mai`."""


@dataclass(frozen=True)
class Question:
    """What is asked of a layer, once the parameters are understood."""

    layer: Layer
    form: str
    fields: Sequence[str]
    shape: Shape
    detail: Detail
    sort: Sort
    filters: Sequence[Filter]
    limit: int | None
    after: Sequence[str] | None
    fingerprint: bytes
    forgiving: bool

    def selecting(self, *columns: layers.Column) -> Select[*tuple[Any, ...]]:
        """These columns of every row that the filters let through."""
        return select(*columns).select_from(self.layer.key.parent.class_).where(*(one.clause for one in self.filters))

    def page(self, *columns: layers.Column) -> Select[*tuple[Any, ...]]:
        """The same in order, from the cursor on, and one row more than the limit to know whether there are more."""
        statement = layers.ordered(self.layer, self.selecting(*columns), self.sort)
        if self.after is not None:
            statement = statement.where(layers.following(self.layer, self.sort, self.after))
        return statement if self.limit is None else statement.limit(self.limit + 1)


async def prepare(session: AsyncSession, question: Question) -> None:
    """Forgive typing errors in this transaction if words are sought, and refuse values that do not exist."""
    if question.forgiving:
        await session.execute(FORGIVING)
    known = [value for one in question.filters for value in one.known]
    if not known:
        return
    found = (await session.execute(select(*(value.exists.label(f"k{n}") for n, value in enumerate(known))))).one()
    faults = [
        errors.Fault(
            code="unknown_value",
            message=Text(f"{value.parameter}: there is no {value.value}", f"{value.parameter}: ไม่มี {value.value}"),
            parameter=value.parameter,
            value=value.value,
        )
        for value, exists in zip(known, found, strict=True)
        if not exists
    ]
    if faults:
        raise errors.InvalidParameter.listing(faults)


async def count(session: AsyncSession, question: Question, how: str) -> int | None:
    """How many rows match, in the same snapshot: not at all, as the planner thinks, or exactly."""
    if how == "estimate":
        return await estimated_rows(session, question.selecting(question.layer.key))
    if how == "exact":
        return int((await session.execute(question.selecting(func.count()))).scalar_one())
    return None
