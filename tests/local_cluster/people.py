"""The people who use a cluster in these tests, and what they can see of its processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

from smartcity_api.local_cluster import Cluster

PROGRAM = Path(__file__).with_name("program.py")


class Person:
    """Somebody who runs programs that use the cluster in a directory."""

    def __init__(self, user: str, directory: Path) -> None:
        self.user = user
        self.directory = directory
        self.cluster = Cluster(directory, durable=False)

    def command(self, action: str, *rest: str) -> list[str]:
        return [sys.executable, str(PROGRAM), self.user, str(self.directory), action, *rest]

    def does(self, action: str, *rest: str) -> str:
        """Run one action to its end."""
        result = subprocess.run(self.command(action, *rest), capture_output=True, text=True, check=False, timeout=300)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.strip()

    def begins(self, action: str) -> subprocess.Popen[str]:
        """Begin an action in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            self.command(action), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0
        )

    def holds(self) -> subprocess.Popen[str]:
        """Begin to use the cluster, and return when it runs."""
        process = self.begins("hold")
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        return process


def server_pid(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def exists(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about yet (a zombie) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def wait_until_gone(pid: int) -> None:
    while exists(pid):
        time.sleep(0.02)
