"""Sealing: committed entries get their numbers and are chained, block by block, for as long as the service runs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog
from prometheus_client import CollectorRegistry, Gauge
from psycopg import AsyncConnection

from smartcity_api.kit.keeping import keep

log = structlog.get_logger("smartcity_api.audit")

MOST = 1000
"""Entries of a block at most: a block is judged as a whole, and one with wide rows shall not take long."""

_SEAL = b"SELECT number, last, entries, encode(hash, 'hex') FROM smartcity_seal(%s)"
_LEFT = b"SELECT count(*) FROM (SELECT FROM audit_entry WHERE number IS NULL LIMIT 100000) AS waiting"


@dataclass
class Lag:
    """How far sealing is behind, as far as this process knows."""

    entries: int = 0
    clock: Callable[[], float] = time.monotonic
    _complete_at: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long ago nothing was left to be sealed."""
        return self.clock() - self._complete_at

    def left(self, entries: int) -> None:
        """So many were found waiting."""
        self.entries = entries
        if not entries:
            self._complete_at = self.clock()

    def publish(self, registry: CollectorRegistry) -> None:
        """Let Prometheus read it."""
        waiting = Gauge("audit_unsealed_entries", "Committed changes without a number yet", registry=registry)
        waiting.set_function(lambda: self.entries)
        behind = Gauge("audit_seal_lag_seconds", "Time since no change was without a number", registry=registry)
        behind.set_function(lambda: self.seconds)


async def keep_sealing(
    conninfo: str, stop: asyncio.Event, *, lag: Lag | None = None, every: float = 0.5, patience: float = 10
) -> None:
    """Seal what is committed until told to stop.

    Any number of processes may do this at once: one of them seals, the others find nothing to do. A block is one
    statement and one transaction.
    """
    known = Lag() if lag is None else lag
    warn = partial(log.warning, "sealing waits")

    async def seal(connection: AsyncConnection) -> bool:
        await _seal_all(connection, stop, known)
        return False

    await keep(conninfo, stop, seal, name="smartcity-sealer", warn=warn, every=every, patience=patience)


async def _seal_all(connection: AsyncConnection, stop: asyncio.Event, lag: Lag) -> None:
    """Block after block, until nothing is left that this process could seal."""
    sealed = MOST
    while sealed == MOST and not stop.is_set():
        cursor = await connection.execute(_SEAL, (MOST,))
        block = await cursor.fetchone()
        sealed = 0 if block is None else block[2]
        if block is not None:
            log.info("sealed", block=block[0], entry=block[1], entries=sealed, hash=block[3])
        cursor = await connection.execute(_LEFT)
        ((left,),) = await cursor.fetchall()
        lag.left(left)
