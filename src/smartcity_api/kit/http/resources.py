"""The two paths that every resource is read at: the list of its records, and one record by its key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Path, Response
from pydantic import GetPydanticSchema

from smartcity_api.kit.filters import Filter
from smartcity_api.kit.http.lists import Listing
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.records import Record
from smartcity_api.kit.http.responses import listing, single
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import (
    DatedParams,
    PageParams,
    PlainRecordParams,
    RecordParams,
    UnitParams,
    UnitRecordParams,
)
from smartcity_api.kit.shapes import Shapes


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What the service reads under one name.

    `filters` makes those of a list from its parameters; `singular` and `plural` are in snake_case and name the
    operations; `about` describes the list, and `example` is the key of a record that every installation has.
    """

    layer: Layer
    shapes: Shapes
    params: type[PageParams]
    filters: Callable[[Any], Sequence[Filter]] = lambda _: ()
    singular: str
    plural: str
    about: str
    example: object

    @property
    def key(self) -> str:
        """The name of the record's key, in its path and among its properties."""
        return str(self.layer.key.key)

    @property
    def record_params(self) -> type[PlainRecordParams]:
        """How one record can be asked for."""
        if issubclass(self.params, UnitParams):
            return UnitRecordParams
        return RecordParams if self.layer.is_spatial else PlainRecordParams


def reading(router: APIRouter, *resources: Resource) -> None:
    """Add the paths of these resources."""
    for resource in resources:
        _add_list(router, resource)
        reading_one(router, resource)


def _add_list(router: APIRouter, resource: Resource) -> None:
    @router.get(
        f"/{resource.layer.name}",
        name=f"list_{resource.plural}",
        description=resource.about,
        responses=listing(resource.shapes, dated=issubclass(resource.params, DatedParams)),
    )
    async def answer_list(params: Annotated[Any, query(resource.params)], answer: Listing) -> Response:
        return await answer(resource.layer, params, resource.filters(params))


def reading_one(router: APIRouter, resource: Resource) -> None:
    """Add the path of a single record."""
    kind = get_type_hints(resource.shapes.record, include_extras=True)[resource.key]
    called = resource.singular.replace("_", " ")
    about = resource.shapes.record.model_fields[resource.key].description

    @router.get(
        f"/{resource.layer.name}/{{{resource.key}}}",
        name=f"get_{resource.singular}",
        description=f"One {called} by its {resource.key}.",
        responses=single(resource.shapes),
    )
    async def answer_record(
        key: Annotated[
            Any,
            GetPydanticSchema(lambda _, handler: handler(kind)),
            Path(
                alias=resource.key,
                description=f"The {called}'s id" if resource.key == "id" else about,
                examples=[resource.example],
            ),
        ],
        params: Annotated[Any, query(resource.record_params)],
        answer: Record,
    ) -> Response:
        return await answer(resource.layer, key, params)
