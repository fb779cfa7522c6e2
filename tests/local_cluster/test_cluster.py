"""The cluster by itself: made, started, stopped, and brought back after every kind of accident."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.local_cluster.people import Person, exists, server_pid, wait_until_gone

from smartcity_api.local_cluster import APP, OWNER, SUPERUSER, Cluster
from smartcity_api.local_cluster.place import ELSEWHERE, LONGEST_SOCKET, SOCKET


def connect(cluster: Cluster, role: str, database: str = "register") -> psycopg.Connection:
    return psycopg.connect(cluster.url(role, database).replace("+psycopg", ""), autocommit=True)


def test_it_starts_and_stops_and_keeps_its_data(newcomer: Person) -> None:
    newcomer.does("start")
    assert newcomer.does("status") == "running"
    newcomer.does("start")
    newcomer.does("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    newcomer.does("stop")
    assert newcomer.does("status") == "stopped"
    newcomer.does("stop")
    newcomer.does("start")
    assert newcomer.does("sql", "SELECT number FROM kept") == "7"


def test_three_roles_and_nobody_else_come_in(person: Person) -> None:
    person.does("start")
    person.cluster.ensure_database("register")
    person.cluster.ensure_database("register")
    for role in (APP, OWNER, SUPERUSER):
        with connect(person.cluster, role) as connection:
            row = connection.execute("SELECT current_user, show_trgm('ก') <> '{}', postgis_version() <> ''").fetchone()
            assert row == (role, True, True)
    with connect(person.cluster, OWNER) as connection:
        connection.execute("CREATE TABLE owned (number int)")
    person.cluster.sql("CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError, match="conf entry for"):
        connect(person.cluster, "stranger")


def test_the_roles_may_not_make_roles_or_databases(person: Person) -> None:
    person.does("start")
    rows = person.cluster.sql("SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolcanlogin")
    assert sorted(rows.split()) == [f"{SUPERUSER}|t|t|t", f"{APP}|f|f|f", f"{OWNER}|f|f|f"]


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
def test_only_a_throw_away_cluster_risks_its_data(place: Path, durable: bool, expected: str) -> None:
    cluster = Cluster(place / "postgres", durable=durable)
    cluster.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert cluster.sql(f"SHOW {setting}").strip() == expected
    assert cluster.sql("SHOW listen_addresses").strip() == ""


def test_a_killed_server_recovers_with_its_data(person: Person) -> None:
    durable = Cluster(person.directory)
    durable.start()
    durable.sql("CREATE TABLE kept AS SELECT 7 AS number")
    pid = server_pid(durable)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    durable.start()
    assert durable.sql("SELECT number FROM kept").strip() == "7"


@pytest.mark.parametrize("content", ["{pid}", "", "nonsense"])
def test_a_stale_pid_file_is_overcome(person: Person, content: str) -> None:
    person.does("start")
    pid, data = server_pid(person.cluster), person.cluster.data
    file = data / "postmaster.pid"
    old = file.read_text().splitlines()
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    owner = data.stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=owner) as bystander:
        file.write_text("\n".join([str(bystander.pid), *old[1:]]) if content == "{pid}" else content)
        person.does("start")
        assert person.does("sql", "SELECT 7") == "7"
        assert bystander.poll() is None
        person.does("stop")
        assert bystander.poll() is None
        bystander.kill()


def test_a_socket_in_use_is_overcome(person: Person) -> None:
    person.does("start")
    person.does("stop")
    with socket.socket(socket.AF_UNIX) as squatter:
        squatter.bind(str(person.directory / SOCKET))
        squatter.listen()
        assert person.does("status") == "stopped"
        person.does("start")
        assert person.does("sql", "SELECT 7") == "7"


def test_a_half_made_cluster_is_made_again(newcomer: Person) -> None:
    starter = newcomer.begins("start")
    half = newcomer.directory / "data.new" / "base"
    while not half.exists() and starter.poll() is None:
        pass
    starter.kill()
    starter.communicate()
    newcomer.does("start")
    assert newcomer.does("sql", "SELECT 7") == "7"
    assert not half.parent.exists()


def test_settings_of_the_caller_do_not_reach_it(newcomer: Person) -> None:
    disturbance = ["env", "PGPORT=1", "PGHOST=nowhere.invalid", "PGOPTIONS=-c nonsense", "PGDATA=/", "LC_NUMERIC=th_TH"]
    subprocess.run([*disturbance, *newcomer.command("start")], check=True, timeout=300)
    subprocess.run([*disturbance, *newcomer.command("sql", "SELECT 7")], check=True, timeout=300)


def test_a_path_too_long_for_a_socket_works(newcomer: Person) -> None:
    newcomer.directory = newcomer.directory.parent / ("ย" * 40) / "a:b,c" / "postgres"
    assert len(os.fsencode(newcomer.directory / SOCKET)) > LONGEST_SOCKET
    newcomer.does("start")
    assert newcomer.does("sql", "SELECT 7") == "7"
    cluster = Cluster(newcomer.directory)
    sockets = cluster.status().socket
    assert sockets is not None
    assert sockets.stat().st_mode & 0o777 == 0o700
    cluster.remove()
    assert not sockets.exists()


def test_two_clusters_do_not_disturb_each_other(person: Person, settled: Callable[[Person], Person]) -> None:
    long, longer = (
        settled(Person(person.user, person.directory.parent / (letter * 100) / "postgres")) for letter in "xy"
    )
    people = (person, long, longer)
    for number, one in enumerate(people):
        one.does("start")
        one.does("sql", f"CREATE TABLE mine AS SELECT {number} AS number")
    assert len({server_pid(one.cluster) for one in people}) == len(people)
    long.does("stop")
    assert [one.does("status") for one in people] == ["running", "stopped", "running"]
    assert longer.does("sql", "SELECT number FROM mine") == "2"
    for one in people:
        one.cluster.remove()


def test_a_checkout_that_was_moved_while_it_ran_finds_its_data(person: Person) -> None:
    before = Cluster(person.directory)
    before.start()
    before.sql("CREATE TABLE kept AS SELECT 7 AS number")
    after = Cluster(person.directory.parent.rename(person.directory.parent.with_name("moved")) / "postgres")
    after.start()
    assert after.sql("SELECT number FROM kept").strip() == "7"


def test_a_checkout_that_only_its_owner_may_enter(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    cluster = Cluster(private / "postgres")
    cluster.start()
    cluster.sql("CREATE TABLE kept AS SELECT 7 AS number")
    cluster.start()
    # Root's server runs as another account, which cannot get in there: the data go elsewhere, a link stays behind.
    assert (cluster.home.parent == ELSEWHERE) == (os.geteuid() == 0)
    home = cluster.home
    moved = Cluster(private.rename(place / "moved") / "postgres")
    moved.start()
    assert moved.sql("SELECT number FROM kept").strip() == "7"
    moved.remove()
    assert not home.exists()
    assert not moved.directory.is_symlink()


def test_a_copied_checkout_gets_a_cluster_of_its_own(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    original = Cluster(private / "postgres", durable=False)
    original.start()
    original.stop()
    shutil.copytree(private, place / "copy", symlinks=True)
    copy = Cluster(place / "copy" / "postgres", durable=False)
    original.start()
    copy.start()
    assert original.home != copy.home
    assert server_pid(original) != server_pid(copy)
    assert exists(server_pid(original))
