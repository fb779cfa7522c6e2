"""The same proposals in every format, and what a request to import may ask for."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.callers import HOME, Callers
from tests.imports.conftest import Send, Worked
from tests.imports.shapes import CENTRES, point, polygon, square, wkt
from tests.imports.test_importing import csv_of, proposal
from tests.imports.writing import DRIVERS, Told, codes_of, file_of, layer, rows_of

from smartcity_api.settings import Settings

FORMS = ("csv", "xlsx", "ndjson", *DRIVERS)
RINGS = [square(*centre)[::-1] for centre in CENTRES]
"""Clockwise, as Shapefiles turn them."""


def three(system: str, **told: Any) -> list[Told]:
    """Three proposals, without their geometries."""
    names = ("ภูเก็ตเมืองอัจฉริยะ", "น้ำสะอาด", "เมือง “เก่า”, ใหม่")
    return [
        {
            "source_system": system,
            "external_id": f"{number}",
            "title_th": name,
            "title_en": f"City {number}",
            "provinces": "ภูเก็ต",
            "city_types": "livable",
            "dimensions": "environment; people",
            "budget_thb": 1250000.5,
            "population": 79308,
            **told,
        }
        for number, name in enumerate(names, 1)
    ]


def as_file(form: str, rows: list[Told], **options: Any) -> bytes:
    """The rows with their geometries."""
    if form in DRIVERS:
        return file_of(form, rows, [polygon(ring) for ring in RINGS], **options)
    return file_of(form, [row | {"boundary": wkt(ring)} for row, ring in zip(rows, RINGS, strict=True)])


@pytest.mark.parametrize("form", FORMS)
async def test_the_same_proposals_end_the_same_way(callers: Callers, send: Send, form: str) -> None:
    rows = three(f"form-{uuid4()}")
    found = await send(callers.secretary, as_file(form, rows), apply="auto")
    assert (found["status"], found["file"]["format"]) == ("applied", form), found
    assert found["counts"] | {"rows": 3, "new": 3, "created": 3, "errors": 0} == found["counts"]
    assert found["file"]["crs"] is None
    again = await send(callers.secretary, as_file("csv", rows), apply="auto")
    assert again["counts"] | {"unchanged": 3, "warnings": 0} == again["counts"], await rows_of(callers.secretary, again)
    made = [row["record_id"] for row in await rows_of(callers.secretary, found)]
    record = (await callers.secretary.get(f"/v1/proposals/{made[1]}")).json()
    shown = ("title_th", "budget_thb", "population", "provinces", "dimensions", "boundary_kind", "stage")
    assert [record[name] for name in shown] == [
        "น้ำสะอาด", "1250000.50", 79308, ["83"], ["environment", "people"], "surveyed", "draft",
    ]  # fmt: skip


UTM = [[(423000.0 + 500 * n + x, 874000.0 + y) for x, y in square(0, 0, 400)] for n in range(3)]
NOWHERE = 'ENGCRS["a site",EDATUM["a peg"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'


@pytest.mark.parametrize("form", ["gpkg", "fgb", "shp", "geojson"])
async def test_other_reference_systems_are_transformed(callers: Callers, send: Send, form: str) -> None:
    options = {"RFC7946": "NO"} if form == "geojson" else {}
    content = file_of(form, three(f"utm-{uuid4()}"), [polygon(ring) for ring in UTM], crs="EPSG:32647", **options)
    found = await send(callers.secretary, content, apply="auto")
    assert (found["status"], found["counts"]["created"], found["file"]["crs"]) == ("applied", 3, "EPSG:32647"), found
    assert [one["code"] for one in found["file"]["notices"]] == ["crs_transformed"]
    (made,) = [row for row in await rows_of(callers.secretary, found) if row["external_id"] == "1"]
    answer = await callers.secretary.get(f"/v1/proposals/{made['record_id']}", params={"f": "geojson"})
    (east, north) = answer.json()["geometry"]["coordinates"][0][0][0]
    assert 98.30 < east < 98.31
    assert 7.90 < north < 7.91


async def test_a_reference_system_that_nobody_knows_is_named(
    callers: Callers, send: Send, settings: Settings, tmp_path: Path
) -> None:
    rows, rings = three(f"crs-{uuid4()}"), [polygon(ring) for ring in RINGS]
    layer(tmp_path / "a.gpkg", "GPKG", rows, rings, crs=NOWHERE)
    unnamed = (
        b'{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:99999"}}, "features": []}'
    )
    for content, said in (((tmp_path / "a.gpkg").read_bytes(), "a site"), (unnamed, "EPSG:99999")):
        found = await send(callers.secretary, content)
        assert (found["status"], found["failure"]["code"]) == ("failed", "crs_unknown"), found
        assert said in found["failure"]["message"]
        assert (found["failure"]["suggestion"], found["counts"]["rows"]) == ("EPSG:4326", 0)


async def test_layers_are_chosen_by_name(callers: Callers, send: Send, tmp_path: Path) -> None:
    path, rows = tmp_path / "a.gpkg", three(f"layer-{uuid4()}")
    for number, ring in enumerate(RINGS):
        layer(path, "GPKG", rows[number : number + 1], [polygon(ring)], layer=f"ชั้น {number}")
    several = await send(callers.secretary, path.read_bytes())
    assert (several["failure"]["code"], several["failure"]["suggestion"]) == ("many_layers", "layer=ชั้น 0")
    chosen = await send(callers.secretary, path.read_bytes(), layer="ชั้น 1")
    assert (chosen["counts"]["new"], chosen["file"]["layer"]) == (1, "ชั้น 1")
    (row,) = await rows_of(callers.secretary, chosen)
    assert (row["number"], row["external_id"]) == (1, "2")
    wrong = await send(callers.secretary, path.read_bytes(), layer="ชั้น")
    assert wrong["failure"]["code"] == "layer_unknown"


async def test_rows_that_name_no_system_are_of_the_one_that_is_asked_for(callers: Callers, send: Send) -> None:
    row = proposal()
    named = await send(callers.secretary, csv_of(row), source_system="ระบบจังหวัด")
    (found,) = await rows_of(callers.secretary, named)
    assert (found["source_system"], found["state"]) == ("ระบบจังหวัด", "new")
    (unnamed,) = await rows_of(callers.secretary, await send(callers.secretary, csv_of(row)))
    fault = unnamed["faults"][0]
    assert (fault["code"], fault["column"]) == ("missing_source_system", "external_id")
    foreign = await callers.foreign.post(
        "/v1/imports", params={"kind": "proposals", "source_system": f"organisations/{HOME}"}, content=csv_of(row)
    )
    assert (foreign.status_code, foreign.json()["type"]) == (403, "/problems/forbidden")


async def test_a_file_that_is_sent_twice_with_one_key_is_one_import(callers: Callers, settings: Settings) -> None:
    content, headers = csv_of(proposal()), {"Idempotency-Key": str(uuid4())}

    async def post(content: str) -> Any:
        return await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=content, headers=headers)

    first, second = await post(content), await post(content)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert first.headers["location"] == second.headers["location"]
    assert [path.name for path in settings.imports.iterdir()] == [f"{first.json()['id']}.import"]
    other = await post(content + "\r\n")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    at_once = await asyncio.gather(*(post(content) for _ in range(3)))
    assert {answer.json()["id"] for answer in at_once} == {first.json()["id"]}
    assert len(list(settings.imports.iterdir())) == 1


@pytest.mark.parametrize(
    ("params", "bad", "status", "created"),
    [
        ({}, False, "validated", 0),
        ({"apply": "auto"}, False, "applied", 2),
        ({"apply": "auto"}, True, "validated", 0),
        ({"apply": "auto", "mode": "partial"}, True, "applied", 1),
        ({"mode": "partial"}, True, "validated", 0),
        ({"apply": "auto", "mode": "partial", "then": "submit"}, True, "applied", 1),
    ],
)
async def test_how_far_an_import_goes_by_itself(
    callers: Callers, send: Send, worked: Worked, params: Told, bad: bool, status: str, created: int
) -> None:
    rows = [proposal(), proposal(provinces="nowhere" if bad else "83")]
    found = await send(callers.agency, csv_of(*rows), **params)
    assert (found["status"], found["counts"]["created"], found["counts"]["errors"]) == (status, created, int(bad))
    if status != "validated":
        return
    path = f"/v1/imports/{found['id']}"
    answer = await callers.agency.post(f"{path}/apply", headers={"If-Match": f'"{found["version"]}"'})
    if bad and params.get("mode") != "partial":
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-now")
        return
    assert answer.status_code == 202
    await worked()
    done = (await callers.agency.get(path)).json()
    assert (done["status"], done["counts"]["created"]) == ("applied", 2 - bad)
    again = await callers.agency.post(f"{path}/apply", headers={"If-Match": "*"})
    assert (again.status_code, again.json()["status"], await worked()) == (202, "applied", 0)


async def test_what_cannot_be_asked_for_now_is_refused(
    callers: Callers, send: Send, worked: Worked, settings: Settings
) -> None:
    found = await send(callers.agency, csv_of(proposal()))
    path, any_version = f"/v1/imports/{found['id']}", {"If-Match": "*"}
    for unsaid in (
        await callers.agency.post(f"{path}/apply"),
        await callers.agency.post(f"{path}/cancel"),
        await callers.agency.delete(path),
    ):
        assert unsaid.status_code == 428
    stale = await callers.agency.post(f"{path}/apply", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    cancelled = await callers.agency.post(f"{path}/cancel", headers=any_version)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await callers.agency.post(f"{path}/cancel", headers=any_version)).json()["status"] == "cancelled"
    late = await callers.agency.post(f"{path}/apply", headers=any_version)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-now")
    assert "cancelled" in late.json()["detail"]
    thai = await callers.agency.post(f"{path}/apply", headers={**any_version, "Accept-Language": "th"})
    assert "การนำเข้า" in thai.json()["detail"]
    assert (await callers.foreign.delete(path, headers=any_version)).status_code == 404
    assert (await callers.agency.delete(path, headers=any_version)).status_code == 204
    assert (await callers.agency.get(path)).status_code == 404
    assert list(settings.imports.iterdir()) == []

    content = csv_of(proposal())
    waiting = (await callers.agency.post("/v1/imports", params={"kind": "proposals"}, content=content)).json()
    path = f"/v1/imports/{waiting['id']}"
    early = await callers.agency.delete(path, headers=any_version)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-now")
    assert (await callers.agency.post(f"{path}/cancel", headers=any_version)).status_code == 200
    assert await worked() == 0
    done = await send(callers.agency, content, apply="auto")
    path = f"/v1/imports/{done['id']}"
    assert (await callers.agency.post(f"{path}/cancel", headers=any_version)).status_code == 409
    assert (await callers.agency.delete(path, headers=any_version)).status_code == 204


async def test_points_and_boundaries_of_features_are_told_apart(callers: Callers, send: Send) -> None:
    rows = three(f"mixed-{uuid4()}")
    line = b"\x01\x02\x00\x00\x00\x02\x00\x00\x00" + point(98.3, 7.9)[5:] + point(98.4, 7.9)[5:]
    content = file_of("gpkg", rows, [polygon(RINGS[0]), point(98.39, 7.88), line])
    found = await send(callers.secretary, content, apply="auto", mode="partial")
    first, second, third = await rows_of(callers.secretary, found)
    kinds = [
        (await callers.secretary.get(f"/v1/proposals/{row['record_id']}")).json()["boundary_kind"]
        for row in (first, second)
    ]
    assert kinds == ["surveyed", "representative_point"]
    (fault,) = third["faults"]
    assert (fault["code"], fault["pointer"], fault["value"]) == ("unsupported_geometry", "/geometry", "LINESTRING")
    assert await codes_of(callers.secretary, found) == {1: [], 2: [], 3: ["unsupported_geometry"]}
