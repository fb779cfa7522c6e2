"""Every list in every format, read by real readers: the same records and values as in ndjson."""

import io
import itertools
import json
import tempfile
from typing import Any

import httpx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from tests.exports.reading import READERS, content, coordinates, is_same, of_csv, of_ndjson

from smartcity_api.app import LAYERS
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.writers import ATTRIBUTION, LICENCE

PLAIN = ("csv", "xlsx", "parquet")
MAPS = ("geojsonseq", "gpkg", "fgb")
SPATIAL = [name for name, layer in LAYERS.items() if layer.is_spatial]
OFFERED = [*itertools.product(LAYERS, PLAIN), *itertools.product(SPATIAL, MAPS)]


@pytest.mark.parametrize(("path", "form"), OFFERED)
async def test_a_file_has_the_records_that_ndjson_has(client: httpx.AsyncClient, path: str, form: str) -> None:
    expected = of_ndjson(
        await content(client, path, f="ndjson", geometry="none")
        if path in SPATIAL
        else await content(client, path, f="ndjson")
    )
    found = READERS[form](await content(client, path, f=form))
    key = LAYERS[path].key.key
    assert [row[key] for row in found] == [record[key] for record in expected] or form == "fgb"
    by_key = {row[key]: row for row in found}
    assert by_key.keys() == {record[key] for record in expected}
    for record in expected:
        row = by_key[record[key]]
        assert [name for name, value in record.items() if not is_same(value, row[name])] == []


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
@pytest.mark.parametrize("path", ["claims-check"])
async def test_computed_lists_are_files_too(client: httpx.AsyncClient, path: str, form: str) -> None:
    expected = of_ndjson(await content(client, f"statistics/{path}", f="ndjson"))
    found = READERS[form](await content(client, f"statistics/{path}", f=form))
    assert expected
    for record, row in zip(expected, found, strict=True):
        assert [name for name, value in record.items() if not is_same(value, row[name])] == []


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet"])
@pytest.mark.parametrize("shape", ["full", "point"])
async def test_shapes_are_those_of_geojson(client: httpx.AsyncClient, form: str, shape: str) -> None:
    asked = {"geometry": shape, "detail": "medium"}
    features = READERS["geojsonseq"](await content(client, "districts", f="geojsonseq", **asked))
    assert len(features) == 928
    rows = {row["code"]: row for row in READERS[form](await content(client, "districts", f=form, **asked))}
    for feature in features:
        found, expected = (
            list(_flat(one))
            for one in (coordinates(rows[feature["code"]]["geometry"]), feature["geometry"]["coordinates"])
        )
        assert found == pytest.approx(expected, abs=1e-6)


def _flat(part: Any) -> Any:
    return (inner for one in part for inner in _flat(one)) if isinstance(part, list) else (part,)


@pytest.mark.parametrize("form", READERS)
async def test_an_empty_list_is_an_empty_file(client: httpx.AsyncClient, form: str) -> None:
    file = await content(client, "provinces", f=form, bbox="0,0,1,1", count="exact")
    assert READERS[form](file) == []


@pytest.mark.parametrize("form", READERS)
async def test_the_limit_and_the_fields_hold_for_files(client: httpx.AsyncClient, form: str) -> None:
    asked = {"f": form, "limit": 3, "fields": "name_th", "geometry": "none", "sort": "-name_th"}
    rows = READERS[form](await content(client, "provinces", **asked))
    kept = [{name: value for name, value in row.items() if name != "geometry"} for row in rows]
    assert {row["name_th"] for row in kept} == {"อุบลราชธานี", "อุทัยธานี", "อุตรดิตถ์"}
    assert all(row.keys() == {"code", "name_th"} for row in kept)


@pytest.mark.parametrize("form", READERS)
async def test_the_head_says_what_it_is(client: httpx.AsyncClient, form: str) -> None:
    answer = await client.get("/v1/certified-cities", params={"f": form, "count": "exact", "as_of": "2024-01-01"})
    assert answer.headers["content-type"] == MEDIA_TYPES[form]
    ending = {"geojsonseq": "geojsons"}.get(form, form)
    assert answer.headers["content-disposition"] == f'attachment; filename="certified-cities.{ending}"'
    assert int(answer.headers["x-matched"]) == len(READERS[form](answer.content)) > 10
    assert answer.headers["x-as-of"] == "2024-01-01"
    assert "etag" not in answer.headers
    if form in ("xlsx", "gpkg", "fgb", "parquet"):
        assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("path", ["provinces?geometry=full", "districts?", "sources?"])
@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv"])
async def test_head_is_get_without_content(client: httpx.AsyncClient, path: str, form: str) -> None:
    if (path, form) == ("provinces?geometry=full", "xlsx"):
        path = "provinces?geometry=none"
    got, head = [await client.request(way, f"/v1/{path}&f={form}&count=exact") for way in ("GET", "HEAD")]
    assert (head.status_code, head.content) == (200, b"")
    for one in (got, head):
        for name in ("content-length", "x-request-id"):
            one.headers.pop(name, None)
    assert head.headers == got.headers


@pytest.mark.parametrize("form", ["geojsonseq", "gpkg", "fgb"])
async def test_what_has_no_shape_is_no_map(client: httpx.AsyncClient, form: str) -> None:
    assert (await client.get(f"/v1/sources?f={form}")).status_code == 400
    answer = await client.get("/v1/sources", headers={"Accept": MEDIA_TYPES[form]})
    assert answer.status_code == 406


@pytest.mark.parametrize("form", READERS)
async def test_a_media_type_is_as_good_as_f(client: httpx.AsyncClient, form: str) -> None:
    answer = await client.get("/v1/provinces?limit=2", headers={"Accept": f"{MEDIA_TYPES[form]}, */*;q=0.1"})
    assert answer.headers["content-type"] == MEDIA_TYPES[form]
    assert len(READERS[form](answer.content)) == 2


# --- what files say about themselves ---------------------------------------------------------------------------------


async def test_parquet_is_geoparquet(client: httpx.AsyncClient) -> None:
    file = pq.ParquetFile(io.BytesIO(await content(client, "districts", f="parquet", detail="low")))
    metadata = {name.decode(): value.decode() for name, value in file.metadata.metadata.items()}
    assert (metadata["licence"], metadata["attribution"]) == (LICENCE, ATTRIBUTION)
    assert metadata["as_of"].endswith("Z")
    geo = json.loads(metadata["geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["MultiPolygon"])
    rows = file.read().to_pylist()
    for corner, how in (("xmin", min), ("ymin", min), ("xmax", max), ("ymax", max)):
        place = column["covering"]["bbox"][corner]
        assert place == ["bbox", corner]
        bounds = how(row["bbox"][corner] for row in rows)
        assert column["bbox"][["xmin", "ymin", "xmax", "ymax"].index(corner)] == bounds
    assert 97 < column["bbox"][0] < column["bbox"][2] < 106
    for row in rows[:50]:
        flat = list(_flat(coordinates(row["geometry"])))
        assert row["bbox"]["xmin"] == pytest.approx(min(flat[::2]), abs=1e-6)
        assert row["bbox"]["ymax"] == pytest.approx(max(flat[1::2]), abs=1e-6)


def _info(geopackage: bytes) -> Any:
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(geopackage)
        file.flush()
        return pyogrio.read_info(file.name)


async def test_columns_have_their_types(client: httpx.AsyncClient) -> None:
    schema = pq.read_schema(io.BytesIO(await content(client, "proposals", f="parquet")))
    assert schema.field("budget_thb").type == pa.decimal128(18, 2)
    assert schema.field("population").type == pa.int64()
    assert schema.field("created_at").type == pa.timestamp("us", "UTC")
    assert schema.field("display_title").type == pa.string()
    assert (
        pq.read_schema(io.BytesIO(await content(client, "milestones", f="parquet"))).field("overdue").type == pa.bool_()
    )
    info = _info(await content(client, "certified-cities", f="gpkg"))
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert (kinds["batch"], kinds["created_at"]) == ("int64", "datetime64[ms]")


async def test_a_geopackage_says_what_it_is(client: httpx.AsyncClient) -> None:
    file = await content(client, "proposals", f="gpkg", as_of="2024-01-01")
    info = _info(file)
    assert info["layer_name"] == "proposals"
    assert info["crs"] == "EPSG:4326"
    assert info["dataset_metadata"]["licence"] == LICENCE
    assert info["dataset_metadata"]["attribution"] == ATTRIBUTION
    assert info["dataset_metadata"]["as_of"] == "2024-01-01"
    assert LICENCE in info["layer_metadata"]["DESCRIPTION"]


async def test_a_flatgeobuf_says_what_it_is(client: httpx.AsyncClient) -> None:
    file = await content(client, "provinces", f="fgb", detail="low")
    assert LICENCE.encode() in file[:20_000]
    assert ATTRIBUTION.encode() in file[:20_000]
    within = pyogrio.read_arrow(file, bbox=(98.2, 7.7, 98.5, 8.2))[1]
    assert "83" in within["code"].to_pylist()
    assert len(within) < 5


async def test_a_workbook_has_notes_and_properties(client: httpx.AsyncClient) -> None:
    file = await content(client, "certified-cities", f="xlsx", as_of="2024-01-01")
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert book.sheetnames == ["certified-cities", "notes"]
    notes = {row[0]: row[1] for row in book["notes"].iter_rows(values_only=True) if row[0]}
    assert (notes["licence"], notes["attribution"], notes["as_of"]) == (LICENCE, ATTRIBUTION, "2024-01-01")
    assert any("UTC" in str(row[1]) for row in book["notes"].iter_rows(values_only=True))
    assert LICENCE in (book.properties.description or "")
    assert {one.name for one in book.custom_doc_props.props} >= {"licence", "attribution", "as_of"}
    assert book.active is not None
    assert book.active.freeze_panes == "A2"
    first = next(row for row in book["certified-cities"].iter_rows(min_row=2))
    assert {cell.data_type for cell in first} <= {"s", "inlineStr", "n", "d", "b"}


async def test_csv_opens_in_spreadsheets(client: httpx.AsyncClient) -> None:
    file = await content(client, "provinces", f="csv", bom="true")
    assert file.startswith(b"\xef\xbb\xbfid,")
    assert {"83": "ภูเก็ต"}.items() <= {row["code"]: row["name_th"] for row in of_csv(file)}.items()
