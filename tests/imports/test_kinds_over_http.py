"""Milestones, organisations and footprints: made, changed and refused by the rules of single writes."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.callers import HOME, Callers
from tests.imports.conftest import Send
from tests.imports.shapes import square, wkt
from tests.imports.test_importing import csv_of, proposal
from tests.imports.writing import Told, codes_of, file_of, rows_of

from smartcity_api.imports.actions.circles import circles
from smartcity_api.kit.ids import register_id

SOURCE = str(register_id("sources", "doc-001"))
PLAN = f"plans/{register_id('plans', 'phase-plan-2562-03')}"


def milestone(**told: Any) -> Told:
    return {
        "source_system": "secretariat",
        "external_id": str(uuid4()),
        "title_th": "ส่งรายงาน",
        "subject": PLAN,
        "kind": "รายงาน",
        "set_on": "2024-01-31",
        "due_on": "2024-06",
        **told,
    }


def organisation(**told: Any) -> Told:
    return {
        "source_system": "interior",
        "external_id": str(uuid4()),
        "name_th": f"เทศบาลตำบลบ้านใหม่ {uuid4()}",
        "kind": "local_government",
        "province": "ภูเก็ต",
        **told,
    }


MAKERS = {"milestones": milestone, "organisations": organisation}


async def made(callers: Callers, send: Send, kind: str, *rows: Told) -> list[str]:
    """The ids of the records that the rows made or changed."""
    found = await send(callers.secretary, csv_of(*rows), kind=kind, apply="auto")
    assert found["status"] == "applied", (found, await rows_of(callers.secretary, found))
    return [row["record_id"] for row in await rows_of(callers.secretary, found)]


async def test_milestones_are_made_and_changed(callers: Callers, send: Send) -> None:
    first, second = milestone(due_on="๕ พ.ย. ๒๕๖๗"), milestone(title_en="Report", horizon="P5Y")
    found = await send(callers.secretary, csv_of(first, second), kind="milestones", apply="auto", era="be")
    assert found["counts"]["errors"] == 2, "set in the year 2024 of the Buddhist era"
    first["set_on"] = second["set_on"] = "31/1/2567"
    second["due_on"] = "2567-06"
    found = await send(callers.secretary, csv_of(first, second), kind="milestones", apply="auto", era="be")
    assert found["counts"] | {"created": 2, "new": 2} == found["counts"], await rows_of(callers.secretary, found)
    keys = [row["record_id"] for row in await rows_of(callers.secretary, found)]
    path = f"/v1/milestones/{keys[0]}"
    record = (await callers.secretary.get(path)).json()
    assert (record["set_on"], record["due_on"], record["kind"]) == ("2024-01-31", "2024-11-05", "report")
    assert (record["status"], record["source_system"]) == ("scheduled", "secretariat")
    assert f"{record['subject']['type']}/{record['subject']['id']}" == PLAN

    again = await send(callers.secretary, csv_of(first, second), kind="milestones", apply="auto", era="be")
    assert again["counts"] | {"unchanged": 2, "updated": 0} == again["counts"]
    assert (await callers.secretary.get(path)).json() == record
    first |= {"title_th": "ส่งรายงานฉบับเต็ม", "depends_on": keys[1]}
    other = await send(callers.secretary, csv_of(first, second), kind="milestones", apply="auto", era="be")
    assert other["counts"] | {"changed": 1, "unchanged": 1, "updated": 1} == other["counts"]
    changed = (await callers.secretary.get(path)).json()
    assert (changed["title_th"], changed["version"]) == ("ส่งรายงานฉบับเต็ม", record["version"] + 1)
    assert [one.rpartition("/")[2] if isinstance(one, str) else one["id"] for one in changed["depends_on"]] == [keys[1]]


async def test_another_day_of_a_milestone_is_planned_anew(callers: Callers, send: Send) -> None:
    row = milestone()
    await made(callers, send, "milestones", row)
    moved, wrong = {**row, "due_on": "2025-06"}, milestone(kind="feast", subject="plans", due_on="2023-01")
    found = await send(callers.secretary, csv_of(moved, wrong), kind="milestones", apply="auto", mode="partial")
    assert found["counts"] | {"errors": 2, "created": 0, "updated": 0} == found["counts"]
    (fault,), many = [one["faults"] for one in await rows_of(callers.secretary, found)]
    assert (fault["code"], fault["column"]) == ("replan", "due_on")
    assert "/v1/milestones/{id}/replan" in fault["message"]
    assert {one["column"] for one in many} >= {"kind", "subject"}


async def test_what_a_row_refers_to_is_there(callers: Callers, send: Send) -> None:
    rows = [
        milestone(),
        milestone(subject=f"proposals/{uuid4()}"),
        milestone(depends_on=str(uuid4())),
        milestone(resolution_id=str(uuid4())),
    ]
    found = await send(callers.secretary, csv_of(*rows), kind="milestones")
    assert found["counts"] | {"new": 1, "errors": 3} == found["counts"]
    found = await send(callers.secretary, csv_of(*rows), kind="milestones", apply="auto", mode="partial")
    assert found["counts"] | {"created": 1, "errors": 3} == found["counts"]
    bad = await rows_of(callers.secretary, found, state="error")
    assert [one["faults"][0]["column"] for one in bad] == ["subject", "depends_on", "resolution_id"]
    assert {one["faults"][0]["code"] for one in bad} == {"unknown_reference"}
    assert rows[1]["subject"] in bad[0]["faults"][0]["message"]


async def test_organisations_are_made_and_changed(callers: Callers, send: Send) -> None:
    row = organisation(local_government_types="city_municipality", parent_id=str(HOME))
    (key,) = await made(callers, send, "organisations", row)
    record = (await callers.secretary.get(f"/v1/organisations/{key}")).json()
    assert (record["name_th"], record["province"], record["external_id"]) == (row["name_th"], "83", row["external_id"])
    wrong = organisation(kind="guild", province="Atlantis", parent_id=str(uuid4()), valid_from_on="ถัดไป")
    found = await send(
        callers.secretary,
        csv_of({**row, "abbreviation": "ทต."}, wrong),
        kind="organisations",
        mode="partial",
        apply="auto",
    )
    assert found["counts"] | {"updated": 1, "errors": 1} == found["counts"]
    _, bad = await rows_of(callers.secretary, found)
    assert {one["column"] for one in bad["faults"]} == {"kind", "province", "parent_id", "valid_from_on"}
    same = await send(callers.secretary, csv_of({**row, "abbreviation": "ทต."}), kind="organisations", apply="auto")
    assert same["counts"] | {"unchanged": 1, "updated": 0} == same["counts"]


@pytest.mark.parametrize(("kind", "column"), [("milestones", "depends_on"), ("organisations", "parent_id")])
async def test_circles_are_refused(callers: Callers, send: Send, kind: str, column: str) -> None:
    rows = [MAKERS[kind]() for _ in range(5)]
    keys = await made(callers, send, kind, *rows)
    rows[2][column] = keys[3]
    await made(callers, send, kind, *rows)
    told = [
        {**rows[0], column: keys[1]},
        {**rows[1], column: keys[0]},  # with the row above
        {**rows[3], column: keys[2]},  # with the register
        {**rows[4], column: keys[0]},  # only behind a circle
    ]
    found = await send(callers.secretary, csv_of(*told), kind=kind, apply="auto", mode="partial")
    assert await codes_of(callers.secretary, found) == {2: ["circle"], 3: ["circle"], 4: ["circle"], 5: []}
    assert found["counts"] | {"errors": 3, "updated": 1} == found["counts"]
    bad = await rows_of(callers.secretary, found, state="error")
    assert {one["faults"][0]["column"] for one in bad} == {column}
    assert "row 2" in bad[1]["faults"][0]["message"]
    itself = await send(callers.secretary, csv_of({**rows[0], column: keys[0]}), kind=kind, apply="auto")
    assert (itself["status"], itself["counts"]["errors"]) == ("validated", 1)
    for key in keys[:2]:
        record = (await callers.secretary.get(f"/v1/{kind}/{key}")).json()
        assert not record.get(column)


@pytest.mark.parametrize("mode", ["atomic", "partial"])
async def test_a_circle_that_closes_after_the_file_was_looked_at(
    callers: Callers, send: Send, worked: Any, mode: str
) -> None:
    rows = [milestone(depends_on=""), milestone(depends_on="")]
    keys = await made(callers, send, "milestones", *rows)
    found = await send(callers.secretary, csv_of({**rows[0], "depends_on": keys[1]}), kind="milestones", mode=mode)
    assert found["counts"]["errors"] == 0
    answer = await callers.secretary.patch(
        f"/v1/milestones/{keys[1]}", json={"depends_on": [keys[0]]}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    path = f"/v1/imports/{found['id']}"
    assert (await callers.secretary.post(f"{path}/apply", headers={"If-Match": "*"})).status_code == 202
    await worked()
    done = (await callers.secretary.get(path)).json()
    assert done["status"] == ("failed" if mode == "atomic" else "applied")
    assert done["counts"] | {"errors": 1, "updated": 0, "changed": 0} == done["counts"]
    assert await codes_of(callers.secretary, found) == {2: ["circle"]}


def test_circles_of_any_length_are_found() -> None:
    ones = [UUID(int=number) for number in range(20_000)]
    line = {one: [ones[number - 1]] if number else [] for number, one in enumerate(ones)}
    assert list(circles(line)) == []
    ring = {**line, ones[0]: [ones[-1]]}
    assert [sorted(one) for one in circles(ring)] == [ones]
    two = {ones[0]: [ones[1], ones[2]], ones[1]: [ones[0]], ones[2]: [ones[3]], ones[3]: [ones[3]], ones[4]: [ones[0]]}
    assert sorted(sorted(one) for one in circles(two)) == [ones[:2], [ones[3]]]


async def test_an_agency_imports_what_it_may_write(callers: Callers) -> None:
    for kind in ("milestones", "organisations"):
        answer = await callers.agency.post("/v1/imports", params={"kind": kind}, content=csv_of(MAKERS[kind]()))
        assert answer.status_code == 403, answer.text
    for client in (callers.reviewer, callers.auditor):
        answer = await client.post("/v1/imports", params={"kind": "proposals"}, content=csv_of(proposal()))
        assert answer.status_code == 403


async def test_footprints_change_where_proposals_lie_and_make_none(callers: Callers, send: Send) -> None:
    rows = [proposal(), proposal()]
    mine = await send(callers.agency, csv_of(*rows), apply="auto")
    keys = [row["record_id"] for row in await rows_of(callers.agency, mine)]
    ring = square(98.30, 7.90)
    told = [
        {"external_id": rows[0]["external_id"], "boundary": wkt(ring)},
        {"external_id": rows[1]["external_id"], "boundary": rows[1]["boundary"]},
        {"external_id": str(uuid4()), "boundary": wkt(ring)},
    ]
    found = await send(callers.agency, csv_of(*told), kind="footprints", apply="auto", mode="partial")
    states = [(row["state"], [one["code"] for one in row["faults"]]) for row in await rows_of(callers.agency, found)]
    assert states == [("changed", []), ("unchanged", []), ("error", ["unknown_record"])]
    assert found["counts"] | {"created": 0, "updated": 1} == found["counts"]
    record = (await callers.agency.get(f"/v1/proposals/{keys[0]}")).json()
    assert (record["title_th"], record["version"]) == (rows[0]["title_th"], 2)
    by_id = file_of(
        "ndjson", [{"id": keys[1], "provinces": ["83"], "location": {"type": "Point", "coordinates": [98.39, 7.88]}}]
    )
    moved = await send(callers.agency, by_id, kind="footprints", apply="auto")
    assert (moved["status"], moved["counts"]["updated"]) == ("applied", 1), await rows_of(callers.agency, moved)
    foreign = await send(callers.foreign, by_id, kind="footprints", apply="auto")
    (hidden,) = await rows_of(callers.foreign, foreign)
    assert [(one["code"], one["pointer"]) for one in hidden["faults"]] == [("unknown_record", "/id")]
