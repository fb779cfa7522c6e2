"""The name of the data's state changes with every change of what answers are made of, and with nothing else."""

from collections.abc import Callable, Iterator
from typing import Any, LiteralString

import psycopg
import pytest

from smartcity_api.app import UNMARKED
from smartcity_api.local_cluster import APP, Cluster
from smartcity_api.tables import metadata

Connection = psycopg.Connection[Any]

UNREAD = {
    "api_key",
    "audit_block",
    "audit_entry",
    "audited_table",
    "idempotent_answer",
    "import",
    "import_row",
    "loaded_row",
}
"""Tables of which no answer that is kept is made."""
TOUCH: LiteralString = "UPDATE province SET aliases = aliases WHERE code = '83'"


def name(connection: Connection) -> str:
    found = connection.execute("SELECT concat(sum(changes), ':', sum(tag)) FROM state_mark").fetchone()
    assert found is not None
    return str(found[0])


def connected(cluster: Cluster, database: str, role: str = APP) -> Connection:
    return psycopg.connect(cluster.url(role, database).replace("+psycopg", ""), autocommit=True)


@pytest.fixture
def other(cluster: Cluster, own_database: str) -> Iterator[Connection]:
    """A second session, the application's."""
    with connected(cluster, own_database) as connection:
        yield connection


def test_every_table_is_marked_or_said_to_be_unread(owner: Connection) -> None:
    rows = owner.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'y_mark' AND tgenabled = 'A'")
    marked = {table for (table,) in rows}
    assert marked | UNREAD | {"state_mark"} == set(metadata.tables)
    assert not marked & UNREAD
    assert UNMARKED == ("/v1/audit", "/v1/changes", "/v1/clients", "/v1/imports"), "who else reads what is unmarked?"


def _copied(owner: Connection) -> None:
    with owner.cursor().copy("COPY link FROM STDIN"):
        pass  # a statement is marked even where it has no rows


CHANGES: dict[str, Callable[[Connection], Any]] = {
    "an update": lambda owner: owner.execute(TOUCH),
    "an insert": lambda owner: owner.execute("INSERT INTO procedure SELECT * FROM procedure WHERE false"),
    "a deletion": lambda owner: owner.execute("DELETE FROM link"),
    "a copy": _copied,
    "serializable": lambda owner: owner.execute(f"BEGIN ISOLATION LEVEL SERIALIZABLE; {TOUCH}; COMMIT"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_kind_of_change_gives_another_name(owner: Connection, what: str) -> None:
    before = name(owner)
    CHANGES[what](owner)
    assert name(owner) != before


@pytest.mark.parametrize("statement", [TOUCH, "TRUNCATE link"])
def test_so_does_one_in_a_session_without_ordinary_triggers(
    cluster: Cluster, own_database: str, owner: Connection, statement: str
) -> None:
    before = name(owner)
    cluster.sql(f"SET session_replication_role = replica; {statement}", database=own_database)
    assert name(owner) != before


def test_nothing_else_does(owner: Connection, other: Connection) -> None:
    before = name(owner)
    with owner.transaction(force_rollback=True):
        owner.execute(TOUCH)
        assert name(owner) != before
        assert name(other) == before
    with owner.transaction():
        with owner.transaction(force_rollback=True):
            owner.execute(TOUCH)
        owner.execute("SELECT count(*) FROM province")
    owner.execute("VACUUM province")
    assert name(owner) == before


def test_a_change_is_seen_with_its_commit_whatever_the_order(
    cluster: Cluster, own_database: str, owner: Connection
) -> None:
    first, second = (connected(cluster, own_database) for _ in range(2))
    names = [name(owner)]
    with first, second:
        first.execute("BEGIN; UPDATE meeting SET place = 'a' WHERE id = (SELECT min(id::text)::uuid FROM meeting)")
        second.execute("UPDATE meeting SET place = 'b' WHERE id = (SELECT max(id::text)::uuid FROM meeting)")
        names.append(name(owner))
        first.execute("COMMIT")
        names.append(name(owner))
    assert len(set(names)) == 3


def test_the_application_can_neither_write_nor_remove_marks(other: Connection) -> None:
    for statement in (
        "DELETE FROM state_mark",
        "INSERT INTO state_mark (changes, tag) VALUES (1, 1)",
        "SELECT smartcity_mark_state()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute(statement)


def test_marks_stay_few_and_folding_changes_no_name(cluster: Cluster, own_database: str, owner: Connection) -> None:
    names = set()
    for _ in range(1500):
        owner.execute(TOUCH)
        names.add(name(owner))
    assert len(names) == 1500
    found = owner.execute("SELECT count(*), sum(changes) FROM state_mark").fetchone()
    assert found is not None
    assert found[0] < 800
    assert found[1] > 1500
    fold = (
        "WITH gone AS (DELETE FROM state_mark WHERE id IN (SELECT id FROM state_mark FOR UPDATE SKIP LOCKED)"
        " RETURNING changes, tag) INSERT INTO state_mark (changes, tag) SELECT sum(changes), sum(tag) FROM gone"
    )
    before = name(owner)
    with connected(cluster, own_database, "smartcity_owner") as folding, folding.transaction():
        folding.execute(fold)
        assert name(folding) == name(owner) == before
        owner.execute(TOUCH)  # does not wait, and is not folded away
    assert name(owner) not in (before, *names)
