"""Two sessions at once: what an event rests on, and the event, as if one had come after the other."""

import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel
from psycopg.errors import ObjectNotInPrerequisiteState
from tests.history.making import ASSESS, PROPOSALS, TO_THE_PLAN, Connection, Making, Subject, today
from tests.history.test_corrections import wait_until_blocked

from smartcity_api.local_cluster import APP, OWNER, Cluster

UNPUBLISH = "UPDATE resolution SET published_at = NULL WHERE id = (SELECT resolution_id FROM decision WHERE id = %s)"


class Other(threading.Thread):
    """A session of its own that does one thing; `refused` is what the database said against it."""

    def __init__(self, url: str, work: Callable[[Connection], object]) -> None:
        super().__init__()
        self.refused: psycopg.Error | None = None
        self.connection: Connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._work = work

    def run(self) -> None:
        with self.connection:
            try:
                self._work(self.connection)
            except psycopg.Error as refused:
                self.refused = refused


@pytest.fixture
def approved(service: Making) -> tuple[Subject, UUID]:
    """A proposal that was assessed, and the decision that approves its plan."""
    proposal = service.proposal().go(*TO_THE_PLAN, ASSESS)
    return proposal, service.decided("subcommittee", "approve", proposal)


def test_an_event_waits_for_a_change_of_what_it_rests_on(
    service: Making, approved: tuple[Subject, UUID], cluster: Cluster, history_database: str
) -> None:
    proposal, decision = approved

    def approve(app: Connection) -> None:
        mine = Subject(Making(app, service.owner), PROPOSALS, proposal.id)
        mine.event("plan_approved", "decision", decision, today(), revision=1, seq=7)

    other = Other(cluster.url(APP, history_database), approve)
    with service.owner.transaction():
        service.owner.execute(UNPUBLISH, [decision])
        other.start()
        wait_until_blocked(service.owner, other.connection.info.backend_pid)
    other.join(30)
    assert "its resolution is not published" in str(other.refused)
    assert proposal.stands == "plan_assessed"


def test_a_change_waits_for_the_events_that_rest_on_it(
    service: Making, approved: tuple[Subject, UUID], cluster: Cluster, history_database: str
) -> None:
    proposal, decision = approved
    other = Other(cluster.url(OWNER, history_database), lambda owner: owner.execute(UNPUBLISH, [decision]))
    with service.writer.transaction():
        proposal.event("plan_approved", "decision", decision, today())
        other.start()
        wait_until_blocked(service.owner, other.connection.info.backend_pid)
    other.join(30)
    assert "its resolution is not published: publish it first; write its history again" in str(other.refused)
    assert proposal.stands == "plan_approved"


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_what_events_rest_on_is_not_changed_by_an_old_snapshot(
    approved: tuple[Subject, UUID], cluster: Cluster, history_database: str, level: IsolationLevel
) -> None:
    proposal, decision = approved
    with psycopg.connect(cluster.url(OWNER, history_database).replace("+psycopg", "")) as owner:
        owner.isolation_level = level
        owner.execute("SELECT")
        proposal.event("plan_approved", "decision", decision, today())
        owner.execute(UNPUBLISH, [decision])
        with pytest.raises(ObjectNotInPrerequisiteState, match="change it in a READ COMMITTED transaction"):
            owner.commit()
    assert proposal.stands == "plan_approved"
