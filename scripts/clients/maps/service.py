"""What the checks of map clients ask the service itself: how many records there are, and which."""

import json
import sys
import urllib.request
from typing import Any
from urllib.parse import urlencode

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PHUKET = (98.2, 7.7, 98.5, 8.2)
"""West, south, east, north of the island."""


def fetch(url: str, **query: object) -> Any:
    """The JSON at this URL."""
    with urllib.request.urlopen(f"{url}?{urlencode(query)}" if query else url, timeout=60) as answer:
        return json.load(answer)


def counts(url: str) -> dict[str, int]:
    """How many records the list in `/v1` counts, for each collection of `/ogc`."""
    names = [one["id"] for one in fetch(f"{url}/ogc/collections")["collections"]]
    return {name: fetch(f"{url}/v1/{name}", count="exact", limit=1)["matched"] for name in names}


def features(url: str, collection: str, **query: object) -> list[Any]:
    """The items that these parameters select, at most a thousand, by the service itself."""
    found = fetch(f"{url}/ogc/collections/{collection}/items", limit=1000, **query)
    assert found["numberReturned"] == len(found["features"]) < 1000, f"{collection}: too many for one page"
    return list(found["features"])


def missing(program: str, package: str) -> None:
    """End with what to install."""
    sys.exit(f"{program} is not installed (Debian, Ubuntu: apt-get install {package})")
