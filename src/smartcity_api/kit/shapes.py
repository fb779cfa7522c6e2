"""The wire shapes of a resource, made from the one model of its record's properties: record, page, GeoJSON."""

from dataclasses import dataclass
from types import GenericAlias
from typing import Any, get_type_hints

from pydantic import BaseModel, Field, create_model

from smartcity_api.kit.schemas import CollectionShape, FeatureShape, GeometryShape, PageShape, RecordShape, requiring


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """How a resource is answered: one record, a page of them, and as GeoJSON where it has geometry."""

    record: type[BaseModel]
    page: type[BaseModel]
    feature: type[BaseModel] | None = None
    collection: type[BaseModel] | None = None


def shapes(record: type[RecordShape], *, key: str = "id", spatial: bool = False) -> Shapes:
    """The shapes of this record; an item in a list has its key for certain, since `fields` may leave out the rest."""
    if not spatial:
        item = _item(record.__name__, record, key)
        return Shapes(record=record, page=_page(record.__name__, item))
    name, about = record.__name__, record.__doc__ or ""
    whole: Any = create_model(name, __base__=(record, GeometryShape), __doc__=about, __module__=record.__module__)
    properties = create_model(f"{name}Properties", __base__=record, __doc__=about, __module__=record.__module__)
    feature = _feature(f"{name}Feature", record, key, properties)
    member = _feature(f"{name}FeatureItem", record, key, _item(f"{name}Properties", properties, key))
    return Shapes(
        record=whole,
        page=_page(name, _item(name, whole, key)),
        feature=feature,
        collection=create_model(
            f"{name}Collection",
            __base__=CollectionShape,
            __doc__=f"Records of the kind {name} as a GeoJSON FeatureCollection.",
            features=(_list_of(member), Field(description="The records of this page")),
        ),
    )


def _item(name: str, record: type[BaseModel], key: str) -> type[BaseModel]:
    """What a list holds: the same members, but only the key is required."""
    about = f"{record.__doc__} In a list `fields` may leave out everything but the {key}."
    item = create_model(f"{name}Item", __base__=record, __doc__=about, __module__=record.__module__)
    item.model_config["json_schema_extra"] = requiring(key)
    item.model_rebuild(force=True)
    return item


def _page(name: str, item: type[BaseModel]) -> type[BaseModel]:
    return create_model(
        f"{name}Page",
        __base__=PageShape,
        __doc__=f"A page of records of the kind {name}.",
        items=(_list_of(item), Field(description="The records of this page")),
    )


def _feature(name: str, record: type[BaseModel], key: str, properties: type[BaseModel]) -> type[BaseModel]:
    identity: Any = get_type_hints(record, include_extras=True)[key]
    return create_model(
        name,
        __base__=FeatureShape,
        __doc__=f"A record of the kind {record.__name__} as a GeoJSON Feature.",
        id=(identity, ...),
        properties=(properties, Field(description="Everything but the geometry")),
    )


def _list_of(model: type[BaseModel]) -> Any:
    return GenericAlias(list, (model,))
