"""The cluster among several processes: who starts it, who stops it, and what their end leaves behind."""

import os
import signal
import subprocess
import sys

import pytest
from tests.local_cluster.people import Person, exists, server_pid

from smartcity_api.local_cluster import Cluster

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    process.send_signal(number)
    process.communicate(timeout=300)


def test_starts_at_the_same_time_make_one_server(newcomer: Person) -> None:
    starters = [newcomer.begins("start") for _ in range(4)]
    for starter in starters:
        starter.communicate(timeout=300)
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert newcomer.does("sql", "SELECT 7") == "7"


def test_root_and_the_owner_of_the_checkout_take_turns(person: Person) -> None:
    person.cluster.start()
    person.does("start")
    person.does("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    person.cluster.stop()
    person.does("start")
    assert person.cluster.sql("SELECT number FROM kept").strip() == "7"
    person.does("stop")
    person.cluster.start()
    person.does("stop")
    assert person.does("status") == "stopped"


def test_the_last_to_leave_stops_it(person: Person) -> None:
    first, second = person.holds(), person.holds()
    pid = server_pid(person.cluster)
    end(first)
    assert person.does("sql", "SELECT 7") == "7"
    end(second)
    assert not exists(pid)
    assert person.does("status") == "stopped"


def test_a_started_one_outlasts_its_users(person: Person) -> None:
    person.does("start")
    end(person.holds())
    assert person.does("status") == "running"
    person.does("stop")
    assert person.does("status") == "stopped"


def test_stop_leaves_it_to_those_who_use_it(person: Person) -> None:
    person.does("start")
    user = person.holds()
    person.does("stop")
    assert person.does("status") == "running"
    assert not person.cluster.remove()
    end(user)
    assert person.does("status") == "stopped"


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_leaves_no_process_behind(person: Person, number: signal.Signals) -> None:
    user = person.holds()
    pid = server_pid(person.cluster)
    assert os.getsid(pid) != os.getsid(user.pid)
    os.killpg(user.pid, number)
    user.communicate(timeout=300)
    assert user.returncode != 0
    assert not exists(pid)
    assert not (person.cluster.data / "postmaster.pid").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_it_starts_leaves_no_process_behind(person: Person, number: signal.Signals) -> None:
    user = person.begins("hold")
    while not (person.cluster.data / "postmaster.pid").exists():
        assert user.poll() is None
    os.killpg(user.pid, number)
    user.communicate(timeout=300)
    assert not (person.cluster.data / "postmaster.pid").exists()
    assert person.does("status") == "stopped"


def test_after_a_kill_the_next_takes_the_server_over(person: Person) -> None:
    user = person.holds()
    pid = server_pid(person.cluster)
    end(user, signal.SIGKILL)
    assert exists(pid)
    successor = person.holds()
    assert server_pid(person.cluster) == pid
    end(successor)
    assert not exists(pid)


def test_reset_refuses_a_database_that_it_did_not_make(person: Person) -> None:
    cli = [sys.executable, "-m", "smartcity_api.cli", "db", "reset", "--yes"]
    local = f"LOCAL_DIR={person.directory.parent}"
    person.does("start")
    foreign = ["env", local, "DATABASE_URL=postgresql+psycopg://example.invalid/register", *cli]
    refused = subprocess.run(foreign, capture_output=True, text=True, check=False, timeout=300)
    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr
    assert person.does("status") == "running"
    own = subprocess.run(
        ["env", "-u", "DATABASE_URL", "-u", "DATABASE_OWNER_URL", local, *cli], check=False, timeout=300
    )
    assert own.returncode == 0
    assert not Cluster(person.directory).status().made


def test_reset_asks(person: Person) -> None:
    person.does("start")
    command = ["env", "-u", "DATABASE_URL", "-u", "DATABASE_OWNER_URL", f"LOCAL_DIR={person.directory.parent}"]
    command += [sys.executable, "-m", "smartcity_api.cli", "db", "reset"]
    answered = subprocess.run(command, input="n\n", text=True, capture_output=True, check=False, timeout=300)
    assert answered.returncode == 1
    assert person.does("status") == "running"
