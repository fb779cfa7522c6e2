"""What is asked often is answered as psycopg answers it, and prepared no longer than it is worth."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors
from tests.support import given_up

from smartcity_api.kit import often
from smartcity_api.kit.database import Database
from smartcity_api.kit.listening import Listening
from smartcity_api.local_cluster import Cluster

MANY = often.USES + 3

VALUES: dict[str, tuple[str, Any]] = {
    "text": ("SELECT %(one)s::text || ' 100%% ' || %(one)s::text", "ภูเก็ต % %(one)s $1"),
    "nothing": ("SELECT %(one)s::text IS NULL, %(one)s::int", None),
    "numbers": ("SELECT %(one)s::float8 / 3, %(one)s::int, %(one)s::numeric", 7),
    "a large one": ("SELECT %(one)s + 1", 2**40),
    "texts": ("SELECT unnest(%(one)s::text[]) AS line ORDER BY 1", ["ข", "ก", 'a"b', "NULL"]),
    "no texts": ("SELECT unnest(%(one)s::text[])", []),
    "keys": ("SELECT %(one)s::uuid[]", [UUID(int=1), UUID(int=2)]),
    "a day": ("SELECT %(one)s + 1", date(2021, 11, 5)),
    "an instant": ("SELECT %(one)s", datetime(2021, 11, 5, 3, 4, 5, 6, UTC)),
    "json": ("SELECT json_build_object('name', %(one)s::text), %(one)s::text::bytea", "x"),
    "no rows": ("SELECT 1 WHERE %(one)s", False),
    "a shape": ("SELECT ST_MakePoint(%(one)s, 2)", 1.5),
}


async def names(connection: Listening) -> list[str]:
    """What the server has prepared."""
    cursor = await connection.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'often%' ORDER BY 1")
    return [name for (name,) in await cursor.fetchall()]


@pytest.mark.parametrize("kind", VALUES)
async def test_answers_are_psycopgs(patient: Database, kind: str) -> None:
    text, value = VALUES[kind]
    values: Mapping[str, Any] = {"one": value, "unused": object()}
    async with patient._reading.one() as connection:
        cursor = await connection.execute(text.encode(), values, binary=True)
        expected = await cursor.fetchall()
        for _ in range(MANY):
            assert list(await connection.often.rows(text, values)) == expected
        assert len(await names(connection)) == 1


async def test_what_is_asked_seldom_is_not_prepared(patient: Database) -> None:
    async with patient._reading.one() as connection:
        for number in range(often.MOST * 2):
            assert await connection.often.rows(f"SELECT {number}", {}) == [(number,)]
        assert await names(connection) == []
        assert len(connection.often._known) == often.MOST


async def test_what_is_long_is_not_remembered(patient: Database) -> None:
    text = f"SELECT length('{'x' * often.LONG}')"
    async with patient._reading.one() as connection:
        for _ in range(MANY):
            assert await connection.often.rows(text, {}) == [(often.LONG,)]
        assert not connection.often._known


@pytest.mark.parametrize("text", ["SELECT %(one)s", f"SELECT %(one)s --{'x' * often.LONG}"])
async def test_what_is_to_be_done_meanwhile_is_done_once_before_the_rows_are_there(
    patient: Database, text: str
) -> None:
    async with patient._reading.one() as connection:
        for number in range(MANY):
            done: list[int] = []
            found = await connection.often.rows(text, {"one": number}, partial(done.append, 1))
            assert (found, done) == ([(number,)], [1])


async def test_values_that_the_socket_has_no_room_for_are_sent_all_the_same(patient: Database) -> None:
    async with patient._reading.one() as connection:
        for _ in range(MANY):
            assert await connection.often.rows("SELECT length(%(one)s)", {"one": "x" * 5_000_000}) == [(5_000_000,)]
        assert len(await names(connection)) == 1


async def test_values_of_other_types_are_other_statements(patient: Database) -> None:
    async with patient._reading.one() as connection:
        for value in [1, 2**20, 2**40, 1.5, None] * MANY:
            ((found,),) = await connection.often.rows("SELECT %(one)s", {"one": value})
            assert found == value
        assert len(await names(connection)) == 5


async def test_those_that_were_asked_last_stay_prepared(patient: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(often, "MOST", 2)
    async with patient._reading.one() as connection:
        for number in (1, 2, 1, 3):
            for _ in range(MANY):
                await connection.often.rows(f"SELECT {number}", {})
        assert [key[0] for key in connection.often._known] == ["SELECT 1", "SELECT 3"]
        assert len(await names(connection)) == 2


async def test_an_error_is_psycopgs_and_leaves_the_statement(patient: Database) -> None:
    async with patient._reading.one() as connection:
        for divisor in [1] * MANY + [0, 1, 0, 1]:
            asking = connection.often.rows("SELECT 6 / %(one)s", {"one": divisor})
            if divisor:
                assert await asking == [(6,)]
            else:
                with pytest.raises(errors.DivisionByZero):
                    await asking
        assert len(await names(connection)) == 1


async def test_a_table_that_changed_costs_one_answer(patient: Database, owner: psycopg.Connection[Any]) -> None:
    owner.execute(
        "CREATE TABLE changing (one int); INSERT INTO changing VALUES (1); GRANT SELECT ON changing TO PUBLIC"
    )
    async with patient._reading.one() as connection:
        for _ in range(MANY):
            assert await connection.often.rows("SELECT * FROM changing", {}) == [(1,)]
        owner.execute("ALTER TABLE changing ADD two int DEFAULT 2")
        with pytest.raises(errors.FeatureNotSupported):
            await connection.often.rows("SELECT * FROM changing", {})
        for _ in range(MANY):
            assert await connection.often.rows("SELECT * FROM changing", {}) == [(1, 2)]


async def test_who_goes_away_leaves_no_answer_behind(
    patient: Database, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    async with patient._reading.one() as connection:
        for _ in range(MANY):
            assert await connection.often.rows("SELECT count(*) > %(one)s FROM province", {"one": 0}) == [(True,)]
        with owner.transaction():
            owner.execute("LOCK TABLE province")
            asking = connection.often.rows("SELECT count(*) > %(one)s FROM province", {"one": 0})
            await given_up(asyncio.create_task(asking), cluster, own_database)
        assert await connection.often.rows("SELECT count(*) > %(one)s FROM province", {"one": 10**3}) == [(False,)]


async def test_it_is_part_of_the_transaction(patient: Database) -> None:
    async with patient.snapshot() as snapshot:
        for _ in range(MANY):
            found = await snapshot._connection.often.rows("SELECT now(), current_setting('transaction_isolation')", {})
            assert found[0][1] == b"repeatable read"
        again = await snapshot._connection.often.rows("SELECT now(), current_setting('transaction_isolation')", {})
        assert again == found
