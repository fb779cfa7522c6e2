"""NDJSON, GeoJSON text sequences, and FeatureCollections."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from tests.imports.files.reading import faults, read, refused, said

from smartcity_api.imports.files import Limits, opened

POINT = {"type": "Point", "coordinates": [100.5, 13.75]}


def feature(properties: dict[str, Any] | None, geometry: Any = POINT, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry, **members}


def collection(features: list[Any], **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **members}, ensure_ascii=False)


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_ndjson(tmp_path: Path) -> None:
    records = [{"name_th": "น่าน", "budget": 1.5, "criteria": {"environment": [1, None]}}, {"budget": 3}]
    lines = "\n".join(json.dumps(record) for record in records)
    file, rows = read(put(tmp_path / "a", "\ufeff" + lines.replace("\n", "\n\n")))
    assert (file.format, file.columns) == ("ndjson", ())
    assert [(row.number, dict(row.values), row.geometry) for row in rows] == [
        (1, records[0], None),
        (3, records[1], None),
    ]


def test_broken_lines_are_faults_of_their_rows(tmp_path: Path) -> None:
    lines = [
        b'{"a":1}',
        b'{"a":',
        b"[1]",
        b'{"a":"\xa1"}',
        b'{"a":"x\\u0000","b":["\\\\u0000"]}',
        b'{"a":NaN}',
        b'{"a":2}',
    ]
    _, rows = read(put(tmp_path / "a.ndjson", b"\n".join(lines)))
    assert faults(rows) == {
        2: ["json_broken"],
        3: ["not_an_object"],
        4: ["not_utf8"],
        5: ["nul_character"],
        6: ["json_broken"],
    }
    assert rows[4].faults[0].pointer == "/a"
    assert rows[4].values == {"a": "x\ufffd", "b": ["\\u0000"]}


def test_a_first_line_that_is_broken_is_a_fault_of_its_row(tmp_path: Path) -> None:
    file, rows = read(put(tmp_path / "a", '{"a":}\n{"a":1}\n'))
    assert (file.format, faults(rows)) == ("ndjson", {1: ["json_broken"]})


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    path = put(tmp_path / "a.ndjson", '{"a":1}\n{"a":"' + "x" * 5000 + '"}\n{"a":3}\n')
    with opened(path, limits=Limits(line=1000)) as file:
        rows = list(file.rows())
    assert faults(rows) == {2: ["line_too_large"]}
    assert [row.number for row in rows] == [1, 2, 3]


@pytest.mark.parametrize("before", ["\x1e", ""])
def test_a_sequence_of_features(tmp_path: Path, before: str) -> None:
    features = [feature({"name": "น่าน"}, id="x1"), feature(None, None, id=5), feature({"id": "own"}, id="other")]
    path = put(tmp_path / "a", "".join(f"{before}{json.dumps(each)}\n" for each in features))
    file, rows = read(path)
    assert file.format == "geojsonseq"
    assert [(row.number, dict(row.values)) for row in rows] == [
        (1, {"name": "น่าน", "id": "x1"}),
        (2, {}),
        (3, {"id": "own"}),
    ]
    assert [row.geometry for row in rows] == ['{"type":"Point","coordinates":[100.5,13.75]}', None, rows[0].geometry]


def test_texts_of_a_sequence_may_have_several_lines(tmp_path: Path) -> None:
    pretty = json.dumps(feature({"a": 1}), indent=1)
    path = put(tmp_path / "a", f'\x1e{pretty}\n\x1e{{"type":\n\x1e{pretty}\n\x1e{{"type":"Feature"')
    _, rows = read(path)
    lines = pretty.count("\n") + 1
    assert faults(rows) == {lines + 1: ["json_broken"], 2 * lines + 2: ["json_broken"]}
    assert [row.values for row in rows if not row.faults] == [{"a": 1}, {"a": 1}]


def test_what_is_no_feature_among_features(tmp_path: Path) -> None:
    foreign = {"type": "name", "properties": {"name": "EPSG:32647"}}
    lines = [feature({}), {"a": 1}, feature({}, geometry="POINT(1 2)"), feature({}, crs=foreign)]
    _, rows = read(put(tmp_path / "a", "\n".join(map(json.dumps, lines))))
    assert faults(rows) == {2: ["not_a_feature"], 3: ["not_a_feature"], 4: ["crs_unexpected"]}


@pytest.mark.parametrize("indent", [None, 2])
def test_a_collection(tmp_path: Path, indent: int | None) -> None:
    shapes = [
        POINT,
        None,
        {"type": "GeometryCollection", "geometries": [POINT]},
        {"type": "Point", "coordinates": [100.5, 13.75, 12.0]},
    ]
    text = json.dumps(
        json.loads(collection([feature({"n": n, "f": 1.0}, shape) for n, shape in enumerate(shapes)])), indent=indent
    )
    file, rows = read(put(tmp_path / "a", "\ufeff" + text))
    assert (file.format, file.crs, said(file)) == ("geojson", None, [])
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [json.loads(row.geometry) if isinstance(row.geometry, str) else None for row in rows] == shapes
    assert [type(value) for value in rows[0].values.values()] == [int, float]


def test_a_single_feature_on_several_lines(tmp_path: Path) -> None:
    file, rows = read(put(tmp_path / "a", json.dumps(feature({"a": 1}), indent=2)))
    assert (file.format, [dict(row.values) for row in rows]) == ("geojson", [{"a": 1}])


@pytest.mark.parametrize(
    ("member", "crs"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32647"}}, "EPSG:32647"),
        ({"type": "name", "properties": {"name": "EPSG:24047"}}, "EPSG:24047"),
        ({"type": "EPSG", "properties": {"code": 32648}}, "EPSG:32648"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, None),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}, None),
        (None, None),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_the_former_crs_member(tmp_path: Path, member: Any, crs: str | None, before: bool) -> None:
    features = [feature({"crs": "a property"})]
    parts = {"crs": member, "features": features} if before else {"features": features, "crs": member}
    file, rows = read(put(tmp_path / "a", json.dumps({"type": "FeatureCollection", **parts})))
    assert file.crs == crs
    assert said(file) == (["crs_transformed"] if crs else [])
    assert len(rows) == 1


def test_a_crs_that_nobody_knows(tmp_path: Path) -> None:
    member = {"type": "link", "properties": {"href": "http://example.com/crs"}}
    assert refused(put(tmp_path / "a", collection([feature({})], crs=member))).code == "crs_unknown"


def test_a_collection_that_is_cut_or_broken(tmp_path: Path) -> None:
    text = collection([feature({"a": n}) for n in range(3)])
    cut = refused(put(tmp_path / "a", text[:-20]))
    assert (cut.code, "behind feature 2" in cut.message.en) == ("json_incomplete", True)
    assert refused(put(tmp_path / "a", text.replace("13.75", "NaN"))).code == "json_broken"
    assert refused(put(tmp_path / "a", collection([]).encode("utf-16"))).code == "json_not_utf8"


def test_things_in_a_collection_that_are_none_or_too_deep(tmp_path: Path) -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    features = [
        feature({"a": "x\0"}),
        5,
        feature({"a": 1}, {"type": "Polygon", "coordinates": deep}),
        feature({"a": deep}),
    ]
    _, rows = read(put(tmp_path / "a", collection(features)))
    assert faults(rows)[1] == ["nul_character"]
    assert faults(rows)[2] == ["not_a_feature"]
    assert faults(rows)[3] == ["too_deep"]


def test_json_that_is_something_else(tmp_path: Path) -> None:
    assert refused(put(tmp_path / "a", json.dumps([{"a": 1}]))).code == "format_not_taken"
    assert refused(put(tmp_path / "a", json.dumps({"a": {"b": 1}}, indent=2))).code == "not_features"


def test_200_000_vertices_and_flat_memory(tmp_path: Path) -> None:
    ring = [[100 + n * 1e-6, 13 + n * 1e-6] for n in range(200_000)]
    shape = json.dumps(feature({}, {"type": "Polygon", "coordinates": [ring]}))
    path = tmp_path / "a.geojson"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[' + ",".join([shape] * 5) + "]}")
    tracemalloc.start()
    try:
        with opened(path) as collected:
            assert [len(str(row.geometry)) > 4_000_000 for row in collected.rows()] == [True] * 5
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * 1024 * 1024


def test_a_feature_that_is_too_large(tmp_path: Path) -> None:
    path = put(tmp_path / "a", collection([feature({"a": 1}), feature({"a": "x" * 3_000_000})]))
    fault = refused(path, limits=Limits(line=1_000_000))
    assert (fault.code, "feature" in fault.message.en) == ("feature_too_large", True)
