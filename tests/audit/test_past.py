"""What the register said at an instant, of one record, to who could see it then and may see it now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.callers import HOME, Callers
from tests.history.making import ACCEPT, CREATE, SUBMIT, ZONE, Making, insert, today, value

from smartcity_api.app import RESOURCES

Connection = psycopg.Connection[Any]


def now(connection: Connection) -> str:
    """This instant, by the database's clock."""
    return str(
        value(connection, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
    )


async def then(client: httpx.AsyncClient, path: str, instant: str, **params: str) -> httpx.Response:
    return await client.get(f"/v1/{path}", params={"recorded_as_of": instant, **params})


@pytest.fixture
def making(owner: Connection) -> Making:
    """Makes histories as the owner."""
    return Making(owner, owner)


async def test_every_resource_can_be_asked_what_it_was(client: httpx.AsyncClient, owner: Connection) -> None:
    instant = now(owner)
    for resource in RESOURCES:
        path = f"{resource.layer.name}/{resource.example}"
        for form in ("json", "geojson") if resource.layer.is_spatial else ("json",):
            params = {} if form == "json" else {"f": form}
            present = await client.get(f"/v1/{path}", params=params)
            past = await then(client, path, instant, **params)
            assert (past.status_code, past.json()) == (200, present.json()), path
            assert past.headers["ETag"] == present.headers["ETag"]
        assert (await then(client, path, "2001-01-01T00:00:00Z")).status_code == 404


async def test_a_changed_record_is_told_as_it_was(client: httpx.AsyncClient, owner: Connection) -> None:
    before = await client.get("/v1/provinces/83")
    instant = now(owner)
    owner.execute("UPDATE province SET name_en = 'Puket', boundary = ST_Translate(boundary, 0.01, 0) WHERE code = '83'")
    owner.execute("UPDATE province SET name_en = 'Bu Khet' WHERE code = '83'")
    assert (await client.get("/v1/provinces/83")).json()["name_en"] == "Bu Khet"
    past = await then(client, "provinces/83", instant)
    assert past.content == before.content
    assert past.headers["ETag"] == before.headers["ETag"]
    assert (await then(client, "provinces/83", now(owner))).json()["version"] == 3


async def test_parts_are_told_as_they_were(client: httpx.AsyncClient, owner: Connection, making: Making) -> None:
    body = making.body("board")
    resolution = making.resolution(body, today())
    one = making.decision(resolution, "order", None)
    milestone = insert(
        owner,
        "milestone",
        title_en="Due",
        kind="plan",
        due_on="2030-01-01",
        subject_type="bodies",
        subject_id=str(body),
    )
    paths = (f"resolutions/{resolution}", f"milestones/{milestone}")
    told = [(await client.get(f"/v1/{path}")).json() for path in paths]
    instant = now(owner)
    making.decision(resolution, "order", None, position=2)
    owner.execute("DELETE FROM decision WHERE id = %s", [one])
    owner.execute("UPDATE milestone SET due_on = '2031-01-01' WHERE id = %s", [milestone])
    assert [(await then(client, path, instant)).json() for path in paths] == told
    present = [(await client.get(f"/v1/{path}")).json() for path in paths]
    assert [one["position"] for one in present[0]["decisions"]] == [2]
    assert len(present[1]["versions"]) == 1


async def test_histories_are_told_as_they_were(callers: Callers, owner: Connection, making: Making) -> None:
    proposal, city = making.certified()
    paths = (f"proposals/{proposal.id}", f"certified-cities/{city.id}")
    told = [(await callers.secretary.get(f"/v1/{path}")).json() for path in paths]
    assert [len(one["events"]) for one in told] == [8, 2]
    instant = now(owner)
    with owner.transaction():  # written again, as a correction does
        columns = "subject_type, subject_id, {}, seq, stage, effective_on, opened_by_kind, opened_by_id, {}"
        again = columns.format(2, "'again'")
        owner.execute(
            f"INSERT INTO event ({columns.format('revision', 'note')}) SELECT {again} "
            "FROM event WHERE subject_id = %s ORDER BY seq",
            [proposal.id],
        )
    present = [(await callers.secretary.get(f"/v1/{path}")).json() for path in paths]
    assert {event["note"] for one in present for event in one["events"]} == {"again"}
    assert [(await then(callers.secretary, path, instant)).json() for path in paths] == told


async def test_only_who_could_see_it_then_and_may_see_it_now(
    callers: Callers, owner: Connection, making: Making
) -> None:
    proposal = making.proposal().go(CREATE)
    owner.execute("UPDATE proposal SET proponent_id = %s WHERE id = %s", [HOME, proposal.id])
    drafted, path = now(owner), f"proposals/{proposal.id}"
    proposal.go(SUBMIT, ACCEPT)
    hidden = {name: (await then(getattr(callers, name), path, drafted)).status_code for name in ("public", "agency")}
    assert hidden == {"public": 404, "agency": 200}
    proposal.go(ZONE)
    shown = now(owner)
    for caller in (callers.public, callers.foreign):
        assert (await caller.get(f"/v1/{path}")).status_code == 200
        assert (await then(caller, path, shown)).json()["stage"] == "in_promotion_zone"
        assert (await then(caller, path, drafted)).status_code == 404
    assert (await then(callers.agency, path, drafted)).json()["stage"] == "draft"
    assert (await then(callers.secretary, path, drafted)).json()["stage"] == "draft"


@pytest.mark.parametrize("instant", ["x", "2020-01-01", "2563-01-01T00:00:00Z", "2020-01-01T00:00:00"])
async def test_what_is_no_instant_is_refused(client: httpx.AsyncClient, instant: str) -> None:
    answer = await then(client, "provinces/83", instant)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "recorded_as_of")


async def test_the_future_is_not_recorded_yet(client: httpx.AsyncClient) -> None:
    answer = await then(client, "provinces/83", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "future_instant")
