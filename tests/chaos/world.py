"""A real installation to be killed: PostgreSQL that keeps its promises, the server and the worker as processes."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
import psycopg

from smartcity_api import schema
from smartcity_api.kit.database import Database
from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.register import actions as register

DATABASE = "chaos"
PATIENCE = 120.0
VICTIMS = ("server", "worker", "postgresql")


class World:
    """The processes of one installation, each of which can be killed and is then started again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.cluster = Cluster(directory / "cluster", durable=True)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.killed = dict.fromkeys(VICTIMS, 0)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log: IO[bytes] = (directory / "processes.log").open("ab")

    def prepare(self) -> None:
        """The schema and the register."""
        self.cluster.start()
        self.cluster.ensure_database(DATABASE)
        schema.migrate(self.cluster.url(OWNER, DATABASE))
        register.load(self.cluster.url(OWNER, DATABASE))

    def start(self, name: str) -> None:
        """Start one of the two programs of ours."""
        command = {"server": ["serve"], "worker": ["worker"]}[name]
        self._processes[name] = subprocess.Popen(
            self._told(*command),
            stdout=self._log,
            stderr=self._log,
        )

    def _told(self, *arguments: str) -> list[str]:
        """One of our commands with its settings; `env` becomes the program, so its number is the program's."""
        settings = {
            "DATABASE_URL": self.cluster.url(APP, DATABASE),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER, DATABASE),
            "PORT": str(self.port),
            "IMPORT_DIR": str(self.directory / "imports"),
            "LOG_LEVEL": "warning",
        }
        given = [f"{name}={value}" for name, value in settings.items()]
        return ["env", *given, sys.executable, "-m", "smartcity_api.cli", *arguments]

    def kill(self, name: str) -> None:
        """SIGKILL, and up again."""
        if name == "postgresql":
            server = self.cluster.status().pid
            assert server is not None, "it runs"
            os.kill(server, signal.SIGKILL)
            self.cluster.start()
        else:
            process = self._processes[name]
            process.kill()
            process.wait()
            self.start(name)
        self.killed[name] += 1

    def ready(self) -> None:
        """Wait until the server answers out of its database."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server is not ready; see {self.directory}/processes.log")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of our commands on the installation's database."""
        return subprocess.run(
            self._told(*arguments),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """The owner's connection, to look."""
        with psycopg.connect(self.cluster.url(OWNER, DATABASE).replace("+psycopg", "")) as connection:
            yield connection

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The service's own way to its database, to make what must be there before it starts."""
        database = Database(self.cluster.url(APP, DATABASE))
        try:
            yield database
        finally:
            await database.close()

    def end(self) -> None:
        """Stop everything, and leave nothing."""
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._log.close()
        self.cluster.remove(force=True)


def pause(seed: random.Random) -> float:
    """How long until the next kill: long enough that something happened, short enough to hit it in the middle."""
    return seed.uniform(0.2, 1.6)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
