"""`python -m tests.imports.killed`: a worker with short leases, to be killed at any moment."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from smartcity_api.imports.actions import running, staging, work


def main(conninfo: str, folder: str) -> None:
    """Import until killed."""
    running.LEASE = timedelta(seconds=1)  # type: ignore[misc]
    asyncio.run(running.keep_importing(conninfo, Path(folder), asyncio.Event(), every=0.05))


staging.AT_ONCE = work.AT_ONCE = 100  # type: ignore[misc] # also in the processes that it starts

if __name__ == "__main__":
    main(*sys.argv[1:])
