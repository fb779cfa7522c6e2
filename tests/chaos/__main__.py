"""`make chaos`: kill the service's processes at random moments under a mixed load of writes, and judge what is left.

`python -m tests.chaos [KILLS] [SEED]`; the exit code is 1 when anything was lost, doubled, half or altered.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

import httpx
from tests.callers import HOME, issue
from tests.chaos.load import Acknowledged, Client, Load
from tests.chaos.verdict import faults
from tests.chaos.world import VICTIMS, World, pause

WRITERS = 4
KILLS = 30


def tried(kills: int, seed: int, *, directory: Path) -> tuple[World, Acknowledged, list[str]]:
    """One installation, that many kills, and what is wrong afterwards."""
    world = World(directory)
    try:
        world.prepare()
        keys = asyncio.run(_keys(world))
        world.start("worker")
        world.start("server")
        world.ready()
        told = asyncio.run(_under_fire(world, keys, kills, random.Random(seed)))
        world.ready()
        return world, told, faults(world, told, keys["secretary"])
    finally:
        world.end()


async def _under_fire(world: World, keys: dict[str, str], kills: int, seed: random.Random) -> Acknowledged:
    told = Acknowledged()
    async with _http(world, keys["agency"]) as agency, _http(world, keys["secretary"]) as secretary:
        load = Load(Client(agency, told), Client(secretary, told), told, seed=seed)
        writing = asyncio.create_task(load.run(WRITERS))
        victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
        seed.shuffle(victims)
        for victim in victims:
            await asyncio.sleep(pause(seed))
            await asyncio.to_thread(world.kill, victim)
            await asyncio.to_thread(world.ready)
        load.stop.set()
        await writing
    return told


def _http(world: World, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=world.url, headers={"Authorization": f"Bearer {key}"}, timeout=30)


async def _keys(world: World) -> dict[str, str]:
    async with world.database() as database:
        return {"agency": await issue(database, "agency", HOME), "secretary": await issue(database, "secretary")}


def main(kills: int = KILLS, seed: int | None = None) -> int:
    """Do it, and say what came of it."""
    chosen = int(time.time()) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="smartcity-chaos-") as directory:
        world, told, wrong = tried(kills, chosen, directory=Path(directory))
    sys.stdout.write(
        f"seed {chosen}: killed {world.killed}; {told.writes} writes acknowledged "
        f"({len(told.proposals)} proposals, {len(told.resolutions)} resolutions, {len(told.imports)} imports), "
        f"{told.repeated} answered again\n"
    )
    for fault in wrong:
        sys.stdout.write(f"WRONG: {fault}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
