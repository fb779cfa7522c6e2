"""`smartcity load-register`: the register of real data, brought into the database with its progress shown."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from smartcity_api.cli.connection import connected, plain_errors
from smartcity_api.register import actions
from smartcity_api.register.files import DATA, Register, read
from smartcity_api.settings import Settings


def load_register(
    check: Annotated[
        bool, typer.Option("--check", help="Only read the files and say what is wrong in them; needs no database.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Load the files of this folder instead of the package's own; its layout is that of register/data.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Load the register of real data: what is missing is added, what people changed is kept and reported."""
    with plain_errors():
        contents = read(folder or DATA)
        if check:
            _count(contents)
            return
        with connected(Settings()) as settings:
            bring_in(settings, contents)


def bring_in(settings: Settings, contents: Register | None = None) -> None:
    """Load, show how far it is on a terminal, and say what became of the rows."""
    assert settings.database_owner_url is not None, "connected() fills it in"
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(resource: str, done: int, total: int) -> None:
            if resource not in tasks:
                tasks[resource] = bars.add_task(resource)
            bars.update(tasks[resource], completed=done, total=total)

        report = actions.load(settings.database_owner_url, progress=show, contents=contents)
    typer.echo(f"Register: {report}.")
    for conflict in report.conflicts:
        typer.echo(f"  changed here, or not written by the loader; left as it is: {conflict}")


def _count(contents: Register) -> None:
    """Say what the files hold."""
    typer.echo("No fault was found in the files. The rules of history are the database's, and are checked at loading.")
    counts = [(rows.resource, len(rows.rows)) for rows in contents.tables]
    for name, count in [*counts, ("histories", len(contents.histories))]:
        typer.echo(f"{count:7,}  {name}")
