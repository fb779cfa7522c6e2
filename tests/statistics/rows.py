"""Made areas with all that real ones lack: several provinces, unknown days and types, ends, revocations, rejections."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from tests.support import cloned

from smartcity_api.history.lifecycle import LINE
from smartcity_api.local_cluster import OWNER, Cluster

PROVINCES = ("10", "20", "24", "50", "81", "83")
DIMENSIONS = ("environment", "economy", "mobility")
NAMES = ("Trial Harbour", "Trial Valley", "Trial Canal", "Trial Old Town")


@contextmanager
def populated(cluster: Cluster, template: str, name: str) -> Iterator[str]:
    """A database of that name with the register and the made areas, dropped at the end."""
    with cloned(cluster, template, name):
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            Maker(owner, Random(2561)).make()
        yield name


class Maker:
    """Writes them as the register's loader does, events by the statement of one source."""

    def __init__(self, owner: psycopg.Connection[Any], chance: Random) -> None:
        self.owner = owner
        self.chance = chance
        row = owner.execute("SELECT id FROM source WHERE reliability = 'A' LIMIT 1").fetchone()
        assert row is not None
        self.source: UUID = row[0]

    def make(self) -> None:
        """Forty areas of each kind but pilots, which have four more."""
        for number in range(4):
            self._insert("pilot_area", position=101 + number, selected_on=self._day(), ended_on=self._end())
        for _ in range(40):
            self._zone()
            self._proposal()
            self._city()

    def _zone(self) -> None:
        announced = self.chance.choice([None, self._day()])
        certified = self.chance.choice([None, self._day()])
        self._insert(
            "promotion_zone",
            origin="register",
            **self._types(),
            announced_on=announced,
            certificate_on=certified,
            ended_on=self._end(),
        )

    def _proposal(self) -> None:
        made = self._insert("proposal", origin="register", **self._types())
        steps = sorted(self.chance.sample(LINE, self.chance.randint(1, 5)), key=LINE.index)
        if steps[-1] != "certified" and self.chance.random() < 0.3:
            steps.append(self.chance.choice(["rejected", "withdrawn", "returned"]))
        self._events("proposals", made, steps)

    def _city(self) -> None:
        kind = self.chance.choice([None, "livable", "newable"])
        made = self._insert("certified_city", origin="register", city_type=kind, batch=self.chance.randint(11, 13))
        steps = ["plan_approved", self.chance.choice(["acknowledged", "granted"])][self.chance.randint(0, 1) :]
        steps += self.chance.choice([[], ["ceremony"], ["announced", "cabinet", "ceremony"]])
        steps += self.chance.choice(
            [[], [], ["renewed"], ["suspended", "reinstated"], ["suspended"], ["renewed", "revoked"], ["revoked"]]
        )
        self._events("certified-cities", made, steps)
        if self.chance.random() < 0.2:
            self.owner.execute("UPDATE certified_city SET valid_until = %s WHERE id = %s", ("2024-06-30", made))

    def _events(self, kind: str, subject: UUID, steps: list[str]) -> None:
        """In the order of their days, a fifth of which is not known."""
        days = sorted(self._day() for _ in steps)
        known = self.chance.random() < 0.85
        rows = [
            {
                "subject_type": kind,
                "subject_id": str(subject),
                "revision": 1,
                "seq": seq,
                "stage": step,
                "effective_on": day if known and self.chance.random() < 0.85 else None,
                "opened_by_kind": "statement",
                "opened_by_id": str(self.source),
            }
            for seq, (step, day) in enumerate(zip(steps, days, strict=True), start=1)
        ]
        columns = ", ".join(rows[0])
        self.owner.execute(
            f"INSERT INTO event ({columns}) "
            f"SELECT {columns} FROM jsonb_populate_recordset(null::event, %s) ORDER BY seq",
            (Jsonb(rows),),
        )

    def _types(self) -> dict[str, list[str]]:
        return {
            "city_types": self.chance.choice([[], ["livable"], ["newable"], ["livable", "newable"]]),
            "dimensions": self.chance.sample(DIMENSIONS, self.chance.randint(0, 3)),
        }

    def _day(self) -> str:
        whole = f"{self.chance.randint(2019, 2025)}-{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}"
        return whole[: self.chance.choice([10, 10, 10, 7])]

    def _end(self) -> str | None:
        return self.chance.choice([None, None, "2025-12", "2025-12-20"])

    def _insert(self, table: str, **columns: Any) -> UUID:
        name = "title_en" if table == "proposal" else "name_en"
        whole = {
            name: self.chance.choice(NAMES),
            "provinces": self.chance.sample(PROVINCES, self.chance.choice([1, 1, 1, 2, 3])),
            **columns,
        }
        names, places = ", ".join(whole), ", ".join(["%s"] * len(whole))
        row = self.owner.execute(
            f"INSERT INTO {table} (id, {names}) VALUES (gen_random_uuid(), {places}) RETURNING id", list(whole.values())
        ).fetchone()
        assert row is not None
        found: UUID = row[0]
        return found
