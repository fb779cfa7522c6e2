"""Which proposals are public follows from their histories, and what is about them changes with it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.history.making import (
    ACCEPT,
    CREATE,
    PLAN,
    RETURN,
    SUBMIT,
    WITHDRAW,
    ZONE,
    Making,
    Subject,
    insert,
    rows,
    value,
)

from smartcity_api.local_cluster import APP, Cluster

TO_THE_ZONE = (CREATE, SUBMIT, ACCEPT, ZONE)


@pytest.fixture
def service(cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]) -> Iterator[Making]:
    """Writes histories as the application's role."""
    url = cluster.url(APP, own_database).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as app:
        owner.execute("GRANT INSERT, UPDATE ON proposal TO smartcity_app")
        yield Making(app, owner)


def is_public(proposal: Subject) -> bool:
    return bool(value(proposal.making.owner, "SELECT is_public FROM proposal WHERE id = %s", proposal.id))


def test_it_is_public_from_its_zone_on_whatever_becomes_of_it(service: Making) -> None:
    proposal = service.proposal()
    for step, public in ((CREATE, False), (SUBMIT, False), (ACCEPT, False), (ZONE, True), (PLAN, True)):
        assert is_public(proposal.go(step)) == public
    assert is_public(proposal.go(WITHDRAW))


@pytest.mark.parametrize("last", [RETURN, WITHDRAW])
def test_what_never_had_a_zone_stays_hidden(service: Making, last: tuple[str, str, str]) -> None:
    assert not is_public(service.proposal().go(CREATE, SUBMIT, last))


def test_a_history_that_is_written_again_without_its_zone_hides_it(service: Making) -> None:
    proposal = service.proposal().go(*TO_THE_ZONE)
    kept = "subject_type, subject_id, seq, stage, effective_on, opened_by_kind, opened_by_id"
    service.owner.execute(
        f"INSERT INTO event (revision, {kept}) SELECT 2, {kept} FROM event "
        "WHERE subject_id = %s AND revision = 1 AND seq < 3 ORDER BY seq",
        [proposal.id],
    )
    assert not is_public(proposal)


def test_nobody_writes_it_by_himself(service: Making) -> None:
    proposal = service.proposal().go(CREATE)
    for statement in (
        "UPDATE proposal SET is_public = true WHERE id = %s",
        "INSERT INTO proposal (id, title_en, provinces, is_public) VALUES (gen_random_uuid(), %s::text, '{83}', true)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is_public"):
            service.writer.execute(statement, [proposal.id])


def test_what_is_about_it_changes_with_it_and_nothing_else_does(service: Making) -> None:
    proposal, other = service.proposal().go(CREATE, SUBMIT, ACCEPT), service.proposal()
    owner, source = service.owner, service.source()
    ids = {}
    for whose, subject in (("its", proposal), ("another's", other)):
        about = {"subject_type": "proposals", "subject_id": str(subject.id)}
        resolution = service.resolution(service.body("committee"), "2024-01-01")
        service.decision(resolution, "consider", subject)
        listed = f'[{{"type": "proposals", "id": "{subject.id}"}}]'
        ids[whose] = {
            "milestone": insert(owner, "milestone", title_en="Due", kind="report", **about),
            "claim": insert(owner, "claim", source_id=source, metric="areas", value="7", **about),
            "target": insert(owner, "target", title_en="Aim", metric="areas", value=7, **about),
            "activity": insert(owner, "activity", title_en="Visit", kind="visit", **about),
            "resolution": resolution,
            "link": insert(
                owner, "link", type="became", from_type="proposals", from_id=str(subject.id),
                to_type="promotion-zones", to_id=str(value(owner, "SELECT id FROM promotion_zone LIMIT 1")),
                confidence="assumed",
            ),
        }  # fmt: skip
        ids[f"{whose} in a list"] = {"claim": insert(owner, "claim", source_id=source, metric="areas", value=listed)}

    def versions() -> dict[tuple[str, str], int]:
        return {
            (whose, table): value(owner, f"SELECT version FROM {table} WHERE id = %s", key)
            for whose, kept in ids.items()
            for table, key in kept.items()
        }

    before = versions()
    proposal.go(ZONE)
    after = versions()
    assert {at for at in before if after[at] != before[at]} == {at for at in before if at[0].startswith("its")}
    proposal.go(PLAN)
    assert versions() == after


def test_the_database_says_what_is_public(service: Making) -> None:
    hidden, public = service.proposal().go(CREATE), service.proposal().go(*TO_THE_ZONE)
    draft = service.resolution(service.body("committee"), "2024-01-01", published=False)
    source = service.source()
    for proposal in (hidden, public):
        about = {"subject_type": "proposals", "subject_id": str(proposal.id)}
        milestone = insert(service.owner, "milestone", title_en="Due", kind="report", **about)
        told = {"subject_type": "milestones", "subject_id": str(milestone)}
        insert(service.owner, "claim", source_id=source, metric="areas", value="7", **told)
    said = {
        resource: {
            proposal.id: seen
            for proposal in (hidden, public)
            for (seen,) in rows(service.writer, statement, str(proposal.id))
        }
        for resource, statement in (
            ("proposal", "SELECT smartcity_is_public('proposals', to_jsonb(r)) FROM proposal r WHERE id = %s::uuid"),
            (
                "milestone",
                "SELECT smartcity_is_public('milestones', to_jsonb(r)) FROM milestone r WHERE subject_id = %s",
            ),
            (
                "claim",
                "SELECT smartcity_is_public('claims', to_jsonb(r)) FROM claim r "
                "JOIN milestone m ON m.id::text = r.subject_id WHERE m.subject_id = %s",
            ),
        )
    }
    assert said == {key: {hidden.id: False, public.id: True} for key in ("proposal", "milestone", "claim")}
    resolutions = "SELECT smartcity_is_public('resolutions', to_jsonb(r)) FROM resolution r WHERE id = %s"
    assert value(service.writer, resolutions, draft) is False


def test_a_row_about_itself_is_no_endless_question(service: Making) -> None:
    claim = insert(service.owner, "claim", source_id=service.source(), metric="areas", value="7")
    service.owner.execute("UPDATE claim SET subject_type = 'claims', subject_id = id::text WHERE id = %s", [claim])
    asked = "SELECT smartcity_is_public('claims', to_jsonb(r)) FROM claim r WHERE id = %s"
    assert value(service.writer, asked, claim) is False
