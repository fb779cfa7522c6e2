"""Imports at work: taken up by one process at a time, and by another one when that process died.

An import is its own job: its row says what is to be done, who does it, and until when nobody else may. Every step that
counts changes that row on the condition that it is still this run's, in the same transaction as its effect.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

import structlog
from psycopg import AsyncConnection, Error

from smartcity_api.imports.actions.jobs import STAND, Run, reason, standing
from smartcity_api.imports.actions.work import work
from smartcity_api.imports.models import AT_WORK
from smartcity_api.kit.keeping import keep
from smartcity_api.kit.language import Text
from smartcity_api.kit.rows import new_id

log = structlog.get_logger("smartcity_api.imports")

LEASE: Final = timedelta(seconds=20)
"""How long a run may be silent before another takes its import up."""
ATTEMPTS: Final = 3
"""How often an import is taken up whose runs die, before it fails for good."""

_TAKE: Final = """
UPDATE import SET leased_by = %(run)s, leased_until = now() + %(lease)s, attempts = attempts + 1,
       status = CASE status WHEN 'received' THEN 'validating' ELSE status END
 WHERE id = (SELECT id FROM import WHERE status = ANY (%(at_work)s) AND (leased_until < now()) IS NOT FALSE
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, attempts, status
"""
_DIED: Final = Text(
    "the service tried three times and was stopped each time; nothing is half done: send the file again, in smaller "
    "parts if it is large",
    "ระบบพยายามสามครั้งแต่ถูกหยุดทุกครั้ง ไม่มีข้อมูลค้างครึ่งทาง กรุณาส่งไฟล์ใหม่ หากไฟล์ใหญ่ให้แบ่งเป็นส่วน",
)
_READY: Final = multiprocessing.get_context("forkserver")
_READY.set_forkserver_preload([work.__module__])
"""Runs are forked off a process that has everything loaded, for which a new one would need more than a second.

It begins with the first import, without threads, connections or sockets of the service, and ends when the service and
the last run have, however they do.
"""
_UNSEEN: Final = 255
"""What is told of a process whose forker died. It may well live, and keeps the lease for as long."""
_LEAVE: Final = "UPDATE import SET leased_by = NULL, leased_until = NULL, attempts = 0 WHERE id = %s AND leased_by = %s"


async def keep_importing(
    conninfo: str, folder: Path, stop: asyncio.Event, *, every: float = 0.5, patience: float = 10
) -> None:
    """Take up what waits until told to stop.

    Any number of processes may do this at once. Each file is read by a process of its own: it holds up nothing else,
    and what kills it, kills only it.
    """

    async def work_on(connection: AsyncConnection) -> bool:
        run = await take(connection)
        if run is not None:
            await _see_through(connection, conninfo, folder, run, stop)
        return run is not None

    warn = partial(log.warning, "importing waits")
    await keep(conninfo, stop, work_on, name="smartcity-imports", warn=warn, every=every, patience=patience)


async def take(connection: AsyncConnection) -> Run | None:
    """The oldest import that waits and nobody works on, which is now this run's; none when there is none."""
    mine = new_id()
    asked = {"run": mine, "lease": LEASE, "at_work": list(AT_WORK)}
    row = await (await connection.execute(_TAKE, asked)).fetchone()
    if row is None:
        return None
    key, attempts, status = row
    run = Run(key, mine, LEASE)
    if attempts > ATTEMPTS:
        await connection.execute(STAND, standing(run, status, "failed", failure=reason("gave_up", _DIED)))
        log.warning("import failed", id=str(key), reason="its runs died")
        return await take(connection)
    return run


async def _see_through(connection: AsyncConnection, conninfo: str, folder: Path, run: Run, stop: asyncio.Event) -> None:
    """A process that does the run; when the service stops, it stops as well, and another may go on at once."""
    process = _READY.Process(target=_run, args=(conninfo, folder, run), daemon=True)
    if not await asyncio.to_thread(_is_started, process):
        await _let_go(connection, run, None)
        return
    ended, stopped = asyncio.create_task(_joined(process.join)), asyncio.create_task(stop.wait())
    await _watched(connection, run, ended, stopped)
    given_up = not ended.done() and not stopped.done()
    stopped.cancel()
    if not ended.done():
        process.terminate()
        await ended
        if given_up:
            log.info("import's process was ended", id=str(run.key), reason="the import was cancelled or given up")
        else:
            await connection.execute(_LEAVE, (run.key, run.id))
    elif process.exitcode == _UNSEEN:
        log.warning("import's process is on its own", id=str(run.key), reason="the process that forked it died")
    elif process.exitcode:
        await _let_go(connection, run, process.exitcode)


async def _let_go(connection: AsyncConnection, run: Run, status: int | None) -> None:
    """The process died; another may try at once."""
    log.warning("import's process died", id=str(run.key), exit=status)
    await connection.execute(
        "UPDATE import SET leased_until = now() WHERE id = %s AND leased_by = %s", (run.key, run.id)
    )


async def _watched(
    connection: AsyncConnection, run: Run, ended: asyncio.Task[None], stopped: asyncio.Task[Any]
) -> None:
    """Until the process ends, the service stops, or the import has not been this run's for a while."""
    lost = False
    while True:
        done, _ = await asyncio.wait(
            {ended, stopped}, timeout=run.lease.total_seconds() / 4, return_when=asyncio.FIRST_COMPLETED
        )
        if done or lost:  # it has had the time to notice
            return
        with suppress(Error):  # the process meets what happened to the database itself
            found = await connection.execute("SELECT FROM import WHERE id = %s AND leased_by = %s", (run.key, run.id))
            lost = await found.fetchone() is None


def _is_started(process: ForkServerProcess) -> bool:
    """Whether what forks it was there; called beside the event loop, since the first one waits until all is loaded."""
    try:
        process.start()
    except EOFError:
        return False
    return True


async def _joined(join: Callable[[], None]) -> None:
    await asyncio.to_thread(join)


def _run(conninfo: str, folder: Path, run: Run) -> None:
    """In the process of its own: Ctrl-C in a terminal reaches it too, but the service ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(conninfo, folder, run)
