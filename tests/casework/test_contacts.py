"""Contacts: read by the own agency, the secretary and auditors; changed, and erased for good."""

import subprocess
from typing import Any

import httpx
import pytest
from tests.callers import ELSEWHERE, HOME, Callers
from tests.casework.conftest import Filed
from tests.changes.feeding import seal
from tests.history.making import ACCEPT, CREATE, SUBMIT, ZONE, Connection, Subject, rows
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster, binaries
from smartcity_api.settings import Settings

PUBLIC = (CREATE, SUBMIT, ACCEPT, ZONE)
PERSON = {
    "name": "นางสาวทดสอบ ไม่มีตัวตน",
    "position": "Plan officer Zyxwvut",
    "email": "zyxwvut@office.example",
    "phone": "02 765 4321 ext. 98",
}


def address(proposal: Subject) -> str:
    return f"/v1/proposals/{proposal.id}/contacts"


async def add(client: httpx.AsyncClient, proposal: Subject, **changes: Any) -> httpx.Response:
    answer = await client.post(address(proposal), json={**PERSON, **changes})
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_contact_is_recorded_changed_and_erased(callers: Callers, filed: Filed) -> None:
    proposal = filed()
    made = await add(callers.agency, proposal)
    place = made.headers["location"]
    assert not set(made.json()) & set(PERSON)
    read = await callers.agency.get(place)
    assert {**read.json(), **PERSON} == read.json()
    assert (read.headers["cache-control"], made.json()["version"]) == ("no-store", 1)
    change = {"phone": "๐๒ ๑๒๓ ๔๕๖๗", "position": None}
    assert (await callers.agency.patch(place, json=change)).status_code == 428
    changed = await callers.agency.patch(place, json=change, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["phone"], changed.json()["position"], changed.json()["version"]) == ("02 123 4567", None, 2)
    stale = await callers.secretary.delete(place, headers={"If-Match": made.headers["etag"]})
    assert stale.status_code == 412
    assert len((await callers.auditor.get(address(proposal))).json()["items"]) == 1
    assert (await callers.agency.delete(place, headers={"If-Match": changed.headers["etag"]})).status_code == 204
    assert (await callers.agency.get(place)).status_code == 404
    assert (await callers.auditor.get(address(proposal))).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"email": "nobody"}, "/email"),
        ({"email": "a b@example.org"}, "/email"),
        ({"phone": "call me"}, "/phone"),
        ({"phone": "--+"}, "/phone"),
        ({"fax": "1"}, "/fax"),
        ({"name": None}, "/name"),
    ],
)
async def test_what_is_no_contact_is_refused(
    callers: Callers, filed: Filed, change: dict[str, Any], pointer: str
) -> None:
    proposal = filed()
    made = await add(callers.secretary, proposal)
    for answer in (
        await callers.secretary.post(address(proposal), json={**PERSON, **change}),
        await callers.secretary.patch(made.headers["location"], json=change, headers={"If-Match": "*"}),
    ):
        assert answer.status_code == 422, answer.text
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("who", "organisation", "steps", "read", "write"),
    [
        ("public", HOME, (CREATE,), 401, 401),
        ("public", HOME, PUBLIC, 401, 401),
        ("agency", HOME, (CREATE,), 200, 201),
        ("agency", HOME, PUBLIC, 200, 201),
        ("agency", ELSEWHERE, (CREATE,), 404, 404),
        ("agency", ELSEWHERE, PUBLIC, 403, 403),
        ("foreign", HOME, (CREATE,), 404, 404),
        ("foreign", HOME, PUBLIC, 403, 403),
        ("reviewer", HOME, (CREATE,), 403, 403),
        ("reviewer", HOME, PUBLIC, 403, 403),
        ("secretary", HOME, (CREATE,), 200, 201),
        ("auditor", HOME, PUBLIC, 200, 403),
        ("admin", HOME, (CREATE,), 403, 403),
    ],
)
async def test_who_reads_and_writes(
    callers: Callers, filed: Filed, who: str, organisation: Any, steps: Any, read: int, write: int
) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    proposal = filed(*steps, proponent=organisation)
    place = (await add(callers.secretary, proposal)).headers["location"]
    for asked in (await client.get(address(proposal)), await client.get(place)):
        assert asked.status_code == read, asked.text
        assert (PERSON["email"] in asked.text) == (read == 200)
    assert (await client.post(address(proposal), json={"name": "Another"})).status_code == write
    changed = await client.patch(place, json={"phone": "1234"}, headers={"If-Match": "*"})
    assert changed.status_code == (200 if write == 201 else write)
    erased = await client.delete(place, headers={"If-Match": "*"})
    assert erased.status_code == (204 if write == 201 else write)


async def test_a_contact_belongs_to_one_proposal(callers: Callers, filed: Filed, foreign_draft: Subject) -> None:
    made = (await add(callers.secretary, foreign_draft)).json()["id"]
    mine = f"{address(filed())}/{made}"
    assert (await callers.agency.get(mine)).status_code == 404
    assert (await callers.agency.delete(mine, headers={"If-Match": "*"})).status_code == 404
    assert (await callers.secretary.get(f"{address(foreign_draft)}/{made}")).status_code == 200


class TestErased:
    """On a database of its own, so that all of it can be looked through."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database)

    async def test_what_is_erased_is_nowhere_and_the_chain_holds(
        self, callers: Callers, filed: Filed, cluster: Cluster, own_database: str, as_owner: Connection
    ) -> None:
        proposal = filed()
        key = {"Idempotency-Key": "once"}
        made = await callers.agency.post(address(proposal), json=PERSON, headers=key)
        place, kept = made.headers["location"], dumped(cluster, own_database)
        assert all(found(kept, value) for value in PERSON.values())
        seal(cluster, own_database)
        changed = await callers.agency.patch(place, json={"name": "Qponmlk Jihgf"}, headers={"If-Match": "*"})
        assert changed.status_code == 200
        assert (await callers.agency.delete(place, headers={"If-Match": "*"})).status_code == 204
        seal(cluster, own_database)
        left = dumped(cluster, own_database)
        assert [value for value in (*PERSON.values(), "Qponmlk") if found(left, value)] == []
        again = await callers.agency.post(address(proposal), json=PERSON, headers=key)
        assert (again.content, (await callers.agency.get(place)).status_code) == (made.content, 404)
        verified = (await callers.auditor.get("/v1/audit/verify")).json()
        assert (verified["ok"], verified["faults"]) == (True, [])
        trail = "SELECT op, after, public_after FROM audit_entry WHERE resource = 'contacts' ORDER BY id"
        told = rows(as_owner, trail)
        assert [(op, public) for op, _, public in told] == [("insert", False), ("update", False), ("delete", False)]
        assert set(told[1][1]) == {"id", "proposal_id", "version", "created_at", "updated_at"}
        logs = [log.read_bytes() for log in (cluster.home / "log").glob("*")]
        assert logs
        assert not any(found(log, value) for log in logs for value in PERSON.values())


def dumped(cluster: Cluster, database: str) -> bytes:
    """Everything in the database, as text."""
    url = f"postgresql://{cluster.url('postgres', database).partition('://')[2]}"
    command = [binaries.find().program("pg_dump"), "--data-only", url]
    return subprocess.run(command, capture_output=True, check=True).stdout


def found(dump: bytes, value: str) -> bool:
    """Whether it stands there, as text, as JSON may write it, or as bytes in hexadecimal."""
    text = value.encode()
    escaped = "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in value).encode()
    return any(form in dump for form in (text, escaped, text.hex().encode(), escaped.hex().encode()))
