"""One run of an import: reads its file, looks at every row, and applies them where that was asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb

from smartcity_api.identity.roles import Actor, Permission, Role
from smartcity_api.imports.actions import staging, submitting
from smartcity_api.imports.actions.applying import Written, write_carefully
from smartcity_api.imports.actions.judging import Session, Span
from smartcity_api.imports.actions.targets import TARGETS, Target
from smartcity_api.imports.faults import FileFault
from smartcity_api.kit.language import Text

log = structlog.get_logger("smartcity_api.imports")

AT_ONCE: Final = 2000
"""Rows that are written together; of a partial import, in one transaction."""
RETRIES: Final = 3


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

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Job:
    """An import as it was asked for, and the connection that tells how far it is."""

    run: Run
    told: dict[str, Any]
    actor: Actor
    target: Target
    watch: Session

    @property
    def key(self) -> UUID:
        """The import's id."""
        return self.run.key

    def describe(self, form: str, about: Mapping[str, Any]) -> None:
        """Say what the file is and how it is read."""
        self.watch.execute(_DESCRIBE, (form, Jsonb(about), self.run.key, self.run.id))

    def advance(self, percent: int, session: Session | None = None, **columns: Any) -> None:
        """Say how far it is, or raise `Overtaken`; within a transaction, together with its effect."""
        asked = {
            "id": self.run.key,
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
        asked = {
            "id": self.run.key,
            "run": self.run.id,
            "was": self.told["status"],
            "status": status,
            "failure": None if columns.get("failure") is None else Jsonb(columns["failure"]),
            "counts": Jsonb(columns.get("counts", {})),
        }
        if (session or self.watch).execute(_STAND, asked).rowcount != 1:
            raise Overtaken
        self.told["status"] = status


_RENEW: Final = "UPDATE import SET leased_until = now() + %s WHERE id = %s AND leased_by = %s"
_DESCRIBE: Final = "UPDATE import SET format = %s, about = %s WHERE id = %s AND leased_by = %s"
_ADVANCE: Final = """
UPDATE import SET leased_until = now() + %(lease)s, progress = %(progress)s, counts = counts || %(counts)s,
       applied_through = coalesce(%(through)s::int, applied_through),
       attempts = CASE WHEN %(through)s::int IS NULL THEN attempts ELSE 0 END
 WHERE id = %(id)s AND leased_by = %(run)s AND status = %(status)s
"""
_STAND: Final = """
UPDATE import SET status = %(status)s, failure = %(failure)s, counts = counts || %(counts)s,
       progress = CASE %(status)s WHEN 'applying' THEN 0 WHEN 'failed' THEN progress ELSE 100 END, attempts = 1,
       validated_at = CASE %(was)s WHEN 'validating' THEN now() ELSE validated_at END,
       ended_at = CASE WHEN %(status)s IN ('applied', 'failed') THEN now() END,
       leased_by = CASE %(status)s WHEN 'applying' THEN leased_by END,
       leased_until = CASE %(status)s WHEN 'applying' THEN leased_until END
 WHERE id = %(id)s AND leased_by = %(run)s AND status = %(was)s
"""
_LOAD: Final = "SELECT to_jsonb(import) FROM import WHERE id = %s AND leased_by = %s"
_TELL: Final = (
    "SELECT set_config('smartcity.actor', %s, true), set_config('smartcity.request_id', %s, true),"
    " set_config('smartcity.reason', %s, true)"
)
_CLIENT: Final = "SELECT paused_at IS NULL AND revoked_at IS NULL FROM client WHERE id = %s"


def work(conninfo: str, folder: Path, run: Run) -> None:
    """Do what is to be done; whatever stands against it is written down as the reason why it failed."""
    with _connected(conninfo) as watch:
        row = watch.execute(_LOAD, (run.key, run.id)).fetchone()
        if row is None:
            return
        job = Job(run, row[0], _actor(row[0]), TARGETS[row[0]["kind"]], watch)
        try:
            with _alive(job):
                _go(job, conninfo, folder)
        except Overtaken:
            log.info("import was cancelled or taken over", id=str(run.key))
        except (FileFault, Refused) as fault:
            _fail(job, fault.code, fault.message, getattr(fault, "line", None), getattr(fault, "suggestion", None))
        except psycopg.OperationalError as error:  # the database went away, or another transaction in between
            log.warning("import is left to another run", id=str(run.key), reason=str(error).strip())
            raise SystemExit(1) from None
        except Exception:
            log.exception("import failed", id=str(run.key))
            words = Text("the service failed; the log has the reason", "ระบบขัดข้อง สาเหตุอยู่ในบันทึกของระบบ")
            _fail(job, "internal_error", words)


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Renew the lease all the while, however long a statement takes."""
    done = Event()

    def renew() -> None:
        with suppress(psycopg.Error):  # the work itself meets what happened to the database
            while not done.wait(job.run.lease.total_seconds() / 4):
                job.watch.execute(_RENEW, (job.run.lease, job.run.key, job.run.id))

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _fail(job: Job, code: str, message: Text, line: int | None = None, suggestion: str | None = None) -> None:
    failure = {"code": code, "en": message.en, "th": message.th, "line": line, "suggestion": suggestion}
    try:
        job.stand("failed", failure={name: value for name, value in failure.items() if value is not None})
    except Overtaken:
        return
    log.info("import failed", id=str(job.run.key), code=code)


def _go(job: Job, conninfo: str, folder: Path) -> None:
    with _connected(conninfo) as session:
        if job.told["status"] == "validating":
            path = folder / f"{job.run.key}.import"
            counts = staging.read(session, job, path)
            go_on = job.told["apply"] == "auto" and not (job.told["mode"] == "atomic" and counts["errors"])
            job.stand("applying" if go_on else "validated", counts=counts)
        if job.told["status"] == "applying":
            _check_caller(session, job)
            (_apply_all if job.told["mode"] == "atomic" else _apply_good)(session, job)


def _check_caller(session: Session, job: Job) -> None:
    """Whoever may not write any more does not write by what he sent before."""
    kind, _, key = job.told["actor"].partition("/")
    row = session.execute(_CLIENT, (key,)).fetchone() if kind == "client" else (True,)
    if row is None or not row[0]:
        raise Refused(
            "client_refused",
            Text("the client that sent it was paused or revoked since", "ไคลเอนต์ที่ส่งไฟล์ถูกพักหรือเพิกถอนแล้ว"),
        )


def _apply_all(session: Session, job: Job) -> None:
    """Every row in one transaction, or none."""
    last, written = _last(session, job), Written()
    with session.transaction():
        _tell(session, job)
        for span in _spans(0, last):
            found, worse = write_carefully(session, job.target, job.run.key, span, job.actor)
            if worse:
                raise Refused("rows_changed", _worse(worse))
            written.add(found)
            job.advance(span[1] * 99 // last)
            if job.told["follow_up"] == "submit":
                written.submitted += submitting.submit(session, job.run.key, span, job.actor)
        job.stand("applied", session, counts=_counted(written))


def _worse(numbers: list[int] | Any) -> Text:
    named = ", ".join(map(str, list(numbers)[:20]))
    return Text(
        f"since it was looked at, these rows became impossible, so nothing was written: {named}; send the file again",
        f"หลังการตรวจสอบ แถวต่อไปนี้ทำไม่ได้แล้ว จึงไม่มีการบันทึก: {named} กรุณาส่งไฟล์ใหม่",
    )


def _apply_good(session: Session, job: Job) -> None:
    """The good rows, bit by bit; each bit is written together with the place that it leads to."""
    last, start = _last(session, job), int(job.told["applied_through"])
    total = {name: int(job.told["counts"].get(name, 0)) for name in ("created", "updated", "submitted")}
    for span in _spans(start, last):
        with session.transaction():
            _tell(session, job)
            written, _ = write_carefully(session, job.target, job.run.key, span, job.actor)
            if job.told["follow_up"] == "submit":
                written.submitted += submitting.submit(session, job.run.key, span, job.actor)
            for name, number in _counted(written).items():
                total[name] += number
            job.advance(span[1] * 99 // last, session, applied_through=span[1], counts=total)
    job.stand("applied", counts={**total, **staging.counted(session, job.run.key)})


def _counted(written: Written) -> dict[str, int]:
    return {"created": written.created, "updated": written.updated, "submitted": written.submitted}


def _tell(session: Session, job: Job) -> None:
    """The audit trail knows who sent the file, by which request, and that it came in an import."""
    session.execute(_TELL, (job.told["actor"], job.told["request_id"] or "", f"import {job.run.key}"))


def _last(session: Session, job: Job) -> int:
    row = session.execute(
        "SELECT coalesce(max(number), 0) FROM import_row WHERE import_id = %s", (job.run.key,)
    ).fetchone()
    return int(row[0]) if row else 0


def _spans(start: int, last: int) -> Iterator[Span]:
    return ((after, min(after + AT_ONCE, last)) for after in range(start, last, AT_ONCE))


def _actor(told: dict[str, Any]) -> Actor:
    acting = told["acting"]
    scopes, organisation = acting["scopes"], acting["organisation_id"]
    return Actor(
        told["actor"],
        acting["name"],
        Role(acting["role"]),
        UUID(organisation) if organisation else None,
        None if scopes is None else frozenset(Permission(one) for one in scopes),
        acting["source_system"],
    )


@contextmanager
def _connected(conninfo: str) -> Iterator[Connection[Any]]:
    """No statement is kept prepared, and each transaction brings its own settings: a pooler may stand in between."""
    with psycopg.connect(
        conninfo, autocommit=True, prepare_threshold=None, application_name="smartcity-import", connect_timeout=5
    ) as connection:
        yield connection
