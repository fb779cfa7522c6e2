"""The committed provinces and districts: codes, names, regions, and borders that neighbours share exactly."""

import csv
import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TypedDict

import pytest

DATA = resources.files("smartcity_api.register") / "data"
LEVELS = ("full", "medium", "low")
TABLES = ("provinces", "districts")
SOURCE_FIELDS = {
    *("slug", "title", "publisher", "dated_on", "url", "reference", "reliability", "licence", "attribution"),
}
REGION_COUNTS = {
    "region_ngc6": {"north": 9, "central": 22, "northeast": 20, "east": 7, "west": 5, "south": 14},
    "region_four": {"north": 17, "northeast": 20, "central": 26, "south": 14},
    "region_nso7": {
        "bangkok_vicinity": 6,
        "sub_central": 6,
        "eastern": 8,
        "western": 6,
        "northern": 17,
        "northeastern": 20,
        "southern": 14,
    },
    "region_nesdc6": {"north": 17, "northeast": 20, "central": 18, "east": 8, "south": 11, "southern_border": 3},
}

Position = list[float]
Ring = list[Position]
MultiPolygon = list[list[Ring]]
Vertex = tuple[float, float]
Edge = tuple[Vertex, Vertex]


class Shape(TypedDict):
    """One line of a boundary file."""

    code: str
    location: list[float]
    boundary: dict[str, MultiPolygon]


@cache
def rows(table: str) -> list[dict[str, str]]:
    text = (DATA / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def shapes(table: str) -> list[Shape]:
    packed = (DATA / f"{table}.ndjson.gz").read_bytes()
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


def rings(boundary: MultiPolygon) -> Iterator[Ring]:
    for part in boundary:
        yield from part


def edges(boundary: MultiPolygon) -> Iterator[Edge]:
    for ring in rings(boundary):
        vertices = [(lon, lat) for lon, lat in ring]
        yield from pairwise(vertices)


def undirected(edge: Edge) -> Edge:
    return min(edge), max(edge)


def signed_area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def aliases(row: dict[str, str]) -> list[str]:
    return row["aliases"].split("|") if row["aliases"] else []


def test_there_are_77_provinces_and_928_districts() -> None:
    assert [len(rows(table)) for table in TABLES] == [77, 928]


@pytest.mark.parametrize("table", TABLES)
def test_names_and_boundaries_have_the_same_codes_in_order(table: str) -> None:
    codes = [row["code"] for row in rows(table)]
    assert codes == sorted(set(codes))
    assert codes == [shape["code"] for shape in shapes(table)]


def test_codes_follow_the_official_pattern() -> None:
    for province in rows("provinces"):
        assert re.fullmatch("[1-9][0-9]", province["code"])
        assert province["iso_3166_2"] == f"TH-{province['code']}"
    provinces = {province["code"] for province in rows("provinces")}
    for district in rows("districts"):
        assert re.fullmatch("[1-9][0-9]{3}", district["code"])
        assert district["code"][:2] == district["province_code"]
    assert {district["province_code"] for district in rows("districts")} == provinces


@pytest.mark.parametrize("table", TABLES)
def test_names_are_clean_text(table: str) -> None:
    unwanted = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]|\u0e4d\u0e32|\u0e40\u0e40|  |^ | $")
    for row in rows(table):
        for name in (row["name_th"], row["name_en"], *aliases(row)):
            assert name == unicodedata.normalize("NFC", name)
            assert name
            assert not unwanted.search(name), row
        assert re.fullmatch("[\u0e01-\u0e4e-]+", row["name_th"]), row
        assert re.fullmatch("[A-Z][a-z]*([ -][A-Za-z][a-z]*)*", row["name_en"]), row


def test_thai_names_stand_without_the_word_for_the_unit() -> None:
    for district in rows("districts"):
        assert not re.match("เขต|อำเภอ|กิ่งอำเภอ", district["name_th"]), district
        assert ("เขต" + district["name_th"] in aliases(district)) == (district["province_code"] == "10")
    assert not [row for row in rows("provinces") if row["name_th"].startswith("จังหวัด")]


def test_names_repeat_within_a_province_only_where_the_code_list_says_so() -> None:
    for column, repeated in (("name_th", []), ("name_en", [("14", "Bang Sai")])):
        count = Counter((row["province_code"], row[column]) for row in rows("districts"))
        assert [key for key, number in count.items() if number > 1] == repeated


def test_no_name_or_alias_means_two_provinces() -> None:
    count = Counter(
        name.casefold() for row in rows("provinces") for name in (row["name_th"], row["name_en"], *aliases(row))
    )
    assert [name for name, number in count.items() if number > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_alias_differs_from_the_names_and_has_a_source(table: str) -> None:
    known = {source["slug"] for source in json.loads((DATA / "sources.json").read_bytes())}
    for row in rows(table):
        sources = row["alias_sources"].split("|") if row["alias_sources"] else []
        assert len(aliases(row)) == len(set(aliases(row))) == len(sources), row
        assert not {row["name_th"].casefold(), row["name_en"].casefold()} & {a.casefold() for a in aliases(row)}, row
        for source in sources:
            assert source in known or source == "usage" or re.fullmatch(r"00[0-4]_[0-9a-f]{16}\.txt", source), row


@pytest.mark.parametrize("scheme", REGION_COUNTS)
def test_regions_have_as_many_provinces_as_their_scheme_says(scheme: str) -> None:
    assert Counter(province[scheme] for province in rows("provinces")) == REGION_COUNTS[scheme]


def test_regions_differ_where_the_schemes_are_known_to_differ() -> None:
    columns = list(REGION_COUNTS)
    regions = {row["code"]: [row[column] for column in columns] for row in rows("provinces")}
    assert regions["63"] == ["west", "north", "northern", "north"]
    assert regions["26"] == ["central", "central", "eastern", "east"]
    assert regions["76"] == ["west", "central", "western", "central"]
    assert regions["60"] == regions["65"] == ["central", "north", "northern", "north"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("level", LEVELS)
def test_boundaries_are_closed_multipolygons_in_thailand(table: str, level: str) -> None:
    for shape in shapes(table):
        assert tuple(shape["boundary"]) == LEVELS
        boundary = shape["boundary"][level]
        assert boundary
        for part in boundary:
            assert [signed_area(ring) > 0 for ring in part] == [True] + [False] * (len(part) - 1), shape["code"]
        for ring in rings(boundary):
            assert len(ring) >= 4
            assert ring[0] == ring[-1], shape["code"]
            assert len({(lon, lat) for lon, lat in ring}) == len(ring) - 1, shape["code"]
            for lon, lat in ring:
                assert 97.3 < lon < 105.7
                assert 5.6 < lat < 20.5
                assert (lon, lat) == (round(lon, 5), round(lat, 5))


@pytest.mark.parametrize("level", LEVELS)
def test_no_border_belongs_to_more_than_two_districts(level: str) -> None:
    directed = Counter(edge for shape in shapes("districts") for edge in edges(shape["boundary"][level]))
    # Outer rings run anticlockwise, so two neighbours walk their common border in opposite directions.
    assert [edge for edge, number in directed.items() if number > 1] == []


@pytest.mark.parametrize("level", LEVELS)
def test_province_borders_are_exactly_the_district_borders_between_provinces(level: str) -> None:
    beside: dict[Edge, set[str]] = {}
    uses: Counter[Edge] = Counter()
    for district in shapes("districts"):
        for edge in map(undirected, edges(district["boundary"][level])):
            beside.setdefault(edge, set()).add(district["code"][:2])
            uses[edge] += 1
    provinces = Counter(undirected(edge) for shape in shapes("provinces") for edge in edges(shape["boundary"][level]))
    assert max(provinces.values()) == 2
    assert {edge for edge, number in provinces.items() if number == 1} == {e for e, n in uses.items() if n == 1}
    assert {edge for edge, number in provinces.items() if number == 2} == {
        e for e, at in beside.items() if len(at) == 2
    }


@pytest.mark.parametrize("level", LEVELS)
def test_the_outline_of_the_country_has_no_gaps_inside(level: str) -> None:
    every = [edge for shape in shapes("provinces") for edge in edges(shape["boundary"][level])]
    uses = Counter(map(undirected, every))
    following: dict[Vertex, list[Vertex]] = {}
    for start, end in every:
        if uses[undirected((start, end))] == 1:
            following.setdefault(start, []).append(end)
    while following:
        start = at = next(iter(following))
        outline = [list(start)]
        while not (at == start and len(outline) > 1):
            ends = following[at]
            beyond = ends.pop()
            if not ends:
                del following[at]
            at = beyond
            outline.append(list(at))
        assert signed_area(outline) > 0, start


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("level", LEVELS)
def test_label_points_lie_inside_on_every_level(table: str, level: str) -> None:
    for shape in shapes(table):
        lon, lat = shape["location"]
        crossings = 0
        for (x1, y1), (x2, y2) in edges(shape["boundary"][level]):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                crossings += 1
        assert crossings % 2 == 1, shape["code"]


def test_the_files_stay_small_and_carry_no_time() -> None:
    packed = [(DATA / f"{table}.ndjson.gz").read_bytes() for table in TABLES]
    assert sum(map(len, packed)) < 600_000
    assert [content[3:8] for content in packed] == [bytes(5), bytes(5)]


def test_sources_can_be_found_and_say_how_far_they_can_be_trusted() -> None:
    sources = json.loads((DATA / "sources.json").read_bytes())
    assert len({source["slug"] for source in sources}) == len(sources)
    for source in sources:
        assert set(source) == SOURCE_FIELDS
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", source["slug"])
        assert source["title"]
        assert source["url"] or source["reference"]
        assert source["reliability"] in {"A", "B", "C", "D"}
        assert source["dated_on"] is None or re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", source["dated_on"])


def test_citations_tie_known_sources_to_columns_that_exist() -> None:
    known = {source["slug"] for source in json.loads((DATA / "sources.json").read_bytes())}
    citations = json.loads((DATA / "citations.json").read_bytes())
    columns = {table: {"boundary", "location", *rows(table)[0]} for table in TABLES}
    for citation in citations:
        assert set(citation) == {"resource", "field", "source", "note"}
        assert citation["source"] in known
        assert citation["field"] in columns[citation["resource"]]
