"""Which database a command works on: that of DATABASE_URL, else the private cluster's, held while needed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from smartcity_api.local_cluster import APP, OWNER, Cluster, ClusterError
from smartcity_api.register.faults import RegisterError
from smartcity_api.settings import Settings

DATABASE = "smartcity"


def private_cluster(settings: Settings) -> Cluster:
    """The cluster of this checkout, whether it is made yet or not."""
    return Cluster(Path(settings.local_dir) / "postgres")


@contextmanager
def connected(settings: Settings) -> Iterator[Settings]:
    """The settings with both database addresses filled in, good until the block ends."""
    if settings.has_database:
        owner = settings.database_owner_url or settings.database_url
        yield settings.model_copy(update={"database_owner_url": owner})
        return
    cluster = private_cluster(settings)
    with cluster.use():
        cluster.ensure_database(DATABASE)
        addresses = {"database_url": cluster.url(APP, DATABASE), "database_owner_url": cluster.url(OWNER, DATABASE)}
        yield settings.model_copy(update=addresses)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what a person can act on, without a stack trace."""
    try:
        yield
    except (ClusterError, RegisterError) as error:
        complain(str(error))
    except Exception as error:
        message = _of_database(error)
        if message is None:
            raise
        complain(message)


def _of_database(error: Exception) -> str | None:
    """What the database said, for people; its libraries are slow to import, and some commands never meet them."""
    if "sqlalchemy" not in sys.modules:
        return None
    from psycopg.errors import UndefinedColumn, UndefinedTable
    from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

    if isinstance(error, IntegrityError):
        return f"The database refuses a row of the register, and nothing was loaded: {error.orig}"
    if isinstance(error, ProgrammingError) and isinstance(error.orig, UndefinedTable | UndefinedColumn):
        return "The database's schema is not up to date; run `smartcity db migrate` first."
    return f"The database does not answer: {error.orig}" if isinstance(error, OperationalError) else None


def complain(message: str) -> NoReturn:
    """End the command with a message for people."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    raise typer.Exit(1)
