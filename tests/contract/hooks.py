"""What schemathesis cannot read in the OpenAPI document: values of our string formats, cursors, and problem types."""

import csv
import json
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.generation.meta import TestPhase
from tests.contract.records import existing, mostly, name_record, remember, write_well

from smartcity_api.app import RESOURCES
from smartcity_api.kit.http.responses import PROBLEM_TYPES
from smartcity_api.statistics.queries.countables import COUNTABLES, Countable
from smartcity_api.statistics.schemas.params import SelectionParams

DATA = files("smartcity_api.register") / "data"
SCHEMES = ("ngc6", "four", "nso7", "nesdc6")
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


PROVINCES, DISTRICTS = _rows("provinces.csv"), _rows("districts.csv")
NAMES = [name for row in (*PROVINCES, *DISTRICTS) for name in (row["name_th"], row["name_en"])]

provinces = st.sampled_from([row["code"] for row in PROVINCES])
districts = st.sampled_from([row["code"] for row in DISTRICTS])
regions = st.sampled_from(sorted({f"{scheme}:{row[f'region_{scheme}']}" for row in PROVINCES for scheme in SCHEMES}))


def _degrees(low: float, high: float, limit: float) -> st.SearchStrategy[float]:
    """Anywhere on Earth, or in and about Thailand, where there is something to find."""
    return (st.floats(-limit, limit) | st.floats(low, high)).map(lambda value: round(value, 6))


longitudes, latitudes = _degrees(97, 106, 180), _degrees(5, 21, 90)


def _box(lons: list[float], lats: list[float]) -> str:
    (west, east), (south, north) = sorted(lons), sorted(lats)
    return f"{west},{south},{east},{north}"


def _is_written(text: str) -> bool:
    return bool(text.translate(dict.fromkeys(map(ord, INVISIBLE))).strip())


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Years 2400 to 2700 are of the Buddhist era; the first and the last year have instants that no other zone can write.
instants = st.datetimes(timezones=zones).filter(lambda found: 1 < found.year < 2399 or 2701 < found.year < 9999)
days = st.dates(date(2010, 1, 1), date(2026, 1, 1)) | st.dates(max_value=date(2026, 1, 1))

IDS = {
    "body-id": "bodies",
    "call-id": "calls",
    "meeting-id": "meetings",
    "organisation-id": "organisations",
    "plan-id": "plans",
    "source-id": "sources",
}
"""String formats of parameters that take ids of records, and where those are."""

FORMATS = {
    "date": days.map(date.isoformat),
    "edtf": st.builds(lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10])),
    "province-code": provinces,
    "district-code": districts,
    "region": regions,
    "bbox": st.builds(_box, *(st.lists(one, min_size=2, max_size=2) for one in (longitudes, latitudes))),
    "near": st.builds("{},{},{}".format, longitudes, latitudes, st.floats(1, 1_000_000)),
    "intersects": provinces.map("provinces/{}".format) | districts.map("districts/{}".format),
    "search": st.sampled_from(NAMES) | words.filter(_is_written),
    "name": st.sampled_from(NAMES),
    "date-time": instants.map(lambda found: found.isoformat()),
    "cursor": st.text(max_size=40),
    "versions": st.just("*") | st.integers(1, 9).map('"{}"'.format),
    **dict.fromkeys(IDS, st.uuids().map(str)),  # `before_call` puts ids there that exist
}
for name, strategy in FORMATS.items():
    schemathesis.openapi.format(name, strategy)

DOCUMENT: dict[str, Any] = json.loads(Path("openapi/openapi.json").read_text(encoding="utf-8"))
EXAMPLES = {resource.layer.name: str(resource.example) for resource in RESOURCES}
CODES = {row["code"] for row in (*PROVINCES, *DISTRICTS)}


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Without a format, headers are made up of letters and digits alone, of which no If-Match is."""
    raw_schema["components"]["parameters"]["IfMatch"]["schema"]["format"] = "versions"


@schemathesis.hook
def flatmap_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> st.SearchStrategy[dict[str, Any] | None]:
    """A path, unlike a filter, may name a record that does not exist: then it is 404; mostly it names one that does."""
    if path_parameters and path_parameters.get("resource") in EXAMPLES:
        found = {**path_parameters, "id": EXAMPLES[path_parameters["resource"]]}
        return st.sampled_from([found, found, path_parameters])
    if not path_parameters or path_parameters.get("code") not in CODES:
        return st.just(path_parameters)
    missing = {**path_parameters, "code": "9" * len(path_parameters["code"])}
    return st.sampled_from([path_parameters, path_parameters, missing])


NOW = datetime.now(UTC)


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text).upper())


NOT_OF_THE_LIST = {"after", "since", "f", "limit", "count", "bom", "fields", "geometry", "detail"}
"""Parameters that may change from page to page; the others make the list, and the cursor belongs to it."""


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Remember what was made."""
    remember(case, response)


def _with_existing_ids(case: schemathesis.Case[Any], query: dict[str, Any]) -> dict[str, Any]:
    """The query with as many ids of records as it has made-up ones; without them where there are no records."""
    found = dict(query)
    for parameter in case.operation.definition.raw.get("parameters", ()):
        name = parameter.get("name")
        resource = IDS.get(parameter.get("schema", {}).get("items", {}).get("format"))
        if resource and name in found:
            number = len(found[name]) if isinstance(found[name], list) else 1
            ids = existing(case.operation.base_url, resource)[:number]
            found = {key: value for key, value in found.items() if key != name} | ({name: ids} if ids else {})
    return found


FILTERS = frozenset(SelectionParams.model_fields)
"""Of which each counted list has its own."""


def _with_what_applies(query: dict[str, Any]) -> dict[str, Any]:
    """The query with only those filters and groups that the counted list has, which the document cannot say."""
    countable = COUNTABLES.get(query.get("of", "proposals"))
    if countable is None:
        return query
    offered = countable.params.model_fields
    found = {name: value for name, value in query.items() if name not in FILTERS or name in offered}
    if found.get("reached") not in (None, *_choices(countable)):
        del found["reached"]
    if isinstance(found.get("by"), list):
        regions = [name for name in found["by"] if name.startswith("region:")][:1]
        found["by"] = regions + [name for name in found["by"] if name in countable.groupings or name == "province"]
    return found


def _choices(countable: Countable) -> tuple[str, ...]:
    """What can be reached in that list."""
    field = countable.params.model_fields.get("reached")
    return tuple(value for part in get_args(field.annotation) for value in get_args(part)) if field else ()


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Ids of other records exist; a cursor comes from a page of the same list, where that has a second page."""
    if case.method == "GET":
        case.body = NOT_SET  # a method that the path has not is tried with the content of one that it has
    else:
        write_well(case)
    name_record(case)
    if case.meta is None or not case.meta.generation.mode.is_positive or not case.query:
        return
    query = case.query = _with_existing_ids(case, case.query)
    if case.path.startswith("/v1/statistics/") and "claims" not in case.path:
        query = case.query = _with_what_applies(query)
    if case.path == "/v1/audit/verify" and "to" in query:  # so many entries at once
        query = case.query = {**query, "to": int(query.get("from", 1)) + int(query["to"]) % 10_000}
    elif "from" in query and "to" in query:  # a stretch of time does not end before it begins
        query = case.query = {**query, "to": max(str(query["from"]), str(query["to"]))}
    if "recorded_as_of" in query:  # nothing was recorded in the future, nor much before the tests began
        asked = (
            min(_instant(query["recorded_as_of"]), NOW)
            if case.meta.phase.name is TestPhase.FUZZING and mostly(case) == 1
            else NOW
        )
        query = case.query = {**query, "recorded_as_of": asked.isoformat()}
    name = next((name for name in ("after", "since") if name in query), None)
    if name is None:
        return
    kept = {name: value for name, value in query.items() if name not in NOT_OF_THE_LIST}
    cursor = _cursor(case.operation.base_url + case.path, urlencode({**kept, "limit": 1}, doseq=True), name)
    case.query = {other: value for other, value in query.items() if other != name} | ({name: cursor} if cursor else {})


@cache
def _cursor(list_url: str, query: str, name: str) -> str | None:
    """Where the second page of that list begins."""
    page = requests.get(f"{list_url}?{query}", timeout=60)
    following = page.json().get("next") if page.ok else None
    found = parse_qs(urlsplit(following or "").query).get(name)
    return found[0] if found else None


def _documented(case: schemathesis.Case[Any], status: int) -> dict[str, Any]:
    """What the document says of that answer; problems are written once and referred to."""
    found: dict[str, Any] = case.operation.definition.raw["responses"].get(str(status), {})
    name = found.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["responses"][name] if name else found


@schemathesis.check
def problem_is_documented(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """A problem is one of those that the document names for this operation and status."""
    if response.status_code == 405 or response.headers.get("content-type") != ["application/problem+json"]:
        return
    documented = _documented(case, response.status_code)
    kind = response.json()["type"]
    assert kind in documented.get(PROBLEM_TYPES, ()), f"{kind} is not documented for {response.status_code} here"


@schemathesis.check
def refusal_is_for_a_reason(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """A fault names its place; what the document allows to be written is never refused as unreadable."""
    if case.method == "GET" or response.status_code < 400 or response.status_code == 405:
        return
    if response.status_code == 422 and response.json()["type"] == "/problems/invalid":
        faults = response.json()["errors"]
        assert faults, "nothing is named"
        assert all(isinstance(fault.get("pointer"), str) for fault in faults), faults
    if case.meta is not None and case.meta.generation.mode.is_positive:
        assert response.status_code in (401, 403, 404, 409, 410, 412, 422), response.text
