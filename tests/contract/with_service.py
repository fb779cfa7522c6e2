"""Runs a command while the service listens on a throw-away database: `{url}` in the command becomes its address.

`{authorization:secretary}` becomes the header by which a client of that role says who it is.

For tools that are no pytest: `python -m tests.contract.with_service schemathesis run openapi/openapi.json --url {url}`.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.callers import HOME, issue
from tests.support import serving, settings_for

from smartcity_api import logs, schema
from smartcity_api.local_cluster import OWNER, Cluster, ClusterError
from smartcity_api.register import actions as register
from smartcity_api.server import connect
from smartcity_api.settings import Settings

DATABASE = "served"


@contextmanager
def throw_away_service() -> Iterator[tuple[str, Settings]]:
    """The URL of a real server on a fresh database with the whole register, and its settings."""
    with tempfile.TemporaryDirectory(prefix="smartcity-served-") as directory:
        cluster = Cluster(Path(directory) / "cluster", durable=False)
        try:
            with cluster.use():
                cluster.ensure_database(DATABASE)
                schema.migrate(cluster.url(OWNER, DATABASE))
                register.load(cluster.url(OWNER, DATABASE))
                settings = settings_for(cluster, DATABASE, log_level="error")
                logs.configure(settings)
                with serving(settings) as url:
                    yield url, settings
        finally:
            cluster.remove()


def authorization(settings: Settings, role: str) -> str:
    """A header by which a new client of that role says who it is; an agency has an organisation."""
    return f"Authorization: Bearer {asyncio.run(_key(settings, role))}"


async def _key(settings: Settings, role: Any) -> str:
    database = connect(settings)
    try:
        return await issue(database, role, HOME if role == "agency" else None)
    finally:
        await database.close()


def main(command: list[str]) -> int:
    """Run the command and return its status."""
    try:
        with throw_away_service() as (url, settings):
            told = [
                re.sub(r"\{authorization:(\w+)\}", lambda role: authorization(settings, role[1]), part)
                for part in command
            ]
            return subprocess.run([part.replace("{url}", url) for part in told], check=False).returncode
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
