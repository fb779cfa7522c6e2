"""Histories are written as the service writes them: at their end, and in their past."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from tests.history.making import days_from_today, insert

from smartcity_api.history import actions
from smartcity_api.history.actions import Step, Subject
from smartcity_api.kit.database import Database
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import APP, OWNER, Cluster

CITY = Subject("certified-cities", register_id("certified-cities", "b1-03-phuket"))
BEGIN = text("SELECT 1")


@pytest.fixture
async def database(cluster: Cluster, own_database: str) -> AsyncIterator[Database]:
    """The application's way to a database of the test's own."""
    database = Database(cluster.url(APP, own_database))
    yield database
    await database.close()


async def history(database: Database, subject: Subject) -> list[tuple[str, str | None]]:
    async with database.transaction(BEGIN) as session:
        return [(step.stage, step.on) for step in await actions.steps(session, subject)]


async def recorded(database: Database, event: str, on: str) -> None:
    """What the secretariat records of a city."""
    async with database.transaction(BEGIN) as session:
        act = await actions.act(session, CITY, "secretariat", f"record_{event}", "found in the minutes")
        await actions.place(session, CITY, Step(stage=event, on=on, opened_by_kind="act", opened_by_id=act))


async def revisions(database: Database) -> int:
    async with database.transaction(BEGIN) as session:
        ((newest,),) = await session.rows(text(f"SELECT max(revision) FROM event WHERE subject_id = '{CITY.id}'"))
    return int(newest)


async def test_an_event_is_put_where_its_day_belongs(database: Database) -> None:
    before = await history(database, CITY)
    assert before
    begun = await revisions(database)
    await recorded(database, "cabinet", days_from_today(-2))
    assert await revisions(database) == begun
    assert await history(database, CITY) == [*before, ("cabinet", days_from_today(-2))]
    await recorded(database, "announced", days_from_today(-5))
    assert await revisions(database) == begun + 1
    await recorded(database, "ceremony", days_from_today(-2))
    assert await history(database, CITY) == [
        *before,
        ("announced", days_from_today(-5)),
        ("cabinet", days_from_today(-2)),
        ("ceremony", days_from_today(-2)),
    ]
    assert await revisions(database) == begun + 1


async def test_a_history_begins_with_its_first_event(cluster: Cluster, own_database: str, database: Database) -> None:
    with psycopg.connect(cluster.url(OWNER, own_database).replace("+psycopg", ""), autocommit=True) as owner:
        made: UUID = insert(owner, "proposal", title_en="Made for a test", provinces=["83"])
    subject = Subject("proposals", made)
    assert await history(database, subject) == []
    async with database.transaction(BEGIN) as session:
        act = await actions.act(session, subject, "applicant", "create", None)
        step = Step(stage="draft", on=days_from_today(0), opened_by_kind="act", opened_by_id=act, note="by hand")
        await actions.place(session, subject, step)
    assert await history(database, subject) == [("draft", days_from_today(0))]


async def test_nothing_is_put_where_it_cannot_follow(database: Database) -> None:
    before = await history(database, CITY)
    with pytest.raises(psycopg.errors.CheckViolation, match="future"):
        await recorded(database, "ceremony", days_from_today(1))
    assert await history(database, CITY) == before


def test_the_place_of_a_day() -> None:
    def step(on: str | None) -> Step:
        return Step(stage="x", on=on, opened_by_kind="act", opened_by_id=CITY.id)

    past = [step(on) for on in ("2021", None, "2022-03", "2022-03-31", None, "2022-05-01")]
    for on, expected in (("2021-12-31", 2), ("2021-06-01", 0), ("2022-03-30", 2), ("2022-03", 5), ("2023", 6)):
        assert actions.position(past, on) == expected
    assert actions.position(past, None) == 6
