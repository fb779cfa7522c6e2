"""`smartcity run`: from nothing to a service with data, and back to no process at all."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.local_cluster.people import exists, server_pid

from smartcity_api.local_cluster import Cluster

ENVIRONMENT = ["env", "-u", "DATABASE_URL", "-u", "DATABASE_OWNER_URL", "HOST=127.0.0.1", "PORT=0"]


@contextmanager
def running(local: Path, *settings: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The service in a process group of its own, and what it said until it listened."""
    command = [*ENVIRONMENT, f"LOCAL_DIR={local}", *settings, sys.executable, "-m", "smartcity_api.cli", "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "openapi.json" in line:
                break
        try:
            yield process, said
            process.communicate(timeout=60)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # a test that failed waits for nobody
            raise


@pytest.fixture(scope="module")
def installed(lasting_place: Path) -> tuple[Path, list[str]]:
    """Where a first run has made everything, which takes long, and what that said."""
    local = lasting_place / "a b" / ".local"
    with running(local) as (process, said):
        process.send_signal(signal.SIGINT)
    return local, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_and_leaves_no_process_behind(installed: tuple[Path, list[str]], number: signal.Signals) -> None:
    local, _ = installed
    with running(local) as (process, said):
        url = re.search(r"http://127\.0\.0\.1:\d+", "".join(said))
        assert url is not None, said
        assert httpx.get(f"{url[0]}/v1/provinces?limit=1").status_code == 200
        pid = server_pid(Cluster(local / "postgres"))
        os.killpg(process.pid, number)
    assert process.returncode in (0, 128 + signal.SIGTERM)
    assert not exists(pid)


def test_a_second_run_changes_nothing(installed: tuple[Path, list[str]]) -> None:
    local, first = installed
    with running(local) as (process, second):
        process.send_signal(signal.SIGINT)
    unchanged = "Register: 0 inserted, 0 updated"
    assert (unchanged in "".join(first), unchanged in "".join(second)) == (False, True)


def test_several_server_processes_end_together(installed: tuple[Path, list[str]]) -> None:
    local, _ = installed
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running(local, "WORKERS=2", f"PORT={port}") as (process, _):
        pid = server_pid(Cluster(local / "postgres"))
        os.killpg(process.pid, signal.SIGINT)
    assert not exists(pid)
