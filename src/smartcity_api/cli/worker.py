"""`smartcity worker`: what has to be done all the time and by no request, in a process of its own."""

import asyncio
import signal

from smartcity_api import logs
from smartcity_api.chores import keep_house
from smartcity_api.cli.connection import connected, plain_errors
from smartcity_api.server import connect
from smartcity_api.settings import Settings


def worker() -> None:
    """Seal the audit trail, import files and forget old answers until SIGINT or SIGTERM; any number may run."""
    with plain_errors(), connected(Settings()) as settings:
        logs.configure(settings)
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    database = connect(settings)
    try:
        await keep_house(database, settings, stop)
    finally:
        await database.close()
