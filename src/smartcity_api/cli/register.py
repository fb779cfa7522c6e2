"""`smartcity load-register`: the register of real data, brought into the database with its progress shown."""

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from smartcity_api.cli.connection import connected, plain_errors
from smartcity_api.register import actions
from smartcity_api.settings import Settings


def load_register() -> None:
    """Load the register of real data: what is missing is added, what people changed is kept and reported."""
    with plain_errors(), connected(Settings()) as settings:
        bring_in(settings)


def bring_in(settings: Settings) -> None:
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

        report = actions.load(settings.database_owner_url, progress=show)
    typer.echo(f"Register: {report}.")
    for conflict in report.conflicts:
        typer.echo(f"  changed here, or not written by the loader; left as it is: {conflict}")
