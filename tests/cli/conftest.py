"""Commands are tried against the real server with a worker in it, on this worker's written database."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from tests.callers import HOME, issue
from tests.support import serving, settings_for

from smartcity_api.clients.schemas import ClientRole
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    written: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        """What it wrote, as text."""
        return self.written.decode()

    @property
    def output(self) -> str:
        """All that it said."""
        return self.stdout + self.stderr


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def served(cluster: Cluster, written_database: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the server that these commands speak with."""
    folder = tmp_path_factory.mktemp("imports")
    return settings_for(cluster, written_database, chores=True, import_dir=folder)


@pytest.fixture(scope="module")
def url(served: Settings) -> Iterator[str]:
    """Where it is."""
    with serving(served) as found:
        yield found


@pytest.fixture(scope="module")
def key(served: Settings) -> str:
    """The key of an agency."""
    return issued(served, "agency", HOME)


def issued(settings: Settings, role: ClientRole, organisation: UUID | None = None) -> str:
    """The key of a new client."""

    async def made() -> str:
        database = connect(settings)
        try:
            return await issue(database, role, organisation)
        finally:
            await database.close()

    return asyncio.run(made())


@pytest.fixture
def run(url: str, key: str) -> Run:
    """Runs a command as the agency, in English, in a process of its own."""

    def called(*arguments: str | Path, **environment: str) -> Ended:
        given = {"SMARTCITY_URL": url, "SMARTCITY_KEY": key, "LC_ALL": "C", "PYTHONUTF8": "1", **environment}
        command = [sys.executable, "-m", "smartcity_api.cli", *map(str, arguments)]
        done = subprocess.run(
            ["env", *(f"{name}={value}" for name, value in given.items()), *command],
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode())

    return called
