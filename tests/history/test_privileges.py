"""What the application's role cannot write at all, and what not even the owner can."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState
from tests.history.conftest import ROLE
from tests.history.making import CREATE, SUBMIT, Connection, Making, rows, today, value
from tests.history.test_refusals import refusal

from smartcity_api.local_cluster import OWNER

FROZEN = [
    f"{change} {table}{rest}"
    for table in ("event", "act")
    for change, rest in (
        ("UPDATE", " SET subject_id = gen_random_uuid()"),
        ("UPDATE", " SET recorded_at = 'epoch'"),
        ("DELETE FROM", ""),
        ("TRUNCATE", ""),
    )
]
RULES = [
    "UPDATE procedure SET strict_from = '2030-01-01'",
    "INSERT INTO procedure VALUES ('2570', '2026-01-01', '2030-01-01', 'none')",
    "DELETE FROM procedure",
    "INSERT INTO lifecycle_move SELECT id + 99 FROM lifecycle_move",
    "UPDATE lifecycle_move SET to_stage = 'certified'",
    "DELETE FROM lifecycle_move",
    "INSERT INTO stage_period VALUES (gen_random_uuid(), 1, 'proposals', 'certified', 9, '2021-01-01', 'infinity')",
    "UPDATE stage_period SET stage = 'certified'",
    "DELETE FROM stage_period",
    "ALTER TABLE event DISABLE TRIGGER b_judge",
    "SET session_replication_role = replica",
]
AREAS = ("proposal", "certified_city", "promotion_zone")


@pytest.mark.parametrize("statement", [*FROZEN, *RULES])
def test_the_application_cannot_touch_rules_nor_what_happened(as_app: Connection, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        as_app.execute(statement)


@pytest.mark.parametrize("statement", FROZEN)
def test_nobody_changes_what_happened(as_owner: Connection, statement: str) -> None:
    with pytest.raises(ObjectNotInPrerequisiteState, match="write the whole history again as its next revision"):
        as_owner.execute(statement)


@pytest.mark.parametrize(
    ("column", "told"), [("recorded_at", "2020-01-01"), ("counts_from", "2020-01-01"), ("recorded_at", None)]
)
def test_the_application_cannot_say_when_an_event_was_recorded_or_counts(
    service: Making, column: str, told: str | None
) -> None:
    proposal = service.proposal()
    create = proposal.act("applicant", "create")
    with pytest.raises(InsufficientPrivilege):
        proposal.event("draft", "act", create, today(), **{column: told})
    with pytest.raises(InsufficientPrivilege):
        service.writer.execute(
            "INSERT INTO act (id, subject_type, subject_id, by, action, recorded_at) "
            "VALUES (gen_random_uuid(), 'proposals', %s, 'applicant', 'create', '2020-01-01')",
            [proposal.id],
        )


def test_even_the_owners_events_and_acts_are_recorded_now(register: Making) -> None:
    proposal = register.proposal()
    create = proposal.act("applicant", "create")
    proposal.event("draft", "act", create, today(), recorded_at="2020-01-01", counts_from="2020-01-01")
    register.owner.execute(
        "INSERT INTO act (id, subject_type, subject_id, by, action, recorded_at) "
        "VALUES (gen_random_uuid(), 'proposals', %s, 'applicant', 'submit', '2020-01-01')",
        [proposal.id],
    )
    recent = "bool_and(recorded_at > now() - interval '1 hour')"
    of = "WHERE subject_id = %s"
    assert rows(register.owner, f"SELECT {recent}, min(counts_from)::text FROM event {of}", proposal.id) == [
        (True, today())
    ]
    assert rows(register.owner, f"SELECT {recent}, count(*) FROM act {of}", proposal.id) == [(True, 2)]


@pytest.mark.parametrize(
    ("table", "column", "told"),
    [
        ("proposal", "stage", "certified"),
        ("proposal", "origin", "register"),
        ("certified_city", "status", "renewed"),
        ("certified_city", "in_force_on", "2021-11-05"),
        ("certified_city", "in_force_basis", '{"event": "granted"}'),
        ("certified_city", "origin", "register"),
        ("promotion_zone", "origin", "register"),
    ],
)
def test_the_application_cannot_write_what_follows_from_histories(
    as_app: Connection, table: str, column: str, told: str
) -> None:
    titled = "title_en" if table == "proposal" else "name_en"
    insert = f"INSERT INTO {table} (id, provinces, {titled}"
    with as_app.transaction(force_rollback=True):
        as_app.execute(f"{insert}) VALUES (gen_random_uuid(), '{{83}}', 'Mine')")
        for statement in (
            f"{insert}, {column}) VALUES (gen_random_uuid(), '{{83}}', 'x', %s)",
            f"UPDATE {table} SET {column} = %s WHERE {titled} = 'Mine'",
        ):
            refused = pytest.raises(InsufficientPrivilege, match=f"{column}: it follows from the history")
            with refused, as_app.transaction():
                as_app.execute(statement, [told])


@pytest.mark.parametrize("table", AREAS)
def test_the_application_may_write_the_rest(as_app: Connection, table: str) -> None:
    named = "title_en" if table == "proposal" else "name_en"
    changed = as_app.execute(f"UPDATE {table} SET {named} = coalesce({named}, 'Named')")
    assert changed.rowcount > 0


def test_a_city_keeps_its_proposal(service: Making) -> None:
    _, city = service.certified()
    other = service.proposal()
    with pytest.raises(InsufficientPrivilege, match="proposal_id: it follows from the history"):
        service.writer.execute("UPDATE certified_city SET proposal_id = %s WHERE id = %s", [other.id, city.id])


def test_what_has_a_history_is_never_deleted(service: Making, register: Making) -> None:
    proposal, city = service.certified()
    submitted = service.proposal().go(CREATE, SUBMIT)
    for making in (service, register):
        for table, subject in (("certified_city", city), ("proposal", submitted), ("proposal", proposal)):
            with pytest.raises(ObjectNotInPrerequisiteState, match="what has a history is never deleted"):
                making.writer.execute(f"DELETE FROM {table} WHERE id = %s", [subject.id])


def test_a_draft_may_be_deleted_with_its_periods(service: Making) -> None:
    draft = service.proposal().go(CREATE)
    service.writer.execute("DELETE FROM proposal WHERE id = %s", [draft.id])
    assert (draft.periods, len(draft.events)) == ([], 1)


@pytest.mark.parametrize("shadow", ["lifecycle_move", "procedure", "proposal", "decision", "event"])
def test_temporary_tables_do_not_mislead_the_judge(service: Making, shadow: str) -> None:
    proposal = service.proposal()
    jump = proposal.act("applicant", "create")
    app = service.writer
    with app.transaction(force_rollback=True):
        app.execute(f"CREATE TEMPORARY TABLE {shadow} (LIKE public.{shadow})")
        if shadow == "lifecycle_move":
            app.execute(
                "INSERT INTO pg_temp.lifecycle_move (id, subject_type, kind, action, to_stage, register_only) "
                "VALUES (1, 'proposals', 'act', 'create', 'certified', false)"
            )
        event = (
            "public.event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)"
        )
        values = ("proposals", proposal.id, 1, 1, "certified", today(), "act", jump)
        with refusal("leads there from the beginning"), app.transaction():
            app.execute(f"INSERT INTO {event} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", values)
        app.execute(f"INSERT INTO {event} VALUES (%s, %s, %s, %s, 'draft', %s, %s, %s)", (*values[:4], *values[5:]))
        assert value(app, "SELECT stage FROM public.proposal WHERE id = %s", proposal.id) == "draft"


def test_the_functions_are_not_a_way_in(service: Making) -> None:
    """Deriving anew writes only what follows from events; as the application's role it writes nothing."""
    for call in ("smartcity_refresh_proposals", "smartcity_refresh_cities"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.writer.execute(f"SELECT {call}(ARRAY[%s])", [service.proposal().go(CREATE).id])


def test_only_the_service_may_lock_subjects_and_seal_the_audit(as_owner: Connection) -> None:
    """What runs with its owner's rights is called by triggers alone, and these by the application's role."""
    statement = (
        "SELECT oid::regproc::text, proacl::text FROM pg_proc WHERE prosecdef AND prorettype <> 'trigger'::regtype"
    )
    callable_ = dict(
        rows(as_owner, f"{statement} AND pronamespace = 'public'::regnamespace AND proname ~ '^smartcity'")
    )
    assert callable_.keys() == {"smartcity_lock_subject", "smartcity_seal"}
    for rights in callable_.values():
        assert sorted(entry.split("=")[0] for entry in rights.strip("{}").split(",")) == [ROLE, OWNER]
