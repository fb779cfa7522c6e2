"""The moves: which act or decision brings a proposal or a city from where to where; pure, seeded into the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

Subject = Literal["proposals", "certified-cities"]

LineStage = Literal[
    "draft",
    "submitted",
    "eligible",
    "in_promotion_zone",
    "plan_submitted",
    "approved_in_principle",
    "plan_assessed",
    "plan_approved",
    "certified",
]
Stage = Literal[LineStage, "returned", "rejected", "withdrawn"]

LINE: tuple[str, ...] = get_args(LineStage)
"""The stages of a proposal in their order: what `reached` compares."""

STAGES: tuple[str, ...] = get_args(Stage)
CLOSED = ("certified", "rejected", "withdrawn")
OPTIONAL = ("approved_in_principle",)
"""A stage that a proposal may pass by: its absence is no gap in the record."""

STATUSES = ("granted", "renewed", "suspended", "revoked")
STATUS_EVENTS = ("granted", "renewed", "suspended", "reinstated", "revoked")
DATED_EVENTS = ("announced", "cabinet", "ceremony")
"""What happens to a city without changing its status, in any order (Cabinet and ceremony changed places once)."""

CITY_EVENTS = ("plan_approved", "acknowledged", *STATUS_EVENTS, *DATED_EVENTS)
"""All that a city can have reached; the first two, and its grant, are read from its proposal where it has one."""

ORIGINS = ("register", "application")
ANY = "*"
"""Any standing but the final one."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table of moves.

    `by` is who acts, or the mandate of the body that decides (`cabinet` for the Cabinet, which needs none; None: any
    recorded body, since the procedure is not known to say); `after_zone` distinguishes a plan that was returned from
    an application that was.
    """

    subject: Subject
    from_: str | None
    kind: Literal["act", "decision"]
    by: str | None
    action: str
    to: str
    procedure: str | None = None
    after_zone: bool | None = None
    register_only: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """The rules of a time: in force from a day until the next; strict from a day on, loose for the register before."""

    code: str
    in_force_from: str
    strict_from: str
    basis: str


PROCEDURES = (
    Procedure("2560", "2017-01-01", "2026-01-01", "Order of the Prime Minister's Office 267/2560"),
    Procedure("2562", "2019-03-08", "2026-01-01", "Announcement 1/2562 of the steering committee, 8 March 2562"),
    Procedure(
        "2568", "2025-01-09", "2026-01-01", "Resolution of the committee under the digital board, 9 January 2568"
    ),
)

_OPEN = (*LINE[:-1], "returned")


def _act(by: str, action: str, origins: Sequence[str | None], to: str, *, after_zone: bool | None = None) -> list[Move]:
    return [Move("proposals", origin, "act", by, action, to, after_zone=after_zone) for origin in origins]


def _decided(procedure: str, by: str | None, from_: str, **outcomes: str) -> list[Move]:
    return [
        Move("proposals", from_, "decision", by, action.rstrip("_"), to, procedure) for action, to in outcomes.items()
    ]


_ASSESSED = {
    "approve": "plan_assessed",
    "approve_in_principle": "approved_in_principle",
    "return_": "returned",
    "reject": "rejected",
}
_APPROVED = {"approve": "plan_approved", "return_": "returned", "reject": "rejected"}


def _city(action: str, to: str, by: dict[str, str | None]) -> list[Move]:
    """A decision about a city's status, by procedure the body that may take it."""
    standing: tuple[str, ...] = ("suspended",) if action == "reinstate" else ("granted", "renewed")
    standing = STATUSES[:3] if action in ("renew", "revoke") else standing
    return [
        Move("certified-cities", origin, "decision", body, action, to, procedure)
        for (procedure, body), origin in product(by.items(), standing)
    ]


MOVES: tuple[Move, ...] = (
    *_act("applicant", "create", [None], "draft"),
    *_act("applicant", "submit", ["draft"], "submitted"),
    *_act("applicant", "submit", ["returned"], "submitted", after_zone=False),
    *_act("secretariat", "accept", ["submitted"], "eligible"),
    *_act("secretariat", "return", ["submitted"], "returned"),
    *_act("secretariat", "reject", ["submitted"], "rejected"),
    *_act("secretariat", "announce_zone", ["eligible"], "in_promotion_zone"),
    *_act("applicant", "submit_plan", ["in_promotion_zone", "approved_in_principle"], "plan_submitted"),
    *_act("applicant", "submit_plan", ["returned"], "plan_submitted", after_zone=True),
    *_decided("2562", "working_group", "plan_submitted", **_ASSESSED),
    *_decided("2568", None, "plan_submitted", **_ASSESSED),
    *_decided("2562", "subcommittee", "plan_assessed", **_APPROVED),
    *_decided("2568", "subcommittee", "plan_assessed", **_APPROVED),
    *_decided("2562", "committee", "plan_approved", acknowledge="certified"),
    *_decided("2568", "board", "plan_approved", grant="certified"),
    *_act("applicant", "withdraw", _OPEN, "withdrawn"),
    Move("certified-cities", None, "decision", "board", "grant", "granted", "2568", register_only=True),
    Move("certified-cities", None, "decision", "committee", "acknowledge", "granted", "2562", register_only=True),
    *_city("suspend", "suspended", {"2562": None, "2568": None}),
    *_city("reinstate", "reinstated", {"2562": None, "2568": None}),
    *_city("renew", "renewed", {"2562": None, "2568": "board"}),
    *_city("revoke", "revoked", {"2562": None, "2568": None}),
    *(Move("certified-cities", ANY, "act", "secretariat", f"record_{event}", event) for event in DATED_EVENTS),
    Move("certified-cities", ANY, "decision", None, "announce", "announced"),
    Move("certified-cities", ANY, "decision", "cabinet", "acknowledge", "cabinet"),
    Move("certified-cities", ANY, "decision", "cabinet", "consider", "cabinet"),
)
"""The table of moves, line by line. Deferring moves nothing, so it has no line."""


def rank(stage: str) -> int | None:
    """A stage's place on the line, from 1; None beside it."""
    return LINE.index(stage) + 1 if stage in LINE else None


def status_after(events: Sequence[str]) -> str:
    """A city's status after these events, in order: reinstating gives back what suspending took."""
    held, status = "granted", "granted"
    for event in events:
        if event in ("granted", "renewed"):
            held = status = event
        elif event == "reinstated":
            status = held
        elif event in STATUSES:
            status = event
    return status


def missing_stages(recorded: Sequence[str]) -> list[str]:
    """The stages of the line below the highest recorded one for which there is no event."""
    highest = max((rank(stage) or 0 for stage in recorded), default=0)
    return [stage for stage in LINE[:highest] if stage not in recorded and stage not in OPTIONAL]
