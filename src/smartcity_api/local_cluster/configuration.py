"""What the private cluster is told: its settings, and who may come in as whom."""

import os
import tempfile
from pathlib import Path

from smartcity_api.local_cluster.account import Account
from smartcity_api.local_cluster.place import PORT

OWNER = "smartcity_owner"
APP = "smartcity_app"
SUPERUSER = "postgres"
ROLES = (SUPERUSER, OWNER, APP)
EXTENSIONS = ("postgis", "pg_trgm", "fuzzystrmatch")
FILE = "smartcity.conf"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "jit": "off",  # compiling costs more than it saves on statements this short
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C.UTF-8",
    "cluster_name": "smartcity",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",  # a week of files, each emptied when its day comes again
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
THROW_AWAY = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}


def write(data: Path, log: Path, sockets: Path, *, durable: bool, account: Account) -> None:
    """Write the files that the server reads at its start; `ALTER SYSTEM` still wins over them."""
    settings = SETTINGS | ({} if durable else THROW_AWAY)
    settings |= {
        "port": str(PORT),
        "log_directory": str(log),
        "unix_socket_directories": '"{}"'.format(str(sockets).replace('"', '""')),
    }
    lines = [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
    _replace(data / FILE, lines, account)
    _replace(data / "pg_hba.conf", [f"local all {','.join(ROLES)} peer map=smartcity"], account)
    _replace(data / "pg_ident.conf", list(_identities(account)), account)


def include(data: Path, account: Account) -> None:
    """Make a new cluster's own configuration file read ours."""
    path = data / "postgresql.conf"
    _replace(path, [path.read_text(encoding="utf-8"), f"include_if_exists '{FILE}'"], account)


def _identities(account: Account) -> list[str]:
    # Whoever calls is either this account or root: others cannot reach the socket.
    people = dict.fromkeys((account.name, "root"))
    return [f'smartcity "{person}" {role}' for person in people for role in ROLES]


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _replace(path: Path, lines: list[str], account: Account) -> None:
    """Write a file in one go, by name and not through a link, since root may write where another user can."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.fsencode("\n".join(lines) + "\n"))
        if os.geteuid() != account.uid:
            os.fchown(file.fileno(), account.uid, account.gid)
    Path(temporary).replace(path)
