"""The `smartcity` command; every command's own help says what it does."""

import typer

from smartcity_api.cli import clients, db
from smartcity_api.cli.register import load_register
from smartcity_api.cli.service import openapi, run, serve
from smartcity_api.cli.verify import verify
from smartcity_api.cli.worker import worker

app = typer.Typer(
    name="smartcity",
    help="System of record of Thailand's smart-city programme.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run)
app.command()(serve)
app.command()(worker)
app.command()(verify)
app.add_typer(db.app, name="db")
app.add_typer(clients.app, name="client")
app.command()(load_register)
app.command()(openapi)
