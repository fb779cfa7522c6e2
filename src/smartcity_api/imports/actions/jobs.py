"""An import while one run works on it: how far it is, where it stands, and that it is still this run's."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from smartcity_api.identity.roles import Actor
from smartcity_api.imports.actions.judging import Session
from smartcity_api.imports.actions.targets import Target
from smartcity_api.imports.faults import FileFault
from smartcity_api.kit.language import Text

log = structlog.get_logger("smartcity_api.imports")

SUFFIX: Final = ".import"
"""How the name of an import's file ends."""


def path_of(folder: Path, key: UUID) -> Path:
    """Where an import's file is."""
    return folder / f"{key}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Run:
    """One process's work on an import; `id` is what the import's row knows it by."""

    key: UUID
    id: UUID
    lease: timedelta


class Overtaken(Exception):
    """The import was cancelled, or another run has it."""


class Refused(Exception):
    """The import cannot go on; what was to be written in this transaction is not."""

    def __init__(self, code: str, message: Text, counts: Mapping[str, int] | None = None) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.counts = counts or {}


@dataclass(slots=True)
class Job:
    """An import as it was asked for, and the connection that tells how far it is."""

    run: Run
    told: dict[str, Any]
    actor: Actor
    target: Target
    watch: Session
    moved: float = field(default_factory=time.monotonic)
    """When it last got on."""

    @property
    def key(self) -> UUID:
        """The import's id."""
        return self.run.key

    def describe(self, form: str, about: Mapping[str, Any]) -> None:
        """Say what the file is and how it is read."""
        self.watch.execute(_DESCRIBE, (form, Jsonb(about), self.key, self.run.id))

    def advance(self, percent: int, session: Session | None = None, **columns: Any) -> None:
        """Say how far it is, or raise `Overtaken`; within a transaction, together with its effect."""
        self.moved = time.monotonic()
        asked = {
            "id": self.key,
            "run": self.run.id,
            "lease": self.run.lease,
            "status": self.told["status"],
            "progress": percent,
            "through": columns.get("applied_through"),
            "counts": Jsonb(columns.get("counts", {})),
        }
        if (session or self.watch).execute(_ADVANCE, asked).rowcount != 1:
            raise Overtaken

    def stand(self, status: str, session: Session | None = None, **columns: Any) -> None:
        """The import stands elsewhere now, or `Overtaken` is raised."""
        was = self.told["status"]
        asked = standing(self.run, was, status, is_read=was == "validating", **columns)
        if (session or self.watch).execute(STAND, asked).rowcount != 1:
            raise Overtaken
        self.told["status"] = status

    def renew(self) -> bool:
        """Keep others from taking it up; false where it is another's, or nobody's, by now."""
        return self.watch.execute(_RENEW, (self.run.lease, self.key, self.run.id)).rowcount == 1

    def fail(self, code: str, message: Text, counts: Mapping[str, int] | None = None, **where: Any) -> None:
        """Write down why nothing becomes of it, unless it is another's by now."""
        try:
            self.stand("failed", failure=reason(code, message, **where), counts=counts or {})
        except Overtaken:
            return
        log.info("import failed", id=str(self.key), code=code)

    def fail_by(self, fault: FileFault | Refused) -> None:
        """The same, by what was found in the file or among its rows."""
        if isinstance(fault, Refused):
            self.fail(fault.code, fault.message, fault.counts)
        else:
            self.fail(fault.code, fault.message, line=fault.line, suggestion=fault.suggestion)


def reason(code: str, message: Text, **where: Any) -> dict[str, Any]:
    """Why nothing becomes of an import, as it is written down."""
    told = {"code": code, "en": message.en, "th": message.th, **where}
    return {name: value for name, value in told.items() if value is not None}


def standing(
    run: Run,
    was: str,
    status: str,
    *,
    is_read: bool = False,
    failure: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Any]:
    """What `STAND` is asked: that the import stands elsewhere now; `is_read` when the reading of its file ended so."""
    return {
        "id": run.key,
        "run": run.id,
        "was": was,
        "status": status,
        "is_read": is_read,
        "failure": None if failure is None else Jsonb(failure),
        "counts": Jsonb(dict(counts)),
    }


_RENEW: Final = "UPDATE import SET leased_until = now() + %s WHERE id = %s AND leased_by = %s"
_DESCRIBE: Final = "UPDATE import SET format = %s, about = %s WHERE id = %s AND leased_by = %s"
_ADVANCE: Final = """
UPDATE import SET leased_until = now() + %(lease)s, progress = %(progress)s, counts = counts || %(counts)s,
       applied_through = coalesce(%(through)s::int, applied_through),
       attempts = CASE WHEN %(through)s::int IS NULL THEN attempts ELSE 0 END
 WHERE id = %(id)s AND leased_by = %(run)s AND status = %(status)s
"""
STAND: Final = """
UPDATE import SET status = %(status)s, failure = %(failure)s, counts = counts || %(counts)s,
       progress = CASE %(status)s WHEN 'applying' THEN 0 WHEN 'failed' THEN progress ELSE 100 END, attempts = 1,
       validated_at = CASE WHEN %(is_read)s THEN now() ELSE validated_at END,
       ended_at = CASE WHEN %(status)s IN ('applied', 'failed') THEN now() END,
       leased_by = CASE %(status)s WHEN 'applying' THEN leased_by END,
       leased_until = CASE %(status)s WHEN 'applying' THEN leased_until END
 WHERE id = %(id)s AND leased_by = %(run)s AND status = %(was)s
"""
