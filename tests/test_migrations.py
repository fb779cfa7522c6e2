"""The schema: one line of migrations, up and down on real rows, equal to the tables, with each role's rights."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from tests.support import cloned

from smartcity_api import schema
from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.register import actions as register
from smartcity_api.tables import metadata


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """One for all tests in which nearly everything is refused."""
    with cloned(cluster, template, f"rules_{worker_id}") as name:
        yield name


@pytest.fixture
def as_app(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """The application role's connection to it."""
    with psycopg.connect(cluster.url(APP, database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to it."""
    with psycopg.connect(cluster.url(OWNER, database).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory.from_config(schema.configuration()).get_heads()) == 1


def test_the_tables_are_what_the_migrations_made(cluster: Cluster, shared_database: str) -> None:
    command.check(schema.configuration(cluster.url(OWNER, shared_database)))


def test_every_migration_can_be_undone_and_done_again_on_a_loaded_database(
    cluster: Cluster, template: str, worker_id: str
) -> None:
    with cloned(cluster, template, f"updown_{worker_id}") as name:
        owner = cluster.url(OWNER, name)
        command.downgrade(schema.configuration(owner), "base")
        left = cluster.sql(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind = 'r' AND relname NOT IN ('spatial_ref_sys', 'alembic_version')",
            "SELECT proname FROM pg_proc WHERE proname LIKE 'smartcity%'",
            database=name,
        )
        assert left.split() == []
        schema.migrate(owner)
        command.check(schema.configuration(owner))
        assert register.load(owner).inserted > 1000


def test_what_came_with_the_programme_can_be_undone_and_leaves_the_rest(
    cluster: Cluster, template: str, worker_id: str
) -> None:
    with cloned(cluster, template, f"back_{worker_id}") as name:
        owner, kept = cluster.url(OWNER, name), ("province", "district", "source")
        later = "{boundary_geojson,boundary_medium_geojson,boundary_low_geojson}"
        row = f"(to_jsonb(t) - '{later}'::text[])::text"
        contents = [f"SELECT count(*), md5(string_agg({row}, '' ORDER BY id)) FROM {table} AS t" for table in kept]
        programme = ["SELECT (SELECT count(*) FROM certified_city), (SELECT count(*) FROM stage_period)"]
        histories = ["SELECT subject_id, revision, seq, stage, counts_from FROM event ORDER BY 1, 2, 3"]
        before, derived = (cluster.sql(*asked, database=name) for asked in (contents, programme + histories))
        assert "0|" not in derived.splitlines()[0]
        command.downgrade(schema.configuration(owner), "0005")
        assert cluster.sql("SELECT to_regclass('event') IS NULL", database=name).strip() == "t"
        assert cluster.sql(*contents, database=name) == before
        schema.migrate(owner)
        command.check(schema.configuration(owner))
        report = register.load(owner)
        assert (report.updated, report.conflicts) == (0, [])
        assert cluster.sql(*contents, database=name) == before
        assert cluster.sql(*programme, *histories, database=name) == derived


KEPT = (
    "province",
    "district",
    "procedure",
    "lifecycle_move",
    "stage_period",
    "event",
    "act",
    "milestone_version",
    "audit_entry",
    "audit_block",
)
"""What the application reads, and adds to at most."""
DERIVED = {
    "version",
    "created_at",
    "updated_at",
    "origin",
    "is_public",
    "in_force_on",
    "in_force_basis",
    "reference_number",
}
"""Columns that follow from something else, or that the loader alone may tell."""


@pytest.mark.parametrize("table", KEPT)
def test_the_application_may_never_change_what_is_kept(as_app: psycopg.Connection[Any], table: str) -> None:
    as_app.execute(f"SELECT FROM {table} LIMIT 1")
    column = next(iter(metadata.tables[table].columns)).name
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_app.execute(change)


@pytest.mark.parametrize("table", [name for name in metadata.tables if name not in ("loaded_row", *KEPT)])
def test_the_application_may_not_write_what_follows(as_app: psycopg.Connection[Any], table: str) -> None:
    as_app.execute(f"SELECT FROM {table} LIMIT 1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute(f"TRUNCATE {table}")
    for column in metadata.tables[table].columns:
        if column.name in DERIVED or column.primary_key:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                as_app.execute(f"UPDATE {table} SET {column.name} = {column.name}")


def test_the_application_may_not_make_tables_nor_see_the_loaders_memory(as_app: psycopg.Connection[Any]) -> None:
    for statement in ("CREATE TABLE x ()", "CREATE SCHEMA x", "SELECT FROM loaded_row", "ALTER TABLE source ADD x int"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_app.execute(statement)


def test_a_change_raises_the_version_and_a_change_to_the_same_does_not(owner: psycopg.Connection[Any]) -> None:
    owner.execute("UPDATE province SET name_en = name_en, boundary = boundary WHERE code = '83'")
    assert version_of(owner, "83") == 1
    owner.execute("UPDATE province SET name_en = 'Puket', version = 40, created_at = 'epoch' WHERE code = '83'")
    assert version_of(owner, "83") == 2
    row = owner.execute(
        "SELECT updated_at >= created_at, created_at > 'epoch' FROM province WHERE code = '83'"
    ).fetchone()
    assert row == (True, True)


def version_of(connection: psycopg.Connection[Any], code: str) -> int:
    row = connection.execute("SELECT version FROM province WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("boundary = ST_GeomFromText('MULTIPOLYGON(((0 0,1 1,0 1,1 0,0 0)))', 4326)", "ck_province_boundary_is_valid"),
        ("boundary = ST_GeomFromText('MULTIPOLYGON EMPTY', 4326)", "ck_province_boundary_is_valid"),
        ("name_th = 'ภูเก็ต '", "ck_province_names_are_clean"),
        (r"name_th = U&'\0E19\0E4D\0E32'", "ck_province_names_are_clean"),
        ("name_en = ''", "ck_province_names_are_clean"),
        ("code = '8a'", "ck_province_code_has_two_digits"),
        ("iso_3166_2 = 'TH-99'", "ck_province_iso_code_has_the_same_digits"),
        ("""sources = '[{"source_id": "00000000-0000-0000-0000-000000000000"}]'""", "fk_province_sources"),
        ("sources = '[{}]'", "fk_province_sources"),
    ],
)
def test_the_database_refuses_what_must_not_be(owner: psycopg.Connection[Any], change: str, constraint: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        owner.execute(f"UPDATE province SET {change} WHERE code = '83'")
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("  Chiang\u00a0Mai ", "chiang mai"),
        ("พระราม ๔", "พระราม 4"),
        ("น\u0e4d\u0e32ป่า", "น\u0e33ป่า"),
        ("น\u0e4d\u0e49\u0e32", "น\u0e49\u0e33"),
        ("ภู\u200bเก็ต\ufeff", "ภูเก็ต"),
        ("e\u0301", "é"),
    ],
)
def test_names_are_folded_for_search(owner: psycopg.Connection[Any], name: str, folded: str) -> None:
    row = owner.execute("SELECT smartcity_fold(%s)", (name,)).fetchone()
    assert row == (folded,)
