"""`smartcity worker`: what has to be done all the time and by no request, in a process of its own."""

import asyncio
import signal

from smartcity_api import logs
from smartcity_api.audit.actions import keep_sealing
from smartcity_api.cli.connection import connected, plain_errors
from smartcity_api.server import connect
from smartcity_api.settings import Settings


def worker() -> None:
    """Number and chain the audit's entries until SIGINT or SIGTERM; any number of workers may run."""
    with plain_errors(), connected(Settings()) as settings:
        logs.configure(settings)
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await keep_sealing(connect(settings).conninfo, stop)
