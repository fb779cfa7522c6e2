"""Every address that a GET route has: its path with every key that is known, and each of its parameters in turn."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from tests.callers import HOME
from tests.visibility.stock import DRAFT, KINDS, MARKS, NEIGHBOURS, PLACE, hidden

from smartcity_api.app import contract
from smartcity_api.statistics.queries.countables import COUNTABLES

REFERENCES = [
    f"{resource}/{key}" for whose in MARKS for resource, keys in hidden(whose).items() for key in keys
]  # fmt: skip

VALUES: Mapping[str, list[str]] = {
    "province": ["83"], "district": ["8301"], "region": ["ngc6:south"], "organisation": [str(HOME)],
    "call": [NEIGHBOURS["calls"]], "stage": ["draft", "submitted"], "reached": ["draft", "submitted"],
    "city_type": ["livable"], "dimension": ["environment"], "kind": ["report", "visit"], "status": ["scheduled"],
    "overdue": ["true", "false"], "due_before": ["2024-01-01"], "due_after": ["2021-01-01"], "metric": ["areas"],
    "of": list(COUNTABLES), "action": ["consider"], "bbox": ["98,7,99,8"], "near": [f"{PLACE},5000"],
    "intersects": REFERENCES, "subject": REFERENCES, "updated_since": ["2020-01-01T00:00:00Z"], "as_of": ["2026-01-01"],
    "q": [word for _, word in MARKS.values()], "count": ["estimate", "exact"], "geometry": ["full", "none"],
    "by": ["stage", "province", "month", "city"], "limit": ["1000"], "verdict": ["not_derivable"],
}  # fmt: skip
"""What is asked for by each parameter; of the others nothing."""

NEEDED = {
    "/v1/search": {"q": "Zyxhome plan"},
    "/v1/locate": dict(zip(("lon", "lat"), PLACE.split(","), strict=True)),
    **{f"/v1/statistics/{name}": {"of": "proposals"} for name in ("counts", "series", "durations")},
}
"""Parameters that a route cannot do without."""

KEYS: dict[str, list[str]] = {resource: [key] for resource, key in NEIGHBOURS.items()}
for _whose in MARKS:
    for _resource, _keys in hidden(_whose).items():
        KEYS.setdefault(_resource, []).extend(_keys)
KEYS["resolutions"].append(DRAFT)
assert KEYS.keys() >= KINDS.keys()

OTHERS = {"slug": ["no-such-record"], "prefix": ["A1b2C3d4"], "kind": ["proposals"]}


def addresses() -> Iterator[tuple[str, str]]:
    """Every path of the contract that can be read, and every address made of it."""
    for path, operations in contract()["paths"].items():
        if "get" in operations:
            for whole in _paths(path):
                yield path, whole
                yield from ((path, address) for address in _asked(path, whole, operations["get"]))


def _paths(path: str) -> Iterator[str]:
    """The path with every key in it."""
    if "{resource}" in path:
        for resource in KEYS:
            yield from _paths(path.replace("{resource}", resource))
        return
    name = path.partition("{")[2].partition("}")[0]
    if not name:
        yield path
        return
    resource = path.split("/")[2] if path.startswith("/v1/") else ""
    for key in OTHERS.get(name) or KEYS.get(resource, [MARKS["home"][0] + "001"]):
        yield from _paths(path.replace(f"{{{name}}}", key, 1))


def _asked(path: str, whole: str, operation: dict[str, Any]) -> Iterator[str]:
    """The address with each parameter in turn, and with each format."""
    known = contract()["components"]["parameters"]
    named = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in operation.get("parameters", ())]
    offered = {one["name"]: one["schema"] for one in named if one["in"] == "query"}
    needed = NEEDED.get(path, {})
    forms = offered.get("f", {}).get("enum", [])
    asked: list[dict[str, str]] = [{}, *({"f": form} for form in forms)]
    asked += [{name: value} for name in offered for value in VALUES.get(name, [])]
    asked += [{"f": form, "province": "83"} for form in forms if "province" in offered]
    asked += [{"sort": value} for value in offered.get("sort", {}).get("enum", [])]
    for one in asked:
        parameters = {**needed, **one}
        if parameters:
            yield f"{whole}?{urlencode(parameters)}"
