"""Finds the PostgreSQL programs of this machine: the newest version that has PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smartcity_api.local_cluster.errors import ClusterError

OLDEST = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql")
PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's RPMs
    "/usr/lib/postgresql*/bin",  # SUSE
    "/usr/libexec/postgresql*",  # Alpine
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
THREE_WAYS = f"""PostgreSQL {OLDEST} or newer with PostGIS was not found. Any one of these helps:
  1. set DATABASE_URL (and DATABASE_OWNER_URL) to a database that you have
  2. `make run`, which installs the packages where it may; or ask an administrator for
     apt-get install --no-install-recommends postgresql postgresql-{OLDEST}-postgis-3   (or a newer version of both)
  3. docker compose up"""


@dataclass(frozen=True)
class Binaries:
    """One installation: where its programs are, and its major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        """Full path of one program."""
        return str(self.directory / name)


def find(major: int | None = None) -> Binaries:
    """The newest usable installation; with `major`, only that version, since data belong to one."""
    usable = [Binaries(place, version) for place, version in _installed() if version >= OLDEST and _has_postgis(place)]
    wanted = [one for one in usable if major in (None, one.major)]
    if wanted:
        return max(wanted, key=lambda one: one.major)
    if major is not None and usable:
        raise ClusterError(
            f"The private cluster was made by PostgreSQL {major}, which is not installed with PostGIS any more "
            f"(found: {', '.join(str(one.major) for one in usable)}). Install postgresql-{major} and "
            f"postgresql-{major}-postgis-3, or start anew with `smartcity db reset` (this deletes the data)."
        )
    raise ClusterError(THREE_WAYS)


def _installed() -> Iterator[tuple[Path, int]]:
    for place in dict.fromkeys(_candidates()):
        if all((place / name).is_file() for name in PROGRAMS):
            version = re.search(r"(\d+)", _output(place / "postgres", "--version"))
            if version:
                yield place, int(version[1])


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    config = shutil.which("pg_config")
    if config:
        yield Path(_output(Path(config), "--bindir") or "/usr/bin").resolve()
    for pattern in PLACES:
        for place in Path("/").glob(pattern.removeprefix("/")):
            yield place.resolve()


def _has_postgis(place: Path) -> bool:
    return any((share / "extension" / "postgis.control").is_file() for share in _share_directories(place))


def _share_directories(place: Path) -> Iterator[Path]:
    if (place / "pg_config").is_file():
        said = _output(place / "pg_config", "--sharedir")
        if said:
            yield Path(said)
    yield Path("/usr/share/postgresql") / place.parent.name
    yield place.parent / "share"
    yield place.parent / "share" / "postgresql"


def _output(program: Path, argument: str) -> str:
    try:
        result = subprocess.run([program, argument], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""
