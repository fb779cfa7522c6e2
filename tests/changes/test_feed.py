"""The feed of changes: whole, in order, filtered by who asks, and never missing a late commit."""

import concurrent.futures
import contextlib
import itertools
import threading
from collections.abc import Callable
from typing import Any, Literal
from uuid import uuid4

import httpx
import psycopg
import pytest
from tests.callers import HOME, Callers
from tests.changes.feeding import Mirror, seal
from tests.history.making import CREATE, SUBMIT, TO_THE_PLAN, Making, insert
from tests.support import listed

from smartcity_api.app import LAYERS
from smartcity_api.local_cluster import OWNER, Cluster

Connection = psycopg.Connection[Any]
Sealing = Callable[[], int]


async def test_a_mirror_holds_what_the_lists_have(client: httpx.AsyncClient, sealing: Sealing) -> None:
    assert sealing() > 2000
    mirror = Mirror(client, limit=500)
    await mirror.catch_up()
    for name, layer in LAYERS.items():
        key = str(layer.key.key)
        kept = {one[key]: one["version"] for one in await listed(client, name)}
        assert {id: version for (resource, id), version in mirror.holds.items() if resource == name} == kept
    assert len(mirror.holds) > 1500


async def test_there_is_always_a_place_to_go_on_from(
    client: httpx.AsyncClient, owner: Connection, sealing: Sealing
) -> None:
    first = (await client.get("/v1/changes")).json()
    assert first["items"] == []
    assert (await client.get(first["next"])).json() == first
    sealing()
    mirror = Mirror(client)
    mirror.next = first["next"]
    await mirror.catch_up()
    standing = mirror.cursor
    assert await mirror.catch_up() == []
    assert mirror.cursor == standing
    owner.execute("UPDATE province SET name_en = 'Puket' WHERE code = '83'")
    assert await mirror.catch_up() == []
    sealing()
    (change,) = await mirror.catch_up()
    assert (change["resource"], change["id"], change["op"], change["version"]) == ("provinces", "83", "update", 2)


async def test_parts_are_told_of_as_changes_of_their_records(
    client: httpx.AsyncClient, owner: Connection, sealing: Sealing
) -> None:
    sealing()
    mirror = Mirror(client)
    await mirror.catch_up()
    owner.execute("UPDATE decision SET conditions = 'within a year' WHERE id = (SELECT id FROM decision LIMIT 1)")
    sealing()
    assert [(change["resource"], change["op"]) for change in await mirror.catch_up()] == [("resolutions", "update")]


async def test_whoever_commits_late_is_told_of_later_and_never_missed(
    client: httpx.AsyncClient, cluster: Cluster, own_database: str, sealing: Sealing
) -> None:
    sealing()
    mirror = Mirror(client, limit=1)
    await mirror.catch_up()
    for order in itertools.permutations(range(3)):
        with contextlib.ExitStack() as stack:
            url = cluster.url(OWNER, own_database).replace("+psycopg", "")
            writers = [stack.enter_context(psycopg.connect(url)) for _ in order]
            for number, writer in enumerate(writers):
                rename(writer, "province", f"1{number}")
            sealing()
            assert await mirror.catch_up() == []
            for number in order:
                rename(writers[number], "district", f"100{number + 1}")
                writers[number].commit()
                sealing()
                told = [(one["resource"], one["id"]) for one in await mirror.catch_up()]
                assert told == [("provinces", f"1{number}"), ("districts", f"100{number + 1}")]


def rename(writer: Connection, table: Literal["province", "district"], code: str) -> None:
    writer.execute(f"UPDATE {table} SET name_en = %s WHERE code = %s", (str(uuid4()), code))


async def test_writers_and_two_sealers_at_once_lose_and_double_nothing(
    client: httpx.AsyncClient, cluster: Cluster, own_database: str, sealing: Sealing
) -> None:
    sealing()
    mirror = Mirror(client)
    await mirror.catch_up()
    url = cluster.url(OWNER, own_database).replace("+psycopg", "")
    done = threading.Event()

    def write(code: int) -> None:
        with psycopg.connect(url) as connection:
            for turn in range(25):
                rename(connection, "province", str(code))
                rename(connection, "province", "96")
                connection.commit() if turn % 5 else connection.rollback()

    def keep_sealing() -> None:
        while not done.is_set():
            seal(cluster, own_database, most=7)

    codes = (10, 11, 12, 13)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        sealers = [threads.submit(keep_sealing) for _ in range(2)]
        writers = [threads.submit(write, code) for code in codes]
        while not all(writer.done() for writer in writers):
            await mirror.catch_up()
        done.set()
    assert [future.exception() for future in (*sealers, *writers)] == [None] * 6
    sealing()
    await mirror.catch_up()
    assert mirror.versions(1) == {str(code): list(range(2, 22)) for code in codes} | {"96": list(range(2, 82))}
    counted = cluster.sql("SELECT count(*) = max(number), min(number) FROM audit_entry", database=own_database)
    assert counted.strip() == "t|1"


async def test_who_may_see_a_proposal_hears_of_it_and_of_what_is_about_it(
    callers: Callers, making: Making, sealing: Sealing
) -> None:
    sealing()
    mirrors = {name: Mirror(getattr(callers, name)) for name in ("public", "foreign", "agency", "secretary")}
    for mirror in mirrors.values():
        await mirror.catch_up()

    async def told(name: str) -> list[tuple[str, str]]:
        return [(one["resource"], one["op"]) for one in await mirrors[name].catch_up()]

    proposal = making.proposal()
    making.owner.execute("UPDATE proposal SET proponent_id = %s WHERE id = %s", [HOME, proposal.id])
    proposal.go(CREATE, SUBMIT)
    about = {"subject_type": "proposals", "subject_id": str(proposal.id)}
    insert(making.owner, "milestone", title_en="Due", kind="plan", **about)
    sealing()
    hidden = [("proposals", "create"), *[("proposals", "update")] * 3, ("milestones", "create")]
    assert await told("public") == await told("foreign") == []
    assert await told("secretary") == hidden
    # Of what was nobody's at first, its agency hears once it is its own.
    assert await told("agency") == [("proposals", "create"), *hidden[2:]]
    proposal.go(*TO_THE_PLAN[2:])
    sealing()
    shown = await told("public")
    assert shown == await told("foreign")
    assert shown[:2] == [("proposals", "create"), ("milestones", "create")]
    assert set(shown[2:]) <= {("proposals", "update"), ("resolutions", "create"), ("bodies", "create")}
    assert ("milestones", "update") in await told("agency")


async def test_a_deleted_record_is_told_of_to_who_could_see_it(
    callers: Callers, making: Making, sealing: Sealing
) -> None:
    sealing()
    mirrors = {name: Mirror(getattr(callers, name)) for name in ("public", "secretary")}
    draft = making.proposal().go(CREATE)
    source = making.source()
    sealing()
    for mirror in mirrors.values():
        await mirror.catch_up()
    making.owner.execute("DELETE FROM source WHERE id = %s", [source])
    making.owner.execute("DELETE FROM proposal WHERE id = %s", [draft.id])
    sealing()
    gone = {name: [(one["id"], one["op"]) for one in await mirror.catch_up()] for name, mirror in mirrors.items()}
    assert gone["public"] == [(str(source), "delete")]
    assert gone["secretary"] == [(str(source), "delete"), (str(draft.id), "delete")]


@pytest.mark.parametrize("since", ["x", "", "%00", "bm90IG91cnM", "a" * 1001, "ก"])
async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient, since: str) -> None:
    answer = await client.get("/v1/changes", params={"since": since})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "since"


async def test_a_cursor_of_a_state_that_was_lost_is_refused(
    client: httpx.AsyncClient, owner: Connection, cluster: Cluster, own_database: str, sealing: Sealing
) -> None:
    sealing()
    mirror = Mirror(client)
    await mirror.catch_up()
    assert (await client.get(mirror.next)).status_code == 200
    cluster.sql("SET session_replication_role = replica; TRUNCATE audit_entry, audit_block", database=own_database)
    owner.execute("UPDATE province SET name_en = 'x' || name_en")
    answer = await client.get(mirror.next)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "unknown_position"
