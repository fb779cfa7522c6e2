"""`smartcity verify`: the whole audit trail, or a part of it, computed anew and compared with the rows of today."""

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from smartcity_api.audit.queries.chain import Fault
from smartcity_api.audit.queries.verification import MOST, Verified
from smartcity_api.audit.queries.verification import verify as verified
from smartcity_api.cli.connection import complain, connected, plain_errors
from smartcity_api.kit.database import Database
from smartcity_api.kit.sight import ALL, Seeing
from smartcity_api.server import connect
from smartcity_api.settings import Settings

PATIENCE = 600.0
"""Seconds that one statement may take here: nobody waits at the other end of a request."""


def verify(
    expected_head: Annotated[
        str | None, typer.Option("--expected-head", help="A head as it was published: it must still be in the chain.")
    ] = None,
    first: Annotated[int, typer.Option("--from", min=1, help="Number of the first entry.")] = 1,
    last: Annotated[int | None, typer.Option("--to", min=1, help="Number of the last entry; the newest.")] = None,
) -> None:
    """Look for tampering with the audit trail, and with rows past it; the exit code is 1 where there is some."""
    if expected_head is not None and not re.fullmatch("[0-9a-f]{64}", expected_head):
        complain("--expected-head is not a head: 64 hexadecimal digits are expected.")
    expected = bytes.fromhex(expected_head) if expected_head else None
    with plain_errors(), connected(Settings()) as settings:
        patient = settings.model_copy(update={"statement_timeout": PATIENCE})
        checked, faults, head = asyncio.run(_verify(connect(patient), first, last, expected))
    for fault in faults:
        typer.echo(_line(fault))
    typer.echo(f"{checked:,} entries verified, {len(faults):,} faults; the head is {head}.")
    if faults:
        raise typer.Exit(1)


async def _verify(
    database: Database, first: int, last: int | None, expected: bytes | None
) -> tuple[int, Sequence[Fault], str]:
    checked, faults, head = 0, dict[Fault, None](), "none yet"
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Seeing(ALL), Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("entries", total=None)
        while True:
            to = first + MOST - 1 if last is None else min(last, first + MOST - 1)
            async with database.snapshot() as snapshot:
                found: Verified = await verified(snapshot, first, to, expected)
            expected = None  # it is in the chain or not, whatever part is looked at
            checked += found.checked
            faults.update(dict.fromkeys(found.faults))
            if found.head is not None:
                head = f"{found.head.hash.hex()} (block {found.head.number}, entry {found.head.last})"
            end = min(found.head.last if found.head else 0, last or 2**62)
            bars.update(task, completed=found.last, total=end)
            if found.last >= end:
                break
            first = found.last + 1
    await database.close()
    return checked, tuple(faults), head


def _line(fault: Fault) -> str:
    where = [f"entry {fault.number}" if fault.number else "", f"block {fault.block}" if fault.block else ""]
    where.append("/".join(part for part in (fault.resource, fault.id) if part))
    return f"{fault.kind}: {', '.join(part for part in where if part)}: {fault.detail.en}"
