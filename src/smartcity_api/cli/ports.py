"""Whether the service can listen where it shall, and who is in the way when it cannot."""

import errno
import socket
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"


def obstacle(host: str, port: int) -> str | None:
    """What keeps the service from listening on an address, and what helps; None when nothing does."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        return f"HOST={host} is not an address: {error.strerror}."
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                return _explain(host, port, error)
    return None


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = _holder(port)
        by = f" by {holder}" if holder else ""
        return f"Port {port} on {host} is in use{by}. Stop it or choose another port: PORT={port + 1} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for root. Choose one from 1024 up: PORT=8000 make run"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST={host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def _holder(port: int) -> str | None:
    """The process that listens on a port, as far as Linux lets us see it."""
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*") if wanted else ():
        with suppress(OSError):  # it ended meanwhile, or is another user's
            if any(_target(one) in wanted for one in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:  # closed meanwhile
        return ""


def _listening_inodes(port: int) -> list[str]:
    inodes = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.append(fields[9])
    return inodes
