"""What has to be done all the time and by no request: sealing the audit trail, imports, forgetting what is too old."""

import asyncio
from typing import Final

import structlog
from psycopg import Error

from smartcity_api.audit.actions import Lag, keep_sealing
from smartcity_api.clients.actions import forget_answers
from smartcity_api.imports.actions.forgetting import forget_imports, sweep
from smartcity_api.imports.actions.running import keep_importing
from smartcity_api.kit import errors
from smartcity_api.kit.database import Database
from smartcity_api.kit.keeping import pause
from smartcity_api.kit.telling import telling
from smartcity_api.settings import Settings

log = structlog.get_logger("smartcity_api.chores")

HOURLY: Final = 3600.0


async def keep_house(database: Database, settings: Settings, stop: asyncio.Event, lag: Lag | None = None) -> None:
    """Do it until told to stop; any number of processes may."""
    await asyncio.gather(
        keep_sealing(database.conninfo, stop, lag=lag),
        keep_importing(database.conninfo, settings.imports, stop),
        _keep_forgetting(database, settings, stop),
    )


async def _keep_forgetting(database: Database, settings: Settings, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with database.transaction(telling("chores")) as transaction:
                await forget_answers(transaction)
                await forget_imports(transaction, settings.import_retention_days)
                await sweep(transaction, settings.imports)
        except (Error, OSError, errors.Problem) as error:
            log.warning("forgetting waits", reason=str(error).strip())
        await pause(stop, HOURLY)
