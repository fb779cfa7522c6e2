"""The query parameters of items: those of the list in `/v1`, and those of the standards in their words."""

from functools import cache
from types import GenericAlias, new_class
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from smartcity_api.kit.http.lists import DEFAULT_LIMIT
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import MAX_LIMIT, AnyOf, Count, PageParams, Strict, Typed
from smartcity_api.kit.refusals import refusal
from smartcity_api.ogc import cql2
from smartcity_api.ogc.collections import COLLECTIONS, Collection
from smartcity_api.ogc.crs import CRS84, DEFAULT, SYSTEMS, Crs
from smartcity_api.ogc.features.boxes import Corners, corners
from smartcity_api.ogc.features.intervals import Interval, interval

Form = Literal["json", "geojson", "html"]

LONGEST_FILTER = 24_000
"""Characters; a request's head has not many more."""


def _clamped(limit: int) -> int:
    """More than the most is the most: the standard would not have it refused."""
    return min(limit, MAX_LIMIT)


def _system(value: str) -> Crs:
    if value in SYSTEMS:
        return SYSTEMS[value]
    listed = ", ".join(SYSTEMS)
    raise refusal("unknown_crs", f"one of {listed} is expected", f"ต้องเป็นหนึ่งใน {listed}")


def _crs(name: str, about: str) -> Any:
    schema = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84}
    return Annotated[Crs, PlainValidator(_system), WithJsonSchema(schema), Field(alias=name, description=about)]


class PageOfFace(Strict):
    """What every page but those of items takes."""

    f: Annotated[Literal["json", "html"] | None, Field(description="Format; wins over `Accept`")] = None


class ItemParams(Strict):
    """What a single item takes."""

    f: Annotated[Form | None, Field(description="Format; wins over `Accept`")] = None
    crs: _crs("crs", "Reference system of the coordinates in the answer") = DEFAULT  # type: ignore[valid-type]


_COMMON: dict[str, tuple[Any, Any]] = {
    "f": (Annotated[Form | None, Field(description="Format; wins over `Accept`. json is GeoJSON")], None),
    "limit": (
        Annotated[
            int,
            Typed,
            Field(ge=1, description=f"Items on a page; more than {MAX_LIMIT} is taken for {MAX_LIMIT}"),
            AfterValidator(_clamped),
            WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        ],
        DEFAULT_LIMIT,
    ),
    "count": (
        Annotated[
            Count,
            Field(
                description="Whether `numberMatched` is left out unless known anyhow, estimated where nothing is "
                "hidden from you, or counted in the same snapshot"
            ),
        ],
        "none",
    ),
    "bbox": (
        Annotated[
            Corners | None,
            PlainValidator(corners),
            WithJsonSchema(
                {
                    "type": "array",
                    "oneOf": [{"minItems": count, "maxItems": count} for count in (4, 6)],
                    "items": {"type": "number"},
                }
            ),
            Field(
                description="Lower and upper corner, with or without heights, in the axis order of `bbox-crs`; what "
                "touches the box matches, and what has no geometry. West above east means over the date line"
            ),
        ],
        None,
    ),
    "bbox_crs": (_crs("bbox-crs", "Reference system of `bbox`"), DEFAULT),
    "crs": (_crs("crs", "Reference system of the coordinates in the answer"), DEFAULT),
    "datetime": (
        Annotated[
            Interval | None,
            PlainValidator(interval),
            WithJsonSchema({"type": "string", "examples": ["2021-11-05", "2021-01-01/.."]}),
            Field(
                description="A day or an instant, or an interval of them, `..` for an open end: what existed on some "
                "day of it (in Bangkok), with the stage or status at its end; what has no known day matches too"
            ),
        ],
        None,
    ),
    "filter": (
        Annotated[
            str | None,
            Field(max_length=LONGEST_FILTER, description="A CQL2 expression over the queryables of the collection"),
        ],
        None,
    ),
    "filter_lang": (
        Annotated[cql2.Language, Field(alias="filter-lang", description="How `filter` is written")],
        "cql2-text",
    ),
    "filter_crs": (_crs("filter-crs", "Reference system of the geometries in `filter`"), DEFAULT),
}


def items_model(collection: Collection) -> type[PageParams]:
    """The parameters of this collection's items: those of its list, less what only lists have."""
    return _items_model(collection.id)


@cache
def _items_model(collection_id: str) -> type[PageParams]:
    collection = COLLECTIONS[collection_id]
    layer, listed = collection.layer, collection.params
    fields = {**_COMMON, "sort": _sorting(layer, listed), "fields": _properties(layer)}
    namespace: dict[str, Any] = {name: default for name, (_, default) in fields.items()}
    namespace |= {"bom": False, "__module__": __name__, "__doc__": f"Parameters of the items of {collection.id}."}
    hints = {name: hint for name, (hint, _) in fields.items()}
    namespace["__annotations__"] = {**hints, "bom": ClassVar[bool]}  # no longer a parameter
    return new_class(f"{listed.__name__}Items", (listed,), {}, lambda made: made.update(namespace))


def _sorting(layer: Layer, listed: type[PageParams]) -> tuple[Any, Any]:
    names = tuple(dict.fromkeys((*layer.sorts, str(layer.key.key))))
    return (
        Annotated[
            _one_of(*(f"{sign}{name}" for name in names for sign in ("", "-"))),
            BeforeValidator(_signed),
            WithJsonSchema({"type": "string", "enum": [f"{sign}{name}" for name in names for sign in ("", "+", "-")]}),
            Field(alias="sortby", description="One property to sort by, `-` before it for descending; unknown last"),
        ],
        listed.model_fields["sort"].default,
    )


def _one_of(*names: str) -> Any:
    """The type of these names, which are data."""
    return Literal.__getitem__(names)


def _signed(value: Any) -> Any:
    """A plus sign means ascending; not percent-encoded, it arrives as a space."""
    return value[1:] if isinstance(value, str) and value[:1] in ("+", " ") else value


def _properties(layer: Layer) -> tuple[Any, Any]:
    about = Field(alias="properties", description="Only these properties; the key is always there")
    kind: Any = Annotated[GenericAlias(tuple, (_one_of(*layer.properties), ...)), AnyOf, about]
    return kind, ()
