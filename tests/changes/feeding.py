"""Reading the feed as a mirror does, and sealing what is committed."""

from typing import Any

import httpx
import psycopg

from smartcity_api.local_cluster import APP, Cluster


def seal(cluster: Cluster, database: str, most: int = 1000) -> int:
    """Seal everything that is committed, as the worker does; how many entries got their numbers."""
    with psycopg.connect(cluster.url(APP, database).replace("+psycopg", ""), autocommit=True) as connection:
        total = 0
        while blocks := connection.execute("SELECT entries FROM smartcity_seal(%s)", [most]).fetchall():
            total += blocks[0][0]
        return total


class Mirror:
    """Follows the feed: what it holds is what it was told of, by resource and key."""

    def __init__(self, client: httpx.AsyncClient, *, limit: int = 1000) -> None:
        self.client = client
        self.next = f"/v1/changes?limit={limit}"
        self.cursor = ""
        self.told: list[dict[str, Any]] = []
        self.holds: dict[tuple[str, str], int] = {}

    async def catch_up(self) -> list[dict[str, Any]]:
        """Read until there is nothing new; what was told meanwhile."""
        new: list[dict[str, Any]] = []
        while True:
            answer = await self.client.get(self.next)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            self.cursor, self.next = page["cursor"], page["next"]
            if not page["items"]:
                return new
            for change in page["items"]:
                self._take(change)
            new += page["items"]

    def _take(self, change: dict[str, Any]) -> None:
        """A create is of what the mirror does not hold, anything else of what it holds."""
        key = (change["resource"], change["id"])
        assert (change["op"] == "create") == (key not in self.holds), change
        if change["op"] == "delete":
            del self.holds[key]
        else:
            self.holds[key] = change["version"]
        self.told.append(change)

    def versions(self, above: int) -> dict[str, list[int]]:
        """What it was told of each key, in order, beyond that version."""
        found: dict[str, list[int]] = {}
        for change in self.told:
            if change["version"] > above and change["resource"] == "provinces":
                found.setdefault(change["id"], []).append(change["version"])
        return found
