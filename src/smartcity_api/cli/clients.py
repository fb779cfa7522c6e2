"""`smartcity client`: who may call, and the administrator's key of `smartcity run`."""

import asyncio
import getpass
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from smartcity_api import server
from smartcity_api.cli.connection import complain, connected, plain_errors
from smartcity_api.clients import actions, queries
from smartcity_api.clients.queries import Recogniser
from smartcity_api.clients.schemas import ClientDraft
from smartcity_api.identity.roles import Role
from smartcity_api.kit import errors
from smartcity_api.kit.database import Database, Transaction
from smartcity_api.kit.telling import telling
from smartcity_api.settings import Settings

app = typer.Typer(help="The clients that may call the service with keys of their own.", no_args_is_help=True)
ADMIN_KEY = "admin-key"
"""The administrator's key of a checkout, in LOCAL_DIR, readable by its owner only."""

T = TypeVar("T")
_Id = Annotated[UUID, typer.Argument(help="The client's id, as `smartcity client list` shows it.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is, as 'Khon Kaen municipality, filing'.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(role for role in Role if role != 'public')}.")],
    organisation: Annotated[UUID | None, typer.Option(help="Its organisation's id; agencies need one.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Leave only this of the role's permissions; repeat it.")
    ] = None,
    source_system: Annotated[
        str | None, typer.Option(help="The system whose rows are its own, as in the files that it sends.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="From when on the key is refused, as 2027-12-31T17:00:00Z.")
    ] = None,
) -> None:
    """Make a client; its key is printed once, and nowhere else."""
    told = {"organisation_id": organisation, "source_system": source_system, "expires_at": expires}
    draft = _draft(name=name, role=role, scopes=scope or None, **told)
    number, key = _in_transaction(lambda transaction: actions.make(transaction, draft))
    typer.echo(f"Client {number}. Its key, shown this once:", err=True)
    typer.echo(key)


@app.command("list")
def list_clients(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """The clients and the state of their keys, the newest first."""
    for client in _in_transaction(_all):
        if as_json:
            typer.echo(json.dumps(client, ensure_ascii=False))
            continue
        state = "revoked" if client["revoked_at"] else "paused" if client["paused_at"] else "active"
        used = max((key["last_used_at"] or "" for key in client["keys"]), default="") or "never used"
        typer.echo(f"{client['id']}  {client['role']:<10} {state:<8} {used[:19]:<20} {client['name']}")


@app.command()
def pause(client: _Id) -> None:
    """Refuse a client's keys for the time being."""
    _change(client, actions.pause, "Paused.")


@app.command()
def resume(client: _Id) -> None:
    """Take a client's keys again."""
    _change(client, actions.resume, "Its keys are taken again.")


@app.command()
def revoke(client: _Id) -> None:
    """Refuse a client's keys for ever."""
    _change(client, actions.revoke, "Revoked.")


def keep_admin_key(settings: Settings) -> Path:
    """The file with an administrator's key that works; made anew where there is none, or where it works no more."""
    path = settings.local_dir / ADMIN_KEY
    if not path.exists() or not asyncio.run(_works(settings, path.read_text(encoding="ascii").strip())):
        made = f"{getpass.getuser()} on {os.uname().nodename}, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        draft = _draft(name=f"administrator of smartcity run ({made})", role=Role.ADMIN)
        _, key = asyncio.run(_transact(settings, lambda transaction: actions.make(transaction, draft)))
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(key + "\n")
    return path


async def _works(settings: Settings, key: str) -> bool:
    database = server.connect(settings)
    try:
        return (await Recogniser(database, None)(key)).role is Role.ADMIN
    except errors.Problem:
        return False
    finally:
        await database.close()


def _draft(**told: Any) -> ClientDraft:
    try:
        return ClientDraft.model_validate({name: value for name, value in told.items() if value is not None})
    except (ValidationError, RequestValidationError) as error:
        wrong = [f"{'.'.join(map(str, one['loc'])) or 'client'}: {one['msg']}" for one in error.errors()]
        complain("; ".join(wrong))


def _change(client: UUID, act: Callable[[Transaction, UUID], Awaitable[None]], done: str) -> None:
    async def change(transaction: Transaction) -> None:
        await actions.lock(transaction, client)
        await act(transaction, client)

    _in_transaction(change)
    typer.echo(done)


async def _all(transaction: Transaction) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = await queries.page(transaction, UUID(found[-1]["id"]) if found else None, 1000)
        found.extend(json.loads(text) for text, _ in page[:1000])
        if len(page) <= 1000:
            return found


def _in_transaction(work: Callable[[Transaction], Awaitable[T]]) -> T:
    with plain_errors(), connected(Settings()) as settings:
        try:
            return asyncio.run(_transact(settings, work))
        except errors.Problem as problem:
            complain(str(problem))


async def _transact(settings: Settings, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """What is written by hand is in the audit trail under the name of who did it on this machine."""
    database: Database = server.connect(settings)
    try:
        async with database.transaction(telling(f"command/{getpass.getuser()}")) as transaction:
            return await work(transaction)
    finally:
        await database.close()
