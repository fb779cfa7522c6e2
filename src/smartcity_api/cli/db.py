"""`smartcity db`: the private cluster, and the migrations of whichever database is used."""

from typing import Annotated

import typer

from smartcity_api.cli.connection import DATABASE, connected, plain_errors, private_cluster
from smartcity_api.local_cluster import ClusterError
from smartcity_api.settings import Settings

app = typer.Typer(
    help="The private PostgreSQL cluster of this checkout (unused when DATABASE_URL is set), and migrations.",
    no_args_is_help=True,
)
IN_USE = "It is in use (`smartcity run` or another command): it stops when the last of them ends; --force stops it now."


@app.command()
def start() -> None:
    """Start the private cluster and keep it running until `smartcity db stop`."""
    with plain_errors():
        cluster = private_cluster(_own_database("there is nothing to start"))
        cluster.start()
        cluster.ensure_database(DATABASE)
        typer.echo(f"Running. Stop it with `smartcity db stop`; look into it with: {_psql(cluster.status().socket)}")


@app.command()
def stop(
    force: Annotated[bool, typer.Option("--force", help="Stop it even though something uses it.")] = False,
) -> None:
    """Stop the private cluster; what still uses it keeps it until it ends, unless --force is given."""
    with plain_errors():
        typer.echo("Stopped." if private_cluster(Settings()).stop(force=force) else IN_USE)


@app.command()
def status() -> None:
    """Say whether the private cluster runs; the exit code is 3 when it does not."""
    settings = Settings()
    if settings.has_database:
        typer.echo("DATABASE_URL or DATABASE_OWNER_URL is set: that database is used, and not the private cluster.")
    found = private_cluster(settings).status()
    if found.running:
        typer.echo(f"Running: process {found.pid}, files in {found.home}, {_psql(found.socket)}")
        typer.echo("Kept until `smartcity db stop`." if found.kept else "Stops when the last command using it ends.")
        return
    typer.echo(f"Not running, files in {found.home}." if found.made else "Not made yet; `smartcity db start` does it.")
    raise typer.Exit(3)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even though something uses it.")] = False,
) -> None:
    """Delete the private cluster with all its data; refuses a database that it did not make."""
    with plain_errors():
        settings = _own_database("it was not made here, and is not deleted from here")
        cluster = private_cluster(settings)
        if not cluster.status().made:
            typer.echo("There is nothing to delete.")
            return
        if not yes:
            typer.confirm(f"Delete all data in {cluster.home}?", abort=True)
        if not cluster.remove(force=force):
            raise ClusterError(IN_USE)
        typer.echo("Deleted. The next `make run` makes a new one.")


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date: that of DATABASE_OWNER_URL, else the private cluster's."""
    with plain_errors(), connected(Settings()) as settings:
        typer.echo(f"The schema is at {bring_up_to_date(settings)}.")


def bring_up_to_date(settings: Settings) -> str:
    """Run the migrations that are missing; the revision that the schema is at then."""
    from smartcity_api import schema  # slow, and only needed here

    assert settings.database_owner_url is not None, "connected() fills it in"
    schema.migrate(settings.database_owner_url)
    return schema.head()


def _own_database(consequence: str) -> Settings:
    settings = Settings()
    if settings.has_database:
        raise ClusterError(f"DATABASE_URL or DATABASE_OWNER_URL names a database: {consequence}.")
    return settings


def _psql(socket: object) -> str:
    return f"psql -h '{socket}' -U postgres {DATABASE}"
