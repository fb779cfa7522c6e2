"""`smartcity run`, `serve` and `openapi`: the service itself, and its contract."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from smartcity_api import server
from smartcity_api.app import create_app
from smartcity_api.cli.clients import keep_admin_key
from smartcity_api.cli.connection import complain, connected, plain_errors
from smartcity_api.cli.db import bring_up_to_date
from smartcity_api.cli.ports import obstacle
from smartcity_api.cli.register import bring_in
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.openapi import text
from smartcity_api.settings import Settings

TRY = """
  The register is at {url}   (Ctrl-C stops it)

  Try:  curl '{url}/v1/provinces?q=เชียงใหม่'
        curl '{url}/v1/provinces/40?f=geojson'
        curl '{url}/openapi.json'

  An administrator's key is in {key}; `smartcity client --help` says what it is for.
"""


def run() -> None:
    """Do everything: database, migrations, register, service; Ctrl-C stops all of it, the data stay."""
    settings = Settings()
    problem = obstacle(settings.host, settings.port)
    if problem:
        complain(problem)
    with suppress(KeyboardInterrupt), plain_errors(), connected(settings) as found:
        bring_up_to_date(found)
        bring_in(found)
        key = keep_admin_key(found)
        server.serve(found.model_copy(update={"chores": True}), ready=lambda url: _announce(url, key))


def serve() -> None:
    """Serve the database of DATABASE_URL, which is migrated and loaded already; for production."""
    with suppress(KeyboardInterrupt), plain_errors():
        server.serve(Settings())


def openapi(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; - is standard output.")] = Path(
        "openapi/openapi.json"
    ),
) -> None:
    """Write the API's contract, as the code has it."""
    document = render()
    if output == Path("-"):
        typer.echo(document, nl=False)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(document, encoding="utf-8")


def render() -> str:
    """The contract as text, the way it is committed."""
    app = create_app(Settings(), Database("postgresql+psycopg://"))
    return text(app)


def _announce(url: str, key: Path) -> None:
    here = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    typer.echo(TRY.format(url=here, key=key))
