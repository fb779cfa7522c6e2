"""Proposals and bodies that decisions are about, filed in plain SQL, and the requests that decide about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psycopg
from tests.history.making import (
    ASSESS,
    CITIES,
    PROPOSALS,
    TO_THE_PLAN,
    Connection,
    Making,
    Subject,
    days_from_today,
    insert,
    rows,
    value,
)

from smartcity_api.local_cluster import APP, OWNER, Cluster

FROM_THE_ARCHIVE = days_from_today(-30)
"""The day of everything that was filed before; that it is a day more after midnight is the same to it."""


class Filed(Making):
    """As the application files it: where a record comes from, it cannot tell."""

    def proposal(self, *, origin: str = "application") -> Subject:
        return Subject(self, PROPOSALS, insert(self.writer, "proposal", title_en="Made for a test", provinces=["83"]))

    def city(self, proposal: Subject | None = None, *, origin: str = "application") -> Subject:
        assert proposal is not None
        told = {"name_en": "Made", "provinces": ["83"], "proposal_id": proposal.id}
        return Subject(self, CITIES, insert(self.writer, "certified_city", **told))


@dataclass
class Filing:
    """Histories up to the plan, made quickly."""

    writer: Connection
    owner: Connection
    bodies: dict[str, UUID] = field(default_factory=dict)

    @property
    def making(self) -> Filed:
        return Filed(self.writer, self.owner, self.bodies)

    def planned(self, *, on: str = FROM_THE_ARCHIVE) -> Subject:
        """A proposal whose plan has been submitted."""
        proposal = self.making.proposal()
        for stage, by, action in TO_THE_PLAN:
            proposal.acts(stage, by, action, on, "from the archive")
        return proposal

    def assessed(self, *, on: str = FROM_THE_ARCHIVE) -> Subject:
        """One that the working group has approved."""
        proposal = self.planned(on=on)
        stage, by, action = ASSESS
        proposal.decides(stage, by, action, on)
        return proposal

    def approved(self, *, on: str = FROM_THE_ARCHIVE) -> Subject:
        """One that the subcommittee has approved."""
        proposal = self.assessed(on=on)
        proposal.decides("plan_approved", "subcommittee", "approve", on)
        return proposal

    def city(self, *, on: str = FROM_THE_ARCHIVE) -> Subject:
        """A city that the board has granted the certificate."""
        proposal = self.approved(on=on)
        with self.writer.transaction():
            proposal.decides("certified", "board", "grant", on)
            return self.making.city(proposal)

    def body(self, mandate: str | None, **columns: Any) -> str:
        return str(self.making.body(mandate, **columns))

    def city_of(self, proposal: Subject) -> tuple[str, str, str | None]:
        """Id, status and first day of the city that a proposal became."""
        statement = "SELECT id::text, status, in_force_on FROM certified_city WHERE proposal_id = %s"
        found: list[tuple[str, str, str | None]] = rows(self.owner, statement, proposal.id)
        (city,) = found
        return city

    def counted(self, table: str) -> int:
        return int(value(self.owner, f"SELECT count(*) FROM {table}"))


@contextmanager
def filing_on(cluster: Cluster, database: str) -> Iterator[Filing]:
    """What is filed already in a database, and what stands in it afterwards."""
    urls = (cluster.url(role, database).replace("+psycopg", "") for role in (APP, OWNER))
    writer, owner = (psycopg.connect(url, autocommit=True) for url in urls)
    with writer, owner:
        yield Filing(writer, owner)


def about(subject: Subject, action: str, **more: Any) -> dict[str, Any]:
    """A decision about it."""
    return {"subject": {"type": subject.type, "id": str(subject.id)}, "action": action, **more}


async def resolution(
    secretary: httpx.AsyncClient, body: str, on: str, *, publish: bool = True, **told: Any
) -> tuple[str, str]:
    """The path and the tag of a resolution, published unless told otherwise."""
    content = {"body_id": body, "title_en": "Resolved", "decided_on": on, **told}
    if "meeting_id" in told:
        del content["decided_on"]
    made = await secretary.post("/v1/resolutions", json=content)
    assert made.status_code == 201, made.text
    path = f"/v1/resolutions/{made.json()['id']}"
    if not publish:
        return path, made.headers["etag"]
    done = await secretary.post(f"{path}/publish", headers={"If-Match": made.headers["etag"]})
    assert done.status_code == 200, done.text
    return path, done.headers["etag"]


async def decide(
    client: httpx.AsyncClient, path: str, tag: str, *decisions: dict[str, Any], **params: Any
) -> httpx.Response:
    reason = {"change_reason": params.pop("change_reason")} if "change_reason" in params else {}
    content = {"decisions": list(decisions), **reason}
    return await client.post(f"{path}/decisions", json=content, headers={"If-Match": tag}, params=params)


async def correct(client: httpx.AsyncClient, path: str, *, tag: str = "*", **told: Any) -> httpx.Response:
    params = {"dry_run": "true"} if told.pop("dry_run", False) else {}
    content = {"change_reason": "a clerk's error", **told}
    return await client.post(f"{path}/correct", json=content, headers={"If-Match": tag}, params=params)
