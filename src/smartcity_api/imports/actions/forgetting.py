"""Forgetting imports that ended long ago, and files that nothing refers to."""

import asyncio
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, literal, select

from smartcity_api.imports.actions.jobs import SUFFIX
from smartcity_api.imports.models import Import
from smartcity_api.kit import ids
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.http.uploads import PART

LEFT_BEHIND: Final = 3600.0
"""Seconds after which a file that nothing refers to is no upload that still goes on."""


async def forget_imports(session: Transaction, days: int) -> None:
    """Delete imports that were sent so many days ago, whether anybody had them applied or not."""
    await session.execute(delete(Import).where(Import.created_at < func.now() - timedelta(days=days)))


async def sweep(session: Transaction, folder: Path) -> int:
    """Delete the files of imports that are no more, and of uploads that were cut; how many."""
    old = await asyncio.to_thread(_old, folder)
    keys = {UUID(path.stem): path for path in old if path.suffix != PART}
    asked = select(Import.id).where(Import.id == any_(literal(list(keys), ARRAY(Uuid))))
    kept = {key for (key,) in await session.rows(asked)} if keys else set()
    gone = [path for path in old if path.suffix == PART or UUID(path.stem) not in kept]
    await asyncio.to_thread(_delete, gone)
    return len(gone)


def _delete(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
        for unpacked in path.parent.glob(f"{path.name}.*"):  # left behind by a reader that was killed
            shutil.rmtree(unpacked, ignore_errors=True)


def _old(folder: Path) -> list[Path]:
    """Files of ours that were not written for a while."""
    if not folder.is_dir():
        return []
    before = time.time() - LEFT_BEHIND
    mine = [path for path in folder.iterdir() if path.suffix in (PART, SUFFIX) and ids.as_written(path.stem)]
    return [path for path in mine if path.stat().st_mtime < before]
