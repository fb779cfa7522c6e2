"""The way of a file: sent, looked at, applied, sent again."""

import json
from typing import Any
from uuid import uuid4

from tests.callers import HOME, Callers
from tests.imports.conftest import Send, Worked

SQUARE = "POLYGON((98.30 7.90,98.32 7.90,98.32 7.92,98.30 7.92,98.30 7.90))"


def csv_of(*rows: dict[str, Any]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names)]
    lines += [",".join('"' + str(row.get(name, "")).replace('"', '""') + '"' for name in names) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def proposal(**told: Any) -> dict[str, Any]:
    return {
        "external_id": str(uuid4()),
        "title_th": "เมืองน่าอยู่",
        "title_en": "A livable city",
        "provinces": "ภูเก็ต",
        "city_types": "livable",
        "dimensions": "environment; people",
        "boundary": SQUARE,
        **told,
    }


async def test_a_file_is_looked_at_then_applied_and_changes_nothing_again(
    callers: Callers, send: Send, worked: Worked
) -> None:
    rows = [proposal(budget_thb="1250000.50"), proposal(location="POINT(98.39 7.88)", boundary="")]
    found = await send(callers.agency, csv_of(*rows))
    assert found["status"] == "validated", found
    assert found["counts"] | {"rows": 2, "new": 2, "errors": 0} == found["counts"]
    before = (await callers.agency.get("/v1/proposals", params={"count": "exact"})).json()["matched"]
    path = f"/v1/imports/{found['id']}"
    answer = await callers.agency.post(f"{path}/apply", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["status"]) == (202, "applying")
    await worked()
    done = (await callers.agency.get(path)).json()
    assert done["status"] == "applied", done
    assert (done["counts"]["created"], done["counts"]["updated"]) == (2, 0)
    after = (await callers.agency.get("/v1/proposals", params={"count": "exact"})).json()["matched"]
    assert after == before + 2
    listed = (await callers.agency.get(f"{path}/rows")).json()["items"]
    record = (await callers.agency.get(f"/v1/proposals/{listed[0]['record_id']}")).json()
    assert record["source_system"] == f"organisations/{HOME}"
    assert (record["external_id"], record["budget_thb"]) == (rows[0]["external_id"], "1250000.50")
    assert (record["proponent_id"], record["stage"]) == (str(HOME), "draft")
    assert record["boundary_kind"] == "surveyed"
    assert [event["stage"] for event in record["events"]] == ["draft"]
    again = await send(callers.agency, csv_of(*rows), apply="auto")
    assert again["status"] == "applied"
    assert again["counts"] | {"unchanged": 2, "created": 0, "updated": 0} == again["counts"]
    same = (await callers.agency.get(f"/v1/proposals/{listed[0]['record_id']}")).json()
    assert same == record


async def test_the_good_rows_are_applied_where_that_is_asked(callers: Callers, send: Send) -> None:
    good, bad = proposal(), proposal(provinces="ภูเก็จ", budget_thb="much")
    refused = await send(callers.agency, csv_of(good, bad), apply="auto")
    assert (refused["status"], refused["counts"]["errors"]) == ("validated", 1)
    answer = await callers.agency.post(f"/v1/imports/{refused['id']}/apply", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-now")
    rows = (await callers.agency.get(f"/v1/imports/{refused['id']}/rows", params={"state": "error"})).json()["items"]
    assert [row["number"] for row in rows] == [3]
    assert {fault["column"]: fault.get("suggestion") for fault in rows[0]["faults"]}["provinces"] in ("83", "ภูเก็ต")
    taken = await send(callers.agency, csv_of(good, bad), apply="auto", mode="partial")
    assert (taken["status"], taken["counts"]["created"], taken["counts"]["errors"]) == ("applied", 1, 1)
    mended = await send(callers.agency, csv_of(good, {**bad, "provinces": "83", "budget_thb": "5"}), apply="auto")
    assert (mended["counts"]["created"], mended["counts"]["unchanged"]) == (1, 1)


async def test_what_is_exported_comes_back_unchanged(callers: Callers, send: Send) -> None:
    await send(callers.agency, csv_of(proposal(population="๑๒๓"), proposal(districts="8301")), apply="auto")
    for form in ("csv", "ndjson"):
        asked = {"f": form, "organisation": str(HOME), "stage": "draft", "geometry": "full"}
        exported = await callers.agency.get("/v1/proposals", params=asked)
        again = await send(callers.agency, exported.content)
        assert again["counts"]["errors"] == 0, (form, json.dumps(again["counts"]))
        assert again["counts"]["unchanged"] == again["counts"]["rows"] > 1


async def test_complete_proposals_are_submitted_where_that_is_asked(callers: Callers, send: Send) -> None:
    today_open = {"title_en": "now", "title_th": "ตอนนี้", "opens_on": "2020-01-01", "closes_on": "2399-12-31"}
    call = (await callers.secretary.post("/v1/calls", json=today_open)).json()
    found = await send(
        callers.agency,
        csv_of(proposal(call_id=call["id"]), proposal(call_id=call["id"], title_en="")),
        apply="auto",
        then="submit",
    )
    assert found["counts"] | {"created": 2, "submitted": 1} == found["counts"], found
    rows = (await callers.agency.get(f"/v1/imports/{found['id']}/rows")).json()["items"]
    first, second = [(await callers.agency.get(f"/v1/proposals/{row['record_id']}")).json() for row in rows]
    assert (first["stage"], second["stage"]) == ("submitted", "draft")
    assert first["reference_number"].startswith("SCP-")
    assert [fault["code"] for fault in rows[1]["faults"]] == ["not_submitted_missing"]


async def test_nobody_touches_what_is_anothers(callers: Callers, send: Send) -> None:
    row = proposal()
    mine = await send(callers.agency, csv_of(row), apply="auto")
    (made,) = (await callers.agency.get(f"/v1/imports/{mine['id']}/rows")).json()["items"]
    assert (await callers.foreign.get(f"/v1/imports/{mine['id']}")).status_code == 404
    assert (await callers.public.get(f"/v1/imports/{mine['id']}")).status_code == 401
    stolen = await send(callers.foreign, csv_of({**row, "source_system": f"organisations/{HOME}"}))
    (refused,) = (await callers.foreign.get(f"/v1/imports/{stolen['id']}/rows")).json()["items"]
    assert "not_your_system" in [fault["code"] for fault in refused["faults"]]
    by_id = await send(callers.foreign, csv_of({**row, "id": made["record_id"]}))
    (hidden,) = (await callers.foreign.get(f"/v1/imports/{by_id['id']}/rows")).json()["items"]
    assert [fault["code"] for fault in hidden["faults"]] == ["unknown_record"]
    own = await send(callers.foreign, csv_of(row), apply="auto")
    assert own["counts"]["created"] == 1
