"""Where a cluster's files lie: where they were asked for, unless the account that runs it cannot get there."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from smartcity_api.local_cluster.account import Account, account_for
from smartcity_api.local_cluster.errors import ClusterError

ELSEWHERE = Path("/var/lib/smartcity")
LONGEST_SOCKET = 107
PORT = 5432  # names the socket file only; nothing listens on it, and no other cluster uses the same directory
SOCKET = f".s.PGSQL.{PORT}"
SPLITS_HOSTS = frozenset(",:")  # in a connection string these would divide the directory's name


def settle(directory: Path) -> tuple[Path, Account]:
    """Make the directory where it is wanted or, out of the account's reach, elsewhere with a link to it."""
    if directory.is_symlink() and not _is_copied_link(directory):
        home = directory.resolve()
        account = account_for(home)
    else:
        home, account = directory, account_for(directory)
    _make(home, account)
    if account.enters(home):
        return home, account
    if os.geteuid() != 0 or any(home.iterdir()):
        raise ClusterError(
            f"The user {account.name}, to whom the private cluster belongs, cannot use {home}; "
            f"start it as root or make the directories above it accessible (chmod a+x)."
        )
    return _link_elsewhere(directory, account), account


def _is_copied_link(directory: Path) -> bool:
    """A copied checkout brings the link of its original along; two checkouts must not share one cluster."""
    target = directory.readlink()
    made_for = target / "made-for"
    if target.parent != ELSEWHERE or not made_for.exists():
        return False
    original = Path(made_for.read_text(encoding="utf-8", errors="surrogateescape"))
    if original == directory:
        return False
    if original.is_symlink() and original.readlink() == target:
        directory.unlink()
        return True
    if os.geteuid() == 0:
        _write_origin(target, directory)
    return False


def _link_elsewhere(directory: Path, account: Account) -> Path:
    directory.rmdir()
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = ELSEWHERE / _digest(directory)
    _make(home, account)
    if not account.enters(home):
        raise ClusterError(f"The user {account.name} cannot use {home}; make the directories above it accessible.")
    _write_origin(home, directory)
    directory.symlink_to(home)
    return home


def _write_origin(home: Path, directory: Path) -> None:
    (home / "made-for").write_text(str(directory), encoding="utf-8", errors="surrogateescape")


def _make(home: Path, account: Account) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two processes may be here at once: whoever finds it still root's, gives it away.
    if os.geteuid() == 0 and home.stat().st_uid == 0:
        os.chown(home, account.uid, account.gid)
        _give_parents(home, account)


def _give_parents(home: Path, account: Account) -> None:
    """Directories that root made on the way, in somebody's checkout, belong to him as well."""
    parent = home.parent
    if parent.stat().st_uid == 0 and parent.parent.stat().st_uid == account.uid:
        os.chown(parent, account.uid, account.gid)


def socket_directory(home: Path, account: Account) -> Path:
    """Where the socket goes: beside the data, or in the temporary directory when that path is too long for a socket."""
    if _fits(home):
        return home
    temporary = Path(tempfile.gettempdir())
    base = temporary if _fits(temporary / ("x" * 40)) else Path(os.sep, "tmp")
    place = base / f"smartcity-{account.uid}-{_digest(home)}"
    if not place.is_symlink() and not place.exists():
        place.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(place, account.uid, account.gid)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) != 0o700:
        raise ClusterError(f"{place} is not a private directory of {account.name}; remove it.")
    return place


def _fits(directory: Path) -> bool:
    text = str(directory)
    return len(os.fsencode(directory / SOCKET)) <= LONGEST_SOCKET and not SPLITS_HOSTS & set(text)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
