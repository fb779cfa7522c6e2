"""What Linux tells of processes: who started whom, and how much time and memory they took."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def below(pid: int) -> list[int]:
    """Processes that a process started, whichever of its threads did, and those that they started."""
    parents: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(_fields(stat)[1]), []).append(int(stat.parent.name))
    found = [*parents.get(pid, [])]
    for child in found:
        found += parents.get(child, [])
    return found


def ticks(pid: int) -> int:
    """Processor time of a process and of those below it, in hundredths of a second."""
    taken = 0
    for one in (pid, *below(pid)):
        with suppress(OSError):
            fields = _fields(PROC / str(one) / "stat")
            taken += int(fields[11]) + int(fields[12])
    return taken


def peak(pid: int) -> int:
    """MiB that a process has had at most; 0 where there is none."""
    try:
        lines = (PROC / str(pid) / "status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _fields(stat: Path) -> list[bytes]:
    """The fields from the state on; before it stands the name of the program, which may hold anything."""
    return stat.read_bytes().rpartition(b")")[2].split()
