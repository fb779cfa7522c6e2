"""Tampering is located: rows, entries, their order, whole blocks; by the endpoint and by the command."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import httpx
import psycopg
import pytest
from tests.audit.conftest import Tamper
from tests.callers import Callers
from tests.history.making import Making

Sealing = Callable[[], int]
REHASH = "UPDATE audit_entry SET hash = smartcity_entry_hash(number, audit_entry) WHERE number BETWEEN {0} AND {1}"
REBLOCK = """
UPDATE audit_block SET hash = smartcity_block_hash(audit_block, (
  SELECT string_agg(hash, ''::bytea ORDER BY number) FROM audit_entry WHERE number BETWEEN first AND last))
 WHERE number = {0}
"""
RECHAIN = "UPDATE audit_block SET previous = (SELECT hash FROM audit_block WHERE number = {0} - 1) WHERE number = {0}"


async def found(client: httpx.AsyncClient, **params: Any) -> list[tuple[Any, ...]]:
    """What is wrong, as the endpoint has it: kind, number, resource."""
    answer = await client.get("/v1/audit/verify", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["ok"] == (not body["faults"])
    return [(fault["kind"], fault["number"], fault["resource"]) for fault in body["faults"]]


async def test_what_nobody_tampered_with_is_in_order(client: httpx.AsyncClient, sealing: Sealing) -> None:
    empty = (await client.get("/v1/audit/verify")).json()
    assert (empty["ok"], empty["checked"], empty["head"]) == (True, 0, None)
    entries = sealing()
    assert entries > 2000
    whole = (await client.get("/v1/audit/verify")).json()
    heads = (await client.get("/v1/audit/heads", params={"limit": 1000})).json()["items"]
    assert (whole["ok"], whole["first"], whole["last"], whole["checked"]) == (True, 1, entries, entries)
    assert whole["head"]["hash"] == heads[0]["hash"]
    assert [head["number"] for head in heads] == list(range(len(heads), 0, -1))
    assert all(earlier["hash"] == later["previous"] for later, earlier in pairwise(heads))
    part = (await client.get("/v1/audit/verify", params={"from": 310, "to": 320})).json()
    assert (part["ok"], part["first"], part["last"], part["checked"]) == (True, 301, 600, 300)
    assert await found(client, expected_head=heads[-1]["hash"]) == []
    assert await found(client, expected_head="0" * 64) == [("head_not_found", None, None)]


TRAIL: list[tuple[list[str], list[tuple[str, int]]]] = [
    (["UPDATE audit_entry SET actor = 'nobody' WHERE number = 700"], [("altered_entry", 700)]),
    (["UPDATE audit_entry SET after = '{}' WHERE number = 2"], [("altered_entry", 2)]),
    (["UPDATE audit_entry SET actor = 'x' WHERE number = 5", REHASH.format(5, 5)], [("altered_block", 1)]),
    (["DELETE FROM audit_entry WHERE number = 650"], [("missing_entry", 650)]),
    (
        [
            "UPDATE audit_entry SET number = -11 WHERE number = 11",
            "UPDATE audit_entry SET number = 11 WHERE number = 12",
            "UPDATE audit_entry SET number = 12 WHERE number = -11",
        ],
        [("altered_entry", 11), ("altered_entry", 12), ("wrong_order", 12), ("altered_block", 1)],
    ),
    (
        ["UPDATE audit_entry SET actor = 'x' WHERE number = 302", REHASH.format(302, 302), REBLOCK.format(2)],
        [("broken_chain", 601)],
    ),
    (
        [
            "UPDATE audit_entry SET actor = 'x' WHERE number = 302",
            REHASH.format(302, 302),
            REBLOCK.format(2),
            RECHAIN.format(3),
            REBLOCK.format(3),
        ],
        [("broken_chain", 901)],
    ),
    (["DELETE FROM audit_block WHERE number = 2"], [("missing_block", 601), ("broken_chain", 601)]),
    (
        ["UPDATE audit_block SET sealed_at = sealed_at + interval '1 day' WHERE number = 4"],
        [("altered_block", 901)],
    ),
]


async def test_what_was_done_to_the_trail_is_located(
    client: httpx.AsyncClient, sealing: Sealing, tamper: Tamper
) -> None:
    sealing()
    tables = ("audit_entry", "audit_block")
    tamper(*(f"CREATE TABLE kept_{table} AS TABLE {table}" for table in tables))
    for statements, expected in TRAIL:
        tamper(*statements)
        located = [(kind, number) for kind, number, _ in await found(client) if not kind.startswith("row_")]
        assert located == expected, statements
        tamper(*(f"TRUNCATE {table}; INSERT INTO {table} SELECT * FROM kept_{table}" for table in tables))
    assert await found(client) == []


async def test_a_chain_written_anew_is_found_against_a_published_head(
    client: httpx.AsyncClient, sealing: Sealing, tamper: Tamper
) -> None:
    sealing()
    published = (await client.get("/v1/audit/heads")).json()["items"]
    last = published[0]["number"]
    again = [one.format(number) for number in range(3, last + 1) for one in (RECHAIN, REBLOCK)]
    tamper("UPDATE audit_entry SET actor = 'x' WHERE number = 302", REHASH.format(302, 302), REBLOCK.format(2), *again)
    assert await found(client) == []
    assert await found(client, expected_head=published[0]["hash"]) == [("head_not_found", None, None)]
    assert await found(client, expected_head=published[-1]["hash"]) == []


ROWS = {
    "UPDATE province SET name_en = 'Mine' WHERE code = '83'": ("row_altered", "provinces", "name_en"),
    "UPDATE district SET boundary = ST_Translate(boundary, 0.0001, 0) WHERE code = '8301'":
        ("row_altered", "districts", "boundary"),
    "DELETE FROM claim WHERE id = (SELECT min(id::text)::uuid FROM claim)": ("row_gone", "claims", ""),
    "INSERT INTO organisation (id, name_en, kind) VALUES ('0199e3a4-6c1f-7d53-8a0b-2f4f7f1f0c55', 'Mine', 'agency')":
        ("row_without_entry", "organisations", ""),
    "UPDATE event SET stage = 'renewed' WHERE ctid = (SELECT min(ctid) FROM event)": ("row_altered", "events", "stage"),
    "UPDATE decision SET text = 'else' WHERE id = (SELECT min(id::text)::uuid FROM decision)":
        ("row_altered", "decisions", "text"),
    "UPDATE call SET updated_at = updated_at + interval '1 day' WHERE name = '1/2563'":
        ("row_altered", "calls", "updated_at"),
}  # fmt: skip


async def test_what_was_done_to_rows_past_the_trail_is_located(
    client: httpx.AsyncClient, sealing: Sealing, tamper: Tamper
) -> None:
    sealing()
    tamper(*ROWS)
    faults = (await client.get("/v1/audit/verify")).json()["faults"]
    located = {(fault["kind"], fault["resource"], fault["detail"].rpartition(": ")[2]) for fault in faults}
    assert len(faults) == len(ROWS)
    assert {(kind, resource) for kind, resource, _ in located} == {expected[:2] for expected in ROWS.values()}
    assert {fields for _, _, fields in located} >= {fields for _, _, fields in ROWS.values() if fields}
    assert {fault["id"] for fault in faults} >= {"83", "8301"}
    thai = await client.get("/v1/audit/verify", headers={"Accept-Language": "th"})
    assert all("แถวข้อมูล" in fault["detail"] for fault in thai.json()["faults"])


async def test_a_deletion_that_was_hidden_again_is_located(
    client: httpx.AsyncClient, owner: psycopg.Connection[Any], sealing: Sealing, tamper: Tamper
) -> None:
    source = Making(owner, owner).source()
    owner.execute("CREATE TABLE kept AS SELECT * FROM source WHERE id = %s", [source])
    owner.execute("DELETE FROM source WHERE id = %s", [source])
    sealing()
    assert await found(client) == []
    columns = "id, slug, title, url, reliability, version, created_at, updated_at, sources"
    tamper(f"INSERT INTO source ({columns}) SELECT {columns} FROM kept")
    assert [kind for kind, _, resource in await found(client) if resource == "sources"] == ["row_without_entry"]


async def test_what_is_hidden_is_not_named_to_everybody(
    callers: Callers, owner: psycopg.Connection[Any], sealing: Sealing, tamper: Tamper
) -> None:
    draft = Making(owner, owner).proposal()
    sealing()
    tamper(
        f"UPDATE proposal SET title_en = 'x' WHERE id = '{draft.id}'",
        f"DELETE FROM audit_entry WHERE subject_id = '{draft.id}'",
    )
    for caller, named in ((callers.public, False), (callers.agency, False), (callers.auditor, True)):
        text = (await caller.get("/v1/audit/verify")).text
        assert "row_without_entry" in text
        assert "missing_entry" in text
        assert (str(draft.id) in text) == named


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({"from": 1, "to": 10_001}, "to"),
        ({"from": 5, "to": 4}, "from"),
        ({"from": 0}, "from"),
        ({"to": "x"}, "to"),
        ({"expected_head": "abc"}, "expected_head"),
        ({"form": 1}, "form"),
    ],
)
async def test_a_span_that_is_none_is_refused(client: httpx.AsyncClient, params: Any, parameter: str) -> None:
    answer = await client.get("/v1/audit/verify", params=params)
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]
