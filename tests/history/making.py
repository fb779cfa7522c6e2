"""Makes what histories are made of, in plain SQL: bodies, resolutions, decisions, acts, proposals, cities, events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from smartcity_api.kit.days import today as today_in_bangkok

Connection = psycopg.Connection[Any]

PROPOSALS, CITIES = "proposals", "certified-cities"
KINDS = {"committee", "subcommittee", "working_group", "board", "cabinet"}

CREATE = ("draft", "applicant", "create")
SUBMIT = ("submitted", "applicant", "submit")
ACCEPT = ("eligible", "secretariat", "accept")
ZONE = ("in_promotion_zone", "secretariat", "announce_zone")
PLAN = ("plan_submitted", "applicant", "submit_plan")
RETURN = ("returned", "secretariat", "return")
REJECT = ("rejected", "secretariat", "reject")
WITHDRAW = ("withdrawn", "applicant", "withdraw")

ASSESS = ("plan_assessed", "working_group", "approve")
IMPROVE = ("approved_in_principle", "working_group", "approve_in_principle")
APPROVE = ("plan_approved", "subcommittee", "approve")
GRANT = ("certified", "board", "grant")

TO_THE_PLAN = (CREATE, SUBMIT, ACCEPT, ZONE, PLAN)


def today() -> str:
    """The day that it is in Bangkok."""
    return today_in_bangkok().isoformat()


def days_from_today(days: int) -> str:
    return (today_in_bangkok() + timedelta(days)).isoformat()


def yesterday() -> str:
    return days_from_today(-1)


def rows(connection: Connection, statement: str, *values: Any) -> list[Any]:
    return connection.execute(statement, values).fetchall()


def value(connection: Connection, statement: str, *values: Any) -> Any:
    row = connection.execute(statement, values).fetchone()
    assert row is not None
    return row[0]


def insert(connection: Connection, table: str, **columns: Any) -> UUID:
    """A row with an id of its own."""
    columns = {"id": uuid4(), **columns}
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(columns.values()))
    return UUID(str(columns["id"]))


def add_event(connection: Connection, **columns: Any) -> None:
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    connection.execute(f"INSERT INTO event ({names}) VALUES ({places})", list(columns.values()))


def add_events(connection: Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """All of them in one statement, as a loader does."""
    columns = "subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id"
    connection.execute(
        f"INSERT INTO event ({columns}) SELECT {columns} FROM jsonb_populate_recordset(null::event, %s) "
        "ORDER BY subject_id, revision, seq",
        [Jsonb([{name: str(told) if told is not None else None for name, told in event.items()} for event in events])],
    )


@dataclass
class Making:
    """Writes acts and events by one connection, and by the owner's what the events rest on."""

    writer: Connection
    owner: Connection
    bodies: dict[str, UUID] = field(default_factory=dict)

    def proposal(self, *, origin: str = "application") -> "Subject":
        made = insert(self._by(origin), "proposal", title_en="Made for a test", provinces=["83"], origin=origin)
        return Subject(self, PROPOSALS, made)

    def city(self, proposal: "Subject | None" = None, *, origin: str = "application") -> "Subject":
        of = {"provinces": ["83"], "origin": origin, "proposal_id": proposal.id if proposal else None}
        return Subject(self, CITIES, insert(self._by(origin), "certified_city", name_en="Made", **of))

    def _by(self, origin: str) -> Connection:
        return self.owner if origin == "register" else self.writer

    def certified(self) -> "tuple[Subject, Subject]":
        """A proposal that went the whole way today, and its city."""
        proposal = self.proposal().go(*TO_THE_PLAN, ASSESS, APPROVE)
        with self.writer.transaction():
            proposal.go(GRANT)
            city = self.city(proposal)
        return proposal, city

    def source(self, reliability: str = "A") -> UUID:
        name = f"paper-{uuid4()}"
        return insert(
            self.owner, "source", slug=name, title="Paper", url=f"https://{name}.test/", reliability=reliability
        )

    def body(self, mandate: str | None, **columns: Any) -> UUID:
        kind = mandate if mandate in KINDS else "committee"
        mandate = None if mandate == "cabinet" else mandate
        return insert(self.owner, "body", **{"name_en": "A body", "kind": kind, "mandate": mandate, **columns})

    def resolution(self, body: UUID, on: str | None, *, published: bool = True) -> UUID:
        meeting = insert(self.owner, "meeting", body_id=body, held_on=on)
        at = datetime.now(UTC) if published else None
        return insert(self.owner, "resolution", body_id=body, meeting_id=meeting, title_en="Resolved", published_at=at)

    def decision(self, resolution: UUID, action: str, subject: "Subject | None", position: int = 1) -> UUID:
        about = {"subject_type": subject.type, "subject_id": str(subject.id)} if subject else {"text": "16 renewed"}
        return insert(self.owner, "decision", resolution_id=resolution, position=position, action=action, **about)

    def decided(self, mandate: str, action: str, subject: "Subject", on: str | None = None) -> UUID:
        """A decision in a published resolution of a body with that mandate, of today unless told."""
        if mandate not in self.bodies:
            self.bodies[mandate] = self.body(mandate)
        return self.decision(self.resolution(self.bodies[mandate], today() if on is None else on), action, subject)


@dataclass
class Subject:
    """A proposal or a city, and its history."""

    making: Making
    type: str
    id: UUID

    def act(self, by: str, action: str, reason: str | None = None) -> UUID:
        if action in ("return", "reject"):
            reason = reason or "the plan lacks a budget"
        writer = self.making.writer
        return insert(writer, "act", subject_type=self.type, subject_id=self.id, by=by, action=action, reason=reason)

    def event(self, stage: str, kind: str, opener: UUID, on: str | None, **columns: Any) -> None:
        """The next event, unless revision and seq are told."""
        revision, seq = self.next()
        told = {"revision": revision, "seq": seq, **columns}
        add_event(
            self.making.writer, subject_type=self.type, subject_id=self.id, stage=stage, effective_on=on,
            opened_by_kind=kind, opened_by_id=opener, **told,
        )  # fmt: skip

    def next(self) -> tuple[int, int]:
        statement = "SELECT revision, max(seq) + 1 FROM event WHERE subject_type = %s AND subject_id = %s"
        found = rows(self.making.writer, f"{statement} GROUP BY 1 ORDER BY 1 DESC LIMIT 1", self.type, self.id)
        return found[0] if found else (1, 1)

    def acts(self, stage: str, by: str, action: str, on: str | None = None, reason: str | None = None) -> None:
        """An act, and the event that it opens, of today unless told."""
        self.event(stage, "act", self.act(by, action, reason), today() if on is None else on)

    def decides(self, stage: str, mandate: str, action: str, on: str | None = None) -> None:
        """A decision of a body, and the event that it opens, of today unless told."""
        self.event(stage, "decision", self.making.decided(mandate, action, self, on), today() if on is None else on)

    def states(self, stage: str, on: str | None, source: UUID) -> None:
        self.event(stage, "statement", source, on)

    def go(self, *steps: tuple[str, str, str]) -> "Subject":
        """Step after step, each of today."""
        for stage, by, action in steps:
            (self.acts if by in ("applicant", "secretariat") else self.decides)(stage, by, action)
        return self

    @property
    def stands(self) -> str:
        """Its stage or status as its row has it."""
        table, column = ("proposal", "stage") if self.type == PROPOSALS else ("certified_city", "status")
        return str(value(self.making.owner, f"SELECT {column} FROM {table} WHERE id = %s", self.id))

    @property
    def periods(self) -> list[tuple[str, str, str]]:
        """Stage, first day, and first day after it."""
        statement = "SELECT stage, starts_on::text, ends_before::text FROM stage_period WHERE subject_id = %s"
        return rows(self.making.owner, f"{statement} ORDER BY position", self.id)

    @property
    def events(self) -> list[tuple[int, int, str, str | None]]:
        statement = "SELECT revision, seq, stage, effective_on FROM event WHERE subject_type = %s AND subject_id = %s"
        return rows(self.making.owner, f"{statement} ORDER BY revision, seq", self.type, self.id)
