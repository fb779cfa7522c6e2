"""The `smartcity` command; every command's own help says what it does."""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final = {
    "run": ("service:run", "Do everything: database, migrations, register, service; Ctrl-C stops it, the data stay."),
    "serve": ("service:serve", "Serve the database of DATABASE_URL, migrated and loaded already; for production."),
    "worker": ("worker:worker", "Seal the audit trail, import files and forget old answers until stopped."),
    "load": ("load:load", "Send a file of many rows, see what it would do, and have it applied."),
    "export": ("export:export", "Take a list away as a file, whole, in the format that you work in."),
    "verify": ("verify:verify", "Look for tampering with the audit trail, and with rows past it."),
    "load-register": ("register:load_register", "Load the register of real data; what people changed is kept."),
    "openapi": ("service:openapi", "Write the API's contract, as the code has it."),
    "db": ("db:app", "The private PostgreSQL cluster of this checkout, and migrations."),
    "client": ("clients:app", "The clients that may call the service with keys of their own."),
}
"""Where each command is, and what the list of commands says of it."""


class Lazy(TyperGroup):
    """Imports a command when it is called: the service's own modules take seconds, and most commands need few."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, in the place of its stand-in."""
        if args and args[0] in COMMANDS:
            self.commands[args[0]] = _imported(args[0])
        return super().resolve_command(ctx, args)


def _imported(name: str) -> Any:
    module, _, member = COMMANDS[name][0].partition(":")
    found = getattr(import_module(f"{__name__}.{module}"), member)
    around = typer.Typer()
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return typer.main.get_group(around).commands[name]


def _stand_in() -> None:
    """Stands in the list of commands."""


app = typer.Typer(
    name="smartcity",
    cls=Lazy,
    help="System of record of Thailand's smart-city programme.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, (_, _summary) in COMMANDS.items():
    app.command(_name, help=_summary)(_stand_in)
