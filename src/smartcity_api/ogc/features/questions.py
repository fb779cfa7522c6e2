"""What is asked of a collection's items: the same question that the list in `/v1` asks, in the standards' words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Date, bindparam

from smartcity_api.kit import cursors, errors, orders
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.http.lists import NOT_FILTERS, REACHED, common, fields_of, of_day
from smartcity_api.kit.http.parameters import QueryReader
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer, Sort
from smartcity_api.kit.params import PageParams
from smartcity_api.kit.questions import Question
from smartcity_api.ogc import cql2
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.features.boxes import in_box
from smartcity_api.ogc.features.intervals import Interval
from smartcity_api.ogc.features.params import items_model

BESIDE = NOT_FILTERS | {"crs"}
"""Parameters that select nothing."""


@dataclass(frozen=True)
class Asker:
    """Makes questions to one collection out of queries; made once."""

    collection: Collection

    @cached_property
    def reader(self) -> QueryReader:
        """Reads the query of its items."""
        return QueryReader(items_model(self.collection))

    @cached_property
    def _selecting(self) -> tuple[str, ...]:
        return tuple(sorted(self.reader.model.model_fields.keys() - BESIDE))

    def question(self, params: Any, form: str, layers: Mapping[str, Layer]) -> Question:
        """What these parameters ask; `layers` are what `intersects` may point at."""
        layer, sort = self.collection.layer, Sort.parse(params.sort)
        day, given = _day(params), vars(params)  # asking a model for what it has not takes longer than all else here
        asked = [(name, given[name]) for name in self._selecting]
        fingerprint = cursors.Fingerprint("items", layer.name, sort, asked)
        after = None
        if params.after is not None:
            after = cursors.decode(params.after, fingerprint, length=len(orders.position(layer, sort)))
        return Question(
            layer=layer if day is None else layer.that_day,
            form=form,
            fields=fields_of(layer, params.fields),
            shape=given.get("geometry") or "full",
            detail=given.get("detail", "full"),
            sort=sort,
            filters=self._filters(params, day, layers),
            limit=params.limit,
            after=after,
            fingerprint=fingerprint,
            forgiving=params.q is not None,
            day=day,
            projection=params.crs.projection,
        )

    def _filters(self, params: Any, day: date | None, layers: Mapping[str, Layer]) -> list[Filter]:
        then: PageParams = params
        if params.datetime is not None and day is not None and "as_of" in type(params).model_fields:
            then = params.model_copy(update={"as_of": day})
        found = list(self.collection.filters(then))
        found += self._in_time(params, day, found)
        found += common(layers, self.collection.layer, params)
        if params.bbox is not None:
            found.append(in_box(self.collection.touching, params.bbox, params.bbox_crs))
        if params.filter is not None:
            expression = cql2.parse(params.filter, params.filter_lang)
            queryables = self.collection.queryables
            found.append(cql2.compile(expression, queryables, crs=params.filter_crs, on_day=day is not None))
        return found

    def _in_time(self, params: Any, day: date | None, own: list[Filter]) -> list[Filter]:
        if params.datetime is None:
            return of_day(self.collection.layer, day, own)
        if self.collection.during is None or any(one.name == REACHED for one in own):
            return []
        return [_during(self.collection, params.datetime)]


def _day(params: Any) -> date | None:
    """The day whose stage and status are shown; none is today's."""
    as_of: date | None = vars(params).get("as_of")
    if params.datetime is None:
        return as_of
    if as_of is not None:
        message = Text("as_of: give either as_of or datetime", "as_of: ระบุ as_of หรือ datetime อย่างใดอย่างหนึ่ง")
        raise errors.InvalidParameter.naming("as_of", "given_twice", message, str(as_of))
    given: Interval = params.datetime
    return given.day


def _during(collection: Collection, given: Interval) -> Filter:
    assert collection.during is not None, "it has time"
    first, last = (bindparam(name, type_=Date) for name in ("from_day", "to_day"))
    existed = collection.during
    return Filter("datetime", lambda: existed(first, last), {"from_day": given.first, "to_day": given.last})


ASKERS = {name: Asker(collection) for name, collection in COLLECTIONS.items()}
