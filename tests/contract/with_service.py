"""Runs a command while the service listens on a throw-away database: `{url}` in the command becomes its address.

For tools that are no pytest: `python -m tests.contract.with_service schemathesis run openapi/openapi.json --url {url}`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import serving, settings_for

from smartcity_api import logs, schema
from smartcity_api.local_cluster import OWNER, Cluster, ClusterError
from smartcity_api.register import actions as register

DATABASE = "served"


@contextmanager
def throw_away_service() -> Iterator[str]:
    """The URL of a real server on a fresh database with the whole register."""
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
                    yield url
        finally:
            cluster.remove()


def main(command: list[str]) -> int:
    """Run the command and return its status."""
    try:
        with throw_away_service() as url:
            return subprocess.run([part.replace("{url}", url) for part in command], check=False).returncode
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
