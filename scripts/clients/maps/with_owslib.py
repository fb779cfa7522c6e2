"""Reads the OGC API at the given URL with OWSLib: what it says of itself, and its items by place, time and filter.

OWSLib has nothing for tiles; and it sends CQL2 JSON in a POST only, which no standard has.
"""

import sys
from collections.abc import Iterator
from typing import Any

import requests
from owslib.ogcapi.features import Features
from service import EPSG, PHUKET, counts, features

CLAIMED = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
)


def pages(face: Features, collection: str, **query: Any) -> Iterator[list[Any]]:
    """The pages of items, by their `next` links, which OWSLib leaves to its caller."""
    page = face.collection_items(collection, **query)
    while True:
        yield page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        page = requests.get(following[0], timeout=60).json()


def check_documents(face: Features, found: dict[str, int]) -> None:
    """Landing page, conformance, definition, collections, queryables and schema."""
    claimed = face.conformance()["conformsTo"]
    assert set(CLAIMED) <= set(claimed), f"not claimed: {set(CLAIMED) - set(claimed)}"
    assert face.api()["openapi"].startswith("3.0."), "the definition is not in OpenAPI 3.0"
    assert face.feature_collections() == list(found), face.feature_collections()
    for name in found:
        assert face.collection(name)["id"] == name
        assert "geometry" in face.collection_queryables(name)["properties"], f"{name}: no geometry to filter by"
        assert "id" in face.collection_schema(name)["properties"], f"{name}: its schema has no id"
    print(f"  {len(claimed)} conformance classes, an OpenAPI 3.0 document, {len(found)} collections, queryables")


def check_paging(face: Features, found: dict[str, int]) -> None:
    """By `next` links to the end, each record once."""
    for name, count in found.items():
        ids = [one["id"] for page in pages(face, name, limit=7 if count < 100 else 100) for one in page]
        told = f"{name}: {len(ids)} read, {len(set(ids))} of them different, and {count} are there"
        assert len(ids) == len(set(ids)) == count, told
    print(f"  by next links to the end: {', '.join(f'{count} {name}' for name, count in found.items())}")


def check_selection(url: str, face: Features) -> None:
    """Boxes, days and filters, alone and together."""

    def ids(collection: str, **query: Any) -> set[str]:
        return {one["id"] for page in pages(face, collection, limit=100, **query) for one in page}

    assert {"8301", "8302", "8303"} <= ids("districts", bbox=list(PHUKET))
    days = {"2021-11-05": 15, "2022-11-09": 30, "2023-08-31": 36, "../2025-08-19": 37}
    for day, expected in days.items():
        found = len(ids("certified-cities", datetime_=day))
        assert found == expected, f"certified cities on {day}: {found}, expected {expected}"
    text = "city_type = 'livable' AND A_CONTAINS(provinces, ('40'))"
    livable = {one["id"] for one in features(url, "certified-cities") if is_livable(one["properties"])}
    chosen = ids("certified-cities", filter=text)
    assert livable, "no city to choose"
    assert chosen == livable, f"{text}: {chosen}, expected {livable}"
    shape = "S_INTERSECTS(geometry, POINT(433000 871000))"
    assert ids("provinces", **{"filter": shape, "filter-crs": EPSG + "32647"}) == {"83"}, shape
    backwards = [one["id"] for page in pages(face, "provinces", limit=50, sortby=("code", "desc")) for one in page]
    assert backwards == sorted(backwards, reverse=True), backwards
    print(
        f"  bbox, datetime ({', '.join(f'{day}: {count}' for day, count in days.items())}), filter, filter-crs, sortby"
    )


def is_livable(city: Any) -> bool:
    """What the filter says, in Python."""
    return city["city_type"] == "livable" and "40" in city["provinces"]


def main(url: str) -> None:
    """Read what there is."""
    face = Features(f"{url}/ogc")
    found = counts(url)
    check_documents(face, found)
    check_paging(face, found)
    check_selection(url, face)


main(sys.argv[1])
