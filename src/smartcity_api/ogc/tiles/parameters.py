"""The query parameters of tiles and of what describes them, and the question to a collection that they are."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import Field, WithJsonSchema, create_model
from pydantic.fields import FieldInfo

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import AnyOf, DatedParams, Strict
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.features.params import items_model
from smartcity_api.ogc.features.questions import ASKERS, BESIDE
from smartcity_api.ogc.tiles.queries import Part

Form = Literal["tile", "set", "list"]

_FORMS: Final[dict[str, Any]] = {
    form: (
        Annotated[
            Literal[offered] | None,
            WithJsonSchema({"type": "string", "enum": list(offered)}),
            Field(description="Format; wins over `Accept`"),
        ],
        None,
    )
    for form, offered in (("tile", ("mvt",)), ("set", ("json", "tilejson", "html")), ("list", ("json", "html")))
}
_OF_BOXES = {"bbox", "bbox_crs"}
"""A tile is its own box."""
_OF_TIME = {"as_of", "datetime"}
"""Filters that no plan needs to be made anew for: in a tile, the box says how much there is to read."""

CollectionsParam = Annotated[
    tuple[str, ...],
    AnyOf,
    Field(description="Only these collections, by their ids or by their URLs, with commas between them"),
]


class DatasetParams(DatedParams):
    """What the tileset of all collections takes, but for its form and `datetime`."""

    collections: CollectionsParam = ()

    @property
    def wanted(self) -> list[Collection]:
        """The collections to show, in their own order; refused where one is unknown."""
        names = {given.rstrip("/").rpartition("/")[2]: given for given in self.collections}
        for name, given in names.items():
            if name not in COLLECTIONS:
                known = ", ".join(COLLECTIONS)
                message = Text(
                    f"collections: there is no {given}; known are {known}", f"collections: ไม่มี {given} ที่มีคือ {known}"
                )
                raise errors.InvalidParameter.naming("collections", "unknown_value", message, given)
        return [one for one in COLLECTIONS.values() if not names or one.id in names]


class StyleParams(Strict):
    """What a style takes."""

    f: Annotated[Literal["json", "style"] | None, Field(description="Format; there is one")] = None


class MatrixSetParams(Strict):
    """What tile matrix sets take."""

    f: Annotated[Literal["json"] | None, Field(description="Format; there is one")] = None


@cache
def of_dataset(form: Form) -> type[DatasetParams]:
    """What the tiles of all collections, or a description of them, take."""
    dated = next(one for one in COLLECTIONS.values() if issubclass(one.params, DatedParams))
    taken: Any = {"datetime": _fields(dated)["datetime"], "f": _FORMS[form]}
    return create_model(f"dataset-{form}", __base__=DatasetParams, **taken)


@cache
def of_collection(collection_id: str, form: Form) -> type[Strict]:
    """What the tiles of a collection, or a description of them, take: what its items are chosen by.

    Descriptions hand it on to the tiles.
    """
    taken: Any = {**_fields(COLLECTIONS[collection_id]), "f": _FORMS[form]}
    return create_model(f"{collection_id}-{form}", __base__=Strict, **taken)


def _fields(collection: Collection) -> dict[str, tuple[Any, FieldInfo]]:
    known = items_model(collection).model_fields
    return {name: (field.annotation, field) for name, field in known.items() if name not in BESIDE | _OF_BOXES}


def part_of(collection: Collection, given: Strict, known: Mapping[str, Layer]) -> Part:
    """What the parameters ask of a collection; `known` are the layers that `intersects` may name."""
    model = items_model(collection)
    kept = {name: getattr(given, name) for name in type(given).model_fields if name in model.model_fields}
    question = ASKERS[collection.id].question(model.model_construct(**{**kept, "f": None}), "geojson", known)
    return Part(
        collection=collection,
        layer=question.layer,
        filters=[replace(one, uneven=one.uneven and one.name not in _OF_TIME) for one in question.filters],
        forgiving=question.forgiving,
        day=question.day,
    )
