"""The account that owns the cluster's files and runs its programs; never root, which initdb refuses."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smartcity_api.local_cluster.errors import ClusterError

# What the programs get to see: nothing of the caller's environment, so that no PGPORT or LC_* of his changes anything.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """An account by its numbers and its name."""

    uid: int
    gid: int
    name: str

    def run(
        self, command: Sequence[str], *, cwd: Path, pass_fds: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in a session of its own: a Ctrl-C in the terminal is not meant for it."""
        switch = os.geteuid() != self.uid
        # A file, not a pipe: the server inherits the output, and nobody could read a pipe to its end.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            result = subprocess.run(
                command,
                cwd=cwd,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,
                umask=0o077,
                user=self.uid if switch else None,
                group=self.gid if switch else None,
                extra_groups=os.getgrouplist(self.name, self.gid) if switch else None,
                check=False,
            )
            output.seek(0)
            said = output.read()
        return subprocess.CompletedProcess(result.args, result.returncode, said)

    def check(self, command: Sequence[str], *, cwd: Path, pass_fds: Sequence[int] = (), log: Path | None = None) -> str:
        """Run a program that must succeed; its output, the end of its log included, is the message when it does not."""
        log_size = log.stat().st_size if log and log.exists() else 0
        result = self.run(command, cwd=cwd, pass_fds=pass_fds)
        if result.returncode:
            raise ClusterError(f"{Path(command[0]).name} failed:\n{result.stdout}{_tail(log, log_size)}".strip())
        return result.stdout

    def enters(self, directory: Path) -> bool:
        """Whether the account can get to a directory and write in it."""
        probe = ["/bin/sh", "-c", 'cd -- "$1" && test -w .', "sh", str(directory)]
        return self.run(probe, cwd=Path("/")).returncode == 0


def account_for(directory: Path) -> Account:
    """The caller; for root: whoever owns the directory, else `postgres`, else `nobody`."""
    caller = os.geteuid()
    if caller != 0:
        return _by_uid(caller)
    owner = _owner(directory)
    if owner != 0:
        return _by_uid(owner)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise ClusterError("PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`.")


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ClusterError(
            f"The user id {uid} has no name on this machine, which PostgreSQL needs; set DATABASE_URL instead."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _owner(directory: Path) -> int:
    """The owner of a directory, or of the nearest one above it that exists."""
    for place in (directory, *directory.parents):
        if place.exists():
            return place.stat().st_uid
    return 0


def _tail(log: Path | None, start: int) -> str:
    if log is None or not log.exists():
        return ""
    return log.read_bytes()[start:][-4000:].decode("utf-8", "replace")
