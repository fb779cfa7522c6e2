"""Imports at the same time as others and as single writes, and what happens between looking and writing."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import AsyncConnection
from tests.callers import HOME, Callers
from tests.imports.conftest import Send, Worked
from tests.imports.test_importing import csv_of, proposal
from tests.imports.test_killed import filed, histories
from tests.imports.writing import Told, rows_of

from smartcity_api.imports.actions import work as working
from smartcity_api.imports.actions.running import take
from smartcity_api.server import connect
from smartcity_api.settings import Settings

ANY = {"If-Match": "*"}
COUNT = 120
AT_ONCE = 25


@pytest.fixture(autouse=True)
def _in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "AT_ONCE", AT_ONCE)


async def at_once(settings: Settings) -> None:
    """Everything that waits, each import by a worker of its own."""
    conninfo = connect(settings).conninfo
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        runs = []
        while run := await take(connection):
            runs.append(run)
    await asyncio.gather(*(asyncio.to_thread(working.work, conninfo, settings.imports, run) for run in runs))


async def posted(client: httpx.AsyncClient, *rows: Told, **params: Any) -> str:
    answer = await client.post("/v1/imports", params={"kind": "proposals", **params}, content=csv_of(*rows))
    assert answer.status_code == 202, answer.text
    return f"/v1/imports/{answer.json()['id']}"


async def read(client: httpx.AsyncClient, path: str) -> Told:
    found: Told = (await client.get(path)).json()
    return found


def many(system: str, **told: Any) -> list[Told]:
    return [proposal(source_system=system, external_id=f"{number:04}", boundary="", **told) for number in range(COUNT)]


@pytest.mark.parametrize("modes", [("atomic", "atomic"), ("atomic", "partial"), ("partial", "partial")])
async def test_the_same_new_rows_at_once(callers: Callers, settings: Settings, modes: tuple[str, str]) -> None:
    system = f"twice-{uuid4()}"
    rows = many(system)
    paths = [
        await posted(callers.secretary, *rows, mode=modes[0], apply="auto"),
        await posted(callers.secretary, *rows[::-1], mode=modes[1], apply="auto"),
    ]
    await at_once(settings)
    found = [await read(callers.secretary, path) for path in paths]
    assert [one["status"] for one in found] == ["applied", "applied"], [one["failure"] for one in found]
    assert sum(one["counts"]["created"] for one in found) == COUNT
    assert filed(settings, system) == [f"{number:04}" for number in range(COUNT)]
    assert histories(settings, system) == {(1, 1)}
    for path in paths:
        states = {row["state"] for row in await rows_of(callers.secretary, {"id": path.rpartition("/")[2]})}
        assert states <= {"new", "unchanged"}


@pytest.mark.parametrize("mode", ["atomic", "partial"])
async def test_the_same_records_in_opposite_orders(callers: Callers, send: Send, settings: Settings, mode: str) -> None:
    system = f"crossed-{uuid4()}"
    rows = many(system)
    assert (await send(callers.secretary, csv_of(*rows), apply="auto"))["status"] == "applied"
    paths = [
        await posted(callers.secretary, *({**row, "title_th": "หนึ่ง"} for row in rows), mode=mode),
        await posted(callers.secretary, *({**row, "title_th": "สอง"} for row in rows[::-1]), mode=mode),
    ]
    await at_once(settings)
    for path in paths:
        assert (await callers.secretary.post(f"{path}/apply", headers=ANY)).status_code == 202
    await at_once(settings)
    for path in paths:
        found = await read(callers.secretary, path)
        assert (found["status"], found["counts"]["updated"]) == ("applied", COUNT), found
    asked = "SELECT title_th, version FROM proposal WHERE source_system = %s GROUP BY 1, 2"
    with psycopg.connect(connect(settings).conninfo) as connection:
        left = connection.execute(asked, (system,)).fetchall()
    assert {version for _, version in left} == {3}
    assert mode == "partial" or len(left) == 1, "all of one import, which came last"


async def test_single_writes_of_the_same_records_meanwhile(callers: Callers, send: Send, settings: Settings) -> None:
    system = f"meanwhile-{uuid4()}"
    today_open = {"title_en": "now", "title_th": "ตอนนี้", "opens_on": "2020-01-01", "closes_on": "2399-12-31"}
    call = (await callers.secretary.post("/v1/calls", json=today_open)).json()
    rows = many(system, call_id=call["id"], proponent_id=str(HOME), location="POINT(98.31 7.91)")
    made = await send(callers.secretary, csv_of(*rows), apply="auto")
    keys = [row["record_id"] for row in await rows_of(callers.secretary, made)]
    fresh = [proposal(source_system=system, external_id=f"new-{number}", boundary="") for number in range(10)]
    path = await posted(
        callers.secretary, *({**row, "population": 5} for row in rows), *fresh, mode="partial", apply="auto"
    )

    async def single(number: int) -> int:
        key = f"/v1/proposals/{keys[number]}"
        if number % 3 == 0:
            answer = await callers.secretary.patch(key, json={"title_en": "Meanwhile"}, headers=ANY)
        elif number % 3 == 1:
            answer = await callers.secretary.post(f"{key}/submit", json={"change_reason": "ready"}, headers=ANY)
        else:
            told = {"title_th": "x", "provinces": ["83"], "proponent_id": None} | {
                "source_system": system, "external_id": f"new-{number % 10}",
            }  # fmt: skip
            answer = await callers.secretary.post("/v1/proposals", json=told)
        return answer.status_code

    codes, _ = await asyncio.gather(asyncio.gather(*(single(number) for number in range(30))), at_once(settings))
    assert set(codes) <= {200, 201, 409}
    assert 200 in codes[1::3]
    found = await read(callers.secretary, path)
    assert found["status"] == "applied", found
    with psycopg.connect(connect(settings).conninfo) as connection:
        asked = "SELECT id::text, stage, population FROM proposal WHERE source_system = %s"
        left = {key: (stage, population) for key, stage, population in connection.execute(asked, (system,))}
    assert len(left) == COUNT + 10
    for row in await rows_of(callers.secretary, found):
        if row["state"] == "changed" and row["record_id"] in keys:
            assert left[row["record_id"]][1] == 5
        elif row["state"] == "error":
            assert [fault["code"] for fault in row["faults"]] == ["stage"]
    assert {acts for acts, _ in histories(settings, system)} <= {1, 2}


@pytest.mark.parametrize("mode", ["atomic", "partial"])
async def test_what_changes_between_looking_and_writing(
    callers: Callers, send: Send, worked: Worked, mode: str
) -> None:
    system = f"between-{uuid4()}"
    today_open = {"title_en": "now", "title_th": "ตอนนี้", "opens_on": "2020-01-01", "closes_on": "2399-12-31"}
    call = (await callers.secretary.post("/v1/calls", json=today_open)).json()
    rows = [
        proposal(source_system=system, external_id=str(number), call_id=call["id"], proponent_id=str(HOME))
        for number in range(5)
    ]
    made = await send(callers.secretary, csv_of(*rows[:4]), apply="auto")
    keys = [f"/v1/proposals/{row['record_id']}" for row in await rows_of(callers.secretary, made)]
    told = [{**row, "population": 7, "version": 1 if number < 4 else ""} for number, row in enumerate(rows)]
    told[1]["version"] = told[2]["version"] = ""
    looked = await send(callers.secretary, csv_of(*told), mode=mode)
    assert looked["counts"] | {"new": 1, "changed": 4, "errors": 0} == looked["counts"]

    assert (await callers.secretary.delete(keys[1], headers=ANY)).status_code == 204
    submitted = await callers.secretary.post(f"{keys[2]}/submit", json={"change_reason": "ready"}, headers=ANY)
    assert submitted.status_code == 200, submitted.text
    changed = await callers.secretary.patch(keys[3], json={"title_en": "Other"}, headers=ANY)
    assert changed.status_code == 200
    other = {"title_th": "อื่น", "provinces": ["83"], "source_system": system, "external_id": "4"}
    assert (await callers.secretary.post("/v1/proposals", json=other)).status_code == 201

    path = f"/v1/imports/{looked['id']}"
    assert (await callers.secretary.post(f"{path}/apply", headers=ANY)).status_code == 202
    await worked()
    done = await read(callers.secretary, path)
    states = [(row["state"], [one["code"] for one in row["faults"]]) for row in await rows_of(callers.secretary, done)]
    bad = [("error", [code]) for code in ("record_gone", "stage", "version_changed")]
    assert states == [("changed", []), *bad, ("changed", [])]
    assert done["counts"]["errors"] == 3
    if mode == "atomic":
        assert (done["status"], done["failure"]["code"]) == ("failed", "rows_changed")
        assert ": 3, 4, 5;" in done["failure"]["message"]
        assert done["counts"] | {"created": 0, "updated": 0} == done["counts"]
    else:
        assert done["status"] == "applied"
        assert done["counts"] | {"created": 0, "updated": 2} == done["counts"]
    record = (await callers.secretary.get(keys[0])).json()
    assert record["population"] == (None if mode == "atomic" else 7)
    assert (await callers.secretary.get(keys[1])).status_code == 410


async def test_one_record_that_is_told_of_in_two_ways(callers: Callers, send: Send) -> None:
    system = f"ways-{uuid4()}"
    first, second = (proposal(source_system=system, external_id=name, boundary="") for name in ("a", "b"))
    made = await send(callers.secretary, csv_of(first, second), apply="auto")
    keys = [row["record_id"] for row in await rows_of(callers.secretary, made)]
    told = [
        {**first, "population": 1},
        {**first, "external_id": "", "source_system": "", "id": keys[0], "population": 2},
        {**second, "external_id": "a", "id": keys[1]},
        {**second, "external_id": "c", "id": keys[1]},
        {**second, "external_id": "c", "id": ""},
    ]
    found = await send(callers.secretary, csv_of(*told), mode="partial", apply="auto")
    rows = await rows_of(callers.secretary, found)
    codes = [{one["code"] for one in row["faults"]} for row in rows]
    assert codes == [set(), {"duplicate_key"}, {"key_taken", "duplicate_key"}, {"duplicate_key"}, {"duplicate_key"}]
    assert rows[1]["faults"][0]["value"] == keys[0]
    assert (found["status"], found["counts"]["updated"]) == ("applied", 1)


async def test_a_key_that_is_taken_by_a_change_is_its_rows_fault(
    callers: Callers, send: Send, settings: Settings, worked: Worked
) -> None:
    system = f"taken-{uuid4()}"
    rows = [proposal(source_system=system, external_id=name, boundary="") for name in ("a", "b")]
    made = await send(callers.secretary, csv_of(*rows), apply="auto")
    keys = [row["record_id"] for row in await rows_of(callers.secretary, made)]
    told = [{**rows[0], "external_id": "c", "id": keys[0]}, {**rows[1], "external_id": "d", "id": keys[1]}]
    looked = await send(callers.secretary, csv_of(*told), mode="partial")
    taken = {"title_th": "อื่น", "provinces": ["83"], "source_system": system, "external_id": "c"}
    assert (await callers.secretary.post("/v1/proposals", json=taken)).status_code == 201
    path = f"/v1/imports/{looked['id']}"
    await callers.secretary.post(f"{path}/apply", headers=ANY)
    await worked()
    done = await read(callers.secretary, path)
    assert (done["status"], done["counts"]["updated"], done["counts"]["errors"]) == ("applied", 1, 1)
    assert filed(settings, system) == ["a", "c", "d"]


async def test_what_is_referred_to_goes_between_looking_and_writing(
    callers: Callers, send: Send, worked: Worked
) -> None:
    name = f"หน่วยงาน {uuid4()}"
    made = await callers.secretary.post("/v1/organisations", json={"name_th": name, "kind": "agency"})
    rows = [
        proposal(source_system="refers", boundary=""),
        proposal(source_system="refers", proponent_id=name, boundary=""),
    ]
    looked = await send(callers.secretary, csv_of(*rows))
    assert looked["counts"]["errors"] == 0
    gone = await callers.secretary.delete(made.headers["location"], headers=ANY)
    assert gone.status_code == 204, gone.text
    path = f"/v1/imports/{looked['id']}"
    await callers.secretary.post(f"{path}/apply", headers=ANY)
    await worked()
    done = await read(callers.secretary, path)
    assert (done["status"], done["failure"]["code"], done["counts"]["errors"]) == ("failed", "rows_changed", 1)
    _, bad = await rows_of(callers.secretary, done)
    assert (bad["state"], [one["code"] for one in bad["faults"]]) == ("error", ["unknown_reference"])
    assert bad["faults"][0]["column"] == "proponent_id"
    assert not any(word in bad["faults"][0]["message"] for word in ("insert or update", "constraint"))
