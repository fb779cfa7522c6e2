"""What a server says about itself in postmaster.pid, and whether it answers."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from smartcity_api.local_cluster.place import SOCKET

FILE = "postmaster.pid"


@dataclass(frozen=True)
class Postmaster:
    """The lines of postmaster.pid that matter here; the file may be left over from a server long gone."""

    pid: int
    data: Path
    socket: Path
    ready: bool

    @property
    def exists(self) -> bool:
        """Whether any process has this number; it need not be a server."""
        return process_exists(self.pid)

    @property
    def answers(self) -> bool:
        """Whether it is ready and somebody listens."""
        if not (self.ready and self.exists):
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket / SOCKET))
            except OSError:
                return False
        return True


def read(data: Path) -> Postmaster | None:
    """The server's own record; None when there is none or it is not complete."""
    try:
        lines = os.fsdecode((data / FILE).read_bytes()).splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or not lines[0].isdigit():
        return None
    return Postmaster(int(lines[0]), Path(lines[1]), Path(lines[4]), lines[7].strip() == "ready")


def clear_stale(data: Path, sockets: Path) -> None:
    """Remove what would keep a server from starting, once it is certain that none runs.

    A number that nobody has any more is left to PostgreSQL, which then also looks at the shared memory.
    """
    file = data / FILE
    if file.exists():
        first = file.read_bytes().split(b"\n", 1)[0].strip()
        if not first.isdigit() or process_exists(int(first)):
            file.unlink()
    for left_over in (sockets / SOCKET, sockets / f"{SOCKET}.lock"):
        left_over.unlink(missing_ok=True)


def process_exists(pid: int) -> bool:
    """Whether a process has this number, whoever it belongs to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
